"""Tables of a made-up nation, for worked cases: round figures that a reader can follow."""

from dataclasses import replace
from functools import cache

from contracts.samples import territory_example
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import NationalActivity, NationalMap

GROUPS = (("089", 0.8, 0.2), ("244", -1.0, 0.4), ("265", 1.2, 0.6), ("303", -0.5, 1.4))
"""Group, complexity, quotient of the area of Rouen."""


@cache
def rouen_in_a_nation() -> TerritorySnapshot:
    """The demo territory with the tables."""
    return replace(
        territory_example(),
        nation=NationalMap(
            file="nation.csv",
            file_sha256="0" * 64,
            year=2022,
            places=305,
            left_out=0,
            source="made up for the worked cases",
            licence="none",
            activities=tuple(
                NationalActivity(
                    code=code, complexity=complexity, ubiquity=40, quotient=quotient, density=0.5
                )
                for code, complexity, quotient in GROUPS
            ),
        ),
    )
