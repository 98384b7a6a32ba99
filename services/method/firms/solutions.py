"""Solutions of a transferable-utility game, under their standard names.

Every function takes the worths indexed by coalition mask (``coalitions.py``) and is a pure
function of them. *Fair* and *stable* are different words: the Shapley value may lie outside the
core.
"""

import numpy as np

from services.method.arithmetic import EXACT_DIGITS, product, steps, whole_product
from services.method.firms.coalitions import (
    Array,
    Coalitions,
    Masks,
    coalitions,
    players_of,
)
from services.method.firms.programs import least_totals, lexicographic_least_excess, table_of
from services.method.firms.simplex import PRICE_NEGLIGIBLE as _NO_WEIGHT

_NOISE = 1e-9
"""What floating point adds to a sum that is exact on paper, as a part of the largest worth."""


def shapley(worths: Array) -> Array:
    """Shapley value: average marginal contribution over all orders of arrival."""
    return _only(shapley_values(worths[None]))


def shapley_values(games: Array) -> Array:
    """The Shapley value of each game ``[game, mask]``: the one every room reads.

    Worths are read to eleven digits (cents up to a billion euros); of these the value is exact and
    rounded once, so that half a euro is half a euro on every processor.
    """
    table = table_of(games)
    per_unit = steps(np.abs(games).max(axis=1), EXACT_DIGITS)[:, None]
    whole = whole_product(np.rint(games * per_unit), table.shapley)
    value: Array = whole / (table.parts * per_unit)
    return value


def excesses(worths: Array, payoff: Array) -> Array:
    """``v(S) - x(S)`` of every coalition: positive where it would rather leave."""
    result: Array = worths - product(payoff, coalitions(players_of(worths)).membersT)
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
    return stability(worths[None])[0][0]


def balanced_collection(worths: Array) -> list[tuple[int, float]]:
    """Coalitions (masks) with weights that count every player exactly once.

    Of all such collections, one whose weighted worths are the most; where that is more than v(N)
    the core is empty, and this is the proof that can be checked by hand (Bondareva 1963, Shapley
    1967).
    """
    return stability(worths[None])[0][1]


def stability(games: Array) -> list[tuple[float, list[tuple[int, float]]]]:
    """The cost of stability and the balanced collection of each game ``[game, mask]``."""
    totals, masks, weights = least_totals(games)
    missing = np.maximum(totals - games[:, -1], 0.0).tolist()
    collections = [
        sorted((mask, weight) for mask, weight in zip(*found, strict=True) if weight > _NO_WEIGHT)
        for found in zip(masks.tolist(), weights.tolist(), strict=True)
    ]
    return list(zip(missing, collections, strict=True))


def needed_aid(worths: Array, least: Array) -> float:
    """Least payment from outside after which a core point gives every player ``least``.

    At least the cost of stability; in the glove game that is 0 and this is not.
    """
    return float(needed_aids(worths[None], least[None])[0])


def needed_aids(games: Array, least: Array) -> Array:
    """The needed aid of each game ``[game, mask]`` with the least payoffs ``[game, player]``."""
    return priced_aids(games, least)[0]


def priced_aids(games: Array, least: Array) -> tuple[Array, Masks, Array]:
    """The same, with the coalitions that ask for it and their prices, as ``least_totals`` does."""
    bounds = np.array(games, dtype=np.float64)
    singles = 1 << np.arange(least.shape[1])
    bounds[:, singles] = np.maximum(bounds[:, singles], least)
    totals, columns, prices = least_totals(bounds)
    aids: Array = np.maximum(totals - games[:, -1], 0.0)
    return aids, columns, prices


def least_core(worths: Array) -> float:
    """Least exit cost after which no proper coalition leaves (Maschler, Peleg, Shapley 1979).

    Negative inside a core with room; 0 for a single player, whom nobody can leave.
    """
    if len(worths) <= 1 << 1:
        return 0.0
    proper = range(1, len(worths) - 1)
    ones = np.ones(len(worths))
    _, largest = lexicographic_least_excess(worths[None], proper, ones, (), levels=1)
    return float(largest[0])


def nucleolus(worths: Array) -> Array:
    """Lexicographic minimum of the sorted excesses among the imputations (Schmeidler 1969).

    In the core whenever it is not empty. Raises ``SolverError`` without any imputation.
    """
    return _only(nucleoli(worths[None]))


def prenucleolus(worths: Array) -> Array:
    """The nucleolus when a player may get less than alone."""
    return _only(_least_excess(worths[None], None, floors=False))


def per_capita_nucleolus(worths: Array) -> Array:
    """The nucleolus of excesses per member (Young 1985)."""
    return _only(per_capita_nucleoli(worths[None]))


def nucleoli(games: Array) -> Array:
    """The nucleolus of each game ``[game, mask]``, solved side by side."""
    return _least_excess(games, None, floors=True)


def per_capita_nucleoli(games: Array) -> Array:
    """The per-capita nucleolus of each game ``[game, mask]``, solved side by side."""
    return _least_excess(games, table_of(games).sizes, floors=True)


