"""Externalities' wiring, all of it."""

from contracts import codec
from contracts.vocabulary.competences import CompetenceDirectory
from contracts.vocabulary.funded import FundedProjects
from contracts.vocabulary.milieu import Directory, Survey
from contracts.vocabulary.registry import Registry
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.event_cache import EventCache
from services.chassis.parameters import ParameterBook
from services.chassis.service import Service
from services.chassis.web.auth import KeyRing
from services.chassis.web.dependencies import Parts
from services.chassis.web.openapi import describe
from services.externalities import api, groups_api
from services.externalities.competences import api as competences_api
from services.externalities.handlers import WHEN_PARKED, reactions
from services.externalities.milieu import api as milieu_api

NAME = "externalities"


def build(
    databases: Databases,
    bus: Bus,
    clock: Clock,
    book: ParameterBook,
    memory: EventCache | None = None,
) -> Service:
    """The externalities service, ready to start."""
    service = Service.assemble(
        NAME,
        "Judges what a project does to its territory; owns the territories.",
        databases=databases,
        bus=bus,
        clock=clock,
        reactions=reactions(book),
        when_parked=WHEN_PARKED,
        memory=memory,
    )
    service.metrics.auth_failures.labels(kind="key")
    state = service.app.state
    state.parts = Parts(service.store, clock, KeyRing(service.store, clock))
    state.book = book
    service.app.include_router(api.routes)
    service.app.include_router(groups_api.routes)
    service.app.include_router(competences_api.routes)
    service.app.include_router(milieu_api.routes)
    describe(
        service.app,
        codec.adapter(TerritorySnapshot),
        codec.adapter(Directory),
        codec.adapter(Survey),
        codec.adapter(FundedProjects),
        codec.adapter(CompetenceDirectory),
        codec.adapter(Registry),
    )
    return service
