"""A territory as its page shows it: every figure with the line of the public file it comes from."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import CommuneCode, NafCode, Sha256
from contracts.vocabulary.proposal import ShortText
from contracts.vocabulary.territory import AreaCommune
from contracts.vocabulary.territory_tables import ActivityLevelCode, Count, Year


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """One row of the public file: its line (the header is 1), commune, and figures of the year."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    line: Annotated[int, Field(ge=2)]
    commune: CommuneCode
    establishments: Count
    employees: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileActivity:
    """One activity of the territory. ``earlier`` is its employees in the earliest kept year."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    naf: NafCode
    label: ShortText
    establishments: Count
    employees: Count
    earlier: Count
    rows: tuple[ProfileRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorMark:
    """How often one score put what came before what did not, on years it had not seen, with its
    standard error, and the same for the plain baselines.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    claim: ShortText
    first: Year
    second: Year
    candidates: Count
    came: Count
    area: float
    error: float
    density: float | None
    ubiquity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    year: Year
    employees: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileGroup:
    """One group of activities on the nation's map: see ``NationalActivity`` for the figures.

    ``related`` and ``complex`` say on which side of the two axes it lies: against the median
    density of the groups the territory is not specialised in, and the mean complexity of all.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: ActivityLevelCode
    label: ShortText
    quotient: float
    density: float
    complexity: float
    related: bool
    complex: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileNation:
    """The territory on the map of its nation, which ``places`` employment areas make."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    year: Year
    places: Count
    left_out: Count
    source: ShortText
    file_sha256: Sha256
    groups: tuple[ProfileGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryProfile:
    """What is known of a territory from its rows.

    Variety is in bits, concentration on 0 to 10,000. ``rows_left_out`` says that the rows behind
    the activities are too many to be carried here; they are in the snapshot. ``nation`` is None
    where the file covered this one area.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    parameters_on: date
    file: ShortText
    file_sha256: Sha256
    totals: tuple[YearTotal, ...]
    communes: tuple[AreaCommune, ...]
    activities: tuple[ProfileActivity, ...]
    related_variety: float
    unrelated_variety: float
    concentration: float
    marks: tuple[IndicatorMark, ...]
    rows_left_out: bool = False
    nation: ProfileNation | None = None
