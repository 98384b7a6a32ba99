"""Intake's wiring, all of it."""

from datetime import timedelta

from contracts import codec
from contracts.vocabulary.proposal import Proposal
from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.event_cache import EventCache
from services.chassis.service import Service
from services.chassis.web.auth import KeyRing
from services.chassis.web.dependencies import Parts
from services.chassis.web.openapi import describe
from services.intake import api, views
from services.intake.acceptance import Acceptance
from services.intake.admission import Admission, Limits
from services.intake.handlers import REACTIONS
from services.intake.repeating import Repeating

NAME = "intake"


def build(
    databases: Databases,
    bus: Bus,
    clock: Clock,
    limits: Limits,
    memory: EventCache | None = None,
    *,
    contact: str = "",
    again_after: timedelta = timedelta(minutes=10),
) -> Service:
    """The intake service, ready to start. ``contact`` is to whom partners write who want to know
    how a verdict was reached; ``again_after`` how long a proposal may wait before it is published
    again.
    """
    service = Service.assemble(
        NAME,
        "Partners submit projects here and see where their files stand.",
        databases=databases,
        bus=bus,
        clock=clock,
        reactions=REACTIONS,
        memory=memory,
        # A dead broker must not stop those who submit: the outbox holds what they said.
        serves_without_bus=True,
    )
    service.metrics.auth_failures.labels(kind="key")
    keys = KeyRing(service.store, clock)
    admission = Admission(
        service.store, clock, service.metrics, limits, keeps_records=bus.keeps_records
    )
    repeating = Repeating(
        service.store, clock, service.metrics, again_after, lambda: admission.judged
    )
    service.loops += [admission, repeating]
    service.app.include_router(
        api.router(service.store, keys, clock, Acceptance(clock, NAME, memory), admission)
    )
    service.app.state.parts = Parts(service.store, clock, keys)
    service.app.state.contact = contact
    service.app.include_router(views.routes)
    describe(service.app, codec.adapter(Proposal))
    return service
