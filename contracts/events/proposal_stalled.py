from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import (
    LetterId,
    PartnerId,
    ProposalId,
    Revision,
    TerritoryId,
)
from contracts.vocabulary.proposal import ProjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStalled:
    """The newest revision of a proposal could not be judged, and waits for somebody to mend it.

    Carries what the committee's list shows of a file without verdict.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.ProposalStalled.v1"
    TOPIC: ClassVar[str] = "proposals"

    proposal_id: ProposalId
    revision: Revision
    partner: PartnerId
    submitted_at: datetime
    title: str
    kind: ProjectKind
    territory: TerritoryId
    reference: LetterId

    @property
    def key(self) -> str:
        return self.proposal_id
