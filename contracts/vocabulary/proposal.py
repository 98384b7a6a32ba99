"""What a partner submits: a project of several firms on one territory.

``None`` always means *not said*. It widens the interval of the verdict; it never silently
becomes zero, and it never blocks the submission.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.aid import AidAsked
from contracts.vocabulary.estimates import (
    CLOSED,
    PositiveAmount,
    PositiveEstimate,
    ShareEstimate,
)
from contracts.vocabulary.forms import (
    CarrierForm,
    ExportGroupForm,
    ExportIncubatorForm,
    IncubatorForm,
)
from contracts.vocabulary.glocal import Glocal
from contracts.vocabulary.identifiers import NafCode, Pointer, TerritoryId
from contracts.vocabulary.image import ImageFigure
from contracts.vocabulary.partners import (
    ExcludedGroup,
    ExclusionKind,
    Firm,
    IfAlone,
    Need,
    SharedCost,
    SharedCostRange,
    Synergy,
    SynergyKind,
)
from contracts.vocabulary.profile import Partnership
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.text import ShortText, Text

__all__ = [
    "CarbonClaim",
    "ConcentrationClaim",
    "ExcludedGroup",
    "ExclusionKind",
    "Firm",
    "IfAlone",
    "ImageAnchor",
    "ImageEvidence",
    "JobsClaim",
    "Market",
    "Multiplier",
    "MultiplierKind",
    "Need",
    "Percentage",
    "ProjectKind",
    "Proposal",
    "SharedCost",
    "SharedCostRange",
    "ShortText",
    "Source",
    "SourceKind",
    "Synergy",
    "SynergyKind",
    "TechnologyClaim",
    "Text",
]


Percentage = Annotated[float, Field(allow_inf_nan=False, ge=0, le=100)]

MAX_SHARE_SUM = 100.5
"""Per cent. Shares are published rounded, so many of them may add up to a little more than 100."""


class ProjectKind(StrEnum):
    """The paper's kinds of project, and the plain one."""

    EXPORT_GROUP = "export_group"
    EXPORT_INCUBATOR = "export_incubator"
    INCUBATOR = "incubator"
    SHARED_MANAGER = "shared_manager"
    CARRIER = "carrier"
    MULTI_FIRM = "multi_firm"


class MultiplierKind(StrEnum):
    """``composite`` multiplies the jobs; ``local`` adds jobs per job, M = 1 + value."""

    COMPOSITE = "composite"
    LOCAL = "local"


class ImageAnchor(StrEnum):
    """Anchors of the image scale (method, section 5); the level of each is a parameter."""

    DOCUMENTED_DAMAGE = "documented_damage"
    ORGANISED_OPPOSITION = "organised_opposition"
    TERRITORY_NAME_USED_OUTSIDE = "territory_name_used_outside"
    CERTIFIED_THIRD_OF_MEMBERS = "certified_third_of_members"
    STAND_UNDER_TERRITORY_NAME = "stand_under_territory_name"
    LABEL_GRANTED = "label_granted"
    CITED_BY_OUTSIDE_FIRMS = "cited_by_outside_firms"
    RECURRENT_INTERNATIONAL_EVENT = "recurrent_international_event"


