"""The territory as a partner of the project: who it is, and the data it is judged with."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import CommuneCode, EpciCode, NafCode, Sha256, TerritoryId
from contracts.vocabulary.limits import (
    MAX_ACTIVITIES,
    MAX_COMMUNES,
    MAX_EMPLOYMENT_ROWS,
    MAX_EMPLOYMENT_YEARS,
)
from contracts.vocabulary.territory_tables import (
    Count,
    InputOutputTable,
    NationalMap,
    SkillTable,
    Year,
)
from contracts.vocabulary.text import ShortText

Counts = Annotated[tuple[Count | None, ...], Field(max_length=MAX_EMPLOYMENT_YEARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEmployment:
    """Private employment of one activity in the territory, at the end of the year."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    naf: NafCode
    establishments: Count
    employees: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCommune:
    """A commune of the territory; ``epci`` is the group of communes it belongs to, if any."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: CommuneCode
    name: ShortText
    epci: EpciCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentRow:
    """One row of the public file: one activity in one commune, year by year.

    ``line`` is its line in the file, counted from 1 with the header. ``commune`` is as the file
    names it, also where that commune is part of another one now. An empty cell of the file (no
    establishment that year) is None.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    line: Annotated[int, Field(ge=2)]
    commune: CommuneCode
    naf: NafCode
    establishments: Counts
    employees: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentTable:
    """The rows of a public file that belong to one territory, as they were read.

    ``years`` are in order, and every row has a figure or None for each. ``skipped`` counts the
    rows of the area that were left out because something was wrong with them.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    file: ShortText
    file_sha256: Sha256
    years: Annotated[tuple[Year, ...], Field(min_length=1, max_length=MAX_EMPLOYMENT_YEARS)]
    communes: Annotated[tuple[AreaCommune, ...], Field(min_length=1, max_length=MAX_COMMUNES)]
    rows: Annotated[tuple[EmploymentRow, ...], Field(max_length=MAX_EMPLOYMENT_ROWS)]
    skipped: Count = 0

    def __post_init__(self) -> None:
        known = {commune.code for commune in self.communes}
        for i, row in enumerate(self.rows):
            if not len(row.establishments) == len(row.employees) == len(self.years):
                raise ValueError(
                    f"rows/{i} has {len(row.establishments)} and {len(row.employees)} figures for "
                    f"{len(self.years)} years: give one of each a year, null where there is none"
                )
            if row.commune not in known:
                raise ValueError(f"rows/{i}: commune {row.commune!r} is not among the communes")


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritorySnapshot:
    """Public data of one territory for one year; immutable once loaded, known by its hash.

    ``employment`` holds the rows behind the totals; without it a territory is judged by its
    totals alone. ``nation`` is there where the file covered the whole nation;
    ``input_output`` and ``skills`` are there once they are loaded.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: TerritoryId
    name: ShortText
    year: Annotated[int, Field(ge=2000, le=2100)]
    private_employment: Annotated[int, Field(ge=1, le=1_000_000_000)]
    communes: Count
    source: ShortText
    licence: ShortText
    activities: Annotated[tuple[ActivityEmployment, ...], Field(max_length=MAX_ACTIVITIES)] = ()
    employment: EmploymentTable | None = None
    nation: NationalMap | None = None
    input_output: InputOutputTable | None = None
    skills: SkillTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryRef:
    """What a verdict says about the territory data it used."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: TerritoryId
    name: ShortText
    year: int
    private_employment: int
    source: ShortText
    licence: ShortText
    snapshot_sha256: Sha256
