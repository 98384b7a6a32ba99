"""The words for the milieu: kinds of relay, mandates, questions of the survey and their answers.

Each list is complete: a test asks for every member in both languages.
"""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.vocabulary.milieu import Answer, Question, RelayKind, ResourceKind
from services.method.territory.relays import (
    COMMUNE,
    COUNTRY,
    DEPARTMENT,
    EPCI,
    NO_MANDATE,
    UNKNOWN,
)
from services.notify.desk.wording.language import mark

RELAY_KINDS: Mapping[RelayKind, str] = MappingProxyType(
    {
        RelayKind.CHAMBER: mark("chamber"),
        RelayKind.FOREIGN_TRADE_OFFICE: mark("foreign-trade office"),
        RelayKind.FOREIGN_TRADE_ADVISER: mark("foreign-trade adviser"),
        RelayKind.EXPORT_CLUB: mark("export club"),
        RelayKind.CREDIT_INSURER: mark("credit insurer"),
        RelayKind.FORWARDER: mark("forwarding agent"),
        RelayKind.TRADING_FIRM: mark("import-export firm"),
        RelayKind.BANK: mark("bank"),
        RelayKind.TRAINING: mark("training"),
        RelayKind.LABORATORY: mark("laboratory"),
        RelayKind.PORT_OR_AIRPORT: mark("port or airport"),
        RelayKind.CERTIFIED_FIRM: mark("certified firm"),
        RelayKind.MULTINATIONAL: mark("multinational firm"),
        RelayKind.FOREIGN_COMMUNITY: mark("foreign community"),
        RelayKind.INCUBATOR: mark("incubator"),
        RelayKind.CARRIER: mark("carrier firm"),
    }
)

NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "export": mark("export"),
        "creation": mark("setting up a firm"),
        "aid": mark("public aid"),
        "financing": mark("financing"),
        "research": mark("research"),
        "real_estate": mark("premises"),
        "training": mark("training"),
    }
)
"""Usual competences; a directory may hold others, which are shown as they are written."""

MANDATES: Mapping[str, str] = MappingProxyType(
    {
        COMMUNE: mark("its mandate is the commune"),
        EPCI: mark("its mandate covers the group of communes"),
        DEPARTMENT: mark("its mandate covers the department"),
        COUNTRY: mark("its mandate covers the country"),
        NO_MANDATE: mark("without a mandate here: it can pass you on"),
    }
)

AREAS: Mapping[str, str] = MappingProxyType(
    {
        COMMUNE: mark("commune %(code)s"),
        EPCI: mark("group of communes %(code)s"),
        DEPARTMENT: mark("department %(code)s"),
        COUNTRY: mark("the whole country"),
    }
)

PRECISIONS: Mapping[str, str] = MappingProxyType(
    {
        COMMUNE: mark("%(km)s km, between communes"),
        DEPARTMENT: mark("about %(km)s km, known to the department only"),
        UNKNOWN: mark("distance not known"),
    }
)

QUESTIONS: Mapping[Question, str] = MappingProxyType(
    {
        Question.NEW_RELAYS: mark("Do new relays join?"),
        Question.NEW_PROJECTS: mark("Do joint projects start every year?"),
        Question.RENEWED_PRACTICES: mark("Do the relays renew what they offer?"),
        Question.SHARED_AIMS: mark("Do the relays pursue shared aims?"),
        Question.COORDINATING_BODY: mark("Is there a body that co-ordinates them?"),
        Question.NAMED_COALITION: mark("Is there a coalition that has a name?"),
        Question.CHARTER: mark("Have they signed a charter?"),
        Question.COMMON_ENTERPRISE: mark("Do they see themselves as one common enterprise?"),
    }
)

ANSWERS: Mapping[Answer, str] = MappingProxyType(
    {
        Answer.YES: mark("yes"),
        Answer.PARTLY: mark("partly"),
        Answer.NO: mark("no"),
    }
)

RESOURCES: Mapping[ResourceKind, str] = MappingProxyType(
    {
        ResourceKind.SPECIFIC: mark("specific: to be had only here"),
        ResourceKind.GENERIC: mark("generic: to be had elsewhere at a price"),
    }
)

DYNAMICS = (Question.NEW_RELAYS, Question.NEW_PROJECTS, Question.RENEWED_PRACTICES)
DIRECTIONALITY = (Question.SHARED_AIMS, Question.COORDINATING_BODY)
COALITION = (Question.NAMED_COALITION, Question.CHARTER)
ENTERPRISE = (Question.COMMON_ENTERPRISE,)
