"""What is solved beside others is solved to the last bit as if it were alone."""

import numpy as np
import pytest

from services.method.firms import programs, sharings
from services.method.firms.coalitions import Array

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
