"""What ``externalities`` says about a project: the territory's side, before the verdict.

Carbon is carried as tonnes and present value, not as a level: its level needs the firms' gain,
which only the join knows.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary.estimates import CLOSED, Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.identifiers import NafCode, Pointer
from contracts.vocabulary.territory import TerritoryRef
from contracts.vocabulary.text import ShortText

Level = Annotated[int, Field(ge=-2, le=2)]


class Dimension(StrEnum):
    """The five dimensions of the territory, each on a scale from -2 to +2."""

    JOBS = "jobs"
    TECHNOLOGY = "technology"
    IMAGE = "image"
    POLLUTION = "pollution"
    CONCENTRATION = "concentration"


@dataclass(frozen=True, slots=True)
class LevelRange:
    """A dimension's level at the worst, central and best point; ``known`` is False when the
    applicant said nothing and the central level is only a place holder.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    low: Level
    central: Level
    high: Level
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonAssessment:
    """Net tonnes CO2e a year (emitted minus avoided) and their present value in euros of
    ``price_year``; both None when emissions were not said. ``gain_factor`` turns a yearly amount
    of euros into its present value over the same horizon and rate.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    net_t_per_year: Estimate | None
    present_value: Estimate | None
    appraised: bool | None
    gain_factor: float
    base_year: int
    price_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySkills:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    one: NafCode
    other: NafCode
    relatedness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmSkills:
    """What the territory's table of skill relatedness says of the activities of the firms: one
    entry for each two different activities that are in the table.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    source: ShortText
    year: int
    pairs: tuple[ActivitySkills, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The territory's side of one proposal revision.

    ``net_jobs`` is None when gross jobs were not said (they have no default). ``claims`` are the
    branches of the explanation tree, one per dimension; ``missing`` points at the answers without
    which no verdict can be computed, ``unknown`` at those that only widen it. ``skills`` is None
    where no table of skill relatedness is loaded.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    territory: TerritoryRef
    method_version: str
    parameters_on: date
    net_jobs: Estimate | None
    jobs: LevelRange
    technology: LevelRange
    image: LevelRange
    concentration: LevelRange
    carbon: CarbonAssessment
    warnings: tuple[str, ...]
    missing: tuple[Pointer, ...]
    unknown: tuple[Pointer, ...]
    claims: tuple[Claim, ...]
    skills: FirmSkills | None = None
