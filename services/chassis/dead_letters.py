"""Messages that cannot be handled: kept with their raw bytes and the reason, never in the way."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from services.chassis.bus import Incoming
from services.chassis.clock import new_id
from services.chassis.store import Store
from services.chassis.tables import DeadLetter
from services.chassis.transaction import Transaction, pack_headers

_DEAD = DeadLetter.__table__

LONGEST_REASON = 2_000
"""Characters kept of a reason: a validation error of a large message names every field."""

MOST_IN_A_ROW = 20
"""Bad messages one after the other before the consumer stops: a burst is a broken producer or a
broken deployment, and parking everything would hide it."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that is given up for now, and why."""

    incoming: Incoming
    error_class: str
    reason: str
    attempts: int


def park(transaction: Transaction, consumer: str, parked: list[Parked]) -> None:
    """Write the records to the dead-letter table, in the caller's transaction."""
    if not parked:
        return
    transaction.connection.execute(
        insert(_DEAD),
        [
            {
                "id": new_id(transaction.clock),
                "consumer": consumer,
                "topic": each.incoming.place.topic,
                "partition": each.incoming.place.partition,
                "record_offset": each.incoming.offset,
                "key": (each.incoming.record.key or "").encode(),
                "value": each.incoming.record.value,
                "headers": pack_headers(each.incoming.record.headers),
                "error_class": each.error_class,
                "reason": each.reason[:LONGEST_REASON],
                "attempts": each.attempts,
                "first_at": transaction.now,
                "last_at": transaction.now,
                "status": "open",
            }
            for each in parked
        ],
    )


def count_open(store: Store) -> int:
    """Parked messages nobody has dealt with."""
    with store.read() as connection:
        return connection.execute(
            select(func.count()).select_from(_DEAD).where(_DEAD.c.status == "open")
        ).scalar_one()
