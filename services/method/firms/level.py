"""The firm level F0 to F3: does every firm win, and does the group hold?

* F0 the group gains nothing;
* F1 it gains, but no stable sharing lets every firm gain more than the margin: the core is empty,
  or somebody gets nothing in all of it;
* F2 such a sharing exists: the firms win under a sharing contract;
* F3 the announced results already are one.

A gain counts above ``max(500 EUR, 1 % of the result alone)`` a year. At the worst corner every
synergy is at its low end and every margin at the largest result of its interval; at the best
corner the reverse. Adding non-negative synergies to a non-empty core keeps it non-empty, so the
level at the corners bounds the levels in between. F3 is a statement about announced figures,
which have no interval: it is judged at the central point only, and a corner apart from the
central point counts as F2 (the same row of the lattice).
"""

from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.verdict import FirmLevel, SharingRule
from services.method.figures import rounded
from services.method.firms.coalitions import Array
from services.method.firms.game import FirmsGame
from services.method.firms.programs import most_for
from services.method.firms.solutions import (
    cost_of_stability,
    in_core,
    max_min_core_point,
    needed_aid,
    nucleolus,
)

MARGIN = "firms.margin"
MARGIN_SHARE = "firms.margin_share"
TOLERANCE = "firms.tolerance"
ANNOUNCED_TOLERANCE = "firms.announced_tolerance"
FULL_TIME_TOLERANCE = "firms.full_time_tolerance"

_WORST, _CENTRAL, _BEST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class FirmsParameters:
    """The day's values for the firms' side, euros a year."""

    margin: float
    margin_share: float
    tolerance: float
    announced_tolerance: float
    full_time_tolerance: float
    decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "FirmsParameters":
        return cls(
            margin=sheet.number(MARGIN),
            margin_share=sheet.number(MARGIN_SHARE),
            tolerance=sheet.number(TOLERANCE),
            announced_tolerance=sheet.number(ANNOUNCED_TOLERANCE),
            full_time_tolerance=sheet.number(FULL_TIME_TOLERANCE),
            decimals=int(sheet.number("rounding.euros")),
        )

    @property
    def unit(self) -> float:
        """The least difference that is shown: one euro."""
        return 10.0**-self.decimals


@dataclass(frozen=True, slots=True)
class Sharing:
    """One sharing of the group's surplus: the rule, each firm's gain, whether it is in the core."""

    rule: SharingRule
    gains: list[float]
    stable: bool


@dataclass(frozen=True, slots=True)
class FirmsLevel:
    """What the game says, in canonical order of firms.

    ``thresholds`` are the central ones. ``blocking`` and ``gets_nothing`` are positions of firms.
    """

    level: FirmLevel
    worst: FirmLevel
    best: FirmLevel
    surplus: tuple[float, float, float]
    thresholds: list[float]
    sharing: Sharing
    blocking: tuple[int, ...] = ()
    objection: float = 0.0
    gets_nothing: tuple[int, ...] = ()
    cost_of_stability: float = 0.0
    needed_aid: float = 0.0


def firms_level(game: FirmsGame, p: FirmsParameters) -> FirmsLevel:
    """Judge the game at its three points. Linear programs only where Shapley does not settle it."""
    points = _Points(game, p)
    level = worst = best = points.level(_CENTRAL)
    if not game.certain:
        worst = points.level(_WORST) if level is not FirmLevel.F0 else FirmLevel.F0
        best = points.level(_BEST) if level is not FirmLevel.F2 else FirmLevel.F2
    if level is FirmLevel.F2:
        sharing = _sharing(points)
        if _announced_already(game, points, p):
            level = FirmLevel.F3
            if game.certain:
                worst = best = level
        return FirmsLevel(level, worst, best, points.group, points.thresholds[_CENTRAL], sharing)

    surplus = game.surplus[_CENTRAL]
    missing = cost_of_stability(surplus)
    blocking: tuple[int, ...] = ()
    gets_nothing: tuple[int, ...] = ()
    objection = 0.0
    if missing > p.tolerance:
        blocking, objection = _blocking(points.excess[_CENTRAL], p)
    else:
        gets_nothing = _gets_nothing(game, points.thresholds[_CENTRAL], p)
    return FirmsLevel(
        level=level,
        worst=worst,
        best=best,
        surplus=points.group,
        thresholds=points.thresholds[_CENTRAL],
        sharing=points.shapley(_CENTRAL),
        blocking=blocking,
        objection=objection,
        gets_nothing=gets_nothing,
        cost_of_stability=missing,
        needed_aid=points.needed_aid(_CENTRAL),
    )


