"""The firm level F0 to F3: does every firm win, and does the group hold?

* F0 the group gains nothing;
* F1 it gains, but no stable sharing lets every firm gain more than the margin: the core is empty,
  or somebody gets nothing in all of it;
* F2 such a sharing exists: the firms win under a sharing contract;
* F3 the announced results already are one.

A gain counts above ``max(500 EUR, 1 % of the result alone)`` a year. At the worst corner every
synergy is at its low end and every margin at the largest result of its interval; at the best
corner the reverse. Adding non-negative synergies to a non-empty core keeps it non-empty, so the
level at the corners bounds the levels in between. An uncertain shared cost is no such synergy: it
moves the worths of subgroups too. The needed aid is convex in its figures, so the worst of it lies
at a corner of them, and the least is found by one program over all of them.

F3 is a statement about announced figures, which have no interval: it is judged at the central
point only, and a corner apart from the central point counts as F2 (the same row of the lattice).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.verdict import FirmLevel, SharingRule
from services.method.arithmetic import on_grid, product
from services.method.figures import rounded
from services.method.firms.coalitions import Array, Coalitions
from services.method.firms.found import FirmsLevel, FirmsParameters, Sharing, thresholds_of, wins
from services.method.firms.game import CostBox, FirmsGame
from services.method.firms.programs import most_for, solve
from services.method.firms.solutions import (
    in_core,
    max_min_core_points,
    needed_aids,
    nucleoli,
    priced_aids,
    shapley_values,
    stability,
)

_WORST, _CENTRAL, _BEST = 0, 1, 2


def firms_level(game: FirmsGame, p: FirmsParameters) -> FirmsLevel:
    """Judge one game at its three points."""
    return firms_levels([game], p)[0]


def firms_levels(games: Sequence[FirmsGame], p: FirmsParameters) -> list[FirmsLevel]:
    """Judge each game at its three points.

    Linear programs only where Shapley does not settle it; those of one size are solved together.
    """
    points = [_Points(game, p) for game in games]
    sizes: dict[int, list[_Points]] = {}
    for one in points:
        sizes.setdefault(one.game.table.n, []).append(one)
    for same in sizes.values():
        _solve_aids(same)
        _solve_corners(same)
        holds = {one: one.level(_CENTRAL) is FirmLevel.F2 for one in same}
        _share([one for one in same if holds[one]])
        _ask_why([one for one in same if not holds[one]])
    return [_judged(one, p) for one in points]


def _judged(points: "_Points", p: FirmsParameters) -> FirmsLevel:
    game = points.game
    level = worst = best = points.level(_CENTRAL)
    if not game.certain:
        worst = points.worst() if level is not FirmLevel.F0 else FirmLevel.F0
        best = points.best() if level is not FirmLevel.F2 else FirmLevel.F2
    if level is FirmLevel.F2:
        if _announced_already(game, points, p):
            level = FirmLevel.F3
            if game.certain:
                worst = best = level
        return FirmsLevel(
            level,
            worst,
            best,
            game.group,
            points.thresholds[_CENTRAL],
            points.sharing,
            tolerance=points.tolerance,
        )

    surplus = game.surplus[_CENTRAL]
    missing, collection = points.stability
    blocking: tuple[int, ...] = ()
    proof: tuple[tuple[tuple[int, ...], float, float], ...] = ()
    objection = 0.0
    if missing > points.tolerance:
        blocking, objection = _blocking(points.excess[_CENTRAL], points.tolerance)
        proof = tuple((_players(mask), weight, float(surplus[mask])) for mask, weight in collection)
    return FirmsLevel(
        level=level,
        worst=worst,
        best=best,
        surplus=game.group,
        thresholds=points.thresholds[_CENTRAL],
        sharing=points.sharing,
        blocking=blocking,
        objection=objection,
        gets_nothing=points.gets_nothing,
        cost_of_stability=missing,
        needed_aid=points.aids[_CENTRAL],
        proof=proof,
        tolerance=points.tolerance,
    )


class _Points:
    """Shapley gains, excesses and thresholds at the low, central and high points, at once.

    ``aids`` holds the needed aid of the points that Shapley does not settle. The rest is about the
    central point: ``sharing`` is the one that is shown; where not every firm can win, ``stability``
    is the cost of stability with its proof, and ``gets_nothing`` says who gets nothing in all of
    the core.
    """

    def __init__(self, game: FirmsGame, p: FirmsParameters) -> None:
        self.game = game
        self.p = p
        values = shapley_values(game.surplus)
        largest = np.abs(game.surplus).max(axis=1, keepdims=True)
        self.excess = on_grid(game.surplus - product(values, game.table.membersT), largest)
        self.gains: list[list[float]] = values.tolist()
        self.objections: list[float] = self.excess.max(axis=1).tolist()
        self.thresholds = thresholds_of(game.own, p)
        self.tolerance = p.tolerance_for(float(np.abs(game.surplus).max()))
        self.aids: dict[int, float] = {}
        self.corners: dict[int, list[_Corner]] = {_WORST: [], _BEST: []}
        stable = self.objections[_CENTRAL] <= self.tolerance
        self.sharing = Sharing(SharingRule.SHAPLEY, self.gains[_CENTRAL], stable)
        self.stability: tuple[float, list[tuple[int, float]]] = (0.0, [])
        self.gets_nothing: tuple[int, ...] = ()

    def every_firm_wins(self, gains: list[float], k: int) -> bool:
        return wins(gains, self.thresholds[k], self.p)

    def counts(self, gain: float, i: int) -> bool:
        """Whether so much is a gain for firm i at the central point."""
        return round(gain, self.p.decimals) > self.thresholds[_CENTRAL][i]

    def enough(self, k: int) -> Array:
        """The least gains that count: one unit more than each threshold."""
        return np.array(self.thresholds[k]) + self.p.unit

    def settled(self, k: int) -> bool:
        """Whether every firm wins by the Shapley sharing, and it is stable."""
        return self.objections[k] <= self.tolerance and self.every_firm_wins(self.gains[k], k)

    def level(self, k: int) -> FirmLevel:
        """F0, F1 or F2 at one point."""
        aid = 0.0 if self.settled(k) else self.aids[k]
        return self.level_of(float(self.game.surplus[k, -1]), aid)

    def level_of(self, gain: float, aid: float) -> FirmLevel:
        """The level of a group that gains so much and needs so much aid."""
        if rounded(gain, self.p.decimals) <= 0:
            return FirmLevel.F0
        return FirmLevel.F2 if aid <= self.tolerance else FirmLevel.F1

    def worst(self) -> FirmLevel:
        """The level at the worst corner of synergies, margins and uncertain costs."""
        return min([self.level(_WORST), *(each.level for each in self.corners[_WORST])])

    def best(self) -> FirmLevel:
        """The level at the best point of synergies, margins and uncertain costs."""
        found = max([self.level(_BEST), *(each.level for each in self.corners[_BEST])])
        box = self.game.box
        if box is None or found is FirmLevel.F2:
            return found
        # Twice the tolerance: beyond what a general solver leaves of it, the program adds nothing.
        if max(each.aid_within for each in self.corners[_BEST]) > self.tolerance + self.tolerance:
            return found
        base, least = self.game.surplus[_BEST], self.enough(_BEST)
        inside = _aid_at_best(base, least, self.game.table, box)
        return FirmLevel.F2 if inside <= self.tolerance else found


@dataclass(frozen=True, slots=True)
class _Corner:
    """The level at one combination of ends of the uncertain costs, and the least aid that its
    prices leave possible anywhere between the ends.
    """

    level: FirmLevel
    aid_within: float


def _solve_aids(same: Sequence[_Points]) -> None:
    """The needed aid at the central point, and at every other one that Shapley does not settle."""
    asked = [
        (one, k)
        for one in same
        for k in ((_CENTRAL,) if one.game.certain else (_WORST, _CENTRAL, _BEST))
        if not one.settled(k)
    ]
    if not asked:
        return
    games = np.array([one.game.surplus[k] for one, k in asked])
    least = np.array([one.enough(k) for one, k in asked])
    for (one, k), aid in zip(asked, needed_aids(games, least).tolist(), strict=True):
        one.aids[k] = aid


def _solve_corners(same: Sequence[_Points]) -> None:
    """The levels at the ends of uncertain costs, where the points do not settle them."""
    asked = [
        (one, k, box)
        for one in same
        if (box := one.game.box) is not None
        for k, settled in ((_WORST, FirmLevel.F0), (_BEST, FirmLevel.F2))
        if settled not in (one.level(_CENTRAL), one.level(k))
    ]
    if not asked:
        return
    places = [np.array(box.corners) for _, _, box in asked]
    surplus = [
        one.game.surplus[k] + product(at, box.slopes)
        for (one, k, box), at in zip(asked, places, strict=True)
    ]
    least = [
        np.tile(one.enough(k), (len(at), 1)) for (one, k, _), at in zip(asked, places, strict=True)
    ]
    aids, columns, prices = priced_aids(np.concatenate(surplus), np.concatenate(least))
    first = 0
    for (one, k, box), at, worths in zip(asked, places, surplus, strict=True):
        rows = slice(first, first := first + len(at))
        # Prices bound the aid from below wherever the costs are: a plane through this corner.
        priced = (prices[rows] * box.slopes[:, columns[rows]]).sum(axis=2)
        slopes = priced - box.slopes[:, -1:]
        moves = np.array(box.ends)[:, None, :] - at.T[:, :, None]
        within = aids[rows] + (slopes[:, :, None] * moves).min(axis=2).sum(axis=0)
        one.corners[k] = [
            _Corner(one.level_of(gain, aid), lower)
            for gain, aid, lower in zip(
                worths[:, -1].tolist(), aids[rows].tolist(), within.tolist(), strict=True
            )
        ]


def _share(same: Sequence[_Points]) -> None:
    """Shapley if it is stable and every firm wins by it, else the nucleolus, else max-min."""
    open_ = [one for one in same if not one.settled(_CENTRAL)]
    if not open_:
        return
    # At F2 the core is not empty, and the nucleolus is in it.
    for one, gains in zip(open_, nucleoli(_centres(open_)).tolist(), strict=True):
        one.sharing = Sharing(SharingRule.NUCLEOLUS, gains, stable=True)
    open_ = [one for one in open_ if not one.every_firm_wins(one.sharing.gains, _CENTRAL)]
    if not open_:
        return
    least = np.array([one.enough(_CENTRAL) for one in open_])
    found = max_min_core_points(_centres(open_), least, _tolerances(open_))
    for one, gains in zip(open_, found.tolist(), strict=True):
        one.sharing = Sharing(SharingRule.MAX_MIN, gains, stable=True)


def _ask_why(same: Sequence[_Points]) -> None:
    """What it costs that not every firm can win, and where it costs nothing, who gets nothing."""
    if not same:
        return
    for one, found in zip(same, stability(_centres(same)), strict=True):
        one.stability = found
    asked: list[tuple[_Points, int]] = []
    most: dict[_Points, list[float]] = {}
    for one in same:
        if one.stability[0] > one.tolerance:
            continue
        surplus, n = one.game.surplus[_CENTRAL], one.game.table.n
        # Nobody gets more in the core than what the others lose without him.
        most[one] = [
            float(surplus[-1] - surplus[one.game.table.grand ^ (1 << i)]) for i in range(n)
        ]
        asked += [(one, i) for i in range(n) if one.counts(most[one][i], i)]
    if asked:
        games = [one for one, _ in asked]
        found_most = most_for([i for _, i in asked], _centres(games), _tolerances(games))
        for (one, i), gain in zip(asked, found_most, strict=True):
            most[one][i] = gain
    for one, gains in most.items():
        one.gets_nothing = tuple(i for i, gain in enumerate(gains) if not one.counts(gain, i))


def _centres(same: Sequence[_Points]) -> Array:
    return np.array([one.game.surplus[_CENTRAL] for one in same])


def _tolerances(same: Sequence[_Points]) -> Array:
    return np.array([one.tolerance for one in same])


def _aid_at_best(surplus: Array, least: Array, table: Coalitions, box: CostBox) -> float:
    """The least needed aid over all figures of an uncertain shared cost: one linear program."""
    scale = max(float(np.abs(surplus).max()), 1.0)
    proper = slice(1, table.grand)
    moved = box.slopes[:, proper].T
    # Variables: the gains, then how far each figure is from its centre.
    solved = solve(
        np.concatenate([np.ones(table.n), -box.slopes[:, table.grand]]),
        A_ub=np.hstack([-table.members[proper], moved]),
        b_ub=-surplus[proper] / scale,
        bounds=[
            *((floor / scale, None) for floor in least.tolist()),
            *((low / scale, high / scale) for low, high in box.ends),
        ],
    )
    return float(solved.fun * scale - surplus[-1])


def _announced_already(game: FirmsGame, points: _Points, p: FirmsParameters) -> bool:
    gains = p.announced_gains(game)
    if gains is None or not points.every_firm_wins(gains, _CENTRAL):
        return False
    # Announced results are written in whole euros: each may be off by its rounding.
    off = max(p.announced_tolerance * len(gains), points.tolerance)
    return in_core(game.surplus[_CENTRAL], np.array(gains), off)


def _blocking(excess: Array, tolerance: float) -> tuple[tuple[int, ...], float]:
    """The subgroup that objects most to the Shapley sharing; the smallest one of equals."""
    objection = float(excess.max())
    strongest = np.flatnonzero(excess >= objection - tolerance).tolist()
    mask = min(strongest, key=lambda mask: (mask.bit_count(), mask))
    return _players(mask), objection


def _players(mask: int) -> tuple[int, ...]:
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)
