"""The milieu of a territory: its relays, what an inquiry found, and whom to ask for a need."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.funded import FundedProject
from contracts.vocabulary.identifiers import CommuneCode, EpciCode, RelayId
from contracts.vocabulary.limits import MAX_COMMUNES, MAX_RELAYS
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.text import ShortText

Competence = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
"""What a relay is competent for, in one word: ``export``, ``financing``."""

Mandate = Annotated[
    str,
    StringConstraints(
        pattern=r"^(commune:\w{5}|epci:\d{9}|department:(2[AB]|\d{2,3})|country:fr)$"
    ),
]
"""Where a relay has to answer: ``epci:200023414``, ``country:fr``."""

Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A line that may be empty."""

Figure = Annotated[int, Field(ge=0, le=1_000_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]
MAX_ENTRIES = 200


class RelayKind(StrEnum):
    """The kinds of relay that the paper lists (section 2.1), with incubators and carriers."""

    CHAMBER = "chamber"
    FOREIGN_TRADE_OFFICE = "foreign_trade_office"
    FOREIGN_TRADE_ADVISER = "foreign_trade_adviser"
    EXPORT_CLUB = "export_club"
    CREDIT_INSURER = "credit_insurer"
    FORWARDER = "forwarder"
    TRADING_FIRM = "trading_firm"
    BANK = "bank"
    TRAINING = "training"
    LABORATORY = "laboratory"
    PORT_OR_AIRPORT = "port_or_airport"
    CERTIFIED_FIRM = "certified_firm"
    MULTINATIONAL = "multinational"
    FOREIGN_COMMUNITY = "foreign_community"
    INCUBATOR = "incubator"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """One relay. ``function`` is a named post, not a person; ``network``, ``country`` and
    ``since`` are its external link, empty where it has none; ``source`` says where the entry comes
    from and ``checked_on`` the day somebody last looked.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: RelayId
    kind: RelayKind
    name: ShortText
    function: Line
    competences: Annotated[tuple[Competence, ...], Field(min_length=1, max_length=40)]
    mandate: Annotated[tuple[Mandate, ...], Field(min_length=1, max_length=100)]
    commune: CommuneCode
    address: Line
    opening: Line
    phone: Line
    network: Line
    country: Line
    since: Line
    source: ShortText
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Every relay that a territory knows of."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    relays: Annotated[tuple[Relay, ...], Field(min_length=1, max_length=MAX_RELAYS)]

    def __post_init__(self) -> None:
        ids = [relay.id for relay in self.relays]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"relays {', '.join(twice)} stand there twice: keep one of each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A commune where somebody may stand. ``precision`` is ``commune``, ``department`` where the
    coordinates are only the middle of the department, or empty when there are none.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: CommuneCode
    name: ShortText
    department: str
    epci: EpciCode | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRelay:
    """A relay to ask, with why it was chosen: ``level`` of its mandate (``none`` where it has
    none over the place), distance (None when unknown) and how precise that is.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    relay: Relay
    level: str
    km: float | None
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhomToAsk:
    """The relays for a need and a place, best first and never none. ``competent`` is False where
    nobody in the directory is competent for the need: then those with the narrowest mandate over
    the place are named. ``place`` is None when it is not known.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    need: Competence
    place: Spot | None
    competent: bool
    relays: tuple[NamedRelay, ...]


class Question(StrEnum):
    """What an inquiry asks about the milieu: what cannot be counted (the paper, section 2.1)."""

    NEW_RELAYS = "new_relays"
    NEW_PROJECTS = "new_projects"
    RENEWED_PRACTICES = "renewed_practices"
    SHARED_AIMS = "shared_aims"
    COORDINATING_BODY = "coordinating_body"
    NAMED_COALITION = "named_coalition"
    CHARTER = "charter"
    COMMON_ENTERPRISE = "common_enterprise"


class Answer(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ResourceKind(StrEnum):
    """Generic resources can be had anywhere at a price; specific ones exist only here."""

    GENERIC = "generic"
    SPECIFIC = "specific"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswer:
    """One answer with its source and day; ``said`` holds the words or names the body."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    question: Question
    answer: Answer
    said: Line = ""
    source: ShortText
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: ShortText
    kind: ResourceKind
    source: ShortText
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JointProject:
    """A project that several institutions carry; ``funded`` ones are those the authority paid
    for: what was funded yesterday is a tie of the milieu today.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: ShortText
    institutions: Annotated[tuple[RelayId, ...], Field(min_length=2, max_length=40)]
    funded: bool
    source: ShortText
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalLink:
    """A tie to the world outside: of whom, to which network, in which country, since when."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    of: ShortText
    network: ShortText
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    since: Annotated[int, Field(ge=1000, le=2100)] | None = None
    source: ShortText
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What an inquiry found about a milieu. A question without an answer is unknown."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    title: ShortText
    source: ShortText
    dated: date
    answers: Annotated[tuple[SurveyAnswer, ...], Field(max_length=len(Question))] = ()
    resources: Annotated[tuple[Resource, ...], Field(max_length=MAX_ENTRIES)] = ()
    projects: Annotated[tuple[JointProject, ...], Field(max_length=MAX_ENTRIES)] = ()
    links: Annotated[tuple[ExternalLink, ...], Field(max_length=MAX_ENTRIES)] = ()

    def __post_init__(self) -> None:
        asked = [each.question for each in self.answers]
        if len(asked) > len(set(asked)):
            raise ValueError("a question of the survey is answered twice: keep one answer of each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The network of institutions tied by joint projects: density and largest connected part."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    institutions: Figure
    ties: Figure
    density: Share
    largest_part: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Milieu:
    """What is known of a milieu. ``density`` is relays per thousand establishments (None without
    establishments), ``diversity`` the evenness over all kinds of relay (0 to 1), ``missing`` the
    kinds that are not here. ``interaction`` is None until joint projects are known. ``funded`` are
    the projects that the authority decided to fund, None until it says.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    relays: tuple[Relay, ...] = ()
    places: Annotated[tuple[Spot, ...], Field(max_length=MAX_COMMUNES + MAX_RELAYS)] = ()
    establishments: Figure
    density: float | None
    diversity: float
    missing: tuple[RelayKind, ...]
    interaction: Interaction | None = None
    survey: Survey | None = None
    funded: WhenSaid[tuple[FundedProject, ...]] = None
