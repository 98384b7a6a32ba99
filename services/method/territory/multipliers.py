"""Type I multipliers of an input-output table: what one unit of final demand brings in all."""

import numpy as np

from services.method.arithmetic import Array, product, solved


def technical_coefficients(flows: Array, output: Array) -> Array:
    """Inputs per unit of output: ``flows[i, j]`` goes from sector i to sector j."""
    coefficients: Array = flows / output
    return coefficients


def leontief_inverse(coefficients: Array) -> Array:
    """``(I - A)^-1``. Raises ``numpy.linalg.LinAlgError`` for a table without one."""
    ones = np.eye(len(coefficients))
    return solved(ones - coefficients, ones)


def total_effects(component: Array, output: Array, flows: Array) -> Array:
    """Direct and indirect effect on a component (employment, value added) per unit of demand."""
    direct = component / output
    effects: Array = product(direct, leontief_inverse(technical_coefficients(flows, output)))
    return effects


def type_one_ratio(component: Array, output: Array, flows: Array) -> Array:
    """Total effect per direct effect: jobs in all for one job in the sector."""
    ratio: Array = total_effects(component, output, flows) / (component / output)
    return ratio


def induced_jobs(direct: float, extra_per_job: float) -> float:
    """Extra local jobs of so many tradable jobs (Moretti)."""
    return direct * extra_per_job


def productive(coefficients: Array) -> bool:
    """Whether the branches together make more than they use up: every pivot of ``I - A`` is
    positive (Hawkins and Simon). Only then is there a multiplier.
    """
    try:
        leontief_inverse(coefficients)
    except np.linalg.LinAlgError:
        return False
    return True
