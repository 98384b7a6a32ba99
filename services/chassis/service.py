"""A service put together: its application, its store, its loops, and whether they are ready."""

from dataclasses import dataclass, field
from types import MappingProxyType

from fastapi import FastAPI
from starlette.applications import Starlette

from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from services.chassis.database.store_probe import StoreProbe
from services.chassis.database.writer import Writer
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.leased_outbox_relay import LeasedOutboxRelay
from services.chassis.messaging.outbox_relay import OutboxRelay
from services.chassis.messaging.reactions import Reactions, WhenParked
from services.chassis.messaging.transaction import count_what_is_committed
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.operations import operations
from services.chassis.web.http import make_app


@dataclass(slots=True)
class Service:
    """One service, assembled. A ``LoopThread`` polls its ``loops``."""

    name: str
    app: FastAPI
    store: Store
    clock: Clock
    metrics: Metrics
    loops: list[Loop] = field(default_factory=list)
    serves_without_bus: bool = False
    """Whether those who call it are served while its loops are in trouble: what they write waits in
    the outbox, what they read is a little old.
    """
    store_probe: StoreProbe | None = None
    waits_for: str | None = None
    """What must be there before its loops can start; None when they may."""

    @classmethod
    def assemble(
        cls,
        name: str,
        description: str,
        *,
        databases: Databases,
        bus: Bus,
        clock: Clock,
        reactions: Reactions,
        when_parked: WhenParked = MappingProxyType({}),
        metrics: Metrics | None = None,
        memory: EventCache | None = None,
        serves_without_bus: bool = False,
    ) -> "Service":
        """Open the service's database, which has the newest schema, and wire its machinery.

        The topics it listens to are those of the events it reacts to. ``memory`` is shared by the
        services of one process.
        """
        metrics = metrics or Metrics()
        store = Store(databases(name), name=name)
        store.after_commit(count_what_is_committed)
        loops: list[Loop] = []
        topics = sorted({event.TOPIC for event in reactions})
        if topics:
            loops.append(
                Consumer(name, store, bus, topics, reactions, clock, metrics, memory, when_parked)
            )
        # In this order what a round receives, writes and publishes costs one commit and leaves.
        relay = LeasedOutboxRelay if store.database.shared else OutboxRelay
        store_probe = StoreProbe(store, metrics)
        loops += [Writer(store, metrics), relay(name, store, bus, clock, metrics), store_probe]
        service = cls(
            name,
            FastAPI(),
            store,
            clock,
            metrics,
            loops,
            serves_without_bus=serves_without_bus,
            store_probe=store_probe,
        )
        service.app = make_app(name, description, metrics, clock, service.not_ready)
        return service

    def operations(self) -> Starlette:
        """The application that only those who operate the service may reach."""
        return operations(self.metrics.registry, self.not_ready, self.also)

    def not_ready(self) -> dict[str, str]:
        """Parts without which whoever calls cannot be served, each with the reason."""
        needed = self._own_parts()
        return needed if self.serves_without_bus else needed | self._loop_troubles()

    def troubles(self) -> dict[str, str]:
        """Parts that cannot do their work now, each with the reason."""
        return self._own_parts() | self._loop_troubles() | self._lost()

    def also(self) -> dict[str, str]:
        """Parts in trouble, and what those who operate it should see besides."""
        notices = {loop.name: loop.notice for loop in self.loops if loop.notice is not None}
        return notices | self.troubles()

    def _own_parts(self) -> dict[str, str]:
        why = self.waits_for or (self.store_probe and self.store_probe.why)
        return {"store": why} if why else {}

    def _lost(self) -> dict[str, str]:
        """What can no longer be read is nothing to wait for: those who call are served."""
        return {
            f"{self.name}-positions": loop.lost
            for loop in self.loops
            if isinstance(loop, Consumer) and loop.lost is not None
        }

    def _loop_troubles(self) -> dict[str, str]:
        reasons: dict[str, str] = {}
        for loop in self.loops:
            if loop is self.store_probe:
                continue
            why = loop.trouble or loop.complaint
            if isinstance(loop, Consumer):
                why = loop.stopped_because or why
            if why:
                reasons[loop.name] = why
        return reasons
