"""Groups worth forming among many firms, and the best set of groups that share no firm.

A candidate's value is what its members declared, nothing else: factors exclude, they never add.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

import numpy as np

from services.method.firms.coalitions import Array


@dataclass(frozen=True, slots=True)
class Candidates:
    """Admissible groups, as positions of firms, and what each is worth."""

    members: list[tuple[int, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BestSet:
    """Groups that share no firm: positions among the candidates, their total value.

    ``bound`` is what no set can exceed; equal to ``value`` where the set was proved best.
    """

    chosen: tuple[int, ...]
    value: float
    bound: float

    @property
    def proved(self) -> bool:
        return self.bound <= self.value

    @property
    def gap(self) -> float:
        """How much better another set could be at most, as a share of this one."""
        return 0.0 if self.proved else (self.bound - self.value) / max(abs(self.value), 1.0)


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


def best_disjoint(
    members: Sequence[tuple[int, ...]],
    values: Sequence[float],
    *,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> BestSet:
    """The set of disjoint groups of greatest total value (weighted set packing).

    With ``seconds`` the search may end early with the best found and its bound.
    """
    if not members:
        return BestSet((), 0.0, 0.0)
    # scipy is imported on first use: half a second that most callers need not wait for.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see above
    from scipy.sparse import csr_array  # noqa: PLC0415 - see above

    firms = sorted({firm for group in members for firm in group})
    row_of = {firm: row for row, firm in enumerate(firms)}
    rows = [row_of[firm] for group in members for firm in group]
    columns = [column for column, group in enumerate(members) for _ in group]
    table = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(firms), len(members)))
    worth = np.array(values, dtype=float)
    if progress is not None:
        progress(f"choosing among {len(members):,} groups of {len(firms)} firms")
    options: dict[str, float] = {"mip_rel_gap": 0.0}
    if seconds is not None:
        options["time_limit"] = seconds
    solved = milp(
        -worth,
        constraints=[LinearConstraint(table, -np.inf, 1.0)],
        integrality=np.ones(len(members)),
        bounds=Bounds(0, 1),
        options=options,
    )
    if solved.x is None:
        return BestSet((), 0.0, float(np.maximum(worth, 0).sum()))
    chosen = tuple(np.flatnonzero(np.rint(solved.x)).tolist())
    value = float(worth[list(chosen)].sum())
    bound = value if solved.status == 0 else float(-solved.mip_dual_bound)
    return BestSet(chosen, value, max(bound, value))
