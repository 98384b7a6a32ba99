"""What intake stores: proposals, every revision as accepted, verdicts as heard, territories."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.events import ProposalSubmitted, ProposalWithdrawn
from contracts.vocabulary.identifiers import reference_of
from services.chassis.clock import Clock
from services.chassis.locks import hold
from services.chassis.memory import Memory
from services.chassis.problems import Problem
from services.chassis.tables import BUS_TABLES, ApiKey, Moment
from services.chassis.transaction import Transaction
from services.intake.dossier import Dossier
from services.intake.submission import Receipt, Submission

IDEMPOTENCY_KEPT = timedelta(hours=24)
"""How long a repeated Idempotency-Key gets the first answer again."""


class Rows(SQLModel, registry=registry()):
    """Base of this service's tables, apart from those of the others in the same process."""


class ProposalRow(Rows, table=True):
    """One file: whose it is, its newest revision, whether it was withdrawn."""

    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_of_partner", "partner", "id"),)
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=32)
    partner: str = Field(max_length=40)
    reference: str = Field(max_length=20)
    title: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    territory: str = Field(max_length=80)
    revision: int
    created_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)


class RevisionRow(Rows, table=True):
    """One revision, byte for byte as it was said to the other services."""

    __tablename__ = "revision"
    __table_args__ = (Index("revision_submitted_at", "submitted_at"),)
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    missing: str
    submitted_at: datetime = Field(sa_type=Moment)


class VerdictRow(Rows, table=True):
    """The verdict of one revision, as scoring issued it."""

    __tablename__ = "verdict"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    label: str = Field(max_length=40)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: datetime = Field(sa_type=Moment)


class IdempotencyRow(Rows, table=True):
    """The answer given to a partner's Idempotency-Key, to be given again."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_expiry", "expires_at"),)
    __table__: ClassVar[Table]

    partner: str = Field(primary_key=True, max_length=40)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    receipt: str
    expires_at: datetime = Field(sa_type=Moment)


class TerritoryRow(Rows, table=True):
    """A territory that can be judged."""

    __tablename__ = "territory"
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=80)
    name: str = Field(max_length=200)
    revision: int


PROPOSALS = ProposalRow.__table__
REVISIONS = RevisionRow.__table__
VERDICTS = VerdictRow.__table__
IDEMPOTENCY = IdempotencyRow.__table__
TERRITORIES = TerritoryRow.__table__

TABLES = (*BUS_TABLES, ApiKey.__table__, PROPOSALS, REVISIONS, VERDICTS, IDEMPOTENCY, TERRITORIES)


# Built once: building a statement costs more than running it on a batch.
_INSERT_PROPOSALS = insert(PROPOSALS)
_INSERT_REVISIONS = insert(REVISIONS)
_INSERT_KEYS = insert(IDEMPOTENCY)
_FORGET_KEYS = delete(IDEMPOTENCY).where(IDEMPOTENCY.c.expires_at <= bindparam("now"))
_FIND_KEYS = select(
    IDEMPOTENCY.c.partner,
    IDEMPOTENCY.c.key,
    IDEMPOTENCY.c.fingerprint,
    IDEMPOTENCY.c.receipt,
).where(IDEMPOTENCY.c.key.in_(bindparam("keys", expanding=True)))


class Acceptance:
    """Stores new proposals and says so, many in one commit. One instance per service."""

    def __init__(self, clock: Clock, source: str, memory: Memory | None = None) -> None:
        self._clock = clock
        self._source = source
        self._memory = memory

    def __call__(
        self, connection: Connection, submissions: Sequence[Submission]
    ) -> list[bytes | Problem]:
        """Answers each submission's receipt as JSON, or the problem of a reused key."""
        transaction = Transaction.begin(connection, self._clock, self._source, self._memory)
        earlier = self._earlier(connection, submissions, transaction.now)
        answers: list[bytes | Problem] = []
        rows: list[dict[str, Any]] = []
        revisions: list[dict[str, Any]] = []
        keys: list[dict[str, Any]] = []
        for each in submissions:
            fingerprint = each.fingerprint
            if each.idempotency_key is not None:
                known = earlier.get((each.partner, each.idempotency_key))
                if known is not None:
                    answers.append(_repeated(known, fingerprint))
                    continue
            receipt = _write(transaction, each, 1, fingerprint, revisions).as_json()
            rows.append(_row(each, transaction.now))
            answers.append(receipt)
            if each.idempotency_key is not None:
                earlier[each.partner, each.idempotency_key] = (fingerprint, receipt.decode())
                keys.append(
                    {
                        "partner": each.partner,
                        "key": each.idempotency_key,
                        "fingerprint": fingerprint,
                        "receipt": receipt.decode(),
                        "expires_at": transaction.now + IDEMPOTENCY_KEPT,
                    }
                )
        for statement, values in (
            (_INSERT_PROPOSALS, rows),
            (_INSERT_REVISIONS, revisions),
            (_INSERT_KEYS, keys),
        ):
            if values:
                connection.execute(statement, values)
        transaction.flush()
        return answers

    def _earlier(
        self, connection: Connection, submissions: Sequence[Submission], now: datetime
    ) -> dict[tuple[str, str], tuple[str, str]]:
        keys = {each.idempotency_key for each in submissions if each.idempotency_key is not None}
        if not keys:
            return {}
        # The same key may be on its way into the store through another replica.
        hold(connection, (f"{s.partner} {s.idempotency_key}" for s in submissions))
        connection.execute(_FORGET_KEYS, {"now": now})
        found = connection.execute(_FIND_KEYS, {"keys": list(keys)})
        return {
            (partner, key): (fingerprint, receipt) for partner, key, fingerprint, receipt in found
        }

    def revise(self, connection: Connection, submission: Submission, if_match: int | None) -> bytes:
        """Store a further revision and say so. Raises ``Problem`` 404, 409 or 412."""
        transaction = Transaction.begin(connection, self._clock, self._source, self._memory)
        dossier = load(connection, submission.proposal_id, submission.partner, to_change=True)
        if (refusal := dossier.refusal_to_revise()) is not None:
            raise Problem(
                409, "withdrawn", "The proposal was withdrawn", f"Nothing stored: {refusal}."
            )
        if if_match is not None and if_match != dossier.revision:
            raise Problem(
                412,
                "revision-changed",
                "Another revision came first",
                f"If-Match names revision {if_match}, the newest is {dossier.revision}: "
                f"read it, then submit yours again.",
            )
        revision = dossier.revision + 1
        revisions: list[dict[str, Any]] = []
        receipt = _write(transaction, submission, revision, submission.fingerprint, revisions)
        connection.execute(_INSERT_REVISIONS, revisions)
        connection.execute(
            update(PROPOSALS)
            .where(PROPOSALS.c.id == submission.proposal_id)
            .values(
                revision=revision,
                title=submission.proposal.title,
                kind=submission.proposal.kind,
                territory=submission.proposal.territory,
            )
        )
        transaction.flush()
        return receipt.as_json()

    def withdraw(
        self, connection: Connection, proposal_id: str, partner: str, correlation_id: str
    ) -> Dossier:
        """Withdraw for good and say so; doing it twice says it once. Raises ``Problem`` 404."""
        transaction = Transaction.begin(connection, self._clock, self._source, self._memory)
        dossier = load(connection, proposal_id, partner, to_change=True)
        if not dossier.withdrawn:
            connection.execute(
                update(PROPOSALS)
                .where(PROPOSALS.c.id == proposal_id)
                .values(withdrawn_at=transaction.now)
            )
            transaction.say(
                ProposalWithdrawn(
                    proposal_id=proposal_id,
                    revision=dossier.revision,
                    partner=partner,
                    withdrawn_at=transaction.now,
                ),
                correlation_id=correlation_id,
            )
            transaction.flush()
        return Dossier(dossier.revision, dossier.judged_revision, withdrawn=True)


