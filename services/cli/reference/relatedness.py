"""How near activities are and how they are spread: indicators that no verdict reads."""

from collections.abc import Sequence

import numpy as np

from services.method.arithmetic import Array, product
from services.method.territory.specialisation import share


def skill_relatedness(flows: Array) -> Array:
    """Observed over expected flows of workers between activities (Neffke & Henning 2013).

    ``F_ij / (F_i. F_.j / F_..)``; related above 1.
    """
    expected = np.outer(flows.sum(axis=1), flows.sum(axis=0)) / flows.sum()
    ratio: Array = np.divide(flows, expected, out=np.zeros_like(expected), where=expected > 0)
    return ratio


def association_strength(cooccurrence: Array) -> Array:
    """Observed over expected co-occurrence (van Eck & Waltman 2009), symmetric counts; 0 beside
    what never occurs.
    """
    total, occurrences = cooccurrence.sum(), cooccurrence.sum(axis=1)
    expected = np.outer(occurrences, occurrences)
    strength: Array = np.divide(
        cooccurrence * total, expected, out=np.zeros_like(expected), where=expected > 0
    )
    return strength


def cooccurrence_cosine(cooccurrence: Array, i: int, j: int) -> float:
    """Co-occurrence over the geometric mean of the occurrences; 0 where one never occurs."""
    occurrences = cooccurrence.sum(axis=1)
    mean = np.sqrt(occurrences[i] * occurrences[j])
    return float(cooccurrence[i, j] / mean) if mean else 0.0


def cooccurrence_jaccard(cooccurrence: Array, i: int, j: int) -> float:
    """Co-occurrence over the occurrences of either; 0 where neither occurs."""
    occurrences = cooccurrence.sum(axis=1)
    either = occurrences[i] + occurrences[j] - cooccurrence[i, j]
    return float(cooccurrence[i, j] / either) if either else 0.0


def reflections(special: Array, steps: int) -> list[tuple[Array, Array]]:
    """Method of reflections (Hidalgo & Hausmann 2009): (places, activities) at steps 0, 1, ...

    A place without activity, or the reverse, stays at 0.
    """
    diversity, ubiquity = special.sum(axis=1), special.sum(axis=0)
    places, activities = diversity, ubiquity
    found = [(places, activities)]
    for _ in range(steps):
        places, activities = (
            share(product(special, activities[:, None])[:, 0], diversity),
            share(product(special.T, places[:, None])[:, 0], ubiquity),
        )
        found.append((places, activities))
    return found


def hoover(activity: Sequence[float], reference: Sequence[float]) -> float:
    """Hoover index, 0 to 100: share that would have to move to be spread like the reference."""
    a, b = np.array(activity, dtype=float), np.array(reference, dtype=float)
    return float(50 * np.abs(a / a.sum() - b / b.sum()).sum())
