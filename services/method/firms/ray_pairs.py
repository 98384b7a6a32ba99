"""Of all pairs of rays, the one that needs the least when both are moved by the same amount.

The needed aid is convex in all moves at once, so each linear program that is solved, wherever it
is solved, bounds the aid of every pair from below (a cutting plane, Kelley 1960). The pair with
the smallest bound is solved next; it is the answer once the bound is no longer too low.
Programs of many games are solved side by side.
"""

from collections.abc import Sequence

import numpy as np

from services.method.firms.coalitions import Array, Flags, Masks
from services.method.firms.programs import least_totals
from services.method.firms.rays import PART, Rays, demands

_FLAT = 1e-9
_MOST = 16
"""Programs for one game; where that is not enough no pair is named."""

Pair = tuple[int, int]


class _Searches:
    """Games side by side, a row each: the bounds so far, and the pair they leave as the cheapest.

    Games have different numbers of rays: a row ends with rays that do not move and pairs that may
    not be moved.
    """

    def __init__(self, games: Sequence[Rays]) -> None:
        counts = [len(game.limits) for game in games]
        demanded = [demands(game) for game in games]
        self.bounds = np.array([bounds for bounds, _ in demanded])
        self.slopes = np.zeros((len(games), max(counts), self.bounds.shape[1]))
        places = {count: np.triu_indices(count, 1) for count in counts}
        pairs = max(len(first) for first, _ in places.values())
        self.first = np.zeros((len(games), pairs), dtype=np.int64)
        self.second = self.first.copy()
        self.limits = np.full((len(games), pairs), -np.inf)
        for k, (game, (_, slopes)) in enumerate(zip(games, demanded, strict=True)):
            first, second = places[counts[k]]
            self.slopes[k, : counts[k]] = slopes
            self.first[k, : len(first)], self.second[k, : len(first)] = first, second
            self.limits[k, : len(first)] = np.minimum(game.limits[first], game.limits[second])
        self.tolerance = np.array([game.tolerance for game in games])
        self.lower = np.zeros(self.limits.shape)
        self.at: Masks = np.zeros(len(games), dtype=np.int64)
        self.moved = np.zeros(len(games))

    def pair(self, k: int) -> Pair:
        return int(self.first[k, self.at[k]]), int(self.second[k, self.at[k]])

    def demanded(self, rows: Masks) -> Array:
        """What subgroups demand after the move of the pair in question."""
        at = self.at[rows]
        one, other = self.first[rows, at], self.second[rows, at]
        moves = self.slopes[rows, one] + self.slopes[rows, other]
        demanded: Array = self.bounds[rows] + self.moved[rows, None] * moves
        return demanded

    def cut(self, rows: Masks, aids: Array, columns: Masks, prices: Array) -> Flags:
        """Learn from one program a row; False where no pair is left."""
        slopes = self.slopes[rows]
        priced = np.take_along_axis(slopes, columns[:, None, :], axis=2)
        rising = (prices[:, None, :] * priced).sum(axis=2) - slopes[:, :, -1]
        both = np.take_along_axis(rising, self.first[rows], axis=1)
        both += np.take_along_axis(rising, self.second[rows], axis=1)
        each = np.arange(len(rows))
        over = aids - self.tolerance[rows] - self.moved[rows] * both[each, self.at[rows]]
        helps = both < -_FLAT
        # What is over already and grows no smaller: this pair is never enough.
        never = np.where(over > 0, np.inf, 0.0)[:, None]
        until = np.where(helps, over[:, None] / np.where(helps, -both, 1.0), never)
        lower = np.maximum(self.lower[rows], until)
        lower[lower > self.limits[rows]] = np.inf
        self.lower[rows] = lower
        self.at[rows] = at = lower.argmin(axis=1)
        self.moved[rows] = moved = lower[each, at]
        left: Flags = np.isfinite(moved)
        return left


def cheapest_pairs(games: Sequence[Rays]) -> list[Pair | None]:
    """The two rays of each game, of games of one size; None where no two are enough.

    Some firm must not win where the rays begin.
    """
    found: list[Pair | None] = [None] * len(games)
    searches = _Searches(games)
    open_ = np.flatnonzero([len(game.limits) > 1 for game in games])
    for _ in range(_MOST):
        if not len(open_):
            break
        demanded = searches.demanded(open_)
        totals, columns, prices = least_totals(demanded)
        aids = totals - demanded[:, -1]
        enough = aids <= (1 + PART) * searches.tolerance[open_]
        enough &= searches.moved[open_] > 0
        for k in open_[enough].tolist():
            found[k] = searches.pair(k)
        going = ~enough
        open_ = open_[going]
        going = searches.cut(open_, aids[going], columns[going], prices[going])
        open_ = open_[going]
    return found
