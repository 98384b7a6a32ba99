"""What every game is asked, whatever its size: parameters, thresholds, the form of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import Firm
from contracts.vocabulary.verdict import FirmLevel, Notion, SharingRule

MARGIN = "firms.margin"
MARGIN_SHARE = "firms.margin_share"
TOLERANCE = "firms.tolerance"
RELATIVE_TOLERANCE = "firms.relative_tolerance"
ANNOUNCED_TOLERANCE = "firms.announced_tolerance"
FULL_TIME_TOLERANCE = "firms.full_time_tolerance"
SEARCH_NODES = "firms.search_nodes"


class Game(Protocol):
    """What a game of any size tells."""

    @property
    def firms(self) -> tuple[Firm, ...]:
        """The players in canonical order."""

    @property
    def own(self) -> tuple[Estimate, ...]:
        """Each one's result alone."""

    @property
    def alone(self) -> tuple[float, ...]:
        """The same at the central point, less what a shared function costs it alone."""

    @property
    def worth(self) -> float:
        """What all have together at the central point."""

    @property
    def synergies(self) -> tuple[float, float, float]:
        """The sum of what was declared, at three points."""

    @property
    def saved(self) -> float:
        """What a shared function saves all of them."""

    @property
    def group(self) -> tuple[float, float, float]:
        """What all have together over each alone, at three points."""

    @property
    def excluded(self) -> int:
        """How many subgroups may not act by themselves."""


@dataclass(frozen=True, slots=True)
class FirmsParameters:
    """The day's values for the firms' side, euros a year."""

    margin: float
    margin_share: float
    tolerance: float
    relative_tolerance: float
    announced_tolerance: float
    full_time_tolerance: float
    search_nodes: int
    decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "FirmsParameters":
        return cls(
            margin=sheet.number(MARGIN),
            margin_share=sheet.number(MARGIN_SHARE),
            tolerance=sheet.number(TOLERANCE),
            relative_tolerance=sheet.number(RELATIVE_TOLERANCE),
            announced_tolerance=sheet.number(ANNOUNCED_TOLERANCE),
            full_time_tolerance=sheet.number(FULL_TIME_TOLERANCE),
            search_nodes=int(sheet.number(SEARCH_NODES)),
            decimals=int(sheet.number("rounding.euros")),
        )

    @property
    def unit(self) -> float:
        """The least difference that is shown: one euro."""
        return 10.0**-self.decimals

    def tolerance_for(self, largest: float) -> float:
        """An objection too small to be one, among surpluses as large as ``largest``."""
        return max(self.tolerance, self.relative_tolerance * largest)

    def announced_gains(self, game: Game) -> list[float] | None:
        """What each firm announced it gains, None when one announced nothing."""
        gains = []
        for firm, alone in zip(game.firms, game.alone, strict=True):
            if firm.announced is None:
                return None
            gains.append(firm.announced - alone)
        return gains


@dataclass(frozen=True, slots=True)
class Sharing:
    """One sharing of the group's surplus: the rule, each firm's gain, whether it is in the core."""

    rule: SharingRule
    gains: list[float]
    stable: bool


@dataclass(frozen=True, slots=True)
class FirmsLevel:
    """What the game says, in canonical order of firms.

    ``thresholds`` are the central ones. ``blocking``, ``gets_nothing`` and the members in ``proof``
    are positions of firms; a subgroup in ``proof`` comes with its weight and its surplus.
    ``tolerance`` is the difference that was not one among these figures.
    """

    level: FirmLevel
    worst: FirmLevel
    best: FirmLevel
    surplus: tuple[float, float, float]
    thresholds: list[float]
    sharing: Sharing
    tolerance: float
    blocking: tuple[int, ...] = ()
    objection: float = 0.0
    gets_nothing: tuple[int, ...] = ()
    cost_of_stability: float = 0.0
    needed_aid: float = 0.0
    proof: tuple[tuple[tuple[int, ...], float, float], ...] = ()
    not_computed: tuple[Notion, ...] = ()


def wins(gains: Sequence[float], thresholds: Sequence[float], p: FirmsParameters) -> bool:
    """Whether every gain, as it is shown, is above its threshold."""
    decimals = p.decimals
    for gain, threshold in zip(gains, thresholds, strict=True):
        if round(gain, decimals) <= threshold:
            return False
    return True


def thresholds_of(own: tuple[Estimate, ...], p: FirmsParameters) -> list[list[float]]:
    """The gains above which each firm is said to win, at the worst, central and best points."""
    worst, central, best = [], [], []
    for result in own:
        threshold = _threshold(abs(result.central), p)
        central.append(threshold)
        if result.certain:
            worst.append(threshold)
            best.append(threshold)
        else:
            worst.append(_threshold(max(-result.low, result.high), p))
            best.append(_threshold(_smallest(result), p))
    return [worst, central, best]


def _threshold(size_of_result: float, p: FirmsParameters) -> float:
    share = p.margin_share * size_of_result
    return round(max(p.margin, share), p.decimals)


def _smallest(own: Estimate) -> float:
    return 0.0 if own.low <= 0 <= own.high else min(abs(own.low), abs(own.high))