def load(
    connection: Connection, proposal_id: str, partner: str, *, to_change: bool = False
) -> Dossier:
    """The state of a partner's file. Raises ``Problem`` 404 also when it is someone else's.

    ``to_change`` keeps it as it is until the transaction ends: of two revisions that come through
    two replicas at once, one is the next after the other, and their events leave in that order.
    """
    query = (
        select(PROPOSALS.c.revision, PROPOSALS.c.withdrawn_at, VERDICTS.c.revision)
        .outerjoin(
            VERDICTS,
            (VERDICTS.c.proposal_id == PROPOSALS.c.id)
            & (VERDICTS.c.revision == PROPOSALS.c.revision),
        )
        .where(PROPOSALS.c.id == proposal_id, PROPOSALS.c.partner == partner)
    )
    if to_change:
        query = query.with_for_update(of=PROPOSALS)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(proposal_id)
    revision, withdrawn_at, judged = row
    return Dossier(revision, judged or 0, withdrawn_at is not None)


def not_found(proposal_id: str) -> Problem:
    return Problem(
        404,
        "proposal-not-found",
        "No such proposal",
        f"You have no proposal {proposal_id[:40]!r}: check the id in your receipt.",
    )


def _write(
    transaction: Transaction,
    submission: Submission,
    revision: int,
    fingerprint: str,
    revisions: list[dict[str, Any]],
) -> Receipt:
    """Prepare one revision's row and say the event; answers its receipt."""
    event = ProposalSubmitted(
        proposal_id=submission.proposal_id,
        revision=revision,
        partner=submission.partner,
        submitted_at=transaction.now,
        proposal=submission.proposal,
    )
    transaction.say(
        event,
        correlation_id=submission.correlation_id,
        payload=_payload(event, submission.body),
    )
    revisions.append(
        {
            "proposal_id": submission.proposal_id,
            "revision": revision,
            "body": submission.body,
            "sha256": fingerprint,
            "missing": json.dumps(submission.missing),
            "submitted_at": transaction.now,
        }
    )
    return Receipt(
        submission.proposal_id,
        reference_of(submission.proposal_id),
        revision,
        transaction.now,
        fingerprint,
        submission.missing,
    )


def _payload(event: ProposalSubmitted, body: bytes) -> bytes:
    """The event's JSON around the proposal's JSON, which was written once already."""
    moment = event.submitted_at.isoformat().replace("+00:00", "Z")
    head = (
        f'{{"proposal_id":"{event.proposal_id}","revision":{event.revision},'
        f'"partner":"{event.partner}","submitted_at":"{moment}","proposal":'
    )
    return head.encode() + body + b"}"


def _row(submission: Submission, now: datetime) -> dict[str, Any]:
    return {
        "id": submission.proposal_id,
        "partner": submission.partner,
        "reference": reference_of(submission.proposal_id),
        "title": submission.proposal.title,
        "kind": submission.proposal.kind,
        "territory": submission.proposal.territory,
        "revision": 1,
        "created_at": now,
        "withdrawn_at": None,
    }


def _repeated(known: tuple[str, str], fingerprint: str) -> bytes | Problem:
    first_fingerprint, receipt = known
    if first_fingerprint == fingerprint:
        return receipt.encode()
    return Problem(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key was used for another proposal",
        "Nothing stored: use a new key for a new proposal, or PUT a revision of the first one.",
    )
