"""Marking a score: does it put what came before what did not, and do its chances come true?"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from services.method.firms.coalitions import Array


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates of one band of chances: how many, the mean chance announced, how many came, and
    the largest chance in it.
    """

    count: int
    announced: float
    came: int
    up_to: float


def area_under_curve(outcome: Array, score: Array) -> float | None:
    """Chance that what came scores above what did not; ties count a half. None when all came or
    none did: there is nothing to put in order.
    """
    came = outcome > 0
    positives, negatives = int(came.sum()), int((~came).sum())
    if not positives or not negatives:
        return None
    _, position, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[position]
    return float((ranks[came].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def standard_error(area: float, positives: int, negatives: int) -> float:
    """Of an area under the curve (Hanley & McNeil 1982)."""
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    variance = (
        area * (1 - area)
        + (positives - 1) * (q1 - area * area)
        + (negatives - 1) * (q2 - area * area)
    ) / (positives * negatives)
    return sqrt(variance)


def observed_share(came: int, count: int, deviates: float) -> tuple[float, float, float]:
    """Share that came, between the ends of its interval (Wilson 1927)."""
    share, square = came / count, deviates * deviates
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = deviates * sqrt(share * (1 - share) / count + square / (2 * count) ** 2)
    half /= 1 + square / count
    return max(0.0, middle - half), share, min(1.0, middle + half)


def calibration(outcome: Array, chances: Array, bins: int) -> tuple[Bin, ...]:
    """Bands of equally many candidates, the least likely first."""
    order = np.argsort(chances, kind="stable")
    return tuple(
        Bin(
            len(part),
            float(chances[part].mean()),
            int(outcome[part].sum()),
            float(chances[part].max()),
        )
        for part in np.array_split(order, bins)
        if len(part)
    )
