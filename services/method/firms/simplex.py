"""Many small linear programs at once: what the solutions of a game are made of.

Every program here asks for the least payoff under one condition per coalition. It has few
variables (one a player) and many conditions (one a coalition), so its dual is solved by the
revised simplex method: the basis is as small as the number of players, and pricing is one product
with the table of members. Games of the same size are solved side by side, which costs little more
than one of them; a general solver spends a millisecond on each program before it begins.

Prices follow the largest violation, and Bland's rule (1977) after a while, which cannot cycle.
"""

from dataclasses import dataclass
from math import isinf

import numpy as np

from services.method.arithmetic import product
from services.method.firms.coalitions import Array, Flags, Masks

NEGLIGIBLE = 1e-11
"""Violation, pivot or residual that is zero on paper, for figures of size 1."""

PRICE_NEGLIGIBLE = 1e-9
"""A price below this is one of zero; true prices are ratios of small whole numbers."""

OUTSIDE = -1
"""Stands in a basis for a condition that holds with equality anyway."""

_LAST_COLUMN = np.iinfo(np.int64).max

_PATIENCE = 8
_MOST = 200
"""Pivots per row of the basis before Bland's rule takes over; before the program is given up."""


class SolverError(RuntimeError):
    """The solver found no optimum where theory promises one."""


@dataclass(slots=True)
class Basis:
    """A feasible basis of the dual of several programs, one row of each array a program.

    ``columns`` are the numbers of the basic conditions, ``prices`` their dual values,
    ``inverse`` the inverse of their columns, ``bounds`` what they demand; ``free`` marks
    equalities, which never leave.
    """

    columns: Masks
    prices: Array
    inverse: Array
    bounds: Array
    free: Flags

    @property
    def point(self) -> Array:
        """The primal point at which every basic condition holds with equality."""
        point: Array = np.einsum("ki,kij->kj", self.bounds, self.inverse)
        return point

    def taken(self, rows: Masks) -> "Basis":
        return Basis(
            self.columns.take(rows, axis=0),
            self.prices.take(rows, axis=0),
            self.inverse.take(rows, axis=0),
            self.bounds.take(rows, axis=0),
            self.free.take(rows, axis=0),
        )

    def put(self, rows: Masks, part: "Basis") -> None:
        self.columns[rows] = part.columns
        self.prices[rows] = part.prices
        self.inverse[rows] = part.inverse
        self.bounds[rows] = part.bounds
        self.free[rows] = part.free


def minimise(shapes: Array, bounds: Array, weights: Array | None, basis: Basis) -> None:
    """Bring ``basis`` to the optimum of every program, in place.

    Condition ``c`` of program ``k`` is ``shapes[:, c] . x + weights[k, c] * level >=
    bounds[k, c]``; without ``weights`` there is no level. A bound of minus infinity takes a
    condition out. Raises ``SolverError`` when a program has no feasible point.
    """
    open_ = rows = np.arange(len(bounds))
    part = basis
    size = basis.prices.shape[1]
    demanded, weighing = bounds, weights
    for step in range(_MOST * size):
        violation = _violations(shapes, demanded, weighing, part)
        patient = step < _PATIENCE * size
        entering = violation.argmax(axis=1) if patient else (violation > NEGLIGIBLE).argmax(axis=1)
        violated = violation[rows, entering] > NEGLIGIBLE
        if not violated.all():
            if part is not basis:
                basis.put(open_, part)
            kept = violated.nonzero()[0]
            if not len(kept):
                return
            open_, part, entering = open_[kept], part.taken(kept), entering[kept]
            rows = rows[: len(kept)]
            demanded = bounds.take(open_, axis=0)
            weighing = None if weights is None else weights.take(open_, axis=0)
        _pivot(shapes, demanded, weighing, part, rows, entering)
    raise SolverError("a linear program did not end: its figures differ too much in size")


def _violations(shapes: Array, bounds: Array, weights: Array | None, basis: Basis) -> Array:
    point = basis.point
    if weights is None:
        result: Array = bounds - product(point, shapes)
    else:
        result = bounds - product(point[:, :-1], shapes)
        result -= weights * point[:, -1:]
    return result


def _pivot(
    shapes: Array,
    bounds: Array,
    weights: Array | None,
    basis: Basis,
    rows: Masks,
    entering: Masks,
) -> None:
    """Bring one condition into each basis. Written for few operations on small arrays: a program
    that is solved alone costs their number, not their size.
    """
    prices, inverse, bound = basis.prices, basis.inverse, ~basis.free
    column = np.empty(prices.shape)
    column[:, : len(shapes)] = shapes.take(entering, axis=1).T
    if weights is not None:
        column[:, -1] = weights[rows, entering]
    direction = np.einsum("kij,kj->ki", inverse, column)
    ratio = np.full(prices.shape, np.inf)
    np.divide(prices, direction, out=ratio, where=(direction > NEGLIGIBLE) & bound)
    # Of equal ratios the smallest column leaves: Bland's rule, and the same on every machine.
    least = ratio.min(axis=1, keepdims=True)
    equal = ratio <= least + NEGLIGIBLE
    leaving = np.where(equal, basis.columns, _LAST_COLUMN).argmin(axis=1)
    step = np.maximum(ratio[rows, leaving], 0.0)
    if isinf(step.max()):
        raise SolverError("the floors leave no payoff")

    prices -= step[:, None] * direction
    np.maximum(prices, 0.0, out=prices, where=bound)
    prices[rows, leaving] = step
    pivot_row = inverse[rows, leaving] / direction[rows, leaving][:, None]
    inverse -= direction[:, :, None] * pivot_row[:, None, :]
    inverse[rows, leaving] = pivot_row
    basis.columns[rows, leaving] = entering
    basis.bounds[rows, leaving] = bounds[rows, entering]
