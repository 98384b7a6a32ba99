from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.competences import Entries
from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Revision
from contracts.vocabulary.territory import TerritoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencesPublished:
    """The directory of competences of a territory, whole; it replaces the one before."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.CompetencesPublished.v1"
    TOPIC: ClassVar[str] = "territories"

    territory: TerritoryRef
    revision: Revision
    entries: Entries

    @property
    def key(self) -> str:
        return f"{self.territory.id}/CompetencesPublished"
