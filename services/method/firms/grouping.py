"""Groups worth forming among many firms, and the best set of groups that share no firm.

A candidate's value is what its members declared, nothing else: factors exclude, they never add.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.method.arithmetic import listed_product
from services.method.firms.coalitions import Array, Masks


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


def best_disjoint(
    members: Sequence[tuple[int, ...]] | Masks,
    values: Sequence[float] | Array,
    *,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
    so_far: Callable[[BestSet], None] | None = None,
) -> BestSet:
    """The set of disjoint groups of greatest total value (weighted set packing).

    A good set is found first, and a bound by the linear relaxation; groups whose price is too high
    to belong to any better set are left out, and the rest is searched. With ``seconds``, or where
    more groups are left than can be searched, it may end with the best found and its bound.
    ``so_far`` is told the set that was found before the search, for those who will not wait for it.
    ``members`` are tuples of firms, or rows of ``padded``.
    """
    worth = np.asarray(values, dtype=float)
    useful = np.flatnonzero(worth > 0)
    if not len(useful):
        return BestSet((), 0.0, 0.0)
    # scipy is imported on first use: half a second that most callers need not wait for.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see above

    groups = (members if isinstance(members, np.ndarray) else padded(members))[useful]
    gain = worth[useful]
    firms = np.unique(groups[groups >= 0])
    table = _table(np.where(groups >= 0, np.searchsorted(firms, groups), -1), len(firms))
    if progress is not None:
        progress(f"choosing among {len(useful):,} groups of {len(firms)} firms")
    first = _greedy(groups, np.argsort(-gain, kind="stable"))
    prices = _prices(table, gain, first)
    bound = float(prices.sum())
    reduced = gain - listed_product(table.T, prices)
    found = max(
        (_greedy(groups, np.argsort(-reduced, kind="stable")), first),
        key=lambda chosen: float(gain[chosen].sum()),
    )
    value = float(gain[found].sum())
    slack = _NOISE * max(1.0, bound)
    kept = np.flatnonzero(reduced >= value - bound - slack)
    whole = len(kept) <= _SEARCHED
    if not whole:
        kept = np.sort(kept[np.argsort(-reduced[kept], kind="stable")[:_SEARCHED]])
    if so_far is not None:
        so_far(_set_of(useful[found], value, bound))
    if progress is not None:
        progress(f"{value:,.0f} found, {bound:,.0f} at most; searching {len(kept):,} groups")
    options: dict[str, float] = {"mip_rel_gap": 0.0}
    if seconds is not None:
        options["time_limit"] = seconds
    solved = milp(
        -gain[kept],
        constraints=[LinearConstraint(table[:, kept], -np.inf, 1.0)],
        integrality=np.ones(len(kept)),
        bounds=Bounds(0, 1),
        options=options,
    )
    if solved.x is not None:
        chosen = kept[np.flatnonzero(np.rint(solved.x))]
        if float(gain[chosen].sum()) > value:
            found, value = chosen, float(gain[chosen].sum())
    if whole and solved.status == 0:
        bound = value
    elif whole and solved.mip_dual_bound is not None:
        bound = min(bound, float(-solved.mip_dual_bound))
    if bound - value <= slack:
        bound = value
    return _set_of(useful[found], value, bound)


def _set_of(chosen: Masks, value: float, bound: float) -> BestSet:
    return BestSet(tuple(sorted(chosen.tolist())), value, max(bound, value))


_NOISE = 1e-9
"""What floating point adds to a bound that is exact on paper, as a part of it."""

_SEARCHED = 10_000
"""Groups that are searched to the end; of more, those nearest to the linear bound are."""


def padded(members: Sequence[tuple[int, ...]]) -> Masks:
    """Groups as rows of one table, -1 behind the last member of a smaller one."""
    rows = np.full((len(members), max(map(len, members), default=0)), -1, dtype=np.int64)
    for row, group in zip(rows, members, strict=True):
        row[: len(group)] = group
    return rows


def _table(rows: Masks, firms: int) -> Any:
    """Which firm is in which group: a column a group."""
    from scipy.sparse import csc_array  # noqa: PLC0415 - imported on first use, as above

    inside = rows >= 0
    ends = np.concatenate([[0], np.cumsum(inside.sum(axis=1))])
    return csc_array((np.ones(int(ends[-1])), rows[inside], ends), shape=(firms, len(rows)))


def _prices(table: Any, gain: Array, first: Masks) -> Array:
    """The firms' prices in the linear relaxation: the dual optimum, by column generation, because
    of many thousand groups a few hundred are ever in the basis.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - imported on first use, as above

    firms = table.shape[0]
    chosen = np.zeros(len(gain), dtype=np.bool_)
    chosen[first] = True
    while True:
        columns = np.flatnonzero(chosen)
        relaxed = linprog(
            -gain[columns], A_ub=table[:, columns], b_ub=np.ones(firms), method="highs"
        )
        prices: Array = -relaxed.ineqlin.marginals
        reduced = gain - listed_product(table.T, prices)
        reduced[chosen] = 0.0
        better = np.flatnonzero(reduced > _NOISE * max(1.0, float(prices.sum())))
        if not len(better):
            return prices
        chosen[better[np.argsort(-reduced[better], kind="stable")[:_AT_ONCE]]] = True


_AT_ONCE = 1_000
"""Groups that join the linear program at a time."""


def _greedy(groups: Masks, order: Masks) -> Masks:
    """Positions of groups taken in this order while they share no firm."""
    chosen = []
    while len(order):
        first = order[0]
        chosen.append(int(first))
        taken = groups[first][groups[first] >= 0]
        order = order[~np.isin(groups[order], taken).any(axis=1)]
    return np.array(chosen, dtype=np.int64)
