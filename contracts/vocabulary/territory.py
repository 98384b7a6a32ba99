"""The territory as a partner of the project: who it is, and the data it is judged with."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import NafCode, Sha256, TerritoryId
from contracts.vocabulary.limits import MAX_ACTIVITIES
from contracts.vocabulary.proposal import ShortText

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEmployment:
    """Private employment of one activity in the territory, at the end of the year."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    naf: NafCode
    establishments: Count
    employees: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritorySnapshot:
    """Public data of one territory for one year; immutable once loaded, known by its hash."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: TerritoryId
    name: ShortText
    year: Annotated[int, Field(ge=2000, le=2100)]
    private_employment: Annotated[int, Field(ge=1, le=1_000_000_000)]
    communes: Count
    source: ShortText
    licence: ShortText
    activities: Annotated[tuple[ActivityEmployment, ...], Field(max_length=MAX_ACTIVITIES)] = ()


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