class SourceKind(StrEnum):
    PUBLISHED = "published"
    DECLARED = "declared"
    ILLUSTRATION = "illustration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    kind: MultiplierKind
    value: PositiveEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """How many supported firms live on after some years, and how many would anyway (shares).

    What survives anyway over what survives with support is the deadweight of an incubator.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    supported: ShareEstimate
    reference: ShareEstimate
    years: Annotated[int, Field(ge=1, le=limits.MAX_HORIZON_YEARS)]
    source: ShortText

    def __post_init__(self) -> None:
        if self.supported.low <= 0:
            raise ValueError("supported survival must be above 0: nothing survived to be counted")


class AidKind(StrEnum):
    """What the aid is for; each has published central values of the additionality chain."""

    LOCAL_GROWTH = "local_growth"
    EMPLOYMENT_AND_SKILLS = "employment_and_skills"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsClaim:
    """Jobs in full-time equivalents at the end of the horizon, and how many are additional.

    ``deadweight`` (share that would have come anyway), ``survival`` (from which it follows) and
    ``reference_jobs`` (net jobs of the reference case) are three ways to say one thing: giving
    two is refused. Where ``gross`` counts people, ``full_time_share`` says how many full-time
    equivalents one of them is. ``permanent_share`` is shown and changes no figure.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    gross: PositiveEstimate | None = None
    tradable: bool | None = None
    deadweight: ShareEstimate | None = None
    reference_jobs: PositiveEstimate | None = None
    survival: Survival | None = None
    aid_kind: AidKind | None = None
    full_time_share: ShareEstimate | None = None
    permanent_share: ShareEstimate | None = None
    displacement: ShareEstimate | None = None
    leakage: ShareEstimate | None = None
    substitution: ShareEstimate | None = None
    multiplier: Multiplier | None = None
    destroyed: PositiveEstimate | None = None

    def __post_init__(self) -> None:
        if self.deadweight is not None and self.reference_jobs is not None:
            raise ValueError(
                "deadweight and reference_jobs both say what would have come anyway: give only one"
            )
        if self.survival is not None and (self.deadweight or self.reference_jobs) is not None:
            raise ValueError(
                "survival says what would have come anyway, as deadweight and reference_jobs do: "
                "give only one"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonClaim:
    """Tonnes of CO2 equivalent a year; ``appraised`` says that a published appraisal exists."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    emitted_t_per_year: PositiveEstimate | None = None
    avoided_t_per_year: PositiveEstimate | None = None
    appraised: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyClaim:
    """What the project does to the territory's technological and industrial potential.

    ``opens``, ``deepens`` and ``leaves`` name activities: those the project brings to the firms'
    communes, those it makes larger there, those that go.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    shared_asset_open_to_others: bool | None = None
    activity_leaves: bool | None = None
    transferred_out: bool | None = None
    opens: Annotated[tuple[NafCode, ...], Field(max_length=limits.MAX_EVIDENCE)] = ()
    deepens: Annotated[tuple[NafCode, ...], Field(max_length=limits.MAX_EVIDENCE)] = ()
    leaves: Annotated[tuple[NafCode, ...], Field(max_length=limits.MAX_EVIDENCE)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEvidence:
    """One dated document that supports one anchor of the image scale."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    anchor: ImageAnchor
    title: ShortText
    source: ShortText
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market as the applicant defines it, with the firms' shares in per cent before and after."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    definition: ShortText
    source: ShortText
    shares_before: Annotated[
        tuple[Percentage, ...], Field(min_length=1, max_length=limits.MAX_MARKET_SHARES)
    ]
    shares_after: Annotated[
        tuple[Percentage, ...], Field(min_length=1, max_length=limits.MAX_MARKET_SHARES)
    ]

    def __post_init__(self) -> None:
        for name, shares in (
            ("shares_before", self.shares_before),
            ("shares_after", self.shares_after),
        ):
            if sum(shares) > MAX_SHARE_SUM:
                raise ValueError(f"{name} add up to {sum(shares):g} %, more than 100 %: check them")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationClaim:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    prohibited: bool | None = None
    market: Market | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from; ``about`` points into the proposal."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    about: Pointer
    kind: SourceKind
    title: ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A territorial business project, as submitted.

    Whether its parts agree with each other (each firm once, no name that points to nobody) is
    judged by ``contracts.coherence``, so that every fault is reported at its own place.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    title: ShortText
    kind: ProjectKind
    territory: TerritoryId
    starts_on: Annotated[date, Field(ge=limits.FIRST_START, le=limits.LAST_START)]
    horizon_years: Annotated[int, Field(ge=1, le=limits.MAX_HORIZON_YEARS)]
    firms: Annotated[
        tuple[Firm, ...], Field(min_length=limits.MIN_FIRMS, max_length=limits.MAX_FIRMS)
    ]
    summary: Text = ""
    price_year: Annotated[int, Field(ge=2023, le=2075)] | None = None
    synergies: Annotated[tuple[Synergy, ...], Field(max_length=limits.MAX_SYNERGIES)] = ()
    shared_cost: SharedCost | None = None
    jobs: JobsClaim = field(default_factory=JobsClaim)
    carbon: CarbonClaim = field(default_factory=CarbonClaim)
    technology: TechnologyClaim = field(default_factory=TechnologyClaim)
    image: Annotated[tuple[ImageEvidence, ...], Field(max_length=limits.MAX_EVIDENCE)] | None = None
    concentration: ConcentrationClaim = field(default_factory=ConcentrationClaim)
    aid_requested: PositiveAmount | None = None
    sources: Annotated[tuple[Source, ...], Field(max_length=limits.MAX_SOURCES)] = ()
    excluded_groups: Annotated[
        tuple[ExcludedGroup, ...], Field(max_length=limits.MAX_EXCLUDED_GROUPS)
    ] = ()
    partnership: Partnership | None = None
    export_group: ExportGroupForm | None = None
    export_incubator: ExportIncubatorForm | None = None
    carrier: CarrierForm | None = None
    incubator: IncubatorForm | None = None
    aid: WhenSaid[AidAsked] = None
    glocal: WhenSaid[Glocal] = None
    image_figures: WhenSaid[
        Annotated[tuple[ImageFigure, ...], Field(max_length=limits.MAX_EVIDENCE)]
    ] = None
