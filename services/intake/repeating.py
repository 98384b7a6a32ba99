"""What waits too long for its verdict is published again: its event may have been lost unread."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from contracts import codec
from contracts.events import ProposalSubmitted
from contracts.vocabulary.proposal import Proposal
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.messaging import resending
from services.chassis.messaging.resending import among, name_of
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.loops import PeriodicLoop
from services.chassis.ops.metrics import Metrics
from services.intake.storage import PROPOSALS, REVISIONS, newest_revision

log = structlog.get_logger()

TIMES = 3
"""How often a revision is published again by itself: what is lost is found with the first."""

SLOWER = 3
"""Each pause is so many times as long as the one before."""

AT_ONCE = 100
LOOK_EVERY_SECONDS = 5.0

_FILES = select(
    PROPOSALS.c.id,
    REVISIONS.c.revision,
    PROPOSALS.c.partner,
    REVISIONS.c.submitted_at,
    REVISIONS.c.body,
)
_WAITING = _FILES.join(REVISIONS, newest_revision()).where(PROPOSALS.c.waits_since.is_not(None))


class Repeating(PeriodicLoop):
    """Says again, under the same name, what has waited for longer than ``after``.

    Only what was overtaken, because something submitted later was judged: a service that is merely
    away must not find everything three times when it is back. Where nothing moves at all, the
    newest one is published again alone, now and then: once judged it has overtaken the others.
    ``judged`` answers when the last one judged was submitted.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        metrics: Metrics,
        after: timedelta,
        judged: Callable[[], datetime],
    ) -> None:
        super().__init__(f"{store.name}-repeating", metrics, LOOK_EVERY_SECONDS)
        self._store = store
        self._clock = clock
        self._after = after
        self._judged = judged

    def look(self) -> bool:
        due = self._due(self._clock.now())
        with self._store.read() as connection:
            some = (
                connection.execute(due.limit(1)).first()
                or connection.execute(self._newest(self._clock.now())).first()
            )
        more = some is not None and self._store.write(self._repeat)
        self.pause = 0.0 if more else LOOK_EVERY_SECONDS
        return more

    def _asked(self) -> tuple[Select[Any], Select[Any]]:
        now = self._clock.now()
        return self._due(now), self._newest(now)

    def _due(self, now: datetime) -> Select[Any]:
        """What was overtaken, waits too long, and was not published again too often or just now."""
        pause = [self._after * SLOWER**times for times in range(TIMES)]
        last = PROPOSALS.c.said_again_at
        return (
            _WAITING.where(
                PROPOSALS.c.waits_since <= self._judged(),
                PROPOSALS.c.waits_since <= now - self._after,
                or_(
                    PROPOSALS.c.said_again == 0,
                    *(
                        and_(PROPOSALS.c.said_again == times, last <= now - pause[times])
                        for times in range(1, TIMES)
                    ),
                ),
            )
            .order_by(PROPOSALS.c.waits_since)
            .limit(AT_ONCE)
        )

    def _newest(self, now: datetime) -> Select[Any]:
        """The newest one that waits, where none behind it was judged and it is time to ask."""
        longest = self._after * SLOWER ** (TIMES - 1)
        newest = (
            select(PROPOSALS.c.id)
            .where(PROPOSALS.c.waits_since > self._judged())
            .order_by(PROPOSALS.c.waits_since.desc())
            .limit(1)
            .scalar_subquery()
        )
        return _WAITING.where(
            PROPOSALS.c.id == newest,
            PROPOSALS.c.waits_since <= now - self._after,
            or_(PROPOSALS.c.said_again_at.is_(None), PROPOSALS.c.said_again_at <= now - longest),
        )

    def _repeat(self, connection: Connection) -> bool:
        transaction = Transaction.begin(connection, self._clock, self._store.name)
        # What another replica is just saying again is left to it.
        due, newest = (e.with_for_update(of=PROPOSALS, skip_locked=True) for e in self._asked())
        overtaken = connection.execute(due).all()
        files = overtaken or connection.execute(newest).all()
        if not files:
            return False
        connection.execute(
            update(PROPOSALS)
            .where(PROPOSALS.c.id.in_([file.id for file in files]))
            .values(
                said_again=PROPOSALS.c.said_again + int(bool(overtaken)),
                said_again_at=transaction.now,
            )
        )
        repeat(transaction, files)
        log.warning(
            "proposals wait too long for their verdict and are published again",
            count=len(files),
            oldest=files[0].submitted_at.isoformat(),
            overtaken=bool(overtaken),
        )
        return True


def repeat_unjudged(transaction: Transaction) -> int:
    """Say again all that waits for its verdict; answers how many."""
    newest = PROPOSALS.c.revision == REVISIONS.c.revision
    return _repeat_where(transaction, newest, PROPOSALS.c.waits_since.is_not(None))


def repeat_since(transaction: Transaction, since: datetime) -> int:
    """Say again every revision submitted since then; answers how many."""
    return _repeat_where(transaction, REVISIONS.c.submitted_at >= since)


def _repeat_where(transaction: Transaction, *which: ColumnElement[bool]) -> int:
    """A portion at a time, in the order in which they were submitted."""
    joined = REVISIONS.c.proposal_id == PROPOSALS.c.id
    wanted = (
        select(PROPOSALS.c.id, REVISIONS.c.revision)
        .join(REVISIONS, joined)
        .where(*which)
        .order_by(REVISIONS.c.submitted_at, PROPOSALS.c.id, REVISIONS.c.revision)
    )
    names = [tuple(row) for row in transaction.connection.execute(wanted)]
    for at in range(0, len(names), AT_ONCE):
        portion = names[at : at + AT_ONCE]
        ids = [proposal_id for proposal_id, _ in portion]
        found = transaction.connection.execute(
            _FILES.join(REVISIONS, joined).where(PROPOSALS.c.id.in_(ids))
        ).all()
        files = {(file.id, file.revision): file for file in found}
        repeat(transaction, [files[name] for name in portion])
    return len(names)


def repeat(transaction: Transaction, files: Sequence[Any]) -> None:
    """Say these revisions again: as the outbox holds them or, where it does no longer, as they are
    stored.
    """
    events = {}
    for file in files:
        proposal = codec.adapter(Proposal).validate_json(file.body)
        event = ProposalSubmitted(
            proposal_id=file.id,
            revision=file.revision,
            partner=file.partner,
            submitted_at=file.submitted_at,
            proposal=proposal,
        )
        events[name_of(event)] = event
    there = resending.republish(transaction, among(events))
    for name, event in events.items():
        if name not in there:
            transaction.publish(event, correlation_id=name, event_id=name, again=True)
    transaction.flush()
