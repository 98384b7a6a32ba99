"""How close two firms are: factors that suggest pairs and check declarations.

They are never turned into euros: the declared synergies are the only monetary input. Shares are
given as any non-negative figures where the docstring says so; they are normalised here.
"""

from collections.abc import Sequence
from math import asin, cos, log, log2, radians, sin, sqrt

import numpy as np

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_NAF_LEVELS = (1, 3, 4, 5, 6)
"""Characters of section, division, group, class and sub-class in a code such as C1071C."""


def naf_similarity(first: str, second: str) -> float:
    """Wu-Palmer similarity of two NAF rev. 2 sub-classes written with their section: C1071C.

    Twice the depth of the last common level over the sum of depths: 0, 0.2, ... 1.
    Raises ``ValueError`` for a code without its section letter.
    """
    for code in (first, second):
        if len(code) != _NAF_LEVELS[-1] or not code[0].isalpha():
            raise ValueError(f"{code!r} is not a section letter and a sub-class, such as C1071C")
    depth = 0
    for length in _NAF_LEVELS:
        if first[:length] != second[:length]:
            break
        depth += 1
    return depth / len(_NAF_LEVELS)


def market_overlap(p: Sequence[float], q: Sequence[float]) -> float:
    """Schoener's (Renkonen's) overlap of two distributions over the same markets, 0 to 1."""
    return 1.0 - 0.5 * sum(abs(a - b) for a, b in zip(p, q, strict=True))


def cosine(p: Sequence[float], q: Sequence[float]) -> float:
    """Cosine of two vectors, 0 for markets without anything in common."""
    a, b = np.array(p, dtype=float), np.array(q, dtype=float)
    return float((a * b).sum() / sqrt((a * a).sum() * (b * b).sum()))


def evenness(sizes: Sequence[float]) -> float:
    """Pielou's evenness of positive sizes, 1 when all are equal (Pielou 1966).

    A warning at most: a group of firms of 3 to 62 people has lasted thirty years.
    """
    total = sum(sizes)
    entropy = -sum(size / total * log(size / total) for size in sizes if size > 0)
    return entropy / log(len(sizes))


def related_variety(sizes: dict[str, float]) -> tuple[float, float]:
    """Related and unrelated variety of sizes by sub-class, in bits (Frenken et al. 2007).

    Unrelated: entropy between divisions (two digits); related: entropy of sub-classes inside each
    division, weighted by the division's part.
    """
    total = sum(sizes.values())
    divisions: dict[str, list[float]] = {}
    for naf, size in sizes.items():
        if size > 0:
            divisions.setdefault(naf[:2], []).append(size / total)
    unrelated = related = 0.0
    for parts in divisions.values():
        whole = sum(parts)
        unrelated -= whole * log2(whole)
        related -= sum(part * log2(part / whole) for part in parts)
    return related, unrelated


def optimal_distance(similarity: float) -> float:
    """``4 s (1 - s)``: neither too little nor too much in common (Nooteboom 2000; our form).

    1 halfway, 0 for strangers and for twins.
    """
    return (1 + 3) * similarity * (1 - similarity)


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What two sets share of what either has; 0 for two empty ones."""
    return len(one & other) / len(one | other) if one | other else 0.0


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two places given in degrees of latitude and longitude."""
    (lat_a, lon_a), (lat_b, lon_b) = [(radians(lat), radians(lon)) for lat, lon in (one, other)]
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


def normalised_relatedness(ratio: float) -> float:
    """``(SR - 1) / (SR + 1)``: related above 0, between -1 and 1."""
    return (ratio - 1) / (ratio + 1)
