"""What scoring does when others speak. The table at the foot says it all.

The join: two halves of one revision arrive in either order; whichever comes second finds the
first and issues the verdict, inside its own transaction. A half of an older revision than the one
known is stale and ignored.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Table

from contracts import codec
from contracts.events import (
    AssessmentFailed,
    ExternalitiesAssessed,
    JudgementFailed,
    ProposalSubmitted,
    ProposalWithdrawn,
    VerdictIssued,
)
from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.identifiers import ProposalId, Revision
from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import Verdict, VerdictLabel
from services.chassis.messaging import resending
from services.chassis.messaging.reactions import Reactions, Received, WhenParked
from services.chassis.messaging.resending import among, name_of
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.metrics import Metrics
from services.chassis.parameters import ParameterBook
from services.method import Case, judge_all
from services.scoring.bases import keep_bases
from services.scoring.storage import (
    ASSESSED,
    SUBMITTED,
    Half,
    bodies_of,
    halves_of,
    keep_halves,
    keep_verdicts,
    keep_withdrawals,
    waiting_halves,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the join: where its halves are stored, and what they are."""

    table: Table
    event_class: type[ProposalSubmitted] | type[ExternalitiesAssessed]


FIRMS = Side(SUBMITTED, ProposalSubmitted)
TERRITORY = Side(ASSESSED, ExternalitiesAssessed)


@dataclass(frozen=True, slots=True)
class Join:
    """Waits for both halves of a revision and issues its verdict once."""

    book: ParameterBook
    metrics: Metrics

    def on_proposal(
        self, transaction: Transaction, received: Sequence[Received[ProposalSubmitted]]
    ) -> None:
        """Keep the firms' half; issue the verdict where the territory's half is there already."""
        complete = self._complete(transaction, FIRMS, TERRITORY, received)
        self._issue(transaction, [(each, each.event, other) for each, other in complete])

    def on_assessment(
        self, transaction: Transaction, received: Sequence[Received[ExternalitiesAssessed]]
    ) -> None:
        """Keep the territory's half; issue the verdict where the firms' half is there already."""
        complete = self._complete(transaction, TERRITORY, FIRMS, received)
        self._issue(transaction, [(each, other, each.event) for each, other in complete])

    def on_withdrawal(
        self, transaction: Transaction, received: Sequence[Received[ProposalWithdrawn]]
    ) -> None:
        """Issue no further verdict for a withdrawn proposal."""
        keep_withdrawals(
            transaction.connection,
            [(each.event.proposal_id, each.event.withdrawn_at) for each in received],
        )

    def _complete(
        self,
        transaction: Transaction,
        mine: Side,
        other: Side,
        received: Sequence[Received[Any]],
    ) -> list[tuple[Received[Any], Any]]:
        """Store what is not stale; answers each half whose counterpart of the same revision is
        there, with that counterpart.
        """
        connection = transaction.connection
        kept = keep_halves(
            connection,
            mine.table,
            [Half(e.event.proposal_id, e.event.revision, e.payload) for e in received],
        )
        fresh = [e for e in received if e.event.proposal_id in kept]
        if stale := [e.event for e in received if e.event.proposal_id not in kept]:
            counter = self.metrics.stale.labels(event=received[0].envelope.type)
            transaction.count(counter, len(stale))
        if stale and mine is FIRMS:
            # Said again, since the verdict did not arrive.
            republish_verdicts(transaction, {(e.proposal_id, e.revision) for e in stale})
        if not fresh:
            return []
        there = waiting_halves(connection, other.table, kept)
        matched = [e for e in fresh if there.get(e.event.proposal_id) == e.event.revision]
        if not matched:
            return []
        halves = {
            half.proposal_id: codec.decode(other.event_class, half.body)
            for half in halves_of(connection, other.table, [e.event.proposal_id for e in matched])
        }
        return [(e, halves[e.event.proposal_id]) for e in matched]

    def _issue(
        self,
        transaction: Transaction,
        complete: list[tuple[Received[Any], ProposalSubmitted, ExternalitiesAssessed]],
    ) -> None:
        rows, events = [], []
        cases = [self._case(submitted, assessed) for _, submitted, assessed in complete]
        verdicts: list[Verdict] = []
        for portion in portions(cases):
            transaction.check_deadline()
            verdicts += judge_all(portion)
        for (cause, submitted, assessed), verdict in zip(complete, verdicts, strict=True):
            event = issued(submitted, verdict, assessed.whom_to_ask)
            events.append(event)
            payload = codec.encode(event)
            transaction.publish(
                event,
                correlation_id=cause.envelope.correlation_id,
                payload=payload,
                event_id=name_of(event),
            )
            transaction.count(self.metrics.verdicts_issued.labels(label=event.verdict.label))
            rows.append(
                {
                    "proposal_id": event.proposal_id,
                    "revision": event.revision,
                    "body": payload,
                    "issued_at": transaction.now,
                }
            )
        keep_verdicts(transaction.connection, rows)
        keep_bases(transaction.connection, events, [case.sheet for case in cases])

    def _case(self, submitted: ProposalSubmitted, assessed: ExternalitiesAssessed) -> Case:
        assessment = assessed.assessment
        return case_of(submitted.proposal, assessment, self.book.on(assessment.parameters_on))


