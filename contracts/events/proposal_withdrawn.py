from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import PartnerId, ProposalId, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawn:
    """The partner withdrew the proposal for good; ``revision`` is the last one it had."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.ProposalWithdrawn.v1"
    TOPIC: ClassVar[str] = "proposals"

    proposal_id: ProposalId
    revision: Revision
    partner: PartnerId
    withdrawn_at: datetime

    @property
    def key(self) -> str:
        return self.proposal_id
