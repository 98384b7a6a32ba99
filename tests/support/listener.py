"""A service's reactions on a real database, without bus or HTTP: what it hears, stores and says."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from contracts import codec
from contracts.envelope import Envelope, from_message
from contracts.events import Event
from services.chassis.database.backend import Databases
from services.chassis.database.locks import hold
from services.chassis.database.store import Store
from services.chassis.messaging.messages import ordered_batches
from services.chassis.messaging.reactions import Reactions, Received
from services.chassis.messaging.transaction import (
    Transaction,
    count_what_is_committed,
    unpack_headers,
)
from tests.support.chassis import MOMENT, OUTBOX, SetClock, rows


class Listener:
    """Hears events in the transaction the chassis would make. ``reactions`` makes them afresh, as
    a start of the service does.
    """

    def __init__(self, databases: Databases, name: str, reactions: Callable[[], Reactions]) -> None:
        self.store = Store(databases(name), name=name.partition(":")[0])
        self.store.after_commit(count_what_is_committed)
        self.clock = SetClock()
        self._make = reactions
        self._reactions = reactions()
        self._heard = 0

    def start_again(self) -> None:
        """Forget whatever is not stored."""
        self._reactions = self._make()

    def hear(self, *events: Event, correlation_id: str = "test-0001") -> None:
        """Hear these in one batch."""
        received = [self._received(event, correlation_id) for event in events]
        by_type = {each.EVENT_TYPE: (each, reaction) for each, reaction in self._reactions.items()}

        def write(connection: Connection) -> None:
            transaction = Transaction.begin(connection, self.clock, self.store.name)
            hold(connection, (each.event.key for each in received))
            for batches in ordered_batches(received):
                for event_type, batch in batches.items():
                    by_type[event_type][1](transaction, batch)
            transaction.flush()

        self.store.write(write)

    def said(self) -> list[tuple[Envelope, Any, bytes]]:
        """Everything in the outbox: envelope, event, and the event's bytes."""
        found = []
        for _, headers, body in rows(self.store, OUTBOX.c.seq, OUTBOX.c.headers, OUTBOX.c.payload):
            envelope, payload = from_message(unpack_headers(headers), body)
            event = codec.decode(codec.EVENT_BY_TYPE[envelope.type], payload)
            found.append((envelope, event, payload))
        return found

    def _received(self, event: Event, correlation_id: str) -> Received[Any]:
        self._heard += 1
        heard_as = next(e for e in self._reactions if event.EVENT_TYPE == e.EVENT_TYPE)
        payload = codec.encode(event)
        envelope = Envelope(
            id=f"{self._heard:032x}",
            type=event.EVENT_TYPE,
            source="elsewhere",
            subject=event.key,
            time=MOMENT,
            correlation_id=correlation_id,
        )
        return Received(codec.decode(heard_as, payload), envelope, payload)
