"""What is known of a place and an activity in the first year: the terms of every score.

Quotients are computed on all communes of the area, proximity (diagonal 0) on its places only, the
communes with enough employees for a specialisation to mean something.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from services.method.arithmetic import Array, whole_product
from services.method.territory.potential.table import Matrices
from services.method.territory.specialisation import (
    location_quotients,
    relatedness_density,
    share,
)

_A_TRACE = 0.01
"""Keeps the logarithm of an activity nobody works in finite."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Places by activities in the first year; ``by_name`` holds every term of a score."""

    places: tuple[str, ...]
    activities: tuple[str, ...]
    employees: Array
    quotients: Array
    by_name: Mapping[str, Array]


def terms_of(start: Matrices, place_size: float, related: Array) -> Terms:
    """The terms of all places with at least ``place_size`` employees.

    ``related[i, j]`` is 1 where activities i and j belong to one parent of the nomenclature.
    """
    quotients = location_quotients(start.employees)
    chosen = start.employees.sum(axis=1) >= place_size
    employees, establishments = start.employees[chosen], start.establishments[chosen]
    special = (quotients[chosen] >= 1).astype(float)
    shape = special.shape
    total = start.employees.sum()
    size, in_area = employees.sum(axis=1, keepdims=True), start.employees.sum(axis=0)
    expected = np.broadcast_to(size * in_area / total if total else 0.0, shape)
    present = (employees > 0).astype(float)
    siblings = related - np.eye(len(related))
    ubiquity, diversity = special.sum(axis=0), special.sum(axis=1, keepdims=True)

    def wide(values: Array) -> Array:
        return np.broadcast_to(values, shape)

    by_name = {
        "density": relatedness_density(special),
        "ubiquity": wide(ubiquity),
        "diversity": wide(diversity),
        "quotient": quotients[chosen],
        "log_ubiquity": wide(np.log1p(ubiquity)),
        "log_diversity": wide(np.log1p(diversity)),
        "log_size": wide(np.log(np.maximum(size, 1))),
        "log_in_places": wide(np.log1p(employees.sum(axis=0))),
        "present": present,
        "kin_specialised": share(whole_product(special, siblings), diversity),
        # Of the fitted scores of ours.
        "log_communes_with": wide(np.log1p((start.employees > 0).sum(axis=0))),
        "log_establishments": wide(np.log1p(establishments.sum(axis=1, keepdims=True))),
        "log_expected": np.log(expected + _A_TRACE),
        "kin_present": share(whole_product(present, siblings), wide(siblings.sum(axis=0))),
        "log_gap": np.log(expected + 0.5) - np.log(employees + 0.5),
    }
    return Terms(
        places=tuple(code for code, kept in zip(start.communes, chosen, strict=True) if kept),
        activities=start.activities,
        employees=employees,
        quotients=quotients[chosen],
        by_name=MappingProxyType(by_name),
    )
