"""Games of the literature: how they are listed, and notions that no verdict asks for.

What a verdict asks of a game is in ``services/method/firms``; a case is judged by the same code.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.partners import Firm
from services.method.arithmetic import product
from services.method.firms.coalitions import Array, coalitions, players_of
from services.method.firms.game import FirmsGame
from services.method.firms.programs import lexicographic_least_excess, solve


def lexicographic_masks(n: int) -> list[int]:
    """Masks by size, then in the order of the members: {1},{2},..,{1,2},{1,3},..,N."""
    return [
        sum(1 << i for i in group)
        for size in range(1, n + 1)
        for group in combinations(range(n), size)
    ]


def from_lexicographic(worths: list[float]) -> Array:
    """The game given by its worths by size then lexicographic order, without the empty coalition.

    Raises ``ValueError`` when there are not 2**n - 1 worths.
    """
    n = (len(worths) + 1).bit_length() - 1
    if len(worths) + 1 != 1 << n:
        raise ValueError(f"a game of n players lists 2**n - 1 worths, got {len(worths)}")
    game = np.zeros(1 << n)
    game[lexicographic_masks(n)] = worths
    return game


def game_from_worths(worths: Array, announced: Sequence[float | None] = ()) -> FirmsGame:
    """A game given by its worths, its players without results of their own besides.

    For games from the literature, so that they are judged by the same code as proposals.
    """
    table = coalitions(players_of(worths))
    alone = worths[[1 << i for i in range(table.n)]]
    surplus = worths - product(alone, table.membersT)
    said = list(announced) or [None] * table.n
    return FirmsGame(
        firms=tuple(
            Firm(id=f"{i:02d}", name=f"{i + 1}", announced=result) for i, result in enumerate(said)
        ),
        own=(Estimate.exactly(0.0),) * table.n,
        table=table,
        surplus=np.array([surplus] * 3),
        alone=tuple(alone.tolist()),
        synergies=(0.0, 0.0, 0.0),
        saved=0.0,
        certain=True,
    )


def harsanyi_dividends(worths: Array) -> Array:
    """What each coalition adds to its parts: v(S) is the sum of the dividends inside S."""
    dividends: Array = np.array(worths, dtype=np.float64)
    for player in range(players_of(worths)):
        by_player = dividends.reshape(-1, 2, 1 << player)
        by_player[:, 1] -= by_player[:, 0]
    return dividends


def prenucleolus(worths: Array) -> Array:
    """The nucleolus when a player may get less than alone."""
    counted, ones = range(1, len(worths) - 1), np.ones(len(worths))
    payoffs, _ = lexicographic_least_excess(worths[None], counted, ones, ())
    payoff: Array = payoffs[0]
    return payoff


def smallest_cut(worths: Array) -> float:
    """Least ``v(N) - v(S) - v(N - S)`` over the ways to cut the players in two.

    Of a game of pair synergies it is the net worth of the synergies that cross the cut, and the
    game is stable exactly when it is not negative.
    """
    proper = worths[1:-1]
    return float((worths[-1] - proper - proper[::-1]).min())


def best_structure(worths: Array) -> tuple[float, list[int]]:
    """Greatest sum of worths over the partitions of the players, and its blocks as masks.

    Dynamic programming over coalitions and their parts, 3**n steps (Rahwan & Jennings 2008); of
    equal structures, the one that splits least at each step.
    """
    players_of(worths)
    grand = len(worths) - 1
    best: list[float] = worths.tolist()
    split = list(range(len(worths)))
    for mask in range(1, len(worths)):
        part = (mask - 1) & mask
        while part > mask ^ part:
            total = best[part] + best[mask ^ part]
            if total > best[mask]:
                best[mask], split[mask] = total, part
            part = (part - 1) & mask
    return best[grand], sorted(_blocks(grand, split))


def _blocks(mask: int, split: list[int]) -> list[int]:
    if split[mask] == mask:
        return [mask]
    return _blocks(split[mask], split) + _blocks(mask ^ split[mask], split)


def least_addition_to_synergies(
    players: int, edges: Sequence[tuple[int, int, float]]
) -> tuple[float, list[float]]:
    """Smallest total increase of existing pair synergies after which no cut is negative.

    A group held by pair synergies is stable exactly then: however it is cut in two, the synergies
    crossing the cut are worth more than the conflicts crossing it.
    """
    table = coalitions(players)
    ends = np.array([(i, j) for i, j, _ in edges])
    weights = np.array([w for _, _, w in edges])
    # One side of each cut is enough: the other is its complement.
    sides = table.members[1 : 1 << (players - 1)]
    crossing = (sides[:, ends[:, 0]] != sides[:, ends[:, 1]]).astype(float)
    solved = solve(
        np.ones(len(edges)), A_ub=-crossing, b_ub=product(weights, crossing.T), bounds=(0, None)
    )
    return float(solved.fun), [float(x) for x in solved.x]
