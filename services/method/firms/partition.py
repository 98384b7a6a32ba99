"""Splitting firms into groups: the coalition structure of greatest total worth."""

from collections.abc import Collection

import numpy as np

from services.method.firms.coalitions import Array, coalitions, players_of


def superadditive_cover(worths: Array, excluded: Collection[int]) -> Array:
    """The game in which each ``excluded`` coalition has what its permitted parts have at best.

    A coalition that may not act by itself leaves its members to the smaller groups that may. Every
    other coalition keeps its worth, even where splitting it would bring more.
    """
    covered: Array = np.array(worths, dtype=np.float64)
    best = covered.copy()
    masks = coalitions(players_of(worths)).masks
    banned = set(excluded)
    # Only what lies inside an excluded coalition can matter to it.
    needed = {int(part) for ban in banned for part in masks[(masks & ~ban) == 0]}
    for mask in sorted(needed - {0}, key=int.bit_count):
        # Parts that hold the first member, so that each split is seen once.
        rest = mask & (mask - 1)
        if not rest:
            continue
        inside = masks[(masks & ~mask) == 0]
        parts = inside[(inside & mask & -mask) != 0][:-1]
        split = float((best[parts] + best[mask ^ parts]).max())
        if mask in banned:
            covered[mask] = best[mask] = split
        else:
            best[mask] = max(best[mask], split)
    return covered
