"""Several projects under one budget: the best set, the priority list, the efficient frontier."""

from collections.abc import Sequence

import numpy as np


def best_under_budget(
    values: Sequence[float], costs: Sequence[float], budget: float
) -> tuple[list[int], float]:
    """The set of greatest value within the budget, as 0/1 per project, and its value."""
    from scipy.optimize import (  # noqa: PLC0415 - half a second only portfolios should wait for
        Bounds,
        LinearConstraint,
        milp,
    )

    solved = milp(
        -np.array(values, dtype=float),
        constraints=LinearConstraint(np.array([costs], dtype=float), ub=budget),
        integrality=np.ones(len(values)),
        bounds=Bounds(0, 1),
    )
    chosen = [round(x) for x in solved.x]
    return chosen, sum(v for v, x in zip(values, chosen, strict=True) if x)


def priority_list(
    values: Sequence[float], costs: Sequence[float], budget: float
) -> tuple[list[int], float]:
    """Projects by value for money until the first that no longer fits, and their value."""
    chosen = [0] * len(values)
    spent = 0.0
    for i in sorted(range(len(values)), key=lambda i: -values[i] / costs[i]):
        if spent + costs[i] > budget:
            break
        spent += costs[i]
        chosen[i] = 1
    return chosen, sum(v for v, x in zip(values, chosen, strict=True) if x)


def efficient_sets(values: Sequence[float], costs: Sequence[float]) -> list[tuple[int, ...]]:
    """Sets of projects that none beats (as cheap and as valuable, better in one), by cost."""
    kept: list[tuple[float, float, tuple[int, ...]]] = [(0.0, 0.0, ())]
    for i, (value, cost) in enumerate(zip(values, costs, strict=True)):
        both = kept + [(c + cost, v + value, (*chosen, i)) for c, v, chosen in kept]
        kept = [one for one in both if not any(_beats(other, one) for other in both)]
    return [chosen for _, _, chosen in sorted(kept)]


def _beats(
    a: tuple[float, float, tuple[int, ...]], b: tuple[float, float, tuple[int, ...]]
) -> bool:
    return a[0] <= b[0] and a[1] >= b[1] and (a[0] < b[0] or a[1] > b[1])
