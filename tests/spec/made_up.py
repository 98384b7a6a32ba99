"""Tables of a made-up nation, for worked cases: round figures that a reader can follow."""

from dataclasses import replace
from functools import cache

from contracts.samples import territory_example
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import (
    Branch,
    InputOutputTable,
    NationalActivity,
    NationalMap,
    SkillPair,
    SkillTable,
    TableScope,
)

GROUPS = (("089", 0.8, 0.2), ("244", -1.0, 0.4), ("265", 1.2, 0.6), ("303", -0.5, 1.4))
"""Group, complexity, quotient of the area of Rouen."""

PAIRS = (("261", "265", 0.2), ("262", "265", 0.6), ("265", "561", -0.3))
"""Of these the commune of Rouen is specialised in 262 and 561."""


def input_output(scope: TableScope = TableScope.NATION) -> InputOutputTable:
    """C3 buys 0.2 of itself and 0.4 of CA, CA 0.2 of itself; 5 and 10 jobs per unit of output.

    (I - A)^-1 is (1.25, 0; 0.625, 1.25): 12.5 jobs each, 2.5 and 1.25 for one of their own.
    """
    return InputOutputTable(
        file="tables.csv",
        file_sha256="0" * 64,
        year=2020,
        scope=scope,
        source="made up for the worked cases",
        licence="none",
        branches=(
            Branch(code="C3", divisions=("26", "27", "28"), inputs=(0.2, 0.4), employment=5),
            Branch(code="CA", divisions=("10", "11", "12"), inputs=(0.0, 0.2), employment=10),
        ),
    )


def skills() -> SkillTable:
    return SkillTable(
        file="skills.csv",
        file_sha256="0" * 64,
        year=2019,
        source="made up for the worked cases",
        licence="none",
        level=3,
        pairs=tuple(SkillPair(one=a, other=b, relatedness=value) for a, b, value in PAIRS),
    )


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
        input_output=input_output(),
        skills=skills(),
    )