def nucleoli_of_both(games: Array, per_capita: Array) -> tuple[Array, Array]:
    """The nucleolus of some games, the per-capita nucleolus of others, all solved side by side."""
    together = np.concatenate([games, per_capita])
    weights = np.ones(together.shape)
    weights[len(games) :] = table_of(together).sizes
    payoffs = _least_excess(together, weights, floors=True)
    return payoffs[: len(games)], payoffs[len(games) :]


def _least_excess(games: Array, weights: Array | None, *, floors: bool) -> Array:
    table = table_of(games)
    singles = [1 << i for i in range(table.n)] if floors else []
    counted = range(1, table.grand)
    chosen = np.ones(table.grand + 1) if weights is None else weights
    payoffs, _ = lexicographic_least_excess(games, counted, chosen, singles)
    return payoffs


def max_min_core_points(games: Array, least: Array, tolerance: Array) -> Array:
    """Of each game ``[game, mask]`` the core point that raises the smallest gain over ``least``
    ``[game, player]`` most, then the next smallest.

    Raises ``SolverError`` when the coalitions of several cannot all be given their worth.
    """
    table = table_of(games)
    singles = [1 << i for i in range(table.n)]
    others = [mask for mask in range(1, table.grand) if mask & (mask - 1)]
    raised = np.array(games, dtype=np.float64)
    raised[:, singles] = least
    ones = np.ones(table.grand + 1)
    payoffs, _ = lexicographic_least_excess(raised, singles, ones, others, tolerance)
    return payoffs


def _only(payoffs: Array) -> Array:
    payoff: Array = payoffs[0]
    return payoff


def smallest_cut(worths: Array) -> float:
    """Least ``v(N) - v(S) - v(N - S)`` over the ways to cut the players in two.

    Of a game of pair synergies it is the net worth of the synergies that cross the cut, and the
    game is stable exactly when it is not negative.
    """
    proper = worths[1:-1]
    return float((worths[-1] - proper - proper[::-1]).min())


def nash_split(worths: Array, power: Array | None = None) -> Array:
    """Everyone's worth alone and a part of the surplus: equal parts, or ``power`` (Nash 1950)."""
    table = coalitions(players_of(worths))
    alone = worths[table.singles]
    parts = np.ones(table.n) if power is None else power
    split: Array = alone + parts / parts.sum() * (worths[-1] - alone.sum())
    return split


def tau_value(worths: Array) -> Array:
    """Between the minimal rights and the utopia payoffs (Tijs 1981).

    Raises ``ValueError`` for a game that is not quasi-balanced.
    """
    return _defined(_only(tau_values(worths[None])), "tau value", "the game is not quasi-balanced")


def gately(worths: Array) -> Array:
    """Gately point: everyone's propensity to disrupt is the same (Gately 1974).

    Raises ``ValueError`` where it is not defined: there is nothing to share, or leaving does not
    hurt the others in the same way.
    """
    why = "there is nothing to share, or not everyone's leaving costs the others"
    return _defined(_only(gately_points(worths[None])), "Gately point", why)


def tau_values(games: Array) -> Array:
    """The tau value of each game ``[game, mask]``; not a number where it is not defined."""
    table = table_of(games)
    alone, utopia, noise = _ends(games, table)
    # What is left for a member when the others of the coalition get their utopia payoffs.
    spare = games - product(utopia, table.membersT)
    left = np.where(table.members[None] > 0, spare[:, :, None], -np.inf).max(axis=1)
    rights = np.maximum(left + utopia, alone)
    room = (utopia - rights).sum(axis=1)
    over = games[:, -1] - rights.sum(axis=1)
    share = np.divide(over, room, out=np.zeros_like(over), where=room > noise)
    balanced = (
        (rights <= utopia + noise[:, None]).all(axis=1) & (over >= -noise) & (over <= room + noise)
    )
    value: Array = rights + np.clip(share, 0.0, 1.0)[:, None] * (utopia - rights)
    value[~balanced] = np.nan
    return value


def gately_points(games: Array) -> Array:
    """The Gately point of each game ``[game, mask]``; not a number where it is not defined.

    Where the leaving of some would cost the others and that of others would not, no payoff that
    gives everyone what they have alone makes all propensities equal.
    """
    table = table_of(games)
    alone, utopia, noise = _ends(games, table)
    room = (utopia - alone).sum(axis=1)
    surplus = games[:, -1] - alone.sum(axis=1)
    lost = utopia - alone
    alike = (lost >= -noise[:, None]).all(axis=1) | (lost <= noise[:, None]).all(axis=1)
    defined = alike & (surplus > noise) & (np.abs(room) > noise)
    part = np.divide(surplus, room, out=np.full_like(room, np.nan), where=defined)
    point: Array = alone + part[:, None] * (utopia - alone)
    return point


def _ends(games: Array, table: Coalitions) -> tuple[Array, Array, Array]:
    """What each player has alone, what the others lose without it, and what rounding may add."""
    singles = table.singles
    utopia = games[:, -1:] - games.take(table.grand ^ singles, axis=1)
    noise = _NOISE * np.maximum(np.abs(games).max(axis=1), np.finfo(float).tiny)
    return games.take(singles, axis=1), utopia, noise


def _defined(payoff: Array, what: str, why: str) -> Array:
    if np.isnan(payoff).any():
        raise ValueError(f"the {what} is not defined: {why}")
    return payoff
