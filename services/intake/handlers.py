"""What intake does when others speak. The table at the foot says it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import bindparam, select, update

from contracts.events import JudgementFailed, ProposalStalled, TerritoryPublished, VerdictIssued
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.reactions import Reactions, Received
from services.chassis.messaging.transaction import Transaction
from services.intake.storage import (
    PROPOSALS,
    REVISIONS,
    TERRITORIES,
    VERDICTS,
    newest_revision,
    no_longer_waits,
)

_KEEP_VERDICT = Upsert(VERDICTS)
_LEARN_TERRITORY = Upsert(TERRITORIES, replace=("name", "revision"), if_newer="revision")

_NOT_JUDGED = (
    update(REVISIONS)
    .where(
        REVISIONS.c.proposal_id == bindparam("id"),
        REVISIONS.c.revision == bindparam("which"),
        REVISIONS.c.not_judged.is_(None),
    )
    .values(not_judged=bindparam("reference"))
)
# Of a newer revision something else will be said, and of one that was judged it was.
_STALLED = (
    select(PROPOSALS, REVISIONS.c.submitted_at)
    .join(REVISIONS, newest_revision())
    .outerjoin(
        VERDICTS,
        (VERDICTS.c.proposal_id == PROPOSALS.c.id) & (VERDICTS.c.revision == PROPOSALS.c.revision),
    )
    .where(
        PROPOSALS.c.id == bindparam("id"),
        PROPOSALS.c.revision == bindparam("which"),
        PROPOSALS.c.withdrawn_at.is_(None),
        VERDICTS.c.revision.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Label:
    """The label alone."""

    label: VerdictLabel


@dataclass(frozen=True, slots=True)
class VerdictHeard:
    """What intake reads of ``VerdictIssued``: the partner gets the rest as it came."""

    EVENT_TYPE: ClassVar[str] = VerdictIssued.EVENT_TYPE
    TOPIC: ClassVar[str] = VerdictIssued.TOPIC

    proposal_id: str
    revision: int
    verdict: Label

    @property
    def key(self) -> str:
        return self.proposal_id


def keep_verdict(transaction: Transaction, received: Sequence[Received[VerdictHeard]]) -> None:
    """Keep each verdict beside its revision, for the partner to read."""
    no_longer_waits(
        transaction.connection, [(each.event.proposal_id, each.event.revision) for each in received]
    )
    transaction.connection.execute(
        _KEEP_VERDICT.on(transaction.connection),
        [
            {
                "proposal_id": each.event.proposal_id,
                "revision": each.event.revision,
                "label": each.event.verdict.label,
                "body": each.payload,
                "issued_at": each.envelope.time,
            }
            for each in received
        ],
    )


def keep_failure(transaction: Transaction, received: Sequence[Received[JudgementFailed]]) -> None:
    """Keep beside its revision that it could not be judged; tell the desk where that is where the
    file stands.
    """
    connection = transaction.connection
    no_longer_waits(connection, [(e.event.proposal_id, e.event.revision) for e in received])
    for each in received:
        of = {"id": each.event.proposal_id, "which": each.event.revision}
        noted = connection.execute(_NOT_JUDGED, {**of, "reference": each.event.reference}).rowcount
        file = connection.execute(_STALLED, of).one_or_none()
        if file is None or not noted:
            continue
        transaction.publish(
            ProposalStalled(
                proposal_id=file.id,
                revision=file.revision,
                partner=file.partner,
                submitted_at=file.submitted_at,
                title=file.title,
                kind=ProjectKind(file.kind),
                territory=file.territory,
                reference=each.event.reference,
            ),
            correlation_id=each.envelope.correlation_id,
        )


def learn_territory(
    transaction: Transaction, received: Sequence[Received[TerritoryPublished]]
) -> None:
    """Accept proposals for this territory from now on; an older announcement changes nothing."""
    transaction.connection.execute(
        _LEARN_TERRITORY.on(transaction.connection),
        [
            {
                "id": each.event.territory.id,
                "name": each.event.territory.name,
                "revision": each.event.revision,
            }
            for each in received
        ],
    )


REACTIONS: Reactions = {
    VerdictHeard: keep_verdict,
    JudgementFailed: keep_failure,
    TerritoryPublished: learn_territory,
}
