"""Every service by its name: what puts processes together starts here."""

import platform
from collections.abc import Callable
from datetime import timedelta
from importlib import metadata

from contracts.catalogue import SERVICES, topics
from services.chassis.clock import Clock
from services.chassis.database import migrations
from services.chassis.database.backend import Databases
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.event_cache import EventCache
from services.chassis.ops.settings import Settings
from services.chassis.parameters import ParameterBook
from services.chassis.service import Service
from services.externalities import main as externalities
from services.intake import main as intake
from services.intake.admission import Limits
from services.method import METHOD_VERSION
from services.notify import main as notify
from services.scoring import main as scoring

INTAKE, EXTERNALITIES, SCORING, NOTIFY = SERVICES


def build(
    name: str,
    databases: Databases,
    bus: Bus,
    clock: Clock,
    book: ParameterBook,
    settings: Settings,
    memory: EventCache | None = None,
) -> Service:
    """One service, ready to start. Its database must have the newest schema before it does.

    Raises ``KeyError`` for a name that is not among ``SERVICES``.
    """
    builders: dict[str, Callable[[], Service]] = {
        INTAKE: lambda: intake.build(
            databases,
            bus,
            clock,
            Limits.of(settings),
            memory,
            contact=settings.authority_contact,
            again_after=timedelta(minutes=settings.unjudged_again_minutes),
        ),
        EXTERNALITIES: lambda: externalities.build(databases, bus, clock, book, memory),
        SCORING: lambda: scoring.build(databases, bus, clock, book, memory),
        NOTIFY: lambda: notify.build(
            databases,
            bus,
            clock,
            book,
            memory,
            https=settings.https,
            public_url=settings.public_url,
            contact=settings.authority_contact,
        ),
    }
    service = builders[name]()
    service.metrics.build.labels(
        version=metadata.version("winwinwin"),
        method=METHOD_VERSION,
        python=platform.python_version(),
        schema=migrations.newest(name),
    ).set(1)
    for loop in service.loops:
        if isinstance(loop, Consumer):
            loop.most_in_a_row = settings.bad_in_a_row
    for topic in topics():
        if topic.says.producer == name:
            for outcome in ("ok", "failed"):
                service.metrics.outbox_published.labels(topic=topic.name, outcome=outcome)
    return service
