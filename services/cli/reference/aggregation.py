"""Ways of putting criteria together, and why the verdict uses none of the compensatory ones.

"Every protagonist gains" is a minimum: (0.9, 0.9, 0.1) has a mean of 0.63. Min-max normalisation
and pairwise priorities change the order of two projects when a third one appears; the verdict's
scales are anchored instead.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

from services.method.arithmetic import Array, product


def geometric_mean(values: Sequence[float]) -> float:
    """For a display index at most."""
    return prod(values) ** (1 / len(values))


def sorted_by_majority(
    performance: Sequence[float],
    larger_is_better: Sequence[bool],
    weights: Sequence[float],
    majority: float,
    profiles: Sequence[Sequence[float] | None],
    vetoes: Sequence[Sequence[float | None]],
) -> int:
    """Position of the category of one alternative by MR-Sort with vetoes, the best one first.

    It belongs to the first category whose lower profile enough weight agrees it reaches, unless a
    criterion is as bad as the veto of that category. The last category has no profile.
    (Leroy, Mousseau & Pirlot 2011.)
    """
    for category, (profile, veto) in enumerate(zip(profiles, vetoes, strict=True)):
        if profile is None:
            return category
        reached = sum(
            weight
            for value, bound, up, weight in zip(
                performance, profile, larger_is_better, weights, strict=True
            )
            if (value >= bound if up else value <= bound)
        )
        vetoed = any(
            bound is not None and (value <= bound if up else value >= bound)
            for value, bound, up in zip(performance, veto, larger_is_better, strict=True)
        )
        if reached >= majority and not vetoed:
            return category
    return len(profiles) - 1


def min_max_mean(alternatives: Array) -> Array:
    """Mean of criteria rescaled by the set of alternatives: what the verdict does not do."""
    low, high = alternatives.min(axis=0), alternatives.max(axis=0)
    mean: Array = ((alternatives - low) / (high - low)).mean(axis=1)
    return mean


def pairwise_priorities(columns: Array) -> Array:
    """Mean over criteria of each column divided by its sum (AHP), one row per criterion."""
    mean: Array = (columns / columns.sum(axis=1, keepdims=True)).mean(axis=0)
    return mean


def rank_acceptability(scores: Array, weights: Array) -> tuple[Array, Array]:
    """SMAA-2 from given weight draws (Lahdelma & Salminen 2001): ``share[i, r]`` of the draws
    that give alternative i rank r, and the mean of the draws that put each first (zeros if none).
    """
    ranks = np.argsort(np.argsort(-(product(weights, scores.T)), axis=1, kind="stable"), axis=1)
    count = len(scores)
    share: Array = np.array(
        [[float((ranks[:, i] == r).mean()) for r in range(count)] for i in range(count)]
    )
    central: Array = np.zeros((count, weights.shape[1]))
    for i in range(count):
        first = ranks[:, i] == 0
        if first.any():
            central[i] = weights[first].mean(axis=0)
    return share, central


def share_of_weights_in_favour(differences: Sequence[float]) -> float:
    """Share of the triangle of three weights where the weighted difference is positive.

    Exact: the part cut off at one corner is a triangle.
    """
    values = sorted(differences)
    if values[0] >= 0:
        return 1.0 if values[2] > 0 else 0.0
    if values[2] <= 0:
        return 0.0
    low, middle, high = values
    if middle > 0:
        return 1 - low * low / ((low - middle) * (low - high))
    return high * high / ((high - low) * (high - middle))
