"""The linear programs behind the solutions: what a group must be paid to hold.

scipy is imported on first use: most proposals are settled by the Shapley value alone and never
need a program. Games are normalised before they are solved (nothing alone, largest worth 1), so
that the solver's absolute tolerance means the same for a hundred euros and for a billion.
"""

from typing import Any

import numpy as np

from services.method.firms.coalitions import Array, coalitions

_NEGLIGIBLE = 1e-9
_DUAL_NEGLIGIBLE = 1e-7


class SolverError(RuntimeError):
    """The solver found no optimum where theory promises one."""


def least_total(bounds: Array) -> float:
    """Least sum of a payoff that gives every coalition but the grand one its bound.

    ``bounds`` is indexed by mask; the last one is not used. With the worths as bounds, what this
    exceeds v(N) by is the cost of stability (Bachrach et al. 2009).
    """
    table = coalitions(len(bounds).bit_length() - 1)
    n = table.n
    if n == 1:
        return 0.0
    alone = bounds[1 << np.arange(n)]
    surplus, scale = _normalised(bounds, alone, table.members)
    rows = np.flatnonzero(surplus[1:-1] > 0) + 1
    if not len(rows):
        return float(alone.sum())
    # Payoffs above the single bounds; coalitions with no surplus bind nothing.
    solved = solve(np.ones(n), A_ub=-table.members[rows], b_ub=-surplus[rows], bounds=(0, None))
    return float(alone.sum() + scale * solved.fun)


def most_for(player: int, worths: Array, tolerance: float) -> float:
    """The most a player gets in the core, relaxed by ``tolerance``. The core must not be empty."""
    table = coalitions(len(worths).bit_length() - 1)
    alone = worths[1 << np.arange(table.n)]
    surplus, scale = _normalised(worths, alone, table.members)
    objective = np.zeros(table.n)
    objective[player] = -1.0
    proper = slice(1, table.grand)
    solved = solve(
        objective,
        A_ub=-table.members[proper],
        b_ub=-(surplus[proper] - tolerance / scale),
        A_eq=np.ones((1, table.n)),
        b_eq=surplus[-1:],
        bounds=(None, None),
    )
    return float(alone[player] - scale * solved.fun)


def lexicographic_least_excess(
    worths: Array, counted: list[int], weights: Array, floors: list[int], tolerance: float = 0.0
) -> Array:
    """The payoff whose sorted excesses over the ``counted`` coalitions are lexicographically least.

    An excess is ``(v(S) - x(S)) / weights[S]``; the coalitions in ``floors`` must get their worth
    (less ``tolerance``) whatever happens. One program per level; the coalitions with a positive
    dual value are tight in every optimum and are fixed (Maschler's scheme).
    Raises ``SolverError`` when the floors leave no payoff.
    """
    table = coalitions(len(worths).bit_length() - 1)
    n, members = table.n, table.members
    alone = worths[1 << np.arange(n)]
    surplus, scale = _normalised(worths, alone, members)

    active = np.array(counted, dtype=np.int64)
    hard = np.array(floors, dtype=np.int64)
    fixed, fixed_sums = [np.ones(n)], [float(surplus[-1])]
    while len(fixed) < n:
        # Variables: the payoff, then the largest excess.
        solved = solve(
            np.append(np.zeros(n), 1.0),
            A_ub=np.block(
                [
                    [-members[active], -weights[active][:, None]],
                    [-members[hard], np.zeros((len(hard), 1))],
                ]
            ),
            b_ub=-np.append(surplus[active], surplus[hard] - tolerance / scale),
            A_eq=np.column_stack([np.array(fixed), np.zeros(len(fixed))]),
            b_eq=fixed_sums,
            bounds=(None, None),
        )
        level = float(solved.fun)
        duals = solved.ineqlin.marginals[: len(active)]
        for mask in active[duals < -_DUAL_NEGLIGIBLE]:
            if not _spanned(members[mask][None, :], fixed)[0]:
                fixed.append(members[mask])
                fixed_sums.append(float(surplus[mask] - level * weights[mask]))
        active = active[~_spanned(members[active], fixed)]
        if len(fixed) < n and not len(active):
            raise SolverError("the counted coalitions do not determine the payoff")
    payoff = np.linalg.solve(np.array(fixed), np.array(fixed_sums))
    result: Array = alone + scale * payoff
    return result


def _spanned(rows: Array, basis: list[Array]) -> Any:
    """Which rows are combinations of the basis: their sum is determined already."""
    orthonormal, _ = np.linalg.qr(np.array(basis).T)
    rest = rows - (rows @ orthonormal) @ orthonormal.T
    return np.abs(rest).max(axis=1) < _NEGLIGIBLE


def _normalised(worths: Array, alone: Array, members: Array) -> tuple[Array, float]:
    surplus = worths - members @ alone
    scale = float(np.abs(surplus).max())
    if scale == 0.0:
        return surplus, 1.0
    return surplus / scale, scale


def solve(objective: Array, **program: Any) -> Any:
    """Minimise under the constraints of ``scipy.optimize.linprog``.

    Raises ``SolverError`` without an optimum.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - half a second nobody should wait for

    solved = linprog(objective, method="highs", **program)
    if solved.status != 0:
        raise SolverError(f"the linear program ended without an optimum: {solved.message}")
    return solved
