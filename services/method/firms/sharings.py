"""Every solution of a game beside the others: what each gives whom, and whether it is stable.

*Fair* and *stable* are different words: a rule may be fair in its own sense and give some subgroup
a reason to leave. Games of the same size are solved side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.verdict import Solution
from services.method.arithmetic import on_grid, product
from services.method.firms import solutions
from services.method.firms.coalitions import Array, Flags
from services.method.firms.programs import lexicographic_least_excess, table_of
from services.method.firms.simplex import NEGLIGIBLE


@dataclass(frozen=True, slots=True)
class Sharings:
    """The solutions of several games, one row of each array a game.

    A payoff is not a number where its solution is not defined: the tau value of a game that is not
    quasi-balanced, a nucleolus where no payoff gives everyone what they have alone. ``in_core``
    says of each solution whether it is in the core.
    """

    payoffs: Mapping[Solution, Array]
    in_core: Mapping[Solution, Flags]


def sharings(games: Array, tolerance: Array) -> Sharings:
    """Every solution of the games ``[game, mask]``; ``tolerance`` is one figure a game."""
    table = table_of(games)
    shapley = solutions.shapley_values(games)
    largest = np.abs(games).max(axis=1, keepdims=True)
    nucleoli, per_capita = _nucleoli(games, shapley)
    payoffs = {
        Solution.SHAPLEY: shapley,
        Solution.NUCLEOLUS: nucleoli,
        Solution.PER_CAPITA_NUCLEOLUS: per_capita,
        Solution.GATELY: on_grid(solutions.gately_points(games), largest),
        Solution.TAU: on_grid(solutions.tau_values(games), largest),
        Solution.NASH: on_grid(_nash(games), largest),
    }
    slack = tolerance[:, None]
    return Sharings(
        payoffs=payoffs,
        in_core={
            solution: np.asarray(
                (games - product(payoff, table.membersT) <= slack).all(axis=1)
                & (np.abs(payoff.sum(axis=1) - games[:, -1]) <= tolerance)
            )
            for solution, payoff in payoffs.items()
        },
    )


def least_core_of(games: Array) -> Array:
    """The least exit cost of each game after which no proper coalition leaves (Maschler, Peleg,
    Shapley 1979): negative inside a core with room, 0 for a single player, whom nobody can leave.
    """
    table = table_of(games)
    if table.n == 1:
        return np.zeros(len(games))
    ones = np.ones(table.grand + 1)
    _, largest = lexicographic_least_excess(games, range(1, table.grand), ones, (), levels=1)
    return largest


def _nash(games: Array) -> Array:
    alone = games.take(table_of(games).singles, axis=1)
    split: Array = alone + (games[:, -1:] - alone.sum(axis=1, keepdims=True)) / alone.shape[1]
    return split


def _nucleoli(games: Array, shapley: Array) -> tuple[Array, Array]:
    """The nucleolus, and the per-capita nucleolus, where some payoff gives everyone what they have
    alone. The nucleolus by linear programs only where the Shapley value is not it already.

    Where every coalition and its complement object to the Shapley value alike, as with pair
    synergies only, any other payoff raises one objection of each pair: it is the prenucleolus.
    """
    table = table_of(games)
    objections = (games - product(shapley, table.membersT))[:, 1:-1]
    noise = NEGLIGIBLE * np.abs(games).max(axis=1)
    alone = games.take(table.singles, axis=1)
    alike = (np.abs(objections - objections[:, ::-1]) <= noise[:, None]).all(axis=1)
    known = alike & (shapley >= alone - noise[:, None]).all(axis=1)
    possible = games[:, -1] >= alone.sum(axis=1) - noise
    asked = possible & ~known
    found = np.where(known[:, None], shapley, np.nan)
    per_capita = np.full_like(shapley, np.nan)
    if possible.any():
        found[asked], per_capita[possible] = solutions.nucleoli_of_both(
            games[asked], games[possible]
        )
    return found, per_capita
