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


def shapley_values(games: Array) -> Array:
    """The Shapley value of each game ``[game, mask]``: the average of what a player adds, over all
    orders of arrival.

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


def stability(games: Array) -> list[tuple[float, list[tuple[int, float]]]]:
    """The cost of stability and the balanced collection of each game ``[game, mask]``.

    The least payment from outside after which the core is not empty (Bachrach et al. 2009), and
    coalitions (masks) with weights that count every player once. Of all such collections it is one
    whose weighted worths are the most; where that is more than v(N) the core is empty, and this is
    the proof that can be checked by hand (Bondareva 1963, Shapley 1967).
    """
    totals, masks, weights = least_totals(games)
    missing = np.maximum(totals - games[:, -1], 0.0).tolist()
    collections = [
        sorted((mask, weight) for mask, weight in zip(*found, strict=True) if weight > _NO_WEIGHT)
        for found in zip(masks.tolist(), weights.tolist(), strict=True)
    ]
    return list(zip(missing, collections, strict=True))


def needed_aids(games: Array, least: Array) -> Array:
    """The needed aid of each game ``[game, mask]`` with the least payoffs ``[game, player]``: the
    least payment from outside after which a core point gives everyone that much.

    At least the cost of stability; in the glove game that is 0 and this is not.
    """
    return priced_aids(games, least)[0]


def priced_aids(games: Array, least: Array) -> tuple[Array, Masks, Array]:
    """The same, with the coalitions that ask for it and their prices, as ``least_totals`` does."""
    bounds = np.array(games, dtype=np.float64)
    singles = 1 << np.arange(least.shape[1])
    bounds[:, singles] = np.maximum(bounds[:, singles], least)
    totals, columns, prices = least_totals(bounds)
    aids: Array = np.maximum(totals - games[:, -1], 0.0)
    return aids, columns, prices


def nucleoli(games: Array) -> Array:
    """The nucleolus of each game ``[game, mask]``, solved side by side: the lexicographic minimum
    of the sorted excesses among the payoffs that give everyone what they have alone (Schmeidler
    1969).

    In the core whenever it is not empty. Raises ``SolverError`` where there is no such payoff.
    """
    return _least_excess(games, np.ones(games.shape[1]))


def nucleoli_of_both(games: Array, per_capita: Array) -> tuple[Array, Array]:
    """The nucleolus of some games, the per-capita nucleolus of others (Young 1985: of excesses per
    member), all solved side by side.
    """
    together = np.concatenate([games, per_capita])
    weights = np.ones(together.shape)
    weights[len(games) :] = table_of(together).sizes
    payoffs = _least_excess(together, weights)
    return payoffs[: len(games)], payoffs[len(games) :]


def _least_excess(games: Array, weights: Array) -> Array:
    table = table_of(games)
    singles = [1 << i for i in range(table.n)]
    payoffs, _ = lexicographic_least_excess(games, range(1, table.grand), weights, singles)
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


def tau_values(games: Array) -> Array:
    """The tau value of each game ``[game, mask]`` (Tijs 1981), between the minimal rights and the
    utopia payoffs; not a number where the game is not quasi-balanced.
    """
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
    """The Gately point of each game ``[game, mask]`` (Gately 1974): everyone's propensity to
    disrupt is the same. Not a number where there is nothing to share, or it is not defined.

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
