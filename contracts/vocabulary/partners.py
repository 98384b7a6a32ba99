"""What firms declare to each other: themselves, their synergies, what they would share.

The players and the worths of the co-operative game; ``proposal.py`` puts them into a project.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
from contracts.vocabulary.enterprise import Enterprise
from contracts.vocabulary.estimates import (
    CLOSED,
    Amount,
    PositiveAmount,
    PositiveEstimate,
    SaidEstimate,
)
from contracts.vocabulary.identifiers import CommuneCode, FirmId, NafCode, Siren
from contracts.vocabulary.profile import FirmProfile
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.text import ShortText


class SynergyKind(StrEnum):
    PROSPECTING = "prospecting"
    PURCHASING = "purchasing"
    PRODUCTION = "production"
    RESEARCH = "research"
    LOGISTICS = "logistics"
    SKILLS = "skills"
    CARRIAGE = "carriage"
    CONFLICT = "conflict"
    OTHER = "other"


class IfAlone(StrEnum):
    """What a firm outside the group does about the shared function."""

    PAYS_ITS_OWN = "pays_its_own"
    GOES_WITHOUT = "goes_without"


class ExclusionKind(StrEnum):
    """Why a subgroup may not act by itself."""

    LAW = "law"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A partner firm. ``own`` is its yearly result alone and ``announced`` its yearly result
    inside the project before any transfer: both totals, in euros, on the same footing.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: Annotated[FirmId, asked("Name of the firm inside this proposal.", "laiterie-bray")]
    name: Annotated[ShortText, asked("Name of the firm.", "Laiterie du Bray")]
    naf: Annotated[
        NafCode | None, asked("Activity: sub-class of NAF rev. 2 without its dot.", "1051C")
    ] = None
    siren: Annotated[Siren | None, asked("SIREN of the firm, nine digits.", "732829320")] = None
    commune: Annotated[
        CommuneCode | None, asked("INSEE code of its commune, not the post code.", "76540")
    ] = None
    staff: Annotated[
        PositiveAmount | None,
        asked("Staff at the end of the last year.", 12, unit="full-time equivalents"),
    ] = None
    own: Annotated[
        SaidEstimate | None,
        asked(
            "Yearly result alone, without the project.",
            {"low": 20000, "central": 30000, "high": 35000},
            unit="EUR a year",
        ),
    ] = None
    announced: Annotated[
        Amount | None,
        asked("Yearly result inside the project, before any transfer.", 38000, unit="EUR a year"),
    ] = None
    profile: Annotated[
        FirmProfile | None, asked("Customers, ranges, technologies, place and ties.")
    ] = None
    enterprise: Annotated[
        WhenSaid[Enterprise],
        asked("Accounts, related enterprises and past aid; a business secret."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synergy:
    """What a set of firms gains together each year, in euros; a conflict is negative."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    between: Annotated[
        tuple[FirmId, ...],
        Field(min_length=2, max_length=limits.MAX_SYNERGY_SIZE),
        asked("Ids of the firms that gain together.", ["laiterie-bray", "biscuits-caux"]),
    ]
    yearly: Annotated[
        SaidEstimate | None,
        asked(
            "What they gain together; negative for a conflict.",
            {"low": 8000, "central": 12000, "high": 15000},
            unit="EUR a year",
        ),
    ] = None
    kind: Annotated[SynergyKind, asked("Where the gain comes from.")] = SynergyKind.OTHER
    what: Annotated[
        ShortText | None, asked("The gain in words.", "One stand for two at the same fair")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Full-time equivalents of the shared function that one firm needs."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: Annotated[FirmId, asked("Id of the firm.", "laiterie-bray")]
    fte: Annotated[
        float,
        Field(allow_inf_nan=False, gt=0, le=1000),
        asked("What it needs of the shared function.", 0.25, unit="full-time equivalents"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCostRange:
    """How far the figures of a shared cost may be off; the central points are its own figures."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    full_time_cost: Annotated[
        PositiveEstimate | None,
        asked(
            "How far the cost of one post may be off.",
            {"low": 58000, "central": 62000, "high": 68000},
            unit="EUR a year",
        ),
    ] = None
    coordination_per_extra_member: Annotated[
        PositiveEstimate | None,
        asked(
            "How far the cost of coordination may be off.",
            {"low": 800, "central": 1000, "high": 1500},
            unit="EUR a year",
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCost:
    """A function bought whole and shared, such as an export manager.

    A group S pays ``full_time_cost * ceil(sum of needs)
    + coordination_per_extra_member * (|S| - 1)`` euros a year. Alone, a firm pays the same for
    itself or goes without, as ``if_alone`` says. ``range`` says how uncertain the two figures are.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    what: Annotated[ShortText, asked("The function that is shared.", "Export manager")]
    needs: Annotated[
        tuple[Need, ...],
        Field(min_length=1, max_length=limits.MAX_FIRMS),
        asked("What each firm needs of it."),
    ]
    full_time_cost: Annotated[
        PositiveAmount, asked("Cost of one full-time post.", 62000, unit="EUR a year")
    ]
    if_alone: Annotated[IfAlone, asked("What a firm outside the group does.")]
    coordination_per_extra_member: Annotated[
        PositiveAmount,
        asked("Cost of coordination for each member beyond the first.", 1000, unit="EUR a year"),
    ] = 0.0
    range: Annotated[SharedCostRange | None, asked("How far both figures may be off.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedGroup:
    """A subgroup that law or contract forbids to act without the others of the project.

    Its members then have what their permitted smaller groups have, at best. It is exactly this set:
    a larger subgroup that holds it is another one.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    members: Annotated[
        tuple[FirmId, ...],
        Field(min_length=2, max_length=limits.MAX_SYNERGY_SIZE),
        asked(
            "Ids of the firms that may not act without the others.",
            ["laiterie-bray", "biscuits-caux"],
        ),
    ]
    why: Annotated[ExclusionKind, asked("What forbids it.")]
    what: Annotated[
        ShortText | None, asked("The law or contract.", "Exclusive distribution until 2028")
    ] = None
