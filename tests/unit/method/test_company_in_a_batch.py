"""What is solved beside others is solved to the last bit as if it were alone."""

import numpy as np
import pytest

from services.method.firms import programs, raised, ray_pairs, sharings
from services.method.firms.coalitions import Array, coalitions, each_by
from services.method.firms.rays import (
    Groups,
    Rays,
    Stack,
    demands,
    first_good,
    levels_of,
    two_blocks,
)

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
        own = each_by(worths[1 << np.arange(n)][None], table.membersT)[0]
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


def _on_half_a_euro(n: int) -> Groups:
    """Stable games whose Shapley value gives every firm half a euro less than what counts, as far
    as floating point can say: the last bit decides whether it is rounded up.
    """
    table = coalitions(n)
    worths = -_games(n)
    worths[:, -1] = 0.0
    short = 1_001.5 - each_by(worths, table.shapley)
    return Groups(
        worths=worths + each_by(short, table.membersT),
        floors=np.full((GAMES, n), 1_002.0),
        tolerance=np.full(GAMES, 1e-6),
    )


@pytest.mark.parametrize("n", [3, 5])
def test_a_gain_on_half_a_euro_is_rounded_alone_as_in_company(n: int) -> None:
    games = _on_half_a_euro(n)
    together = levels_of(games, 0)
    assert len({level for level, _ in together}) > 1
    for k in range(GAMES):
        here = slice(k, k + 1)
        alone = Groups(games.worths[here], games.floors[here], games.tolerance[here])
        assert together[k : k + 1] == levels_of(alone, 0)
