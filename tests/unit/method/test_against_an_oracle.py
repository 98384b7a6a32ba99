"""Our solutions against an independent program (coopgame-py) on a few hundred games."""

import random
from collections.abc import Iterator

import coopgame
import numpy as np
import pytest

from services.method.firms import solutions
from services.method.firms.coalitions import Array, coalitions

GAMES = 240


def games() -> Iterator[Array]:
    """General, superadditive-ish, pairwise signed and shared-cost-like games of 3 to 6 players."""
    draw = random.Random(20260601)  # noqa: S311 - games, not secrets
    for number in range(GAMES):
        n = draw.choice((3, 3, 4, 4, 5, 6))
        table = coalitions(n)
        worths = np.zeros(1 << n)
        kind = number % 3
        if kind == 0:
            for mask in range(1, 1 << n):
                worths[mask] = draw.randint(0, 20) * mask.bit_count()
        elif kind == 1:
            for i in range(n):
                for j in range(i):
                    worths += draw.randint(-6, 9) * table.containing([1 << i | 1 << j])[0]
        else:
            needs = np.array([draw.choice((0.2, 0.3, 0.5, 0.7)) for _ in range(n)])
            costs = 60 * np.ceil(table.members @ needs - 1e-9) + 5 * np.maximum(table.sizes - 1, 0)
            costs[0] = 0
            worths = 60 * table.sizes - costs
        worths[0] = 0
        yield worths


ALL_GAMES = list(games())


@pytest.mark.parametrize("number", range(GAMES))
def test_solutions_agree(number: int) -> None:
    worths = ALL_GAMES[number]
    oracle = coopgame.Game(worths[1:].tolist())
    value = solutions.shapley(worths)
    np.testing.assert_allclose(value, coopgame.shapley(oracle), atol=1e-9)
    stable = solutions.cost_of_stability(worths) <= 1e-7
    assert stable == oracle.has_nonempty_core()
    assert solutions.in_core(worths, value, 1e-7) == oracle.is_in_core(value.tolist(), 1e-7)

    prenucleolus = solutions.prenucleolus(worths)
    np.testing.assert_allclose(prenucleolus, coopgame.prenucleolus(oracle)["allocation"], atol=1e-6)
    alone = worths[[1 << i for i in range(len(value))]]
    if worths[-1] >= alone.sum():
        nucleolus = solutions.nucleolus(worths)
        np.testing.assert_allclose(nucleolus, coopgame.nucleolus(oracle)["allocation"], atol=1e-6)
        if stable:
            assert solutions.in_core(worths, nucleolus, 1e-6)
        np.testing.assert_allclose(
            solutions.per_capita_nucleolus(worths),
            coopgame.per_capita_nucleolus(oracle)["allocation"],
            atol=1e-6,
        )
