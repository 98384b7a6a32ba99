"""Effects and events in one commit."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from prometheus_client import Counter
from sqlalchemy import Connection, insert

from contracts import codec
from contracts.envelope import SAID_AGAIN, Envelope, to_headers
from contracts.events import Event
from services.chassis.clock import Clock, new_id
from services.chassis.database.store import pass_after_commit
from services.chassis.database.tables import Outbox
from services.chassis.errors import TakesTooLong
from services.chassis.messaging.bus import Headers, Outgoing, Record
from services.chassis.messaging.event_cache import EventCache

_OUTBOX = Outbox.__table__
MORE_PENDING = object()
"""Left for the relay when rows are pending that nobody hands to it."""

_INSERT = insert(_OUTBOX).returning(_OUTBOX.c.seq, _OUTBOX.c.event_id)


class Counted(NamedTuple):
    """A step of a counter that a transaction leaves for after its commit."""

    counter: Counter
    by: int


def count_what_is_committed(left: Sequence[Any]) -> None:
    """Told by a store after each of its commits."""
    for each in left:
        if isinstance(each, Counted):
            each.counter.inc(each.by)


@dataclass(slots=True)
class Transaction:
    """An open transaction of one service, and what it will publish when it commits.

    ``source`` is the service's name in the envelopes it writes; ``now`` is one moment for the
    whole transaction, so that its rows and its events agree.
    """

    connection: Connection
    clock: Clock
    source: str
    now: datetime
    memory: EventCache | None = None
    deadline: float = math.inf
    """When it should be over (monotonic clock), see ``check_deadline``."""
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _records: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, connection: Connection, clock: Clock, source: str, memory: EventCache | None = None
    ) -> "Transaction":
        return cls(connection, clock, source, clock.now(), memory)

    def publish(
        self,
        event: Event,
        *,
        correlation_id: str,
        payload: bytes | None = None,
        event_id: str | None = None,
        again: bool = False,
    ) -> None:
        """Add an event; it leaves with the commit, or not at all.

        ``correlation_id`` follows one request through every service. ``payload`` spares encoding
        when the caller already has the event's bytes. ``event_id`` is its name where it has one of
        its own, and ``again`` says that it was published under that name before.
        """
        envelope = Envelope(
            id=event_id or new_id(self.clock),
            type=event.EVENT_TYPE,
            source=self.source,
            subject=event.key,
            time=self.now,
            correlation_id=correlation_id,
        )
        if self.memory is not None:
            self.memory.remember(envelope.id, event)
        headers: Headers = to_headers(envelope)
        if again:
            headers = (*headers, (SAID_AGAIN, b"1"))
        if payload is None:
            payload = codec.encode(event)
        self._records[envelope.id] = Record(event.TOPIC, event.key, payload, headers)
        self._rows.append(
            {
                "event_id": envelope.id,
                "topic": event.TOPIC,
                "key": event.key,
                "headers": pack_headers(headers),
                "payload": payload,
                "created_at": self.now,
            }
        )

    def check_deadline(self) -> None:
        """Called between the parts of what may take seconds. Raises ``TakesTooLong``."""
        if time.monotonic() > self.deadline:
            raise TakesTooLong("a transaction of several events takes too long")

    def count(self, counter: Counter, by: int = 1) -> None:
        """Count when it is committed: what is rolled back is done, and counted, once more."""
        pass_after_commit(self.connection, [Counted(counter, by)])

    def flush(self) -> None:
        """Write what was published to the outbox; called once, before the commit.

        The relay is handed the same after the commit, so that it need not read it again.
        """
        if not self._rows:
            return
        written = self.connection.execute(_INSERT, self._rows).all()
        pass_after_commit(
            self.connection,
            [Outgoing(seq, self._records[event_id]) for seq, event_id in sorted(written)],
        )
        self._rows, self._records = [], {}


_ENCODE = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def pack_headers(headers: Headers) -> str:
    """Headers as text for a table; bytes that are not UTF-8 survive the round trip."""
    pairs = [
        (name, None if value is None else value.decode("utf-8", "surrogateescape"))
        for name, value in headers
    ]
    return _ENCODE(pairs)


def unpack_headers(text: str) -> Headers:
    pairs: Sequence[tuple[str, str | None]] = json.loads(text)
    return tuple(
        (name, None if value is None else value.encode("utf-8", "surrogateescape"))
        for name, value in pairs
    )
