"""Tables of a whole nation that a territory may be judged with, beside its own rows.

Each is dated, names its source and the file it was read from, and is part of the snapshot: what a
verdict was computed with is known by one hash.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Sha256
from contracts.vocabulary.limits import MAX_ACTIVITIES, MAX_BRANCHES, MAX_SKILL_PAIRS
from contracts.vocabulary.text import ShortText

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Year = Annotated[int, Field(ge=2000, le=2100)]
ActivityLevelCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}([0-9]|[0-9]{2}[A-Z])?$")]
"""A division, a group or a sub-class of the nomenclature: ``25``, ``256``, ``2562B``."""

Division = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Coefficient = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Relatedness = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalActivity:
    """One activity on the map of the whole nation.

    ``complexity`` in standard deviations from the mean of all activities (PCI); ``ubiquity`` is
    the number of places specialised in it. ``quotient`` (1: as everywhere) and ``density`` (0 to
    1) are those of the territory among all places.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: ActivityLevelCode
    complexity: float
    ubiquity: Count
    quotient: float
    density: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalMap:
    """Activities by place of the whole nation, as far as one territory needs them.

    ``places`` employment areas had employees at the end of ``year``; ``left_out`` counts the rows
    of the file that could not be used for it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    file: ShortText
    file_sha256: Sha256
    year: Year
    places: Count
    left_out: Count
    source: ShortText
    licence: ShortText
    activities: Annotated[tuple[NationalActivity, ...], Field(max_length=MAX_ACTIVITIES)]


class TableScope(StrEnum):
    """Whose suppliers a table counts: those of the whole nation, or of the territory alone."""

    NATION = "nation"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch of an input-output table: the divisions it holds, and its column.

    ``inputs`` are what one unit of its output needs from each branch, in the table's order
    (technical coefficients); ``employment`` is jobs per unit of output, in any unit of output.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: ShortText
    divisions: Annotated[tuple[Division, ...], Field(min_length=1)]
    inputs: Annotated[tuple[Coefficient, ...], Field(max_length=MAX_BRANCHES)]
    employment: Coefficient


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOutputTable:
    """Technical coefficients and employment of one year, square over its branches."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    file: ShortText
    file_sha256: Sha256
    year: Year
    scope: TableScope
    source: ShortText
    licence: ShortText
    branches: Annotated[tuple[Branch, ...], Field(min_length=1, max_length=MAX_BRANCHES)]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for i, branch in enumerate(self.branches):
            if len(branch.inputs) != len(self.branches):
                raise ValueError(
                    f"branches/{i} has {len(branch.inputs)} inputs and the table "
                    f"{len(self.branches)} branches: give one for each, 0 where there is none"
                )
            for division in branch.divisions:
                if division in seen:
                    raise ValueError(
                        f"branches/{i}: division {division} is in branch {seen[division]!r} too"
                    )
                seen[division] = branch.code


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPair:
    """Two activities and how related their skills are, from -1 to 1; above 0 they are related."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    one: ActivityLevelCode
    other: ActivityLevelCode
    relatedness: Relatedness


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillTable:
    """Skill relatedness of pairs of divisions or of groups (``level`` characters), each pair once.

    Normalised, ``(SR - 1) / (SR + 1)``, and symmetric (Neffke and Henning).
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    file: ShortText
    file_sha256: Sha256
    year: Year
    source: ShortText
    licence: ShortText
    level: Annotated[int, Field(ge=2, le=3)]
    pairs: Annotated[tuple[SkillPair, ...], Field(min_length=1, max_length=MAX_SKILL_PAIRS)]

    def __post_init__(self) -> None:
        seen: set[frozenset[str]] = set()
        for i, pair in enumerate(self.pairs):
            if len(pair.one) != self.level or len(pair.other) != self.level:
                raise ValueError(f"pairs/{i}: its codes must have {self.level} characters")
            both = frozenset((pair.one, pair.other))
            if both in seen:
                raise ValueError(f"pairs/{i}: {pair.one} and {pair.other} stand there twice")
            seen.add(both)
