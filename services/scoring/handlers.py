"""What scoring does when others speak. The table at the foot says it all.

The join: two halves of one revision arrive in either order; whichever comes second finds the
first and issues the verdict, inside its own transaction. A half of an older revision than the one
known is stale and ignored.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from contracts import codec
from contracts.events import (
    ExternalitiesAssessed,
    ProposalSubmitted,
    ProposalWithdrawn,
    VerdictIssued,
)
from contracts.vocabulary.proposal import Proposal
from services.chassis.metrics import Metrics
from services.chassis.parameters import ParameterBook
from services.chassis.reactions import Reactions, Received
from services.chassis.transaction import Transaction
from services.chassis.upsert import insert_into
from services.method import judge
from services.scoring.storage import (
    ASSESSED,
    SUBMITTED,
    WITHDRAWN,
    Half,
    halves_of,
    keep_halves,
    keep_verdicts,
    revisions_of,
    withdrawn_among,
)


@dataclass(frozen=True, slots=True)
class Join:
    """Waits for both halves of a revision and issues its verdict once."""

    book: ParameterBook
    metrics: Metrics

    def hear_firms(
        self, transaction: Transaction, received: Sequence[Received[ProposalSubmitted]]
    ) -> None:
        """Keep the firms' half; issue the verdict where the territory's half is there already."""
        others = self._keep(transaction, SUBMITTED, ASSESSED, received)
        self._issue(
            transaction,
            [
                (each, each.event, codec.decode(ExternalitiesAssessed, other.body))
                for each, other in others
            ],
        )

    def hear_territory(
        self, transaction: Transaction, received: Sequence[Received[ExternalitiesAssessed]]
    ) -> None:
        """Keep the territory's half; issue the verdict where the firms' half is there already."""
        others = self._keep(transaction, ASSESSED, SUBMITTED, received)
        self._issue(
            transaction,
            [
                (each, codec.decode(ProposalSubmitted, other.body), each.event)
                for each, other in others
            ],
        )

    def forget(
        self, transaction: Transaction, received: Sequence[Received[ProposalWithdrawn]]
    ) -> None:
        """Issue no further verdict for a withdrawn proposal."""
        transaction.connection.execute(
            insert_into(transaction.connection, WITHDRAWN).on_conflict_do_nothing(),
            [
                {"proposal_id": each.event.proposal_id, "withdrawn_at": each.event.withdrawn_at}
                for each in received
            ],
        )

    def _keep(
        self,
        transaction: Transaction,
        mine: Table,
        other: Table,
        received: Sequence[Received[Any]],
    ) -> list[tuple[Received[Any], Half]]:
        """Store what is not stale; answers each half with its counterpart of the same revision."""
        connection = transaction.connection
        ids = [each.event.proposal_id for each in received]
        known = revisions_of(connection, mine, ids)
        fresh = [e for e in received if e.event.revision > known.get(e.event.proposal_id, 0)]
        if stale := len(received) - len(fresh):
            self.metrics.stale.labels(event=received[0].envelope.type).inc(stale)
        if not fresh:
            return []
        keep_halves(
            connection,
            mine,
            [Half(e.event.proposal_id, e.event.revision, e.payload) for e in fresh],
        )
        counterparts = halves_of(connection, other, [e.event.proposal_id for e in fresh])
        gone = withdrawn_among(connection, counterparts)
        found = [(e, counterparts.get(e.event.proposal_id)) for e in fresh]
        return [
            (each, half)
            for each, half in found
            if half is not None
            and half.revision == each.event.revision
            and half.proposal_id not in gone
        ]

    def _issue(
        self,
        transaction: Transaction,
        complete: list[tuple[Received[Any], ProposalSubmitted, ExternalitiesAssessed]],
    ) -> None:
        rows = []
        for cause, submitted, assessed in complete:
            event = self._verdict(submitted, assessed)
            payload = codec.encode(event)
            transaction.say(event, correlation_id=cause.envelope.correlation_id, payload=payload)
            self.metrics.verdicts_issued.labels(label=event.verdict.label).inc()
            rows.append(
                {
                    "proposal_id": event.proposal_id,
                    "revision": event.revision,
                    "body": payload,
                    "issued_at": transaction.now,
                }
            )
        keep_verdicts(transaction.connection, rows)

    def _verdict(
        self, submitted: ProposalSubmitted, assessed: ExternalitiesAssessed
    ) -> VerdictIssued:
        proposal = submitted.proposal
        inputs = codec.adapter(Proposal).dump_json(proposal)
        return VerdictIssued(
            proposal_id=submitted.proposal_id,
            revision=submitted.revision,
            partner=submitted.partner,
            submitted_at=submitted.submitted_at,
            title=proposal.title,
            kind=proposal.kind,
            summary=proposal.summary,
            aid_requested=proposal.aid_requested,
            verdict=judge(
                proposal,
                assessed.assessment,
                self.book.on(assessed.assessment.parameters_on),
                hashlib.sha256(inputs).hexdigest(),
            ),
        )


def reactions(book: ParameterBook, metrics: Metrics) -> Reactions:
    join = Join(book, metrics)
    return {
        ProposalSubmitted: join.hear_firms,
        ExternalitiesAssessed: join.hear_territory,
        ProposalWithdrawn: join.forget,
    }
