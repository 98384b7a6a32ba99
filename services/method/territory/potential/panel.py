"""Candidates of a first year and what became of them in a second one.

A candidate is an activity a place is not specialised in (quotient below 1); it enters when the
place is specialised in it in the second year. Two claims, kept apart: activities *new* to the
place (no employee in the first year) and activities that *grow* there. Activities without an
employee anywhere in the second year are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from contracts.vocabulary.territory import EmploymentTable
from services.method.firms.coalitions import Array
from services.method.territory.potential.table import matrices
from services.method.territory.potential.terms import Terms, terms_of
from services.method.territory.specialisation import location_quotients
from services.method.territory.variety import DIVISION, GROUP

Flags = NDArray[np.bool_]


class Claim(StrEnum):
    """Which candidates are asked about."""

    ALL = "all"
    NEW = "new"
    GROWN = "grown"


@dataclass(frozen=True, slots=True)
class Panel:
    """``first`` to ``second`` at one level (characters of the code)."""

    first: int
    second: int
    level: int
    terms: Terms
    candidates: Flags
    enters: Flags

    def chosen(self, claim: Claim) -> Flags:
        """The candidates of a claim, as a mask over places and activities."""
        new: Flags = self.terms.employees == 0
        if claim is Claim.NEW:
            return np.logical_and(self.candidates, new)
        return np.logical_and(self.candidates, ~new) if claim is Claim.GROWN else self.candidates

    def columns(self, names: Sequence[str], claim: Claim) -> Array:
        """The named terms of the claim's candidates, one column a term."""
        chosen = self.chosen(claim)
        return np.column_stack([self.terms.by_name[name][chosen] for name in names])

    def outcome(self, claim: Claim) -> Array:
        """1 for the candidates of a claim that enter, 0 for the others."""
        return self.enters[self.chosen(claim)].astype(float)


def panel(
    table: EmploymentTable,
    first: int,
    second: int,
    level: int,
    *,
    place_size: float,
    sections: Sequence[tuple[int, ...]],
) -> Panel:
    """The panel of two years. ``sections`` lists the divisions of each section of the
    nomenclature: above the division there is no common beginning of codes.
    """
    start, end = matrices(table, first, level), matrices(table, second, level)
    terms = terms_of(start, place_size, related(start.activities, level, sections))
    chosen = np.isin(start.communes, terms.places)
    still_there = end.employees.sum(axis=0) > 0
    return Panel(
        first,
        second,
        level,
        terms,
        candidates=(terms.quotients < 1) & still_there,
        enters=location_quotients(end.employees)[chosen] >= 1,
    )


def related(activities: Sequence[str], level: int, sections: Sequence[tuple[int, ...]]) -> Array:
    """1 where two activities share the next level up: division for a group, section for a
    division; each is related to itself.
    """
    section_of = {division: i for i, members in enumerate(sections) for division in members}
    parents = np.array(
        [a[:DIVISION] if level >= GROUP else str(section_of[int(a[:DIVISION])]) for a in activities]
    )
    same: Array = (parents[:, None] == parents[None, :]).astype(float)
    return same
