"""The firm level of a group of 13 to 30 firms held by pair synergies (``pairs.py``)."""

import numpy as np

from contracts.vocabulary.verdict import FirmLevel, SharingRule
from services.method.figures import rounded
from services.method.firms.coalitions import Array
from services.method.firms.found import FirmsLevel, FirmsParameters, Sharing, thresholds_of, wins
from services.method.firms.pairs import (
    NOT_COMPUTED,
    PairGame,
    clear_objection,
    halves,
    widest_core_point,
    worst_objection,
)
from services.method.firms.simplex import SolverError

_WORST, _CENTRAL, _BEST = 0, 1, 2


def pair_level(game: PairGame, p: FirmsParameters) -> FirmsLevel:
    """Judge the group at its three points.

    Raises ``SolverError`` when the search for the worst cut does not settle whether it holds.
    """
    thresholds = thresholds_of(game.own, p)
    points = [_Point(game.weights[k], thresholds[k], p) for k in range(3)]
    central = points[_CENTRAL]
    level = worst = best = central.level()
    if not game.certain:
        worst = points[_WORST].level() if level is not FirmLevel.F0 else FirmLevel.F0
        best = points[_BEST].level() if level is not FirmLevel.F2 else FirmLevel.F2
    if level is FirmLevel.F2 and _announced_already(game, central, p):
        level = FirmLevel.F3
        if game.certain:
            worst = best = level
    blocking: tuple[int, ...] = ()
    objection = 0.0
    if not central.holds:
        objection, blocking = central.strongest()
    return FirmsLevel(
        level=level,
        worst=worst,
        best=best,
        surplus=game.group,
        thresholds=thresholds[_CENTRAL],
        sharing=central.sharing(),
        tolerance=central.tolerance,
        blocking=blocking,
        objection=objection,
        gets_nothing=central.left_out if central.holds and level < FirmLevel.F2 else (),
        not_computed=NOT_COMPUTED,
    )


class _Point:
    """The group at one of its three points."""

    def __init__(self, weights: Array, thresholds: list[float], p: FirmsParameters) -> None:
        self.weights = weights
        self.thresholds = thresholds
        self.p = p
        self.halves = halves(weights)
        self.tolerance = p.tolerance_for(float(np.abs(weights).max()))
        self.quick = clear_objection(weights, self.halves)
        self._exact: tuple[float, tuple[int, ...]] | None = None
        self._widest: tuple[float, Array] | None = None

    @property
    def group(self) -> float:
        return float(self.halves.sum())

    @property
    def holds(self) -> bool:
        """Whether no cut is negative: never where all synergies help, for the game is convex then
        (Shapley 1971). A subgroup found without a search is proof enough of one that is.
        """
        if self.weights.min() >= 0:
            return True
        return self.quick[0] <= self.tolerance and self._worst()[0] <= self.tolerance

    def strongest(self) -> tuple[float, tuple[int, ...]]:
        """The subgroup that objects most; the strongest one found where the search does not end."""
        try:
            return self._worst()
        except SolverError:
            return self.quick

    def _worst(self) -> tuple[float, tuple[int, ...]]:
        if self._exact is None:
            self._exact = worst_objection(self.weights, self.halves, self.p.search_nodes)
        return self._exact

    @property
    def left_out(self) -> tuple[int, ...]:
        """Firms whose whole synergies are no more than the margin: nobody gets more in the core."""
        most = 2 * self.halves
        return tuple(
            i
            for i, threshold in enumerate(self.thresholds)
            if round(float(most[i]), self.p.decimals) <= threshold
        )

    def level(self) -> FirmLevel:
        if rounded(self.group, self.p.decimals) <= 0:
            return FirmLevel.F0
        if not self.holds:
            return FirmLevel.F1
        if wins(self.halves.tolist(), self.thresholds, self.p):
            return FirmLevel.F2
        if self.left_out:
            return FirmLevel.F1
        return FirmLevel.F2 if self._core_point()[0] >= -self.tolerance else FirmLevel.F1

    def _core_point(self) -> tuple[float, Array]:
        if self._widest is None:
            least = np.array(self.thresholds) + self.p.unit
            self._widest = widest_core_point(
                self.weights, least, self.tolerance, self.p.search_nodes
            )
        return self._widest

    def sharing(self) -> Sharing:
        """The halves, or the widest core point where only that lets every firm win."""
        if self._widest is not None and self._widest[0] >= -self.tolerance:
            return Sharing(SharingRule.MAX_MIN, self._widest[1].tolist(), stable=True)
        return Sharing(SharingRule.SHAPLEY, self.halves.tolist(), stable=self.holds)


def _announced_already(game: PairGame, point: _Point, p: FirmsParameters) -> bool:
    gains = p.announced_gains(game)
    if gains is None or not wins(gains, point.thresholds, p):
        return False
    off = max(p.announced_tolerance * len(gains), point.tolerance)
    if abs(sum(gains) - point.group) > off:
        return False
    objection, _ = worst_objection(point.weights, np.array(gains), p.search_nodes)
    return objection <= off
