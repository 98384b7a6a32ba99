"""What a message does: inbox, reactions and outbox in one transaction, or the dead-letter table."""

import time
from collections import Counter
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from contracts import codec
from contracts.envelope import from_message
from services.chassis.clock import Clock
from services.chassis.database.locks import hold
from services.chassis.messaging import inbox
from services.chassis.messaging.batch_size import TRANSACTION_SECONDS
from services.chassis.messaging.bus import Record
from services.chassis.messaging.dead_letters import Parked, park
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.message_decoder import MessageDecoder, bare_name
from services.chassis.messaging.messages import Message, ordered_batches
from services.chassis.messaging.reactions import Reactions, Received, WhenParked
from services.chassis.messaging.transaction import Transaction

Outcomes = Counter[tuple[str, str]]
"""How many records of a topic ended how."""


class Effects:
    """Applies messages to one service, in the caller's transaction."""

    def __init__(
        self,
        service: str,
        reactions: Reactions,
        reader: MessageDecoder,
        clock: Clock,
        memory: EventCache | None,
        when_parked: WhenParked,
    ) -> None:
        self.reactions = reactions
        self._service = service
        self._reader = reader
        self._clock = clock
        self._memory = memory
        self._when_parked = {
            bare_name(event.EVENT_TYPE): (event, publish) for event, publish in when_parked.items()
        }

    def apply(self, connection: Connection, messages: list[Message]) -> Outcomes:
        """Inbox, reactions, outbox. Answers how many records had which outcome. Raises
        ``TakesTooLong`` for several that cannot be handled in time.
        """
        transaction = Transaction.begin(connection, self._clock, self._service, self._memory)
        if len(messages) > 1:
            transaction.deadline = time.monotonic() + TRANSACTION_SECONDS
        known = [
            (m.incoming.partition.topic, m.received) for m in messages if m.received is not None
        ]
        # Order is promised within a key of a topic only; topic by topic makes the fewest batches,
        # so that what is handled together stays together.
        known.sort(key=itemgetter(0))
        first_time = inbox.note(transaction, self._service, [r.envelope for _, r in known])
        outcomes: Outcomes = Counter(
            (m.incoming.partition.topic, "unknown_type") for m in messages if m.received is None
        )
        fresh: list[Received[Any]] = []
        for topic, received in known:
            name = (received.envelope.source, received.envelope.id)
            if name in first_time:
                first_time.discard(name)
                fresh.append(received)
                outcomes[topic, "ok"] += 1
            elif received.again:
                fresh.append(received)
                outcomes[topic, "again"] += 1
            else:
                outcomes[topic, "duplicate"] += 1
        # Another replica may be about to commit what these reactions would look for in vain.
        hold(connection, (received.event.key for received in fresh))
        for batch in ordered_batches(fresh):
            for event_type, events in batch.items():
                transaction.check_deadline()
                self.reactions[self._reader.types[event_type]](transaction, events)
        transaction.flush()
        return outcomes

    def set_aside(self, connection: Connection, parked: Parked) -> None:
        """Keep what cannot be applied in the dead-letter table, and publish what follows."""
        transaction = Transaction.begin(connection, self._clock, self._service, self._memory)
        reference = park(transaction, self._service, parked)
        self._publish_parked(transaction, parked.incoming.record, reference)
        transaction.flush()

    def _publish_parked(self, transaction: Transaction, record: Record, reference: str) -> None:
        try:
            envelope, payload = from_message(record.headers, record.value)
            event_class, publish = self._when_parked[bare_name(envelope.type)]
            event = codec.decode(event_class, payload)
        except Exception:  # noqa: BLE001 - whatever is wrong with the bytes, they are kept, and nobody is named
            return
        publish(transaction, Received(event, envelope, payload), reference)
