"""Of all pairs of rays, the one that needs the least when both are moved by the same amount.

The needed aid is convex in all moves at once, so each linear program that is solved, wherever it
is solved, bounds the aid of every pair from below (a cutting plane, Kelley 1960). The pair with
the smallest bound is solved next; it is the answer once the bound is no longer too low.
Programs of many games are solved side by side.
"""

from collections.abc import Sequence

import numpy as np

from services.method.firms.coalitions import Array
from services.method.firms.programs import least_totals
from services.method.firms.rays import PART, Rays, demands

_FLAT = 1e-9
_MOST = 16
"""Programs for one game; where that is not enough no pair is named."""

Pair = tuple[int, int]


class _Search:
    """One game: the bounds so far, and the pair they leave as the cheapest."""

    def __init__(self, rays: Rays) -> None:
        self.rays = rays
        self.bounds, self.slopes = demands(rays)
        count = len(rays.limits)
        self.places = np.triu_indices(count, 1)
        first, second = self.places
        self.limits = np.minimum(rays.limits[first], rays.limits[second])
        self.lower: Array = np.zeros(len(first))
        self.at, self.moved = 0, 0.0

    @property
    def pair(self) -> Pair:
        first, second = self.places
        return int(first[self.at]), int(second[self.at])

    @property
    def demanded(self) -> Array:
        if not self.moved:
            return self.bounds
        one, other = self.pair
        demanded: Array = self.bounds + self.moved * (self.slopes[one] + self.slopes[other])
        return demanded

    def enough(self, aid: float) -> bool:
        return aid <= (1 + PART) * self.rays.tolerance

    def cut(self, aid: float, columns: Array, prices: Array) -> bool:
        """Learn from one program; False where no pair is left."""
        slopes = (prices * self.slopes[:, columns]).sum(axis=1) - self.slopes[:, -1]
        first, second = self.places
        both = slopes[first] + slopes[second]
        over = aid - self.rays.tolerance - (self.moved * both[self.at] if self.moved else 0.0)
        helps = both < -_FLAT
        # What is over already and grows no smaller: this pair is never enough.
        until = np.where(helps, over / np.where(helps, -both, 1.0), np.inf if over > 0 else 0.0)
        self.lower = np.maximum(self.lower, until)
        self.lower[self.lower > self.limits] = np.inf
        self.at = int(self.lower.argmin())
        self.moved = float(self.lower[self.at])
        return bool(np.isfinite(self.moved))


def cheapest_pairs(games: Sequence[Rays]) -> list[Pair | None]:
    """The two rays of each game, of games of one size; None where no two are enough.

    Some firm must not win where the rays begin.
    """
    found: list[Pair | None] = [None] * len(games)
    open_ = [(k, _Search(game)) for k, game in enumerate(games) if len(game.limits) > 1]
    for _ in range(_MOST):
        if not open_:
            break
        demanded = np.array([search.demanded for _, search in open_])
        totals, columns, prices = least_totals(demanded)
        aids = totals - demanded[:, -1]
        going = []
        for row, (k, search) in enumerate(open_):
            aid = float(aids[row])
            if search.moved and search.enough(aid):
                found[k] = search.pair
            elif search.cut(aid, columns[row], prices[row]):
                going.append((k, search))
        open_ = going
    return found
