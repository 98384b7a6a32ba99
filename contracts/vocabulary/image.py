"""Figures about a territory's image that a project brings with it: shown, never scored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.text import ShortText


class ImageMeasure(StrEnum):
    """What can be logged about image (method, section 5): two shares, and counts of a year."""

    CERTIFIED_MEMBERS = "certified_members"
    EXPORT_SHARE = "export_share"
    EXPORT_COUNTRIES = "export_countries"
    EVENTS = "events"
    UNSOLICITED_CONTACTS = "unsolicited_contacts"
    PLACE_NAME_REGISTERED = "place_name_registered"


SHARES = frozenset((ImageMeasure.CERTIFIED_MEMBERS, ImageMeasure.EXPORT_SHARE))
"""Measures from 0 to 1; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFigure:
    """One figure with its source and day. ``certified_members`` and ``export_share`` are shares of
    the members and of their turnover; ``export_countries`` countries they sell to; ``events`` and
    ``unsolicited_contacts`` those of the twelve months before ``dated``, the latter from abroad;
    ``place_name_registered`` trademarks and domains that hold the territory's name.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    measure: Annotated[ImageMeasure, asked("What was counted.")]
    value: Annotated[
        float,
        Field(ge=0, le=limits.MAX_IMAGE_COUNT, allow_inf_nan=False),
        asked("The figure.", 0.4, unit="share from 0 to 1, or a count, as measure says"),
    ]
    source: Annotated[ShortText, asked("Where it comes from.", "Annual report 2025")]
    dated: Annotated[date, asked("Day of the figure.", "2026-06-30")]

    def __post_init__(self) -> None:
        if self.measure in SHARES and self.value > 1:
            raise ValueError(
                f"{self.measure} is a share from 0 to 1, got {self.value:g}: write 25 % as 0.25"
            )
        if self.measure not in SHARES and self.value % 1:
            raise ValueError(f"{self.measure} is counted, got {self.value:g}: write a whole number")
