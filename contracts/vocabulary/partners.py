"""What firms declare to each other: themselves, their synergies, what they would share.

The players and the worths of the co-operative game; ``proposal.py`` puts them into a project.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
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

    id: FirmId
    name: ShortText
    naf: NafCode | None = None
    siren: Siren | None = None
    commune: CommuneCode | None = None
    staff: PositiveAmount | None = None
    own: SaidEstimate | None = None
    announced: Amount | None = None
    profile: FirmProfile | None = None
    enterprise: WhenSaid[Enterprise] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synergy:
    """What a set of firms gains together each year, in euros; a conflict is negative."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    between: Annotated[tuple[FirmId, ...], Field(min_length=2, max_length=limits.MAX_SYNERGY_SIZE)]
    yearly: SaidEstimate | None = None
    kind: SynergyKind = SynergyKind.OTHER
    what: ShortText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Full-time equivalents of the shared function that one firm needs."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: FirmId
    fte: Annotated[float, Field(allow_inf_nan=False, gt=0, le=1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCostRange:
    """How far the figures of a shared cost may be off; the central points are its own figures."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    full_time_cost: PositiveEstimate | None = None
    coordination_per_extra_member: PositiveEstimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCost:
    """A function bought whole and shared, such as an export manager.

    A group S pays ``full_time_cost * ceil(sum of needs)
    + coordination_per_extra_member * (|S| - 1)`` euros a year. Alone, a firm pays the same for
    itself or goes without, as ``if_alone`` says. ``range`` says how uncertain the two figures are.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    what: ShortText
    needs: Annotated[tuple[Need, ...], Field(min_length=1, max_length=limits.MAX_FIRMS)]
    full_time_cost: PositiveAmount
    if_alone: IfAlone
    coordination_per_extra_member: PositiveAmount = 0.0
    range: SharedCostRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedGroup:
    """A subgroup that law or contract forbids to act without the others of the project.

    Its members then have what their permitted smaller groups have, at best. It is exactly this set:
    a larger subgroup that holds it is another one.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    members: Annotated[tuple[FirmId, ...], Field(min_length=2, max_length=limits.MAX_SYNERGY_SIZE)]
    why: ExclusionKind
    what: ShortText | None = None
