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
from contracts.vocabulary.asked import asked
from contracts.vocabulary.estimates import (
    CLOSED,
    PositiveAmount,
    PositiveEstimate,
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
from contracts.vocabulary.jobs import AidKind, JobsClaim, Multiplier, MultiplierKind, Survival
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
    "AidKind",
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
    "Survival",
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
class CarbonClaim:
    """Tonnes of CO2 equivalent a year; ``appraised`` says that a published appraisal exists."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    emitted_t_per_year: Annotated[
        PositiveEstimate | None,
        asked("Emitted.", {"low": 20, "central": 25, "high": 40}, unit="t CO2e a year"),
    ] = None
    avoided_t_per_year: Annotated[
        PositiveEstimate | None, asked("Avoided.", 5, unit="t CO2e a year")
    ] = None
    appraised: Annotated[bool | None, asked("Whether a carbon appraisal is published.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyClaim:
    """What the project does to the territory's technological and industrial potential.

    ``opens``, ``deepens`` and ``leaves`` name activities: those the project brings to the firms'
    communes, those it makes larger there, those that go.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    shared_asset_open_to_others: Annotated[
        bool | None, asked("Whether a shared asset is open to firms outside the group.")
    ] = None
    activity_leaves: Annotated[bool | None, asked("Whether an activity leaves the territory.")] = (
        None
    )
    transferred_out: Annotated[bool | None, asked("Whether a technology is transferred out.")] = (
        None
    )
    opens: Annotated[
        tuple[NafCode, ...],
        Field(max_length=limits.MAX_EVIDENCE),
        asked("Activities it brings to the firms' communes.", ["2822Z"]),
    ] = ()
    deepens: Annotated[
        tuple[NafCode, ...],
        Field(max_length=limits.MAX_EVIDENCE),
        asked("Activities it makes larger there.", ["1051C"]),
    ] = ()
    leaves: Annotated[
        tuple[NafCode, ...],
        Field(max_length=limits.MAX_EVIDENCE),
        asked("Activities that go.", ["1392Z"]),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEvidence:
    """One dated document that supports one anchor of the image scale."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    anchor: Annotated[ImageAnchor, asked("What the document shows.")]
    title: Annotated[
        ShortText, asked("Title of the document.", "Label granted to the cheese of Bray")
    ]
    source: Annotated[ShortText, asked("Who published it.", "INAO")]
    dated: Annotated[date, asked("Day of the document.", "2026-02-11")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market as the applicant defines it, with the firms' shares in per cent before and after."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    definition: Annotated[
        ShortText, asked("The market as you define it.", "Cheese with a label, France")
    ]
    source: Annotated[ShortText, asked("Where the shares come from.", "FranceAgriMer, 2025")]
    shares_before: Annotated[
        tuple[Percentage, ...],
        Field(min_length=1, max_length=limits.MAX_MARKET_SHARES),
        asked("Shares of all firms of the market before.", [20, 15, 10], unit="per cent"),
    ]
    shares_after: Annotated[
        tuple[Percentage, ...],
        Field(min_length=1, max_length=limits.MAX_MARKET_SHARES),
        asked("Shares of all firms of the market after.", [35, 10], unit="per cent"),
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

    prohibited: Annotated[
        bool | None, asked("Whether the competition authority has prohibited the operation.")
    ] = None
    market: Annotated[Market | None, asked("The market, its definition and the shares.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from; ``about`` points into the proposal."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    about: Annotated[Pointer, asked("JSON pointer to the figure.", "/jobs/gross")]
    kind: Annotated[SourceKind, asked("What kind of source it is.")]
    title: Annotated[
        ShortText, asked("The source in words.", "Business plan of the group, March 2026")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A territorial business project, as submitted.

    Whether its parts agree with each other (each firm once, no name that points to nobody) is
    judged by ``contracts.coherence``, so that every fault is reported at its own place.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    title: Annotated[
        ShortText, asked("What the project is called.", "Quatre PME exportent ensemble")
    ]
    kind: Annotated[ProjectKind, asked("Kind of project.")]
    territory: Annotated[TerritoryId, asked("Territory that is judged with it.", "fr-ze-2815")]
    starts_on: Annotated[
        date,
        Field(ge=limits.FIRST_START, le=limits.LAST_START),
        asked("Day on which it starts.", "2027-01-01"),
    ]
    horizon_years: Annotated[
        int,
        Field(ge=1, le=limits.MAX_HORIZON_YEARS),
        asked("Years over which its effects are counted.", 5, unit="years"),
    ]
    firms: Annotated[
        tuple[Firm, ...],
        Field(min_length=limits.MIN_FIRMS, max_length=limits.MAX_FIRMS),
        asked("Partner firms."),
    ]
    summary: Annotated[
        Text, asked("The project in a few sentences.", "One export manager for four firms.")
    ] = ""
    price_year: Annotated[
        Annotated[int, Field(ge=2023, le=2075)] | None,
        asked("Year of the prices.", 2026, unit="calendar year"),
    ] = None
    synergies: Annotated[
        tuple[Synergy, ...],
        Field(max_length=limits.MAX_SYNERGIES),
        asked("What sets of firms gain together."),
    ] = ()
    shared_cost: Annotated[
        SharedCost | None, asked("A function that is bought whole and shared.")
    ] = None
    jobs: Annotated[JobsClaim, asked("Effect on jobs.")] = field(default_factory=JobsClaim)
    carbon: Annotated[CarbonClaim, asked("Effect on greenhouse gases.")] = field(
        default_factory=CarbonClaim
    )
    technology: Annotated[
        TechnologyClaim, asked("Effect on the technological and industrial potential.")
    ] = field(default_factory=TechnologyClaim)
    image: Annotated[
        Annotated[tuple[ImageEvidence, ...], Field(max_length=limits.MAX_EVIDENCE)] | None,
        asked("Documents on the territory's image; empty: there are none."),
    ] = None
    concentration: Annotated[ConcentrationClaim, asked("Effect on competition.")] = field(
        default_factory=ConcentrationClaim
    )
    aid_requested: Annotated[
        PositiveAmount | None, asked("Aid asked for, over the whole project.", 120000, unit="EUR")
    ] = None
    sources: Annotated[
        tuple[Source, ...],
        Field(max_length=limits.MAX_SOURCES),
        asked("Where the figures come from."),
    ] = ()
    excluded_groups: Annotated[
        tuple[ExcludedGroup, ...],
        Field(max_length=limits.MAX_EXCLUDED_GROUPS),
        asked("Subgroups that may not act by themselves."),
    ] = ()
    partnership: Annotated[Partnership | None, asked("How the partners work together.")] = None
    export_group: Annotated[ExportGroupForm | None, asked("Questions to an export group.")] = None
    export_incubator: Annotated[
        ExportIncubatorForm | None, asked("Questions to an incubator of groups.")
    ] = None
    carrier: Annotated[
        CarrierForm | None, asked("Questions where a large firm carries others.")
    ] = None
    incubator: Annotated[IncubatorForm | None, asked("Questions to an incubator.")] = None
    aid: Annotated[WhenSaid[AidAsked], asked("Legal basis, use and division of the aid.")] = None
    glocal: Annotated[WhenSaid[Glocal], asked("Markets abroad, and ties to the territory.")] = None
    image_figures: Annotated[
        WhenSaid[Annotated[tuple[ImageFigure, ...], Field(max_length=limits.MAX_EVIDENCE)]],
        asked("Figures on the territory's image."),
    ] = None
