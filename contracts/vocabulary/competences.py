"""The directory of competences: who offers what, and who needs it, in plain words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import CommuneCode
from contracts.vocabulary.text import ShortText

EntryId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Holder(StrEnum):
    """Who offers or needs a competence: the paper has firms and laboratories meet."""

    FIRM = "firm"
    LABORATORY = "laboratory"
    TRAINING = "training"
    CHAMBER = "chamber"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"


class Side(StrEnum):
    """Which half of an entry a question is put to."""

    OFFERS = "offers"
    NEEDS = "needs"


Phrases = Annotated[tuple[ShortText, ...], Field(max_length=limits.MAX_PHRASES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceEntry:
    """One partner or laboratory. ``contact`` is a post or a service, not a person; ``since`` is
    the day on which the entry was last true; ``place`` is the name of the commune, which the
    service writes itself.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    id: EntryId
    kind: Holder
    name: ShortText
    contact: ShortText
    commune: CommuneCode
    place: ShortText | None = None
    offers: Phrases = ()
    needs: Phrases = ()
    since: date
    source: ShortText

    def __post_init__(self) -> None:
        if not self.offers and not self.needs:
            raise ValueError(f"{self.id!r} neither offers nor needs anything: say one of both")


Entries = Annotated[tuple[CompetenceEntry, ...], Field(max_length=limits.MAX_COMPETENCES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceDirectory:
    """The entries of one territory, each with its own id."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    entries: Entries = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise ValueError(f"{entry.id!r} stands there twice: give each entry its own id")
            seen.add(entry.id)
