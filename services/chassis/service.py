"""A service put together: its application, its store, its loops, and whether they are ready."""

from dataclasses import dataclass, field

from fastapi import FastAPI

from services.chassis import migrations
from services.chassis.bus import Bus
from services.chassis.clock import Clock
from services.chassis.consumer import Consumer
from services.chassis.database import Databases
from services.chassis.errors import StoreUnavailable
from services.chassis.http import make_app
from services.chassis.loops import Loop
from services.chassis.memory import Memory
from services.chassis.metrics import Metrics
from services.chassis.reactions import Reactions
from services.chassis.relay import Relay
from services.chassis.store import Store
from services.chassis.writer import Writer


@dataclass(slots=True)
class Service:
    """One service, assembled. A ``Runner`` gives its ``loops`` their turns."""

    name: str
    app: FastAPI
    store: Store
    clock: Clock
    metrics: Metrics
    loops: list[Loop] = field(default_factory=list)

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
        metrics: Metrics | None = None,
        memory: Memory | None = None,
    ) -> "Service":
        """Open the service's database (migrated to the newest schema) and wire its machinery.

        The topics it listens to are those of the events it reacts to. ``memory`` is shared by the
        services of one process.
        """
        database = databases(name)
        migrations.upgrade(name, database)
        metrics = metrics or Metrics()
        store = Store(database, name=name)
        loops: list[Loop] = []
        topics = sorted({event.TOPIC for event in reactions})
        if topics:
            loops.append(Consumer(name, store, bus, topics, reactions, clock, metrics, memory))
        # In this order what a turn hears, writes and says costs one commit and leaves at once.
        loops += [Writer(store, metrics), Relay(name, store, bus, clock, metrics)]
        service = cls(name, FastAPI(), store, clock, metrics, loops)
        service.app = make_app(name, description, metrics, clock, service.not_ready)
        return service

    def not_ready(self) -> dict[str, str]:
        """Parts that cannot do their work now, each with the reason."""
        reasons: dict[str, str] = {}
        try:
            with self.store.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except StoreUnavailable as error:
            reasons["store"] = str(error)
        for loop in self.loops:
            if loop.trouble is not None:
                reasons[loop.name] = loop.trouble
            elif isinstance(loop, Consumer) and loop.stopped_because is not None:
                reasons[loop.name] = loop.stopped_because
        return reasons
