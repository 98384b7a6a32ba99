"""The Win-Win-Win verdict: every firm wins, and the territory wins, or not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from contracts.vocabulary.assessment import Dimension, LevelRange
from contracts.vocabulary.estimates import CLOSED, Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.identifiers import FirmId, Pointer, Sha256
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
    firm level could not be or was not computed. Everything needed to compute it again is named:
    method version, day of the parameters, hash of the inputs and of the territory data.
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
