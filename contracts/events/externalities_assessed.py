from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import ProposalId, Revision
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.said import WhenSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalitiesAssessed:
    """The territory's side of one proposal revision was assessed.

    ``whom_to_ask`` names the relays for the project; None where no directory is loaded.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.ExternalitiesAssessed.v1"
    TOPIC: ClassVar[str] = "assessments"

    proposal_id: ProposalId
    revision: Revision
    assessment: Assessment
    whom_to_ask: WhenSaid[WhomToAsk] = None

    @property
    def key(self) -> str:
        return self.proposal_id
