"""The Win-Win-Win verdict: every firm wins, and the territory wins, or not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from contracts.vocabulary.assessment import Dimension, LevelRange
from contracts.vocabulary.estimates import CLOSED, Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.identifiers import FirmId, Pointer, Sha256
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.territory import TerritoryRef


class FirmLevel(StrEnum):
    """How the firms fare together (method, section 0, step 1)."""

    F0 = "F0"
    """The group gains nothing."""
    F1 = "F1"
    """The group gains, but no stable sharing lets every firm gain."""
    F2 = "F2"
    """Every firm gains under a sharing contract."""
    F3 = "F3"
    """Every firm gains with the announced results as they are."""


class TerritoryLevel(StrEnum):
    """How the territory fares (method, section 0, step 2)."""

    LOSES = "T-"
    INDIFFERENT = "T0"
    WINS = "T+"
    WINS_TWICE = "T++"


class VerdictLabel(StrEnum):
    """Cells of the lattice firms x territory, and the two ways of having no verdict."""

    WIN_WIN_WIN = "win_win_win"
    WIN_WIN = "win_win"
    WIN_WIN_LOSE = "win_win_lose"
    FRAGILE_WIN = "fragile_win"
    FRAGILE = "fragile"
    LOSE = "lose"
    SUBSIDY = "subsidy"
    NO_GAIN = "no_gain"
    LOSE_LOSE_LOSE = "lose_lose_lose"
    NOT_COMPUTABLE_YET = "not_computable_yet"
    """An answer without default is missing; ``Verdict.missing`` says which."""
    FIRMS_NOT_COMPUTED = "firms_not_computed"
    """More firms than a game can hold: only the territory's side was judged."""


class SharingRule(StrEnum):
    """Which sharing of the group's result is shown."""

    SHAPLEY = "shapley"
    NUCLEOLUS = "nucleolus"
    MAX_MIN = "max_min"


class Solution(StrEnum):
    """Rules by which a group's result can be shared, under their standard names."""

    SHAPLEY = "shapley"
    NUCLEOLUS = "nucleolus"
    PER_CAPITA_NUCLEOLUS = "per_capita_nucleolus"
    GATELY = "gately"
    TAU = "tau"
    NASH = "nash"


class Notion(StrEnum):
    """What is computed of a game besides its sharings; a large game has only some of them."""

    COST_OF_STABILITY = "cost_of_stability"
    NEEDED_AID = "needed_aid"
    LEAST_CORE = "least_core"
    PER_CAPITA_NUCLEOLUS = "per_capita_nucleolus"
    TAU = "tau"


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionShown:
    """What one rule would give: each firm's gain (euros a year, in the order of ``shares``).

    ``stable`` says whether no subgroup would do better apart; ``every_firm_wins`` whether each gain
    is above its threshold. They are two answers: a sharing may have one without the other.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    solution: Solution
    gains: tuple[float, ...]
    stable: bool
    every_firm_wins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedGroup:
    """A subgroup in the proof that no sharing is stable: its members, its weight, what it has
    over its members alone (euros a year).
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    members: tuple[FirmId, ...]
    weight: float
    surplus: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmShare:
    """One firm's line, euros a year: its result alone, what the shown sharing gives it, its gain
    (share minus alone), the gain above which it is said to win, and the transfer it receives
    (positive) or pays relative to what it announced, None when it announced nothing.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: FirmId
    name: str
    alone: float
    share: float
    gain: float
    threshold: float
    wins: bool
    transfer: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmsJudgement:
    """Do the firms win? ``gain`` is the group's yearly gain over staying alone, in euros.

    ``stable`` says whether the shown sharing is in the core. ``blocking`` is the subgroup that
    would rather leave when the core is empty; ``gets_nothing`` names firms that gain no more than
    the margin in every stable sharing. ``cost_of_stability`` and ``needed_aid`` are euros a year
    from outside: the first makes the group hold, the second also makes every firm win.

    ``solutions`` are the sharings by every rule that is defined for the game. ``proof`` is the
    balanced collection that shows that no sharing is stable: counted with their weights, every firm
    is in its subgroups exactly once, and they have more than the whole group. ``least_core`` is the
    least cost of leaving, euros a year, after which no subgroup leaves. ``not_computed`` names what
    is no longer computed for a group this large.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    level: FirmLevel
    worst: FirmLevel
    best: FirmLevel
    gain: Estimate
    rule: SharingRule
    stable: bool
    shares: tuple[FirmShare, ...]
    blocking: tuple[FirmId, ...] = ()
    gets_nothing: tuple[FirmId, ...] = ()
    cost_of_stability: float = 0.0
    needed_aid: float = 0.0
    solutions: tuple[SolutionShown, ...] = ()
    proof: tuple[WeightedGroup, ...] = ()
    least_core: float | None = None
    not_computed: tuple[Notion, ...] = ()