def portions(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """The cases, in their order, in portions that have no more subgroups of firms together than the
    largest game has: a hundred small games cost less together, a large one seconds by itself.
    """
    first, subgroups = 0, 0
    for number, case in enumerate(cases):
        these = 2 ** min(len(case.proposal.firms), MAX_PLAYERS)
        if subgroups + these > 2**MAX_PLAYERS:
            yield cases[first:number]
            first, subgroups = number, 0
        subgroups += these
    if first < len(cases):
        yield cases[first:]


def case_of(proposal: Proposal, assessment: Assessment, sheet: ParameterSheet) -> Case:
    """What is judged, with the hash of the proposal."""
    inputs = codec.adapter(Proposal).dump_json(proposal)
    return Case(proposal, assessment, sheet, hashlib.sha256(inputs).hexdigest())


def issued(
    submitted: ProposalSubmitted, verdict: Verdict, whom_to_ask: WhomToAsk | None
) -> VerdictIssued:
    """The verdict as it is published."""
    proposal = submitted.proposal
    return VerdictIssued(
        proposal_id=submitted.proposal_id,
        revision=submitted.revision,
        partner=submitted.partner,
        submitted_at=submitted.submitted_at,
        title=proposal.title,
        kind=proposal.kind,
        summary=proposal.summary,
        aid_requested=proposal.aid_requested,
        verdict=verdict,
        whom_to_ask=whom_to_ask,
    )


def republish_verdicts(transaction: Transaction, revisions: Collection[tuple[str, int]]) -> int:
    """Publish these verdicts again under their names, where they were issued: as the outbox holds
    them or, where it does no longer, as they are stored. Answers how many.
    """
    bodies = bodies_of(transaction.connection, revisions)
    events = [codec.decode(VerdictIssued, body) for body in bodies]
    names = [name_of(event) for event in events]
    there = resending.republish(transaction, among(names)) if names else set()
    for name, event, body in zip(names, events, bodies, strict=True):
        if name not in there:
            transaction.publish(event, correlation_id=name, payload=body, event_id=name, again=True)
    return len(events)


@dataclass(frozen=True, slots=True)
class _Half:
    """What is read of a half that was set aside: which revision waits for it."""

    proposal_id: ProposalId
    revision: Revision


class _FirmsHalf(_Half):
    EVENT_TYPE: ClassVar[str] = ProposalSubmitted.EVENT_TYPE


class _TerritoryHalf(_Half):
    EVENT_TYPE: ClassVar[str] = ExternalitiesAssessed.EVENT_TYPE


def publish_not_judged(transaction: Transaction, parked: Received[Any], reference: str) -> None:
    """Say that this revision could not be judged, so that nobody waits for its verdict."""
    half = parked.event
    transaction.publish(
        JudgementFailed(proposal_id=half.proposal_id, revision=half.revision, reference=reference),
        correlation_id=parked.envelope.correlation_id,
    )


def on_assessment_failed(
    transaction: Transaction, received: Sequence[Received[AssessmentFailed]]
) -> None:
    """Without the territory's half there is no judgement either."""
    for each in received:
        publish_not_judged(transaction, each, each.event.reference)


WHEN_PARKED: WhenParked = {
    _FirmsHalf: publish_not_judged,
    _TerritoryHalf: publish_not_judged,
}


def reactions(book: ParameterBook, metrics: Metrics) -> Reactions:
    join = Join(book, metrics)
    for label in VerdictLabel:
        metrics.verdicts_issued.labels(label=label)
    for side in (FIRMS, TERRITORY):
        metrics.stale.labels(event=side.event_class.EVENT_TYPE)
    return {
        ProposalSubmitted: join.on_proposal,
        ExternalitiesAssessed: join.on_assessment,
        ProposalWithdrawn: join.on_withdrawal,
        AssessmentFailed: on_assessment_failed,
    }
