"""What a service has handled already, so that a repetition has no second effect."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, tuple_

from contracts.envelope import Envelope
from services.chassis.database.tables import Inbox
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.transaction import Transaction

_INBOX = Inbox.__table__
_NOTE = Upsert(_INBOX, returning=("source", "event_id"))

KEEP = timedelta(days=30)
"""As long as any topic may keep its events (contracts/topics allows no more), so that hardly any
can come again later; what does, from a compacted topic or by command, reactions bear. An outbox
row pending for longer would be a second effect; the gauge of the oldest pending event has told of
it for a month by then."""

PURGE_BATCH = 1_000


def note(
    transaction: Transaction, consumer: str, envelopes: Sequence[Envelope]
) -> set[tuple[str, str]]:
    """Insert inbox rows; answers source and id of those that were not there yet.

    Called before the reactions: a concurrent copy then waits for this transaction instead of
    running beside it.
    """
    if not envelopes:
        return set()
    rows = [
        {
            "consumer": consumer,
            "source": envelope.source,
            "event_id": envelope.id,
            "processed_at": transaction.now,
        }
        # In one order everywhere: two replicas that were given the same events wait for each other
        # and not crosswise.
        for envelope in sorted(envelopes, key=lambda each: (each.source, each.id))
    ]
    written: Iterable[tuple[str, str]] = transaction.connection.execute(
        _NOTE.on(transaction.connection), rows
    )
    return {(source, event_id) for source, event_id in written}


def handled(connection: Connection, consumer: str, envelope: Envelope) -> bool:
    """Whether this event was handled already, in whatever version it came."""
    row = (consumer, envelope.source, envelope.id)
    found = select(_INBOX.c.processed_at).where(tuple_(*_INBOX.primary_key) == row)
    return connection.execute(found).first() is not None


def purge(connection: Connection, now: datetime) -> bool:
    """Forget a batch of what was handled too long ago to matter; answers whether there is more."""
    name = tuple_(*_INBOX.primary_key)
    old = (
        select(*_INBOX.primary_key)
        .where(_INBOX.c.processed_at < now - KEEP)
        .order_by(_INBOX.c.processed_at)
        .limit(PURGE_BATCH)
    )
    deleted = connection.execute(delete(_INBOX).where(name.in_(old))).rowcount
    return deleted == PURGE_BATCH
