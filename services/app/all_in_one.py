"""All four services in one process: in-memory bus, SQLite, one address.

Paths: ``/v1/territories`` goes to externalities, the rest of ``/v1`` to intake, everything else
to the desk. Each service's own health stands under ``/services/<name>/``; its metrics, and why it
is not ready, under the same paths of the operations' address, which may be the same one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.catalogue import SERVICES, topics
from services.app.parameter_book import parameter_book
from services.app.registry import EXTERNALITIES, INTAKE, NOTIFY, build
from services.chassis.clock import Clock
from services.chassis.database import migrations
from services.chassis.database.backend import Databases
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.in_memory_bus import InMemoryBus
from services.chassis.ops.loops import LoopThread, Watchdog
from services.chassis.ops.operations import only_whether, readiness
from services.chassis.ops.settings import Settings
from services.chassis.service import Service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AllInOne:
    """The four services, running together."""

    services: Mapping[str, Service]
    bus: InMemoryBus
    threads: tuple[LoopThread, ...]
    watchdog: Watchdog

    @classmethod
    def build(cls, databases: Databases, clock: Clock, settings: Settings) -> "AllInOne":
        """Open every store, migrated to the newest schema, and wire the services. Nothing runs
        yet.
        """
        bus = embedded_bus()
        book = parameter_book()
        memory = EventCache(readers())
        for name in SERVICES:
            migrations.make_ready(name, databases(name))
        door, *others = built = [
            build(name, databases, bus, clock, book, settings, memory) for name in SERVICES
        ]
        # Once for the process, and not with each of its services.
        built[-1].metrics.show_the_process()
        judging = [loop for service in others for loop in service.loops]
        return cls(
            {service.name: service for service in built},
            bus,
            # Two threads: who submits is answered while others are judged.
            (LoopThread("intake", door.loops), LoopThread("judging", judging)),
            Watchdog([*door.loops, *judging]),
        )

    def start(self) -> None:
        for thread in self.threads:
            thread.start()
        self.watchdog.start()

    def stop(self) -> None:
        self.watchdog.stop()
        for thread in self.threads:
            thread.stop()
        for service in self.services.values():
            service.store.close()
        self.bus.close()

    def write(self, service: str, job: Callable[[Connection], T]) -> T:
        """Run a write in the database of one service; back after the commit."""
        return self.services[service].store.write(job)

    def not_ready(self) -> dict[str, str]:
        """Parts of any service that cannot do their work now, each with the reason."""
        return {
            part: reason
            for service in self.services.values()
            for part, reason in service.troubles().items()
        }

    def also(self) -> dict[str, str]:
        """Those, and what whoever operates the house should see besides."""
        return {k: v for service in self.services.values() for k, v in service.also().items()}


def embedded_bus() -> InMemoryBus:
    """The bus that carries the topics of the catalogue."""
    return InMemoryBus({t.name: (t.says.partitions, t.consumers()) for t in topics()})


def readers() -> dict[str, int]:
    """How many services react to each event type of the catalogue."""
    return {event.type: len(event.consumers) for t in topics() for event in t.says.events}


def operations_of(house: AllInOne) -> Starlette:
    """What only those who operate the house may reach: whether all of it is ready and why not, and
    the same, with the metrics, of each service under ``/services/<name>/``.
    """

    async def ready(_: Request) -> Response:
        return readiness(house.not_ready, house.also)

    each = [Mount(f"/services/{n}", s.operations()) for n, s in house.services.items()]
    return Starlette(routes=[Route("/readyz", ready), *each])


_FOR_OPERATORS = frozenset(
    {"/readyz"} | {f"/services/{n}/{what}" for n in SERVICES for what in ("readyz", "metrics")}
)


class PathRouter:
    """One ASGI application in front of the four. With ``operations`` those who operate the house
    ask at this address too: it must be one that nobody else reaches.
    """

    def __init__(self, house: AllInOne, operations: ASGIApp | None = None) -> None:
        self._house = house
        self._apps: dict[str, ASGIApp] = {n: s.app for n, s in house.services.items()}
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._apps[NOTIFY](scope, receive, send)
            return
        await self._route(scope)(scope, receive, send)

    def _route(self, scope: Scope) -> ASGIApp:
        path: str = scope["path"]
        if path.startswith("/v1/"):
            owner = EXTERNALITIES if path.startswith("/v1/territories") else INTAKE
            return self._apps[owner]
        if self._operations is not None and path in _FOR_OPERATORS:
            return self._operations
        if path.startswith("/services/"):
            name, _, rest = path.removeprefix("/services/").partition("/")
            if name in SERVICES:
                scope["path"] = "/" + rest
                scope["raw_path"] = scope["path"].encode()
                return self._apps[name]
        if path == "/readyz":
            return only_whether(self._house.not_ready)
        return self._apps[NOTIFY]
