"""Tables of a whole nation that a territory may be judged with, beside its own rows.

Each is dated, names its source and the file it was read from, and is part of the snapshot: what a
verdict was computed with is known by one hash.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Sha256
from contracts.vocabulary.limits import MAX_ACTIVITIES
from contracts.vocabulary.text import ShortText

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Year = Annotated[int, Field(ge=2000, le=2100)]
ActivityLevelCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}([0-9]|[0-9]{2}[A-Z])?$")]
"""A division, a group or a sub-class of the nomenclature: ``25``, ``256``, ``2562B``."""


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
