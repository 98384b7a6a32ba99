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
from services.chassis.messaging.messages import Message, waves
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
            bare_name(heard.EVENT_TYPE): (heard, say) for heard, say in when_parked.items()
        }

    def apply(self, connection: Connection, messages: list[Message]) -> Outcomes:
        """Inbox, reactions, outbox. Answers how many records had which outcome. Raises
        ``TakesTooLong`` for several that cannot be handled in time.
        """
        transaction = Transaction.begin(connection, self._clock, self._service, self._memory)
        if len(messages) > 1:
            transaction.until = time.monotonic() + TRANSACTION_SECONDS
        heard = [(m.incoming.place.topic, m.received) for m in messages if m.received is not None]
        # Order is promised within a key of a topic only; topic by topic makes the fewest waves, so
        # that what is handled together stays together.
        heard.sort(key=itemgetter(0))
        fresh = inbox.note(transaction, self._service, [received.envelope for _, received in heard])
        outcomes: Outcomes = Counter(
            (m.incoming.place.topic, "unknown_type") for m in messages if m.received is None
        )
        news: list[Received[Any]] = []
        for topic, received in heard:
            name = (received.envelope.source, received.envelope.id)
            if name in fresh:
                fresh.discard(name)
                news.append(received)
                outcomes[topic, "ok"] += 1
            elif received.again:
                news.append(received)
                outcomes[topic, "again"] += 1
            else:
                outcomes[topic, "duplicate"] += 1
        # Another replica may be about to commit what these reactions would look for in vain.
        hold(connection, (received.event.key for received in news))
        for wave in waves(news):
            for event_type, batch in wave.items():
                transaction.breathe()
                self.reactions[self._reader.types[event_type]](transaction, batch)
        transaction.flush()
        return outcomes

    def set_aside(self, connection: Connection, parked: Parked) -> None:
        """Keep what cannot be applied in the dead-letter table, and say what follows from that."""
        transaction = Transaction.begin(connection, self._clock, self._service, self._memory)
        reference = park(transaction, self._service, parked)
        self._say_parked(transaction, parked.incoming.record, reference)
        transaction.flush()

    def _say_parked(self, transaction: Transaction, record: Record, reference: str) -> None:
        try:
            envelope, payload = from_message(record.headers, record.value)
            heard, say = self._when_parked[bare_name(envelope.type)]
            event = codec.decode(heard, payload)
        except Exception:  # noqa: BLE001 - whatever is wrong with the bytes, they are kept, and nobody is named
            return
        say(transaction, Received(event, envelope, payload), reference)
