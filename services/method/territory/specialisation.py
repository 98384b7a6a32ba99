"""What a territory does well, and what is close to it.

Matrices have a row per territory and a column per activity. Relatedness uses a zero diagonal:
otherwise an activity already present would be "related to itself". Complexity is only meaningful
on a full national matrix; on a handful of sectors it is unstable.
"""

import numpy as np

from services.method.arithmetic import Array, eigen, product, whole_product


def location_quotients(employment: Array) -> Array:
    """Share of the activity in the territory over its share everywhere (RCA); 0 without either."""
    by_place = employment.sum(axis=1, keepdims=True)
    by_activity = employment.sum(axis=0, keepdims=True)
    total = employment.sum()
    expected = by_place * by_activity / total if total else np.zeros_like(employment)
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
    together = whole_product(special.T, special)
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
        product(special, close), around[None, :], out=np.zeros(special.shape), where=around > 0
    )
    return density


def economic_complexity(special: Array) -> tuple[float, Array, Array]:
    """Second eigenvalue of the place-to-place matrix, its z-scored eigenvector (ECI), and the
    z-scored complexity of each activity (PCI): the mean of the places that have it.

    Signed so that complexity goes with diversity. A place specialised in nothing and an activity
    nobody is specialised in score 0, and so do all where fewer than two places are left or all are
    alike: there is nothing to tell apart. Only meaningful on a full national matrix.
    """
    rows, columns = special.sum(axis=1) > 0, special.sum(axis=0) > 0
    places, activities = np.zeros(len(rows)), np.zeros(len(columns))
    kept = special[rows][:, columns]
    if len(kept) <= 1 or (kept == kept[0]).all():
        return 0.0, places, activities
    diversity, ubiquity = kept.sum(axis=1), kept.sum(axis=0)
    # Similar to the (asymmetric) place-to-place matrix, and symmetric: real, ordered eigenvalues.
    root = np.sqrt(diversity)
    symmetric = product(kept / ubiquity, kept.T) / np.outer(root, root)
    eigenvalues, vectors = eigen(symmetric)
    vector = vectors[:, -2] / root
    if (vector * (diversity - diversity.mean())).sum() < 0:
        vector = -vector
    places[rows] = standardised(vector)
    activities[columns] = standardised(product(vector, kept) / ubiquity)
    return float(eigenvalues[-2]), places, activities


def standardised(values: Array) -> Array:
    """Minus the mean, over the standard deviation; 0 where all are equal."""
    spread = values.std()
    centred: Array = values - values.mean()
    return centred / spread if spread > 0 else np.zeros_like(values)


def share(part: Array, whole: Array) -> Array:
    """``part / whole``, 0 where there is no whole; broadcasts."""
    part, whole = np.broadcast_arrays(part, whole)
    result: Array = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return result