class Factor(StrEnum):
    """How close two firms are, each factor from 0, not at all, to 1, unless it says otherwise.

    The five proximities of Boschma (2005): cognitive, organisational, social, institutional and
    geographic.
    """

    NAF = "naf"
    SKILL = "skill"
    """From -1 to 1; related above 0."""
    TECHNOLOGY = "technology"
    CUSTOMERS = "customers"
    """Cosine of the shares by kind of customer: the same kind of customers."""
    CUSTOMER_OVERLAP = "customer_overlap"
    PRODUCT_OVERLAP = "product_overlap"
    SIZE_BALANCE = "size_balance"
    DISTANCE_KM = "distance_km"
    """Kilometres as the crow flies."""
    COGNITIVE = "cognitive"
    """Neither too little nor too much in common: 1 halfway."""
    ORGANISATIONAL = "organisational"
    SOCIAL = "social"
    INSTITUTIONAL = "institutional"
    GEOGRAPHIC = "geographic"


class Remark(StrEnum):
    """Whether a proximity is so little or so much that it may hurt."""

    TOO_LITTLE = "too_little"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorValue:
    """One factor of one pair; ``remark`` where a proximity may hurt by its amount."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    factor: Factor
    value: float
    remark: Remark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFactors:
    """What is known of two firms beside what they declared. It never becomes euros."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    between: tuple[FirmId, ...]
    factors: tuple[FactorValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFirm:
    """What a firm without a line of its own is called."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: FirmId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerJudgement:
    """The lower level of a two-level incubator: the firms inside one group, and their verdict.

    ``firms`` is None where an answer is missing; ``missing`` then says which, and ``named`` who the
    firms are.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    player: FirmId
    label: VerdictLabel
    firms: FirmsJudgement | None
    missing: tuple[Pointer, ...] = ()
    named: WhenSaid[tuple[NamedFirm, ...]] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionJudgement:
    """One dimension of the territory: its level, and the figure behind it where there is one."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    dimension: Dimension
    level: LevelRange
    figure: Estimate | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryJudgement:
    """Does the territory win? ``vetoes`` are the codes of what makes it lose centrally."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    level: TerritoryLevel
    worst: TerritoryLevel
    best: TerritoryLevel
    dimensions: tuple[DimensionJudgement, ...]
    vetoes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The combined verdict of one proposal revision, complete: a reader asks nobody anything.

    ``label`` is judged at the central values, ``necessary`` at the worst corner and ``possible``
    at the best one; these three are equal when nothing is uncertain. ``firms`` is None when the
    firm level could not be or was not computed; ``named`` then says who they are, in their order
    in the proposal. Everything needed to compute it again is named:
    method version, day of the parameters, hash of the inputs and of the territory data.

    ``questions`` are contradictions between what was declared and what is known of the firms, to be
    put to the applicant; ``feasibility`` answers the questions of the project's kind,
    ``partnership`` says how the group is made and how close its members work; ``pairs``
    are the factors behind them; ``inner`` the lower level of a two-level incubator. They change no
    level.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    label: VerdictLabel
    necessary: VerdictLabel
    possible: VerdictLabel
    under_contract: bool
    firms: FirmsJudgement | None
    territory: TerritoryJudgement
    territory_ref: TerritoryRef
    net_jobs: Estimate | None
    warnings: tuple[str, ...]
    missing: tuple[Pointer, ...]
    unknown: tuple[Pointer, ...]
    explanation: Claim
    method_version: str
    parameters_on: date
    inputs_sha256: Sha256
    questions: tuple[Claim, ...] = ()
    feasibility: tuple[Claim, ...] = ()
    partnership: tuple[Claim, ...] = ()
    pairs: tuple[PairFactors, ...] = ()
    inner: tuple[InnerJudgement, ...] = ()
    named: WhenSaid[tuple[NamedFirm, ...]] = None


def firm_names(judged: Verdict | InnerJudgement) -> dict[FirmId, str]:
    """What the firms are called, by their ids, in their order in the proposal."""
    firms = judged.named or () if judged.firms is None else judged.firms.shares
    return {each.firm: each.name for each in firms}
