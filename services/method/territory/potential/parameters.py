"""The day's values for what a place may open or deepen."""

from dataclasses import dataclass
from itertools import pairwise

from contracts.vocabulary.parameters import ParameterSheet

PLACE_SIZE = "technology.place_size"
SECTIONS = "technology.naf_sections"
DEVIATES = "technology.deviates"


@dataclass(frozen=True, slots=True)
class PotentialParameters:
    """``place_size``: employees from which a commune is a place; ``sections``: the divisions of
    each section of the nomenclature; ``deviates``: half-width of an interval, in standard errors.
    """

    place_size: float
    sections: tuple[tuple[int, ...], ...]
    deviates: float

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "PotentialParameters":
        last = [int(number) for number in sheet.numbers(SECTIONS)]
        return cls(
            place_size=sheet.number(PLACE_SIZE),
            sections=tuple(tuple(range(a + 1, b + 1)) for a, b in pairwise([0, *last])),
            deviates=sheet.number(DEVIATES),
        )
