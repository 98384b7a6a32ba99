"""What a territory does well, and what is close to it.

Matrices have a row per territory and a column per activity. Relatedness uses a zero diagonal:
otherwise an activity already present would be "related to itself". Complexity is only meaningful
on a full national matrix; on a handful of sectors it is unstable.
"""

from collections.abc import Sequence

import numpy as np

from services.method.firms.coalitions import Array


def location_quotients(employment: Array) -> Array:
    """Share of the activity in the territory over its share everywhere (RCA); 0 without either."""
    by_place = employment.sum(axis=1, keepdims=True)
    by_activity = employment.sum(axis=0, keepdims=True)
    expected = by_place * by_activity / employment.sum()
    quotients: Array = np.divide(
        employment, expected, out=np.zeros_like(expected), where=expected > 0
    )
    return quotients


def specialised(employment: Array) -> Array:
    """1 where the quotient is at least 1."""
    result: Array = (location_quotients(employment) >= 1).astype(float)
    return result


def proximity(special: Array, diagonal: float = 0.0) -> Array:
    """Least of the two conditional probabilities of being specialised in both (Hidalgo 2007)."""
    together = special.T @ special
    ubiquity = np.diag(together)
    larger = np.maximum.outer(ubiquity, ubiquity)
    result: Array = np.divide(together, larger, out=np.zeros_like(larger), where=larger > 0)
    np.fill_diagonal(result, diagonal)
    return result


def relatedness_density(special: Array, diagonal: float = 0.0) -> Array:
    """Share of what is close to each activity that the territory is specialised in, 0 to 1."""
    close = proximity(special, diagonal)
    around = close.sum(axis=0)
    density: Array = np.divide(
        special @ close, around[None, :], out=np.zeros(special.shape), where=around > 0
    )
    return density


def reflections(special: Array, steps: int) -> list[tuple[Array, Array]]:
    """Method of reflections (Hidalgo & Hausmann 2009): (places, activities) at steps 0, 1, ..."""
    diversity, ubiquity = special.sum(axis=1), special.sum(axis=0)
    places, activities = diversity, ubiquity
    found = [(places, activities)]
    for _ in range(steps):
        places, activities = special @ activities / diversity, special.T @ places / ubiquity
        found.append((places, activities))
    return found


def economic_complexity(special: Array) -> tuple[float, Array]:
    """Second eigenvalue of the place-to-place matrix and its z-scored eigenvector.

    Signed so that complexity goes with diversity.
    """
    diversity, ubiquity = special.sum(axis=1), special.sum(axis=0)
    # Similar to the (asymmetric) place-to-place matrix, and symmetric: real, ordered eigenvalues.
    root = np.sqrt(diversity)
    symmetric = (special / ubiquity) @ special.T / np.outer(root, root)
    eigenvalues, vectors = np.linalg.eigh(symmetric)
    vector = vectors[:, -2] / root
    score: Array = (vector - vector.mean()) / vector.std()
    if score @ (diversity - diversity.mean()) < 0:
        score = -score
    return float(eigenvalues[-2]), score


def hoover(activity: Sequence[float], reference: Sequence[float]) -> float:
    """Hoover index, 0 to 100: share that would have to move to be spread like the reference."""
    a, b = np.array(activity, dtype=float), np.array(reference, dtype=float)
    return float(50 * np.abs(a / a.sum() - b / b.sum()).sum())
