"""The sharings by every rule, for the games of proposals: who gains what, and what is stable."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from contracts.vocabulary.verdict import Solution
from services.method.firms.coalitions import Array
from services.method.firms.found import FirmsLevel, FirmsParameters
from services.method.firms.game import FirmsGame
from services.method.firms.pairs import PairGame, halves, worst_objection
from services.method.firms.sharings import least_core_of, sharings
from services.method.firms.simplex import SolverError

_CENTRAL = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """Rule, gains in canonical order and stability of each solution; the least exit cost, if any.

    A rule that is not defined for the game is left out.
    """

    rows: tuple[tuple[Solution, list[float], bool], ...] = ()
    least_core: float | None = None


def compared(judged: Sequence[tuple[FirmsGame, FirmsLevel]]) -> list[Compared]:
    """Every solution of games of one size, at the central point."""
    games = np.array([game.surplus[_CENTRAL] for game, _ in judged])
    tolerance = np.array([level.tolerance for _, level in judged])
    found = sharings(games, tolerance)
    # The cost of leaving is asked for only where somebody would leave.
    broken = np.array([level.cost_of_stability > level.tolerance for _, level in judged])
    exit_costs = np.full(len(games), np.nan)
    if broken.any():
        exit_costs[broken] = least_core_of(games[broken])
    # As lists of Python figures at once: one by one they would cost more than the solutions.
    columns: list[tuple[Solution, list[list[float]], list[bool], list[bool]]] = [
        (
            solution,
            payoff.tolist(),
            [bool(each) for each in found.in_core[solution]],
            [any(map(isnan, gains)) for gains in payoff.tolist()],
        )
        for solution, payoff in found.payoffs.items()
    ]
    return [
        Compared(
            tuple(
                [
                    (solution, gains[k], stable[k])
                    for solution, gains, stable, undefined in columns
                    if not undefined[k]
                ]
            ),
            float(exit_costs[k]) if broken[k] else None,
        )
        for k in range(len(games))
    ]


def compared_pairs(game: PairGame, level: FirmsLevel, p: FirmsParameters) -> Compared:
    """The solutions that stay exact for a large group held by pairs.

    The nucleolus is the Shapley value where that gives everyone what they have alone; whether the
    others are stable is searched, and a rule whose search does not end is left out.
    """
    weights = game.weights[_CENTRAL]
    shapley = halves(weights)
    total = float(shapley.sum())
    n = len(game.firms)
    holds = not level.blocking
    rows = [(Solution.SHAPLEY, shapley, holds)]
    if (shapley >= -level.tolerance).all():
        rows.append((Solution.NUCLEOLUS, shapley, holds))
    others: list[tuple[Solution, Array]] = [(Solution.NASH, np.full(n, total / n))]
    degrees = 2 * shapley
    if abs(degrees.sum()) > level.tolerance:
        others.append((Solution.GATELY, degrees * total / degrees.sum()))
    for solution, gains in others:
        if not holds:
            # No sharing of a group that does not hold is stable.
            rows.append((solution, gains, False))
            continue
        try:
            objection, _ = worst_objection(weights, gains, p.search_nodes)
        except SolverError:
            continue
        rows.append((solution, gains, objection <= level.tolerance))
    return Compared(tuple((solution, gains.tolist(), stable) for solution, gains, stable in rows))
