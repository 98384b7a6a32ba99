"""What would change the answer: the smallest move of one lever."""

from collections.abc import Sequence

import numpy as np

from services.method.arithmetic import product
from services.method.firms.coalitions import coalitions
from services.method.firms.programs import solve


def displacement_for(
    target: float,
    gross: float,
    deadweight: float,
    leakage: float,
    substitution: float,
    multiplier: float,
) -> float:
    """Displacement at which the chain gives exactly ``target`` net jobs; negative when no
    displacement is small enough.
    """
    undisplaced = gross * (1 - deadweight) * (1 - leakage) * (1 - substitution) * multiplier
    return 1 - target / undisplaced


def least_addition_to_synergies(
    players: int, edges: Sequence[tuple[int, int, float]]
) -> tuple[float, list[float]]:
    """Smallest total increase of existing pair synergies after which no cut is negative.

    A group held by pair synergies is stable exactly then: however it is cut in two, the synergies
    crossing the cut are worth more than the conflicts crossing it.
    """
    table = coalitions(players)
    ends = np.array([(i, j) for i, j, _ in edges])
    weights = np.array([w for _, _, w in edges])
    # One side of each cut is enough: the other is its complement.
    sides = table.members[1 : 1 << (players - 1)]
    crossing = (sides[:, ends[:, 0]] != sides[:, ends[:, 1]]).astype(float)
    solved = solve(
        np.ones(len(edges)), A_ub=-crossing, b_ub=product(weights, crossing.T), bounds=(0, None)
    )
    return float(solved.fun), [float(x) for x in solved.x]
