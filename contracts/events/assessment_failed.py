from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import LetterId, ProposalId, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFailed:
    """The territory's side of one proposal revision could not be assessed: what asked for it was
    set aside, and ``reference`` is where.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.AssessmentFailed.v1"
    TOPIC: ClassVar[str] = "assessments"

    proposal_id: ProposalId
    revision: Revision
    reference: LetterId

    @property
    def key(self) -> str:
        return self.proposal_id
