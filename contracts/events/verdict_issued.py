from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import PartnerId, ProposalId, Revision
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictIssued:
    """Both halves of one proposal revision were joined into a Win-Win-Win verdict.

    Carries everything a reader shows: title, kind, firms and aid asked travel with the verdict.
    ``whom_to_ask`` names the relays for the project and is no part of the judgement.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED
    EVENT_TYPE: ClassVar[str] = "winwinwin.VerdictIssued.v1"
    TOPIC: ClassVar[str] = "verdicts"

    proposal_id: ProposalId
    revision: Revision
    partner: PartnerId
    submitted_at: datetime
    title: str
    kind: ProjectKind
    summary: str
    aid_requested: float | None
    verdict: Verdict
    whom_to_ask: WhenSaid[WhomToAsk] = None

    @property
    def key(self) -> str:
        return self.proposal_id
