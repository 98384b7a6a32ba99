"""Several synergies of pairs raised at once: the least total after which every firm wins.

A linear program: the fewest euros, spread over any pairs of firms, after which some sharing gives
every firm what counts for it and no subgroup has a reason to leave. A synergy that two firms gain
more is worth as much to every group that holds both, so the total is never less than the needed
aid. Raising a synergy by more than that never breaks what holds (core(v) + core(u) is in
core(v + u), and a game of helpful synergies is convex), so whole euros above the optimum hold too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from contracts.vocabulary.limits import MAX_PLAYERS
from services.method.firms.coalitions import Array, Masks, coalitions
from services.method.firms.simplex import Basis, SolverError, minimise

_PAY = 1e-7
"""What a euro of pay costs beside a euro of synergy: enough to order the firms' gains, too little
to move the total."""

_NONE = 1e-6
"""Of the largest figure: a rise this small is one of nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """One game: what each subgroup demands, a firm's demand being the least gain that counts.

    ``bounds[S]`` is that demand (minus infinity for none), the last one what there is; ``least`` is
    the least rise of the total that is asked for besides.
    """

    bounds: Array
    least: float


def pairs_of_players(n: int) -> tuple[int, ...]:
    """The masks of all pairs of n players, in the order of their rises."""
    return tuple(1 << i | 1 << j for i, j in combinations(range(n), 2))


def least_rises(games: Sequence[Held]) -> Array:
    """The rise of each pair's synergy ``[game, pair]``, of games of one size, solved side by side.

    Of several optima one is given, the same whatever games are solved beside it; nothing rises in
    a game whose figures differ too much in size.
    """
    bounds = np.array([game.bounds for game in games])
    least = np.array([game.least for game in games])
    n = bounds.shape[1].bit_length() - 1
    shapes = _shapes(n)
    pairs = shapes.shape[0] - n
    count, columns = len(games), shapes.shape[1]
    largest = np.where(np.isfinite(bounds), np.abs(bounds), 0.0).max(axis=1)
    scale = np.maximum(largest, 1.0)
    demanded = np.zeros((count, columns))
    demanded[:, : bounds.shape[1]] = bounds / scale[:, None]
    demanded[:, 0] = -np.inf
    demanded[:, bounds.shape[1] - 1] *= -1.0
    singles: Masks = 1 << np.arange(n)
    nothing = bounds.shape[1] + np.arange(pairs)
    start = np.concatenate([singles, nothing])
    basis = Basis(
        columns=np.tile(start, (count, 1)),
        prices=np.tile(np.repeat([_PAY, 1.0], [n, pairs]), (count, 1)),
        inverse=np.tile(np.eye(n + pairs), (count, 1, 1)),
        bounds=demanded[:, start],
        free=np.zeros((count, n + pairs), dtype=np.bool_),
    )
    try:
        minimise(shapes, demanded, None, basis)
    except SolverError:
        # A cent beside a billion in one game. Each by itself then; of that one nothing is told.
        alone = [least_rises([game]) for game in games] if count > 1 else [np.zeros((1, pairs))]
        return np.concatenate(alone)
    rises = basis.point[:, n:]
    rises[rises < _NONE] = 0.0
    found: Array = rises * scale[:, None]
    # What is asked for besides is no condition of the program: millions beside a few euros are more
    # digits than it can hold, and the same total is reached by any pair that rises further.
    rows = np.arange(count)
    found[rows, found.argmax(axis=1)] += np.maximum(least - found.sum(axis=1), 0.0)
    return found


@lru_cache(maxsize=MAX_PLAYERS + 1)
def _shapes(n: int) -> Array:
    """The conditions, a column each: one per subgroup, the grand one's reversed (no more is paid
    than there is), and no pair's synergy falls.
    """
    table = coalitions(n)
    inside = table.containing(list(pairs_of_players(n)))
    subgroups = np.vstack([table.membersT, -inside])
    subgroups[:, table.grand] *= -1.0
    pairs = len(inside)
    nothing = np.vstack([np.zeros((n, pairs)), np.eye(pairs)])
    shapes: Array = np.ascontiguousarray(np.hstack([subgroups, nothing]))
    return shapes