class _Points:
    """Shapley gains, excesses and thresholds at the low, central and high points, at once."""

    def __init__(self, game: FirmsGame, p: FirmsParameters) -> None:
        self.game = game
        self.p = p
        values = game.surplus @ game.table.shapley
        self.excess = game.surplus - values @ game.table.membersT
        self.gains: list[list[float]] = values.tolist()
        self.objections: list[float] = self.excess.max(axis=1).tolist()
        low, central, high = game.surplus[:, -1].tolist()
        self.group: tuple[float, float, float] = (low, central, high)
        self.thresholds = _thresholds(game.own, p)
        self._aid: dict[int, float] = {}

    def shapley(self, k: int) -> Sharing:
        stable = self.objections[k] <= self.p.tolerance
        return Sharing(SharingRule.SHAPLEY, self.gains[k], stable)

    def every_firm_wins(self, gains: list[float], k: int) -> bool:
        decimals = self.p.decimals
        for gain, threshold in zip(gains, self.thresholds[k], strict=True):
            if round(gain, decimals) <= threshold:
                return False
        return True

    def enough(self, k: int) -> Array:
        """The least gains that count: one unit more than each threshold."""
        return np.array(self.thresholds[k]) + self.p.unit

    def needed_aid(self, k: int) -> float:
        """Aid after which the group holds and every gain counts; asked twice, computed once."""
        if k not in self._aid:
            self._aid[k] = needed_aid(self.game.surplus[k], self.enough(k))
        return self._aid[k]

    def level(self, k: int) -> FirmLevel:
        """F0, F1 or F2 at one point."""
        if rounded(self.group[k], self.p.decimals) <= 0:
            return FirmLevel.F0
        if self.objections[k] <= self.p.tolerance and self.every_firm_wins(self.gains[k], k):
            return FirmLevel.F2
        if self.needed_aid(k) <= self.p.tolerance:
            return FirmLevel.F2
        return FirmLevel.F1


def _thresholds(own: tuple[Estimate, ...], p: FirmsParameters) -> list[list[float]]:
    worst, central, best = [], [], []
    for result in own:
        threshold = _threshold(abs(result.central), p)
        central.append(threshold)
        if result.low == result.high:
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


def _sharing(points: _Points) -> Sharing:
    """Shapley if it is stable and every firm wins by it, else the nucleolus, else max-min."""
    shapley = points.shapley(_CENTRAL)
    if shapley.stable and points.every_firm_wins(shapley.gains, _CENTRAL):
        return shapley
    surplus, p = points.game.surplus[_CENTRAL], points.p
    # At F2 the core is not empty, and the nucleolus is in it.
    gains: list[float] = nucleolus(surplus).tolist()
    if points.every_firm_wins(gains, _CENTRAL):
        return Sharing(SharingRule.NUCLEOLUS, gains, stable=True)
    gains = max_min_core_point(surplus, points.enough(_CENTRAL), p.tolerance).tolist()
    return Sharing(SharingRule.MAX_MIN, gains, stable=True)


def _announced_already(game: FirmsGame, points: _Points, p: FirmsParameters) -> bool:
    announced = [firm.announced for firm in game.firms]
    gains = []
    for result, alone in zip(announced, game.alone, strict=True):
        if result is None:
            return False
        gains.append(result - alone)
    # Announced results are written in whole euros: each may be off by its rounding.
    off = p.announced_tolerance * len(gains)
    if not points.every_firm_wins(gains, _CENTRAL):
        return False
    return in_core(game.surplus[_CENTRAL], np.array(gains), off)


def _blocking(excess: Array, p: FirmsParameters) -> tuple[tuple[int, ...], float]:
    """The subgroup that objects most to the Shapley sharing; the smallest one of equals."""
    objection = float(excess.max())
    strongest = np.flatnonzero(excess >= objection - p.tolerance).tolist()
    mask = min(strongest, key=lambda mask: (mask.bit_count(), mask))
    return _players(mask), objection


def _gets_nothing(game: FirmsGame, thresholds: list[float], p: FirmsParameters) -> tuple[int, ...]:
    surplus, grand = game.surplus[_CENTRAL], game.table.grand
    nothing = []
    for i, threshold in enumerate(thresholds):
        # Nobody gets more in the core than what the others lose without him.
        most = float(surplus[grand] - surplus[grand ^ (1 << i)])
        if round(most, p.decimals) > threshold:
            most = most_for(i, surplus, p.tolerance)
        if round(most, p.decimals) <= threshold:
            nothing.append(i)
    return tuple(nothing)


def _players(mask: int) -> tuple[int, ...]:
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)
