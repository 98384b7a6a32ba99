from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import PartnerId, ProposalId, Revision
from contracts.vocabulary.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSubmitted:
    """A partner submitted a proposal, or a new revision of it; intake accepted and stored it."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.ProposalSubmitted.v1"
    TOPIC: ClassVar[str] = "proposals"

    proposal_id: ProposalId
    revision: Revision
    partner: PartnerId
    submitted_at: datetime
    proposal: Proposal

    @property
    def key(self) -> str:
        return self.proposal_id
