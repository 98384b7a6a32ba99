"""What intake answers, as words: OpenAPI shows them, and reads go out through them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, PlainSerializer

from contracts.events import VerdictIssued
from contracts.mention import Mention
from contracts.vocabulary.identifiers import Pointer, ProposalId, Revision, Sha256, TerritoryId
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.said import WhenSaid
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.web.openapi import PlaceInBody
from services.intake.proposal_state import State

Moment = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str)]
"""With ``+00:00`` at its end, as it has been answered since the first version."""

Reference = Annotated[str, Field(description="The name people say on the phone: `3F2A-90BC`.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShown:
    """An accepted revision: stored for good, its verdict follows. ``missing`` are answers without
    which it says less; ``notes`` what was read as something else than was written.
    """

    id: ProposalId
    reference: Reference
    revision: Revision
    state: State
    submitted_at: Moment
    sha256: Sha256
    missing: tuple[Pointer, ...]
    notes: WhenSaid[tuple[PlaceInBody, ...]] = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A proposal that was taken back, for good."""

    id: ProposalId
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class InLanguages:
    """One sentence in French and in English."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged(InLanguages):
    """That a revision could not be judged, and the reference to give to the operator."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The mention of article R311-3-1-1, in French and in English."""

    fr: Mention
    en: Mention


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the file and of its verdict."""

    self: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSummary:
    """Where a file stands; ``verdict`` is that of the newest revision, null until it is there."""

    id: ProposalId
    reference: Reference
    title: str
    kind: ProjectKind
    territory: TerritoryId
    state: State
    revision: Revision
    verdict: VerdictLabel | None
    not_judged: NotJudged | None
    created_at: Moment
    links: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """Proposals, newest first; ``next`` is the address of the following page, if there is one."""

    proposals: tuple[ProposalSummary, ...]
    next: WhenSaid[str] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionShown:
    """One revision; ``sha256`` is that of its words as they were stored."""

    revision: Revision
    submitted_at: Moment
    sha256: Sha256
    verdict: VerdictLabel | None
    not_judged: NotJudged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown(ProposalSummary):
    """A file in full: ``whom_to_ask`` are the relays of its newest verdict, ``ask_instead`` whom
    to ask where there are none; ``missing`` points at answers of the newest revision.
    """

    whom_to_ask: WhomToAsk | None
    ask_instead: InLanguages | None
    missing: tuple[Pointer, ...]
    revisions: tuple[RevisionShown, ...]
    mention: Mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictShown(VerdictIssued):
    """A verdict as it was issued, and the mention that the law asks for."""

    mention: Mentions
