"""How close two firms are: factors that suggest pairs and check declarations.

They are never turned into euros: the declared synergies are the only monetary input. Shares are
given as any non-negative figures where the docstring says so; they are normalised here.
"""

from collections.abc import Sequence
from math import log

import numpy as np

from services.method.firms.coalitions import Array

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
    depth = sum(first[:length] == second[:length] for length in _NAF_LEVELS)
    return depth / len(_NAF_LEVELS)


def market_overlap(p: Sequence[float], q: Sequence[float]) -> float:
    """Schoener's (Renkonen's) overlap of two distributions over the same markets, 0 to 1."""
    return 1.0 - 0.5 * sum(abs(a - b) for a, b in zip(p, q, strict=True))


def cosine(p: Sequence[float], q: Sequence[float]) -> float:
    """Cosine of two vectors, 0 for markets without anything in common."""
    a, b = np.array(p, dtype=float), np.array(q, dtype=float)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def evenness(sizes: Sequence[float]) -> float:
    """Pielou's evenness of positive sizes, 1 when all are equal (Pielou 1966).

    A warning at most: a group of firms of 3 to 62 people has lasted thirty years.
    """
    total = sum(sizes)
    entropy = -sum(size / total * log(size / total) for size in sizes if size > 0)
    return entropy / log(len(sizes))


def skill_relatedness(flows: Array) -> Array:
    """Observed over expected flows of workers between activities (Neffke & Henning 2013).

    ``F_ij / (F_i. F_.j / F_..)``; related above 1.
    """
    expected = np.outer(flows.sum(axis=1), flows.sum(axis=0)) / flows.sum()
    ratio: Array = np.divide(flows, expected, out=np.zeros_like(expected), where=expected > 0)
    return ratio


def normalised_relatedness(ratio: float) -> float:
    """``(SR - 1) / (SR + 1)``: related above 0, between -1 and 1."""
    return (ratio - 1) / (ratio + 1)


def association_strength(cooccurrence: Array) -> Array:
    """Observed over expected co-occurrence (van Eck & Waltman 2009), symmetric counts."""
    total, occurrences = cooccurrence.sum(), cooccurrence.sum(axis=1)
    strength: Array = cooccurrence * total / np.outer(occurrences, occurrences)
    return strength


def cooccurrence_cosine(cooccurrence: Array, i: int, j: int) -> float:
    """Co-occurrence over the geometric mean of the occurrences."""
    occurrences = cooccurrence.sum(axis=1)
    return float(cooccurrence[i, j] / np.sqrt(occurrences[i] * occurrences[j]))


def cooccurrence_jaccard(cooccurrence: Array, i: int, j: int) -> float:
    """Co-occurrence over the occurrences of either."""
    occurrences = cooccurrence.sum(axis=1)
    either = occurrences[i] + occurrences[j] - cooccurrence[i, j]
    return float(cooccurrence[i, j] / either)
