"""Our solutions against an independent program (coopgame-py) on two thousand random games.

What the comparison found is in ``docs/METHOD.md``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import coopgame
import numpy as np
import pytest

from contracts.vocabulary.verdict import Solution
from services.cli.reference.games import prenucleolus
from services.method.firms import sharings, solutions
from services.method.firms.coalitions import Array, coalitions

GAMES = {1: 20, 2: 180, 3: 500, 4: 500, 5: 500, 6: 240, 7: 60, 8: 20}
"""Games by number of players, 2,020 in all."""

CLOSE = 1e-7

Numbers = np.random.Generator


def any_worths(draw: Numbers, n: int) -> Array:
    """Whole worths of both signs, many of them zero."""
    return draw.integers(-10, 11, 1 << n) * (draw.random(1 << n) < 0.7)


def growing(draw: Numbers, n: int) -> Array:
    """Larger coalitions are worth more, as in most projects."""
    return draw.integers(0, 21, 1 << n) * coalitions(n).sizes


def signed_pairs(draw: Numbers, n: int) -> Array:
    """Synergies and conflicts of pairs."""
    worths = np.zeros(1 << n)
    for i in range(n):
        for j in range(i):
            worths += draw.integers(-6, 10) * coalitions(n).containing([1 << i | 1 << j])[0]
    return worths


def shared_posts(draw: Numbers, n: int) -> Array:
    """What sharing a post that comes whole saves."""
    table = coalitions(n)
    needs = draw.choice([0.2, 0.3, 0.5, 0.7], n)
    costs = 60 * np.ceil(table.members @ needs - 1e-9) + 5 * np.maximum(table.sizes - 1, 0)
    return 60 * table.sizes - costs


def zeros_and_ones(draw: Numbers, n: int) -> Array:
    """Every coalition has everything or nothing: ties without end."""
    return draw.integers(0, 2, 1 << n)


def fractions(draw: Numbers, n: int) -> Array:
    """Worths that are no whole numbers, own ones too."""
    return draw.normal(size=1 << n) + 0.3 * coalitions(n).sizes ** 2


KINDS: list[Callable[[Numbers, int], Array]] = [
    any_worths,
    growing,
    signed_pairs,
    shared_posts,
    zeros_and_ones,
    fractions,
]


def games(n: int) -> Array:
    draw = np.random.default_rng(20260601 + n)
    rows = np.array([KINDS[k % len(KINDS)](draw, n) for k in range(GAMES[n])], dtype=np.float64)
    rows[:, 0] = 0
    return rows


def of_oracle(solve: Callable[[Any], Any], oracle: Any) -> Any:
    """Not a number where the oracle says that the solution is not defined."""
    try:
        found = solve(oracle)
    except ValueError:
        return np.nan
    return found["allocation"] if isinstance(found, dict) else found


def rows_of(solve: Callable[[Any], Any], n: int) -> Array:
    found = np.full((GAMES[n], n), np.nan)
    for k, oracle in enumerate(oracles(n)):
        found[k] = of_oracle(solve, oracle)
    return found


def oracles(n: int) -> Iterator[Any]:
    for worths in games(n):
        yield coopgame.Game(worths[1:].tolist())


@pytest.mark.parametrize("n", GAMES)
def test_the_shapley_value_agrees(n: int) -> None:
    found = sharings.sharings(games(n), np.full(GAMES[n], CLOSE))
    expected = rows_of(coopgame.shapley, n)
    np.testing.assert_allclose(found.payoffs[Solution.SHAPLEY], expected, atol=1e-9)


@pytest.mark.parametrize("n", GAMES)
@pytest.mark.parametrize(
    ("solution", "solve"),
    [
        (Solution.NUCLEOLUS, coopgame.nucleolus),
        (Solution.PER_CAPITA_NUCLEOLUS, coopgame.per_capita_nucleolus),
        (Solution.GATELY, coopgame.gately_point),
        (Solution.TAU, coopgame.tau_value),
    ],
)
def test_a_solution_agrees_and_is_defined_for_the_same_games(
    n: int, solution: Solution, solve: Callable[[Any], Any]
) -> None:
    found = sharings.sharings(games(n), np.full(GAMES[n], CLOSE)).payoffs[solution]
    np.testing.assert_allclose(found, rows_of(solve, n), atol=CLOSE, equal_nan=True)


@pytest.mark.parametrize("n", [n for n in GAMES if n > 1])
def test_the_prenucleolus_agrees(n: int) -> None:
    found = np.array([prenucleolus(worths) for worths in games(n)[:120]])
    np.testing.assert_allclose(found, rows_of(coopgame.prenucleolus, n)[:120], atol=CLOSE)


@pytest.mark.parametrize("n", [n for n in GAMES if n > 1])
def test_the_least_core_agrees_where_nobody_would_be_paid_less_than_alone(n: int) -> None:
    """The oracle looks among imputations only; the definition (Maschler, Peleg, Shapley 1979) does
    not, so ours is never more.
    """
    rows = games(n)
    found = sharings.least_core_of(rows)
    alone = rows[:, 1 << np.arange(n)]
    compared = 0
    for k, oracle in enumerate(oracles(n)):
        try:
            theirs = coopgame.least_core(oracle)["epsilon"]
        except ValueError:
            assert rows[k, -1] < alone[k].sum()
            continue
        assert found[k] <= theirs + CLOSE
        if (prenucleolus(rows[k]) >= alone[k] - CLOSE).all():
            assert abs(found[k] - theirs) <= CLOSE
            compared += 1
    assert compared >= GAMES[n] // 3


@pytest.mark.parametrize("n", GAMES)
def test_the_core_is_empty_for_the_same_games_and_holds_the_same_payoffs(n: int) -> None:
    rows = games(n)
    stable = [missing <= CLOSE for missing, _ in solutions.stability(rows)]
    assert stable == [oracle.has_nonempty_core() for oracle in oracles(n)]
    found = sharings.sharings(rows, np.full(GAMES[n], CLOSE))
    for solution, payoffs in found.payoffs.items():
        for k, oracle in enumerate(oracles(n)):
            if not np.isnan(payoffs[k]).any():
                assert found.in_core[solution][k] == oracle.is_in_core(payoffs[k].tolist(), CLOSE)
