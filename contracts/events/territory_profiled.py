from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Revision
from contracts.vocabulary.territory import TerritoryRef
from contracts.vocabulary.territory_profile import TerritoryProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryProfiled:
    """What externalities knows of a territory from the rows of its snapshot, for its page."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.TerritoryProfiled.v1"
    TOPIC: ClassVar[str] = "territories"

    territory: TerritoryRef
    revision: Revision
    profile: TerritoryProfile

    @property
    def key(self) -> str:
        return f"{self.territory.id}/TerritoryProfiled"
