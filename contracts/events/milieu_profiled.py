from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import Revision, TerritoryId
from contracts.vocabulary.milieu import Milieu


@dataclass(frozen=True, slots=True, kw_only=True)
class MilieuProfiled:
    """What externalities knows of a territory's milieu: its relays and what an inquiry found."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.MilieuProfiled.v1"
    TOPIC: ClassVar[str] = "territories"

    territory: TerritoryId
    revision: Revision
    milieu: Milieu

    @property
    def key(self) -> str:
        return f"{self.territory}/MilieuProfiled"
