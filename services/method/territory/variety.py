"""How varied an economy is, how concentrated, and where an activity lies on its map.

Variety after Frenken, van Oort & Verburg (2007): entropy in bits, unrelated between divisions of
the nomenclature (two digits), related within them. The quadrants are those of Balland et al.
(2019): an activity is worth opening where it is related to what is there, and complex.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from services.method.figures import rounded

DIVISION, GROUP, SUB_CLASS = 2, 3, 5
"""Characters of a NAF code at each level."""


class Quadrant(StrEnum):
    """Relatedness and complexity, each high or low."""

    RELATED_COMPLEX = "related_complex"
    RELATED_SIMPLE = "related_simple"
    UNRELATED_COMPLEX = "unrelated_complex"
    UNRELATED_SIMPLE = "unrelated_simple"


def at_level(employment: Mapping[str, float], characters: int) -> dict[str, float]:
    """Employment summed by the first characters of the activity code."""
    summed: dict[str, float] = defaultdict(float)
    for naf, count in employment.items():
        summed[naf[:characters]] += count
    return dict(summed)


def entropy(amounts: Mapping[str, float]) -> float:
    """Shannon entropy of the shares, in bits; 0 when there is nothing."""
    total = sum(amounts.values())
    if total <= 0:
        return 0.0
    return 0.0 - sum(a / total * log2(a / total) for a in amounts.values() if a > 0)


def unrelated_variety(employment: Mapping[str, float]) -> float:
    """Entropy between divisions, in bits."""
    return entropy(at_level(employment, DIVISION))


def related_variety(employment: Mapping[str, float]) -> float:
    """Mean entropy of the sub-classes inside each division, weighted by its share, in bits."""
    total = sum(employment.values())
    inside: dict[str, dict[str, float]] = defaultdict(dict)
    for naf, count in employment.items():
        inside[naf[:DIVISION]][naf] = count
    return sum(
        sum(group.values()) / total * entropy(group) for group in inside.values() if total > 0
    )


def employment_concentration(employment: Mapping[str, float]) -> float:
    """Herfindahl-Hirschman index of employment over activities, 0 to 10,000; 0 for nothing."""
    total = sum(employment.values())
    return sum((100 * count / total) ** 2 for count in employment.values()) if total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Employment:
    """Employment by activity with the sums its concentration is made of, so that adding the jobs of
    one project does not go through all activities again.
    """

    by_activity: Mapping[str, float]
    total: float
    squares: float

    @classmethod
    def of(cls, by_activity: Mapping[str, float]) -> "Employment":
        counts = by_activity.values()
        return cls(by_activity, sum(counts), sum(count * count for count in counts))

    def concentration(self, jobs: Mapping[str, float], decimals: int) -> float:
        """``employment_concentration`` with these jobs added, rounded as it is shown."""
        total, squares = self.total, self.squares
        for naf, added in jobs.items():
            before = self.by_activity.get(naf, 0.0)
            total += added
            squares += (before + added) ** 2 - before**2
        if total > 0:
            index = _MOST * squares / total**2
            off = _ROUNDING * index
            low, high = round(index - off, decimals), round(index + off, decimals)
            if low == high:
                return low + 0.0
        # Too near to a half for sums that were added up in another order.
        activities = sorted({*self.by_activity, *jobs}) if jobs else self.by_activity
        added_up = {naf: self.by_activity.get(naf, 0.0) + jobs.get(naf, 0.0) for naf in activities}
        return rounded(employment_concentration(added_up), decimals)


_MOST = 100.0**2
"""The index where all work in one activity: the square of 100 per cent."""

_ROUNDING = 1e-9
"""Far more than the order of adding up can change, as a part of the index."""


def quadrant(
    density: float, complexity: float, *, median_density: float, mean_complexity: float
) -> Quadrant:
    """The quadrant of an activity; a figure equal to the line is on the high side."""
    related, complex_ = density >= median_density, complexity >= mean_complexity
    if related:
        return Quadrant.RELATED_COMPLEX if complex_ else Quadrant.RELATED_SIMPLE
    return Quadrant.UNRELATED_COMPLEX if complex_ else Quadrant.UNRELATED_SIMPLE
