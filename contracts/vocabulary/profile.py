"""How close the firms of a project are: what they say of their markets, places and habits.

None of it becomes euros: it suggests pairs, checks declarations and raises questions.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import FirmId
from contracts.vocabulary.text import ShortText

Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]
Rating = Annotated[int, Field(ge=1, le=5)]

_SHARES_EXCEED = 1.005
"""Shares are written rounded, so many of them may add up to a little more than 1."""


class Mechanism(StrEnum):
    """Mintzberg's ways of coordinating work, from the one that needs most proximity (the paper's
    figure 1) to the one that bears most distance.
    """

    MUTUAL_ADJUSTMENT = "mutual_adjustment"
    DIRECT_SUPERVISION = "direct_supervision"
    STANDARD_PROCESSES = "standard_processes"
    STANDARD_RESULTS = "standard_results"
    STANDARD_SKILLS = "standard_skills"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a whole, by name: the same name means the same market, range or technology."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: Annotated[
        ShortText, asked("Name of the part; the same name is the same part.", "Cheese shops")
    ]
    share: Annotated[Share, asked("Its share of the whole.", 0.4, unit="share from 0 to 1")]


Parts = Annotated[tuple[Part, ...], Field(max_length=limits.MAX_PARTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a firm is, in degrees (WGS 84)."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    latitude: Annotated[
        float,
        Field(allow_inf_nan=False, ge=-90, le=90),
        asked("Latitude (WGS 84).", 49.44, unit="degrees"),
    ]
    longitude: Annotated[
        float,
        Field(allow_inf_nan=False, ge=-180, le=180),
        asked("Longitude (WGS 84).", 1.1, unit="degrees"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmProfile:
    """What a firm says of itself: shares of turnover by kind of customer and by product range,
    shares of its technologies, its place, the group it belongs to, its clusters, labels, chambers.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    customers: Annotated[Parts, asked("Turnover by kind of customer.")] = ()
    products: Annotated[Parts, asked("Turnover by range of products.")] = ()
    technologies: Annotated[Parts, asked("Its technologies.")] = ()
    place: Annotated[Place | None, asked("Where the firm is.")] = None
    corporate_group: Annotated[
        ShortText | None, asked("The group of companies it belongs to.", "Groupe du Bray")
    ] = None
    networks: Annotated[
        Annotated[tuple[ShortText, ...], Field(max_length=limits.MAX_PARTS)] | None,
        asked("Clusters, labels and chambers; empty: none.", ["Normandie Agro"]),
    ] = None

    def __post_init__(self) -> None:
        for name in ("customers", "products", "technologies"):
            total = sum(part.share for part in getattr(self, name))
            if total > _SHARES_EXCEED:
                raise ValueError(f"shares of {name} add up to {total:g}, more than 1: check them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What two firms have done together before."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    between: Annotated[
        tuple[FirmId, ...],
        Field(min_length=2, max_length=2),
        asked("Ids of the two firms.", ["laiterie-bray", "biscuits-caux"]),
    ]
    past_projects: Annotated[
        Annotated[int, Field(ge=0, le=1000)] | None,
        asked("Projects they have done together.", 2, unit="projects"),
    ] = None
    contract: Annotated[bool | None, asked("Whether a contract binds them.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProximityMix:
    """The paper's six proximities (its table 1), each from 1, distant, to 5, close."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    spatial: Annotated[
        Rating | None, asked("Nearness in space.", 4, unit="1, distant, to 5, close")
    ] = None
    hierarchical: Annotated[
        Rating | None, asked("Nearness of ranks.", 4, unit="1, distant, to 5, close")
    ] = None
    intra_functional: Annotated[
        Rating | None, asked("Nearness of trades.", 4, unit="1, distant, to 5, close")
    ] = None
    coordination: Annotated[
        Rating | None,
        asked("Nearness of the ways of coordinating.", 4, unit="1, distant, to 5, close"),
    ] = None
    information_systems: Annotated[
        Rating | None, asked("Nearness of information systems.", 4, unit="1, distant, to 5, close")
    ] = None
    temporal: Annotated[
        Rating | None, asked("Nearness in time.", 4, unit="1, distant, to 5, close")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """How the partners work together."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    mechanism: Annotated[Mechanism | None, asked("How the work is coordinated.")] = None
    mix: Annotated[ProximityMix | None, asked("The six proximities of the partners.")] = None
    relations: Annotated[
        tuple[Relation, ...],
        Field(max_length=limits.MAX_SYNERGIES),
        asked("What pairs of firms have done together before."),
    ] = ()
