"""How intake takes what partners send: stored and said in one transaction, or refused."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from contracts.events import ProposalSubmitted, ProposalWithdrawn
from contracts.vocabulary.identifiers import end_of_id, reference_of
from services.chassis.clock import Clock
from services.chassis.database.locks import hold
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.resending import name_of
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.problems import Problem
from services.chassis.web.references import is_named
from services.intake.proposal_state import Dossier
from services.intake.storage import (
    IDEMPOTENCY,
    PROPOSALS,
    REVISIONS,
    VERDICTS,
    newest_revision,
)
from services.intake.submission import Receipt, Submission

IDEMPOTENCY_KEPT = timedelta(hours=24)
"""How long a repeated Idempotency-Key gets the first answer again."""

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

    def __init__(self, clock: Clock, source: str, memory: EventCache | None = None) -> None:
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
                keys.append(_key(each, fingerprint, receipt, transaction.now))
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

    def revise(
        self, connection: Connection, submission: Submission, if_match: frozenset[int] | None
    ) -> bytes:
        """Store a further revision and say so; with a repeated key, the first answer again.

        ``if_match`` holds the revisions of which one must be the newest; None for any. Raises
        ``Problem`` 404, 409, 412 or 422.
        """
        transaction = Transaction.begin(connection, self._clock, self._source, self._memory)
        proposal_id = find_id(connection, submission.proposal_id, submission.partner)
        submission = replace(submission, proposal_id=proposal_id)
        fingerprint = submission.fingerprint_of_revision
        earlier = self._earlier(connection, [submission], transaction.now)
        if known := earlier.get((submission.partner, submission.idempotency_key or "")):
            answer = _repeated(known, fingerprint)
            if isinstance(answer, Problem):
                raise answer
            return answer
        dossier = load(connection, proposal_id, submission.partner, to_change=True)
        if (refusal := dossier.refusal_to_revise()) is not None:
            raise Problem(
                409, "withdrawn", "The proposal was withdrawn", f"Nothing stored: {refusal}."
            )
        if if_match is not None and dossier.revision not in if_match:
            raise Problem(
                412,
                "revision-changed",
                "Another revision came first",
                f"If-Match names revision {', '.join(map(str, sorted(if_match)))}, the newest is "
                f"{dossier.revision}: read it, then submit yours again.",
            )
        revision = dossier.revision + 1
        revisions: list[dict[str, Any]] = []
        receipt = _write(
            transaction, submission, revision, submission.fingerprint, revisions
        ).as_json()
        connection.execute(_INSERT_REVISIONS, revisions)
        if submission.idempotency_key is not None:
            key = _key(submission, fingerprint, receipt, transaction.now)
            connection.execute(_INSERT_KEYS, [key])
        connection.execute(
            update(PROPOSALS)
            .where(PROPOSALS.c.id == proposal_id)
            .values(
                revision=revision,
                waits_since=transaction.now,
                said_again=0,
                said_again_at=None,
                title=submission.proposal.title,
                kind=submission.proposal.kind,
                territory=submission.proposal.territory,
            )
        )
        transaction.flush()
        return receipt

    def withdraw(
        self, connection: Connection, named: str, partner: str, correlation_id: str
    ) -> tuple[str, Dossier]:
        """Withdraw for good and say so; doing it twice says it once. Answers the id and the state.
        Raises ``Problem`` 404 or 409.
        """
        transaction = Transaction.begin(connection, self._clock, self._source, self._memory)
        proposal_id = find_id(connection, named, partner)
        dossier = load(connection, proposal_id, partner, to_change=True)
        if not dossier.withdrawn:
            connection.execute(
                update(PROPOSALS)
                .where(PROPOSALS.c.id == proposal_id)
                .values(withdrawn_at=transaction.now, waits_since=None)
            )
            transaction.publish(
                ProposalWithdrawn(
                    proposal_id=proposal_id,
                    revision=dossier.revision,
                    partner=partner,
                    withdrawn_at=transaction.now,
                ),
                correlation_id=correlation_id,
            )
            transaction.flush()
        return proposal_id, Dossier(dossier.revision, dossier.judged_revision, withdrawn=True)


def find_id(connection: Connection, named: str, partner: str) -> str:
    """The id of a partner's proposal that was named by its id or by its reference.

    What is not a reference is given back as it is. Raises ``Problem`` 404, or 409 where several of
    the partner's proposals share the reference.
    """
    if end_of_id(named) is None:
        return named
    # The index of a partner's proposals holds the ids: no row is read.
    of_partner = (PROPOSALS.c.partner == partner) & is_named(PROPOSALS.c.id, named)
    found = connection.execute(select(PROPOSALS.c.id).where(of_partner).limit(9)).scalars().all()
    if not found:
        raise not_found(named)
    if len(found) > 1:
        raise Problem(
            409,
            "reference-shared",
            "Several of your proposals share this reference",
            f"Name the one you mean by its id: {', '.join(found)}.",
        )
    (proposal_id,) = found
    return str(proposal_id)


def load(
    connection: Connection, proposal_id: str, partner: str, *, to_change: bool = False
) -> Dossier:
    """The state of a partner's file. Raises ``Problem`` 404 also when it is someone else's.

    ``to_change`` keeps it as it is until the transaction ends: of two revisions that come through
    two replicas at once, one is the next after the other, and their events leave in that order.
    """
    query = (
        select(
            PROPOSALS.c.revision,
            PROPOSALS.c.withdrawn_at,
            VERDICTS.c.revision,
            REVISIONS.c.not_judged,
        )
        # Outer: who waited for another replica's revision sees that its number is the newest one's,
        # and not yet its row.
        .outerjoin(REVISIONS, newest_revision())
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
    revision, withdrawn_at, judged, not_judged = row
    return Dossier(revision, judged or 0, withdrawn_at is not None, not_judged)


def not_found(proposal_id: str) -> Problem:
    return Problem(
        404,
        "proposal-not-found",
        "No such proposal",
        f"You have no proposal {proposal_id[:40]!r}: check the id or the reference in your "
        f"receipt.",
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
    transaction.publish(
        event,
        correlation_id=submission.correlation_id,
        event_id=name_of(event),
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
        submission.notes,
    )


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
        "waits_since": now,
        "said_again": 0,
        "said_again_at": None,
    }


def _key(submission: Submission, fingerprint: str, receipt: bytes, now: datetime) -> dict[str, Any]:
    return {
        "partner": submission.partner,
        "key": submission.idempotency_key,
        "fingerprint": fingerprint,
        "receipt": receipt.decode(),
        "expires_at": now + IDEMPOTENCY_KEPT,
    }


def _repeated(known: tuple[str, str], fingerprint: str) -> bytes | Problem:
    first_fingerprint, receipt = known
    if first_fingerprint == fingerprint:
        return receipt.encode()
    return Problem(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key was used for something else",
        "Nothing stored: a key repeats one request, with the same body. Use a new one for another "
        "proposal or revision.",
    )
