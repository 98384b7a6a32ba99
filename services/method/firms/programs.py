"""The linear programs behind the solutions: what a group must be paid to hold.

Games come as rows of worths, ``[game, coalition mask]``, so that many are solved side by side. They
are normalised before they are solved (nothing alone, largest worth 1), so that a tolerance means
the same for a hundred euros and for a billion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.method.arithmetic import on_grid, product
from services.method.firms.coalitions import Array, Coalitions, Flags, Masks, coalitions
from services.method.firms.simplex import (
    NEGLIGIBLE,
    OUTSIDE,
    PRICE_NEGLIGIBLE,
    Basis,
    SolverError,
    minimise,
)

_SPANNED = 1e-9
_FAR = 64.0
"""No payoff of a game whose worths lie between -1 and 1 is larger: a wall that is never touched."""


def least_totals(bounds: Array) -> tuple[Array, Masks, Array]:
    """Least sums of payoffs that give every coalition but the grand one its bound.

    With the worths as bounds, what the sum exceeds v(N) by is the cost of stability (Bachrach et
    al. 2009). Also the proof, per game: coalitions (masks) and their prices, which weigh every
    player once and whose bounds add up to the sum (Bondareva 1963, Shapley 1967).
    """
    table = table_of(bounds)
    n = table.n
    count = len(bounds)
    singles = table.singles
    alone = bounds.take(singles, axis=1)
    demanded, scale = _normalised(bounds, alone, table)
    # The grand coalition gets what is left; for a single player it is the player.
    demanded[:, 0] = -np.inf
    if n > 1:
        demanded[:, table.grand] = -np.inf
    basis = Basis(
        columns=singles[None].repeat(count, axis=0),
        prices=np.ones((count, n)),
        inverse=np.eye(n)[None].repeat(count, axis=0),
        bounds=demanded.take(singles, axis=1),
        free=np.zeros((count, n), dtype=np.bool_),
    )
    minimise(table.membersT, demanded, None, basis)
    totals = alone.sum(axis=1) + scale * (basis.prices * basis.bounds).sum(axis=1)
    return totals, basis.columns, basis.prices


def most_for(players: Sequence[int], games: Array, tolerance: Array) -> list[float]:
    """The most each player gets in the core of the game in its row, relaxed by its ``tolerance``.

    Raises ``SolverError`` when one of these cores is empty.
    """
    table = table_of(games)
    if table.n == 1:
        alone: list[float] = games[:, -1].tolist()
        return alone
    # One program for each player, and in each the player is the first one.
    places = np.array([_exchanged(table.masks, player) for player in players])
    turned = np.take_along_axis(games, places, axis=1)
    first, others = [1], range(2, table.grand)
    weights = np.ones(table.grand + 1)
    _, excess = lexicographic_least_excess(turned, first, weights, others, tolerance, levels=1)
    most: list[float] = (turned[:, 1] - excess).tolist()
    return most


def _exchanged(masks: Masks, player: int) -> Masks:
    """The masks after player 0 and another one have changed places."""
    differ = (masks ^ (masks >> player)) & 1
    exchanged: Masks = masks ^ (differ | differ << player)
    return exchanged


def lexicographic_least_excess(
    worths: Array,
    counted: Sequence[int],
    weights: Array,
    floors: Sequence[int],
    tolerance: float | Array = 0.0,
    levels: int | None = None,
) -> tuple[Array, Array]:
    """The payoffs whose sorted excesses over ``counted`` coalitions are lexicographically least.

    An excess is ``(v(S) - x(S)) / weights[S]``, or ``weights[game, S]``; the coalitions in
    ``floors`` must get their worth (less ``tolerance``) whatever happens. One program per level;
    conditions with a positive price are tight in every optimum and are fixed (Maschler's scheme).
    Also the largest excess of each game. With ``levels`` the scheme ends early, and only that
    excess means something.
    Raises ``SolverError`` when the floors leave no payoff in one of the games.
    """
    table = table_of(worths)
    n = table.n
    alone = worths.take(table.singles, axis=1)
    surplus, scale = _normalised(worths, alone, table)
    order = np.array([*counted, *floors], dtype=np.int64)
    walls = np.vstack([np.eye(n), -np.eye(n)])
    shapes = np.ascontiguousarray(np.vstack([table.members[order], walls]).T)
    bounds = np.column_stack([surplus[:, order], np.full((len(worths), 2 * n), -_FAR)])
    if len(floors):
        bounds[:, len(counted) : len(order)] -= (tolerance / scale)[:, None]
    weight = np.zeros(bounds.shape)
    weight[:, : len(counted)] = weights[..., list(counted)]

    fixed = _Fixed.first(surplus[:, -1], n)
    largest = np.zeros(len(worths))
    payoffs = np.zeros((len(worths), n))
    games = np.arange(len(worths))
    level = 0
    while True:
        done = fixed.complete
        if done.any():
            payoffs[games[done]] = fixed.sums[done]
            games, fixed = games[~done], fixed.taken(np.flatnonzero(~done))
        if not len(games) or level == levels:
            break
        demanded = bounds[games]
        spanned = fixed.spans(shapes[:, : len(order)].T)
        demanded[:, : len(order)][spanned] = -np.inf
        weighing = weight[games]
        basis = fixed.start(shapes, demanded, weighing, len(counted))
        minimise(shapes, demanded, weighing, basis)
        excess = basis.point[:, -1]
        if level == 0:
            largest[games] = excess * scale[games]
        _fix_tight(fixed, basis, shapes, demanded, weighing, excess)
        level += 1
    size = np.abs(worths).max(axis=1)
    return on_grid(alone + scale[:, None] * payoffs, size[:, None]), on_grid(largest, size)


@dataclass(slots=True)
class _Fixed:
    """What is settled: linear forms of the payoff with their values, in reduced echelon form.

    ``forms[k, i]`` is the form of game k whose pivot is player i (zero where player i is no
    pivot), ``sums[k, i]`` its value.
    """

    forms: Array
    sums: Array
    pivots: Flags

    @classmethod
    def first(cls, totals: Array, n: int) -> "_Fixed":
        """Only the sum of all payoffs."""
        forms = np.zeros((len(totals), n, n))
        forms[:, 0] = 1.0
        sums = np.zeros((len(totals), n))
        sums[:, 0] = totals
        pivots = np.zeros((len(totals), n), dtype=np.bool_)
        pivots[:, 0] = True
        return cls(forms, sums, pivots)

    @property
    def complete(self) -> Flags:
        done: Flags = np.asarray(self.pivots.all(axis=1))
        return done

    def taken(self, rows: Masks) -> "_Fixed":
        return _Fixed(self.forms[rows], self.sums[rows], self.pivots[rows])

    def spans(self, members: Array) -> Flags:
        """Which coalitions have a settled sum, per game."""
        rest = members[None] - np.einsum("si,kij->ksj", members, self.forms)
        settled: Flags = np.asarray((np.abs(rest) < _SPANNED).all(axis=2))
        return settled

    def settle(self, form: Array, value: Array, wanted: Flags) -> None:
        """Add one form per game where ``wanted``, unless it is settled already."""
        rest = form - np.einsum("ki,kij->kj", form, self.forms)
        amount = value - (form * self.sums).sum(axis=1)
        rows = np.arange(len(form))
        pivot = np.abs(rest).argmax(axis=1)
        size = rest[rows, pivot]
        new = wanted & (np.abs(size) > _SPANNED)
        if not new.any():
            return
        k, p = rows[new], pivot[new]
        unit = rest[k] / size[k, None]
        amount = amount[k] / size[k]
        share = self.forms[k, :, p]
        self.forms[k] -= share[:, :, None] * unit[:, None, :]
        self.sums[k] -= share * amount[:, None]
        self.forms[k, p] = unit
        self.sums[k, p] = amount
        self.pivots[k, p] = True

    def start(self, shapes: Array, bounds: Array, weights: Array, counted: int) -> Basis:
        """A feasible basis: what is settled, a wall for every other player, one coalition."""
        count, n = self.sums.shape
        rows = np.arange(count)
        first = np.where(weights[:, :counted] > 0, bounds[:, :counted], -np.inf).argmax(axis=1)
        if np.isneginf(bounds[rows, first]).any():
            raise SolverError("the counted coalitions do not determine the payoff")
        shape, weight = shapes.T[first], weights[rows, first]
        # Coordinates of a payoff: pivots keep theirs, the others lose what the pivots settle.
        change = np.where(
            self.pivots[:, :, None],
            np.eye(n)[None],
            np.eye(n)[None] - self.forms.transpose(0, 2, 1),
        )
        inner = np.einsum("kij,kj->ki", change, shape)
        side = np.where(inner > 0, -1.0, 1.0)
        scaled = np.where(self.pivots[:, :, None], change, side[:, :, None] * change)
        against = -np.einsum("kij,kj->ki", scaled, shape) / weight[:, None]
        inverse = np.zeros((count, n + 1, n + 1))
        inverse[:, :n, :n] = scaled
        inverse[:, :n, n] = against
        inverse[:, n, n] = 1 / weight
        wall = shapes.shape[1] - 2 * n + np.arange(n)
        walls = np.where(side > 0, wall, wall + n)
        return Basis(
            columns=np.column_stack([np.where(self.pivots, OUTSIDE, walls), first]),
            prices=inverse[:, :, n].copy(),
            inverse=inverse,
            bounds=np.column_stack([np.where(self.pivots, self.sums, -_FAR), bounds[rows, first]]),
            free=np.column_stack([self.pivots, np.zeros(count, dtype=np.bool_)]),
        )


def _fix_tight(
    fixed: _Fixed, basis: Basis, shapes: Array, bounds: Array, weights: Array, excess: Array
) -> None:
    walls = shapes.shape[1] - 2 * shapes.shape[0]
    rows = np.arange(len(excess))
    for slot in range(basis.columns.shape[1]):
        column = basis.columns[:, slot]
        tight = ~basis.free[:, slot] & (basis.prices[:, slot] > PRICE_NEGLIGIBLE)
        if not tight.any():
            continue
        if (tight & (column >= walls)).any():
            raise SolverError("the counted coalitions do not determine the payoff")
        value = bounds[rows, column] - weights[rows, column] * excess
        fixed.settle(shapes.T[column], value, tight)


def table_of(worths: Array) -> Coalitions:
    """The tables of the games in the rows. Raises ``ValueError`` for a length not a power of 2."""
    n = worths.shape[1].bit_length() - 1
    if worths.shape[1] != 1 << n:
        raise ValueError(f"a game of n players has 2**n worths, got {worths.shape[1]}")
    return coalitions(n)


def _normalised(worths: Array, alone: Array, table: Coalitions) -> tuple[Array, Array]:
    surplus = worths - product(alone, table.membersT)
    surplus[:, table.singles] = 0.0
    scale = np.abs(surplus).max(axis=1)
    # A surplus that is only the rounding of its terms is none.
    flat = scale <= NEGLIGIBLE * np.abs(worths).max(axis=1)
    if flat.any():
        surplus[flat] = 0.0
        scale[flat] = 1.0
    surplus /= scale[:, None]
    return surplus, scale


def solve(objective: Array, **program: Any) -> Any:
    """Minimise under the constraints of ``scipy.optimize.linprog``.

    Raises ``SolverError`` without an optimum.
    """
    # scipy is imported on first use: half a second that most proposals need not wait for.
    from scipy.optimize import linprog  # noqa: PLC0415 - see above

    solved = linprog(objective, method="highs", **program)
    if solved.status != 0:
        raise SolverError(f"the linear program ended without an optimum: {solved.message}")
    return solved
