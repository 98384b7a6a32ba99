"""Groups held by pair synergies, listed one by one: what the literature chooses among."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

import numpy as np

from services.method.firms.coalitions import Array


@dataclass(frozen=True, slots=True)
class Candidates:
    """Admissible groups, as positions of firms, and what each is worth."""

    members: list[tuple[int, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


def of_pairs(
    sizes: Sequence[float],
    edges: Sequence[tuple[int, int, float]],
    competitors: Sequence[tuple[int, int]],
    min_size_ratio: float,
    group_sizes: Sequence[int],
) -> Candidates:
    """Groups held by pair synergies: no competitors, balanced sizes, every firm gains, no negative
    cut.
    """
    n = len(sizes)
    weights = np.zeros((n, n))
    for i, j, weight in edges:
        weights[i, j] += weight
        weights[j, i] += weight
    apart = np.zeros((n, n), dtype=np.bool_)
    for i, j in competitors:
        apart[i, j] = apart[j, i] = True
    size = np.array(sizes, dtype=float)
    found = Candidates()
    for k in group_sizes:
        for block in blocks(n, k):
            inner = weights[block[:, :, None], block[:, None, :]]
            kept = ~apart[block[:, :, None], block[:, None, :]].any(axis=(1, 2))
            least, most = size[block].min(axis=1), size[block].max(axis=1)
            kept &= least >= min_size_ratio * most
            kept &= (inner.sum(axis=2) > 0).all(axis=1)
            kept &= (cuts(inner) >= 0).all(axis=1)
            found.members.extend(map(tuple, block[kept].tolist()))
            found.values.extend((inner[kept].sum(axis=(1, 2)) / 2).tolist())
    return found


_BLOCK = 50_000
"""Groups looked at together: some megabytes of memory at a time."""


def blocks(n: int, k: int) -> Iterator[np.ndarray]:
    """All groups of ``k`` of ``n`` firms, in lexicographic order, some at a time."""
    groups = combinations(range(n), k)
    while listed := list(islice(groups, _BLOCK)):
        yield np.array(listed, dtype=np.int64)


def cuts(inner: Array) -> Array:
    """The worth of every cut of every group ``[group, member, member]``: one column a cut."""
    k = inner.shape[1]
    sides = ((np.arange(1, 1 << (k - 1))[:, None] >> np.arange(k)) & 1).astype(float)
    crossing: Array = np.einsum("si,gij,sj->gs", sides, inner, 1 - sides)
    return crossing
