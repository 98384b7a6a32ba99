"""Messages that cannot be handled: kept with their raw bytes and the reason, never in the way."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from services.chassis.clock import new_id
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter
from services.chassis.messaging.bus import Incoming
from services.chassis.messaging.transaction import Transaction, pack_headers

_DEAD = DeadLetter.__table__

OPEN = "open"
"""Status of a letter nobody has dealt with."""

REPLAYED = "replayed"
DISCARDED = "discarded"
STATUSES = (OPEN, REPLAYED, DISCARDED)

LONGEST_REASON = 2_000
"""Characters kept of a reason: a validation error of a large message names every field."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that is given up for now, and why."""

    incoming: Incoming
    error_class: str
    reason: str
    attempts: int


def park(transaction: Transaction, consumer: str, parked: Parked) -> str:
    """Write the record to the dead-letter table, in the caller's transaction; answers its id.

    The same bytes once more, after a crash between this and the commit of the position, are the
    same letter: its attempts grow, its number does not.
    """
    record = parked.incoming.record
    letter = {
        "consumer": consumer,
        "topic": parked.incoming.partition.topic,
        "key": None if record.key is None else record.key.encode("utf-8", "surrogateescape"),
        "value": record.value,
        "headers": pack_headers(record.headers),
        "status": OPEN,
    }
    latest = {
        "partition": parked.incoming.partition.number,
        "record_offset": parked.incoming.offset,
        "error_class": parked.error_class,
        "reason": kept_reason(parked.reason),
        "last_at": transaction.now,
    }
    again = (
        update(_DEAD)
        .where(*(_DEAD.c[name].is_not_distinct_from(value) for name, value in letter.items()))
        .values(**latest, attempts=_DEAD.c.attempts + parked.attempts)
        .returning(_DEAD.c.id)
    )
    known = transaction.connection.execute(again).scalars().first()
    if known is not None:
        return str(known)
    new = {
        "id": new_id(transaction.clock),
        "attempts": parked.attempts,
        "first_at": transaction.now,
    }
    transaction.connection.execute(insert(_DEAD).values(**new, **letter, **latest))
    return str(new["id"])


def kept_reason(reason: str) -> str:
    """A reason as it can be stored: lone surrogates and NULs, which are no text to every database,
    must not keep a bad message from its place.
    """
    short = reason[:LONGEST_REASON].encode("utf-8", "backslashreplace").decode()
    return short.replace("\x00", "\\x00")


def count_open(store: Store) -> int:
    """Parked messages nobody has dealt with."""
    with store.read() as connection:
        return connection.execute(
            select(func.count()).select_from(_DEAD).where(_DEAD.c.status == OPEN)
        ).scalar_one()
