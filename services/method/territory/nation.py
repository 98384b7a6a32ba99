"""A territory on the map of its whole nation: how complex activities are, what is near what.

Complexity of an activity (PCI) is the mean of the places that are specialised in it, found by the
method of reflections' eigenvector; it only means something over many places, so the caller asks
for a least number of them. Relatedness density is measured with the nation's proximities (zero
diagonal), for the territory's own specialisations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.method.arithmetic import Array, product, whole_product
from services.method.territory.specialisation import (
    economic_complexity,
    proximity,
    share,
    specialised,
)
from services.method.territory.variety import DIVISION, GROUP, SUB_CLASS, at_level

FEWEST_PLACES = "technology.complexity_fewest_places"

LEVELS = (DIVISION, GROUP, SUB_CLASS)
_DECIMALS = 3
"""Eigenvectors differ in their last digits from machine to machine; what is kept must not."""


@dataclass(frozen=True, slots=True)
class OnTheMap:
    """One activity: see ``contracts.vocabulary.territory_tables.NationalActivity``."""

    code: str
    complexity: float
    ubiquity: int
    quotient: float
    density: float


def on_the_map(
    employees: Array, activities: Sequence[str], own: Mapping[str, float]
) -> list[OnTheMap]:
    """Every activity at the levels division, group and sub-class, in the order of its code.

    ``employees`` has a row a place of the nation and a column for each of ``activities``
    (sub-classes); ``own`` is the territory's employment by sub-class.
    """
    found = []
    for level in LEVELS:
        codes = sorted({naf[:level] for naf in activities})
        belongs = np.array([[naf[:level] == code for code in codes] for naf in activities])
        found += _at(whole_product(employees, belongs), codes, at_level(own, level))
    return sorted(found, key=lambda each: each.code)


def _at(employees: Array, codes: Sequence[str], own: Mapping[str, float]) -> list[OnTheMap]:
    special = specialised(employees)
    _, _, complexity = economic_complexity(special)
    ubiquity = special.sum(axis=0)
    mine = np.array([own.get(code, 0.0) for code in codes])
    nation = employees.sum(axis=0)
    quotients = share(share(mine, mine.sum()), share(nation, nation.sum()))
    close = proximity(special)
    density = share(product((quotients >= 1).astype(float), close), close.sum(axis=0))
    return [
        OnTheMap(
            code,
            round(float(complexity[i]), _DECIMALS),
            int(ubiquity[i]),
            round(float(quotients[i]), _DECIMALS),
            round(float(density[i]), _DECIMALS),
        )
        for i, code in enumerate(codes)
        if nation[i] > 0
    ]
