"""Scoring's wiring, all of it."""

from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.event_cache import EventCache
from services.chassis.ops.metrics import Metrics
from services.chassis.parameters import ParameterBook
from services.chassis.service import Service
from services.scoring.handlers import WHEN_PARKED, reactions

NAME = "scoring"


def build(
    databases: Databases,
    bus: Bus,
    clock: Clock,
    book: ParameterBook,
    memory: EventCache | None = None,
) -> Service:
    """The scoring service, ready to start. It has no API of its own: it speaks in events."""
    metrics = Metrics()
    return Service.assemble(
        NAME,
        "Judges whether every firm wins, joins both halves, and issues the verdict.",
        databases=databases,
        bus=bus,
        clock=clock,
        reactions=reactions(book, metrics),
        when_parked=WHEN_PARKED,
        metrics=metrics,
        memory=memory,
    )
