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
from services.chassis.web.openapi import describe
from services.externalities.api import router
from services.externalities.competences.api import competences_router
from services.externalities.groups_api import groups_router
from services.externalities.handlers import WHEN_PARKED, reactions
from services.externalities.milieu.api import milieu_router

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
    service.app.include_router(router(service.store, clock, NAME, book))
    service.app.include_router(groups_router(service.store, clock, book))
    service.app.include_router(competences_router(service.store, clock, NAME))
    service.app.include_router(milieu_router(service.store, clock, NAME))
    describe(
        service.app,
        {
            "TerritorySnapshot": codec.adapter(TerritorySnapshot),
            "Directory": codec.adapter(Directory),
            "Survey": codec.adapter(Survey),
            "FundedProjects": codec.adapter(FundedProjects),
            "CompetenceDirectory": codec.adapter(CompetenceDirectory),
            "Registry": codec.adapter(Registry),
        },
    )
    return service
