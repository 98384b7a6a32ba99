"""What services say to each other, one file per event, in the past tense."""

from contracts.events.assessment_failed import AssessmentFailed
from contracts.events.competences_published import CompetencesPublished
from contracts.events.externalities_assessed import ExternalitiesAssessed
from contracts.events.judgement_failed import JudgementFailed
from contracts.events.milieu_profiled import MilieuProfiled
from contracts.events.proposal_stalled import ProposalStalled
from contracts.events.proposal_submitted import ProposalSubmitted
from contracts.events.proposal_withdrawn import ProposalWithdrawn
from contracts.events.territory_profiled import TerritoryProfiled
from contracts.events.territory_published import TerritoryPublished
from contracts.events.verdict_issued import VerdictIssued

Event = (
    ProposalSubmitted
    | ProposalWithdrawn
    | ProposalStalled
    | TerritoryPublished
    | TerritoryProfiled
    | MilieuProfiled
    | CompetencesPublished
    | ExternalitiesAssessed
    | AssessmentFailed
    | VerdictIssued
    | JudgementFailed
)

EVENTS: tuple[type[Event], ...] = (
    ProposalSubmitted,
    ProposalWithdrawn,
    ProposalStalled,
    TerritoryPublished,
    TerritoryProfiled,
    MilieuProfiled,
    CompetencesPublished,
    ExternalitiesAssessed,
    AssessmentFailed,
    VerdictIssued,
    JudgementFailed,
)
"""Every event there is; topics, schemas and the map are generated from this list."""

__all__ = [
    "EVENTS",
    "AssessmentFailed",
    "CompetencesPublished",
    "Event",
    "ExternalitiesAssessed",
    "JudgementFailed",
    "MilieuProfiled",
    "ProposalStalled",
    "ProposalSubmitted",
    "ProposalWithdrawn",
    "TerritoryProfiled",
    "TerritoryPublished",
    "VerdictIssued",
]
