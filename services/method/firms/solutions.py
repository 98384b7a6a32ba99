"""Solutions of a transferable-utility game, under their standard names.

Every function takes the worths indexed by coalition mask (``coalitions.py``) and is a pure
function of them. *Fair* and *stable* are different words: the Shapley value may lie outside the
core.
"""

import numpy as np

from services.method.firms.coalitions import Array, coalitions, players_of
from services.method.firms.programs import least_total, lexicographic_least_excess


def shapley(worths: Array) -> Array:
    """Shapley value: average marginal contribution over all orders of arrival."""
    value: Array = worths @ coalitions(players_of(worths)).shapley
    return value


def excesses(worths: Array, payoff: Array) -> Array:
    """``v(S) - x(S)`` of every coalition: positive where it would rather leave."""
    result: Array = worths - coalitions(players_of(worths)).members @ payoff
    return result


def in_core(worths: Array, payoff: Array, tolerance: float) -> bool:
    """Whether the payoff shares v(N) and no coalition objects by more than the tolerance."""
    excess = excesses(worths, payoff)
    return bool(abs(excess[-1]) <= tolerance and excess.max() <= tolerance)


def harsanyi_dividends(worths: Array) -> Array:
    """What each coalition adds to its parts: v(S) is the sum of the dividends inside S."""
    dividends: Array = np.array(worths, dtype=np.float64)
    for player in range(players_of(worths)):
        by_player = dividends.reshape(-1, 2, 1 << player)
        by_player[:, 1] -= by_player[:, 0]
    return dividends


def cost_of_stability(worths: Array) -> float:
    """Least payment from outside after which the core is not empty (Bachrach et al. 2009)."""
    return max(0.0, least_total(worths) - float(worths[-1]))


def needed_aid(worths: Array, least: Array) -> float:
    """Least payment from outside after which a core point gives every player ``least``.

    At least the cost of stability; in the glove game that is 0 and this is not.
    """
    bounds = np.array(worths, dtype=np.float64)
    singles = 1 << np.arange(len(least))
    bounds[singles] = np.maximum(bounds[singles], least)
    return max(0.0, least_total(bounds) - float(worths[-1]))


def least_core(worths: Array) -> float:
    """Least exit cost after which no proper coalition leaves (Maschler, Peleg, Shapley 1979).

    Negative inside a core with room. Found as the first level of the prenucleolus.
    """
    point = prenucleolus(worths)
    return float(excesses(worths, point)[1:-1].max())


def nucleolus(worths: Array) -> Array:
    """Lexicographic minimum of the sorted excesses among the imputations (Schmeidler 1969).

    In the core whenever it is not empty. Raises ``SolverError`` without any imputation.
    """
    table = coalitions(players_of(worths))
    singles = [1 << i for i in range(table.n)]
    return _least_excess(worths, np.ones(len(worths)), singles)


def prenucleolus(worths: Array) -> Array:
    """The nucleolus when a player may get less than alone."""
    return _least_excess(worths, np.ones(len(worths)), [])


def per_capita_nucleolus(worths: Array) -> Array:
    """The nucleolus of excesses per member (Young 1985)."""
    table = coalitions(players_of(worths))
    return _least_excess(worths, table.sizes, [1 << i for i in range(table.n)])


def _least_excess(worths: Array, weights: Array, floors: list[int]) -> Array:
    proper = list(range(1, len(worths) - 1))
    return lexicographic_least_excess(worths, proper, weights, floors)


def max_min_core_point(worths: Array, least: Array, tolerance: float) -> Array:
    """The core point that raises the smallest gain over ``least`` most, then the next smallest.

    Raises ``SolverError`` when the coalitions of several cannot all be given their worth.
    """
    table = coalitions(players_of(worths))
    singles = [1 << i for i in range(table.n)]
    others = [mask for mask in range(1, table.grand) if mask & (mask - 1)]
    raised = np.array(worths, dtype=np.float64)
    raised[singles] = least
    weights = np.ones(len(worths))
    return lexicographic_least_excess(raised, singles, weights, others, tolerance)


def smallest_cut(worths: Array) -> float:
    """Least ``v(N) - v(S) - v(N - S)`` over the ways to cut the players in two.

    Of a game of pair synergies it is the net worth of the synergies that cross the cut, and the
    game is stable exactly when it is not negative.
    """
    proper = worths[1:-1]
    return float((worths[-1] - proper - proper[::-1]).min())


def tau_value(worths: Array) -> Array:
    """Between the minimal rights and the utopia payoffs (Tijs 1981).

    Raises ``ValueError`` for a game that is not quasi-balanced.
    """
    table = coalitions(players_of(worths))
    singles = 1 << np.arange(table.n)
    utopia = worths[-1] - worths[table.grand ^ singles]
    # What is left for a member when the others of the coalition get their utopia payoffs.
    left = (worths - table.members @ utopia)[:, None] + utopia[None, :]
    rights = np.where(table.members > 0, left, -np.inf).max(axis=0)
    room = float((utopia - rights).sum())
    share = 0.0 if room == 0.0 else float((worths[-1] - rights.sum()) / room)
    if (rights > utopia + 1e-9).any() or not 0.0 <= share <= 1.0:
        raise ValueError("the tau value is not defined: the game is not quasi-balanced")
    value: Array = rights + share * (utopia - rights)
    return value


def gately(worths: Array) -> Array:
    """Gately point: everyone's propensity to disrupt is the same (Gately 1974).

    Raises ``ValueError`` where it is not defined: nobody's leaving would cost anything.
    """
    table = coalitions(players_of(worths))
    singles = 1 << np.arange(table.n)
    alone = worths[singles]
    utopia = worths[-1] - worths[table.grand ^ singles]
    room = float((utopia - alone).sum())
    if room == 0.0:
        raise ValueError("the Gately point is not defined: no player's leaving changes anything")
    point: Array = alone + (utopia - alone) * (worths[-1] - alone.sum()) / room
    return point
