"""What is solved beside others is solved to the last bit as if it were alone."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from contracts.vocabulary.verdict import FirmLevel
from services.method.arithmetic import product
from services.method.firms import programs, raised, ray_pairs, sharings
from services.method.firms.coalitions import Array, coalitions
from services.method.firms.rays import (
    Groups,
    Rays,
    Stack,
    demands,
    first_good,
    levels_of,
    two_blocks,
)
from services.method.firms.solutions import shapley_values

GAMES = 40


def _games(n: int) -> Array:
    """Games of every kind, their figures in euros and cents, so that nothing is a round number."""
    draw = np.random.default_rng(n)
    sizes = np.array([mask.bit_count() for mask in range(1 << n)])
    worths = np.round(draw.random((GAMES, 1 << n)) * 10_000 * sizes**1.4, 2)
    worths[:, 0] = 0.0
    worths[:, 1 << np.arange(n)] *= 0.5
    return worths


@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_every_solution_is_the_same_alone_and_in_company(n: int) -> None:
    games, tolerance = _games(n), np.full(GAMES, 1e-6)
    together = sharings.sharings(games, tolerance)
    for k in range(GAMES):
        alone = sharings.sharings(games[k : k + 1], tolerance[:1])
        for solution, payoffs in together.payoffs.items():
            np.testing.assert_array_equal(payoffs[k], alone.payoffs[solution][0], str(solution))


@pytest.mark.parametrize("n", [3, 5, 9])
def test_every_price_of_holding_together_is_the_same_alone_and_in_company(n: int) -> None:
    games = _games(n)
    totals, columns, prices = programs.least_totals(games)
    exit_costs = sharings.least_core_of(games)
    for k in range(GAMES):
        total, column, price = programs.least_totals(games[k : k + 1])
        np.testing.assert_array_equal(totals[k], total[0])
        np.testing.assert_array_equal(columns[k], column[0])
        np.testing.assert_array_equal(prices[k], price[0])
        np.testing.assert_array_equal(exit_costs[k], sharings.least_core_of(games[k : k + 1])[0])


def _rays(n: int) -> list[Rays]:
    """Each game with a ray for every pair's synergy, and one for what each firm has alone."""
    table, pairs = coalitions(n), list(raised.pairs_of_players(n))
    draw = np.random.default_rng(n)
    found = []
    for worths in _games(n):
        own = product(worths[1 << np.arange(n)][None], table.membersT)[0]
        slopes = np.concatenate([table.containing(pairs), np.zeros((n, 1 << n))])
        found.append(
            Rays(
                worths=worths - own,
                floors=np.round(draw.random(n) * 3_000, 2),
                worth_slopes=slopes,
                floor_slopes=np.concatenate([np.zeros((len(pairs), n)), np.eye(n)]),
                limits=np.full(len(slopes), 1e12),
                tolerance=1e-6,
                convex_until=np.full(len(slopes), -1.0),
            )
        )
    return found


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_how_far_a_figure_moves_is_the_same_alone_and_in_company(n: int) -> None:
    games = _rays(n)
    groups = [Groups(g.worths[None], g.floors[None], np.array([g.tolerance])) for g in games]
    levels = levels_of(Groups.together(groups), 0)
    stack, alone = Stack.of(games), [Stack.of([game]) for game in games]
    rows = len(games[0].limits)
    moved = np.arange(rows * GAMES, dtype=np.float64) + 0.25
    aid, slope = stack.aid(np.arange(rows * GAMES), moved)
    bounds = two_blocks(stack)
    good = first_good(games)
    for k, game in enumerate(games):
        here = slice(k * rows, (k + 1) * rows)
        by_itself = alone[k].aid(np.arange(rows), moved[here])
        np.testing.assert_array_equal(aid[here], by_itself[0])
        np.testing.assert_array_equal(slope[here], by_itself[1])
        np.testing.assert_array_equal(bounds[here], two_blocks(alone[k]))
        np.testing.assert_array_equal(good[k], first_good([game])[0])
        assert levels[k : k + 1] == levels_of(groups[k], 0)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_what_several_figures_need_is_the_same_alone_and_in_company(n: int) -> None:
    games = _rays(n)
    held = [raised.Held(demands(game)[0], 100.0) for game in games]
    rises = raised.least_rises(held)
    pairs = ray_pairs.cheapest_pairs(games)
    for k, game in enumerate(games):
        np.testing.assert_array_equal(rises[k], raised.least_rises([held[k]])[0])
        assert pairs[k] == ray_pairs.cheapest_pairs([game])[0]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_a_gain_on_half_a_euro_is_rounded_alone_as_in_company(n: int) -> None:
    """Each pair shares an odd sum: with an even number of firms everybody gains half a euro."""
    table, draw = coalitions(n), np.random.default_rng(n)
    pairs = table.containing(list(raised.pairs_of_players(n)))
    odd = 2.0 * draw.integers(50, 90_000, (GAMES, len(pairs))) + 1.0
    games = product(odd, pairs)
    shown = np.round(shapley_values(games))
    levels = levels_of(Groups(games, shown, np.full(GAMES, 1e-6)), 0)
    assert {level for level, _ in levels} == {FirmLevel.F2}, "what is shown is what is compared"
    for k in range(GAMES):
        alone = Groups(games[k : k + 1], shown[k : k + 1], np.full(1, 1e-6))
        assert levels[k : k + 1] == levels_of(alone, 0)


def _in_order(worths: Sequence[int], n: int) -> list[float]:
    """The Shapley value by its definition, in fractions: what joining brings, over all orders."""
    total = [Fraction(0)] * n
    for order in permutations(range(n)):
        there = 0
        for i in order:
            total[i] += worths[there | 1 << i] - worths[there]
            there |= 1 << i
    return [float(each / factorial(n)) for each in total]


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_the_shapley_value_of_whole_euros_is_exact_and_rounded_once(n: int) -> None:
    draw = np.random.default_rng(n)
    games = draw.integers(-90_000, 900_000, (20, 1 << n)).astype(np.float64)
    games[:, 0] = 0.0
    expected = [_in_order([int(worth) for worth in game], n) for game in games]
    assert shapley_values(games).tolist() == expected
