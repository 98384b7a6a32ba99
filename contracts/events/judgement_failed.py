from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import LetterId, ProposalId, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementFailed:
    """One proposal revision could not be judged: what asked for it was set aside, and ``reference``
    is where. A verdict of this revision, should it come after all, takes its place.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.JudgementFailed.v1"
    TOPIC: ClassVar[str] = "verdicts"

    proposal_id: ProposalId
    revision: Revision
    reference: LetterId

    @property
    def key(self) -> str:
        return self.proposal_id
