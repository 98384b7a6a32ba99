"""Several figures moved at once, against a general solver and against every pair tried."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from contracts.vocabulary.verdict import FirmLevel
from services.method.firms.coalitions import Array, coalitions
from services.method.firms.raised import Held, least_rises, pairs_of_players
from services.method.firms.ray_pairs import cheapest_pairs
from services.method.firms.rays import Groups, Rays, demands, first_good, levels_of

GAMES = 25


def losing_games(n: int) -> list[Rays]:
    """Games of conflicts and synergies in which some firm does not win, with a ray per pair."""
    table, pairs = coalitions(n), list(pairs_of_players(n))
    inside = table.containing(pairs)
    draw = np.random.default_rng(n)
    drawn = [
        Rays(
            worths=np.round(draw.uniform(-0.6, 1.0, len(pairs)) * 20_000) @ inside,
            floors=501.0 + draw.integers(0, 30_000, n),
            worth_slopes=inside,
            floor_slopes=np.zeros((len(pairs), n)),
            limits=np.full(len(pairs), 1e12),
            tolerance=1e-6,
            convex_until=np.full(len(pairs), -1.0),
        )
        for _ in range(GAMES)
    ]
    together = Groups.together(
        [Groups(g.worths[None], g.floors[None], np.array([g.tolerance])) for g in drawn]
    )
    levels = levels_of(together, decimals=0)
    lost = [g for g, (level, _) in zip(drawn, levels, strict=True) if level is not FirmLevel.F2]
    assert len(lost) > GAMES / 2
    return lost


def least_by_scipy(game: Rays, least: float) -> float:
    bounds, _ = demands(game)
    n, pairs = len(game.floors), len(game.limits)
    members, inside = coalitions(n).members, game.worth_slopes.T
    rows = [
        np.hstack([-members[1:-1], inside[1:-1]]),
        np.concatenate([np.ones(n), -np.ones(pairs)])[None],
        np.concatenate([np.zeros(n), -np.ones(pairs)])[None],
    ]
    solved = linprog(
        np.concatenate([np.zeros(n), np.ones(pairs)]),
        A_ub=np.vstack(rows),
        b_ub=np.concatenate([-bounds[1:-1], bounds[-1:], [-least]]),
        bounds=[(None, None)] * n + [(0, None)] * pairs,
    )
    return float(solved.fun)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("least", [0.0, 80_000.0])
def test_the_least_total_is_that_of_a_general_solver(n: int, least: float) -> None:
    games = losing_games(n)
    rises: Array = least_rises([Held(demands(game)[0], least) for game in games])
    assert (rises >= 0).all()
    for game, row in zip(games, rises, strict=True):
        assert row.sum() == pytest.approx(least_by_scipy(game, least), abs=0.01)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_no_other_pair_needs_less_than_the_cheapest(n: int) -> None:
    games = losing_games(n)
    for game, found in zip(games, cheapest_pairs(games), strict=True):
        slopes = game.worth_slopes
        tried = list(combinations(range(len(slopes)), 2))
        every = Rays(
            worths=game.worths,
            floors=game.floors,
            worth_slopes=np.array([slopes[i] + slopes[j] for i, j in tried]),
            floor_slopes=np.zeros((len(tried), n)),
            limits=np.full(len(tried), 1e12),
            tolerance=game.tolerance,
            convex_until=np.full(len(tried), -1.0),
        )
        needed = first_good([every])[0]
        if found is None:
            assert np.isinf(needed).all()
        else:
            assert needed[tried.index(found)] <= needed.min() + 1
