from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Revision
from contracts.vocabulary.territory import TerritoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryPublished:
    """A territory can be judged: externalities holds this snapshot of its data."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.TerritoryPublished.v1"
    TOPIC: ClassVar[str] = "territories"

    territory: TerritoryRef
    revision: Revision

    @property
    def key(self) -> str:
        return f"{self.territory.id}/TerritoryPublished"
