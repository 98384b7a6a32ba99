"""From the outbox to the bus.

Pending rows are sent in the order in which they were committed.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.messaging.bus import Bus, Outgoing, Record
from services.chassis.messaging.relay import BATCH, IN_FLIGHT_BYTES, MARK_EVERY_SECONDS, Relay
from services.chassis.messaging.transaction import MORE_PENDING, unpack_headers
from services.chassis.ops import faults
from services.chassis.ops.metrics import Metrics

_OUTBOX = Outbox.__table__
_SEQ = _OUTBOX.c.seq

IN_FLIGHT = 10_000
"""Records the bus may hold without an outcome; the rest waits on disk, not in memory."""

MARK_AT_ONCE = 2_000
"""Delivered rows that are marked without waiting for a quiet moment."""

_PENDING = (
    select(_SEQ, _OUTBOX.c.topic, _OUTBOX.c.key, _OUTBOX.c.headers, _OUTBOX.c.payload)
    .where(_OUTBOX.c.published == 0, bindparam("after") < _SEQ)
    .order_by(_SEQ)
    .limit(BATCH)
)
_MARK = (
    update(_OUTBOX)
    .where(and_(bindparam("first") <= _SEQ, bindparam("last") >= _SEQ))
    .values(published=1)
)


class OutboxRelay(Relay):
    """Moves one service's outbox to the bus."""

    def __init__(
        self, service: str, store: Store, bus: Bus, clock: Clock, metrics: Metrics
    ) -> None:
        self._last_sent = 0
        """Highest seq given to the bus. One writer commits in seq order, so nothing is below it."""
        self._in_flight: dict[int, tuple[str, int]] = {}
        """Topic and size of what the bus holds without an outcome."""
        self._to_mark: list[int] = []
        """Delivered and not marked yet: marks are written together, or again when that failed."""
        self._send_again_from: int | None = None
        """First seq the bus refused, to be sent again."""
        self._committed: deque[Outgoing] = deque()
        """Rows committed in this process, in order; no need to read them from the outbox."""
        self._must_read_outbox = True
        """There are pending rows that nobody handed over: the outbox is read to its end first."""
        # Last: from here on it is told of commits.
        super().__init__(service, store, bus, clock, metrics)

    def _on_commit(self, left: Sequence[Any]) -> None:
        new = [each for each in left if isinstance(each, Outgoing)]
        if MORE_PENDING in left:
            self._must_read_outbox = True
            self.wake()
        if new:
            self._committed.extend(new)
            self.wake()

    def _handle_acks(self) -> bool:
        """Mark what was delivered; send again, from its first failure on, what was not."""
        handled = bool(self._outcomes)
        while self._outcomes:
            tokens, error = self._outcomes.popleft()
            outcome = "ok" if error is None else "failed"
            counted: Counter[str] = Counter()
            for seq in tokens:
                topic, size = self._in_flight.pop(seq)
                self._bytes -= size
                counted[topic] += 1
            for topic, count in counted.items():
                self.metrics.outbox_published.labels(topic=topic, outcome=outcome).inc(count)
            if error is None:
                self._to_mark += tokens
                self._failures = 0
            else:
                self._send_again_from = min(*tokens, self._send_again_from or tokens[0])
                self._log_refused(len(tokens), error)
        if len(self._to_mark) >= MARK_AT_ONCE:
            self._mark_published()
        if self._send_again_from is None:
            return handled
        # Nothing new leaves until the fate of all that is out is known: a later record of the
        # same key must not pass the failed one a second time.
        if not self._in_flight:
            # What was delivered behind the failed one must not be sent again with it.
            self._mark_published()
            self._last_sent, self._send_again_from = self._send_again_from - 1, None
            self._must_read_outbox = True
            self._failures += 1
            self.back_off(self._failures)
        return handled

    def _mark_published(self) -> None:
        if self._to_mark:
            faults.reach(f"{self._store.name}.delivered_before_mark")
            self._store.write(lambda connection: _mark_rows(connection, self._to_mark))
            self._to_mark = []
            self._next_mark = time.monotonic() + MARK_EVERY_SECONDS

    def _send(self) -> int:
        if len(self._committed) > IN_FLIGHT:
            # The bus is slow or down: what waits, waits on disk.
            self._must_read_outbox = True
        full = len(self._in_flight) >= IN_FLIGHT or self._bytes >= IN_FLIGHT_BYTES
        if full or self._send_again_from is not None:
            return 0
        batch = self._next_from_outbox() if self._must_read_outbox else self._next_from_memory()
        if not batch:
            return 0
        # Noted before publishing, because a report may come while the bus is still taking.
        self._in_flight.update((seq, (record.topic, _size(record))) for seq, record in batch)
        faults.reach(f"{self._store.name}.before_publish")
        try:
            self._bus.publish(batch, self._report)
        except Exception:
            # Nothing was taken; the loop says so, backs off, and sends the same rows again.
            for seq, _ in batch:
                del self._in_flight[seq]
            self._must_read_outbox = True
            raise
        self._bytes += sum(_size(record) for _, record in batch)
        self._last_sent = batch[-1].token
        return len(batch)

    def _next_from_outbox(self) -> list[Outgoing]:
        """The next pending rows of the outbox."""
        # They are in the outbox already; what is handed over from now on may be read as well.
        self._committed.clear()
        with self._store.read() as connection:
            rows = connection.execute(_PENDING, {"after": self._last_sent}).all()
        self._must_read_outbox = len(rows) == BATCH
        return [
            Outgoing(seq, Record(topic, key, payload, unpack_headers(headers)))
            for seq, topic, key, headers, payload in rows
        ]

    def _next_from_memory(self) -> list[Outgoing]:
        """The next rows handed over after their commit, leaving out those read meanwhile."""
        taken: list[Outgoing] = []
        while self._committed and len(taken) < BATCH:
            each = self._committed.popleft()
            if each.token > self._last_sent:
                taken.append(each)
        return taken

    def _delivered_unmarked(self) -> int:
        return len(self._to_mark)

    def _seen_pending(self, pending: int) -> None:
        if pending > len(self._in_flight) + len(self._to_mark) + len(self._committed):
            # Written by another process: nobody handed it over.
            self._must_read_outbox = True


def _mark_rows(connection: Connection, seqs: Iterable[int]) -> None:
    connection.execute(_MARK, [{"first": a, "last": b} for a, b in runs(sorted(seqs))])


def _size(record: Record) -> int:
    return len(record.value or b"")


def runs(ordered: Sequence[int]) -> list[tuple[int, int]]:
    """Stretches of consecutive numbers: ``[1, 2, 3, 7]`` gives ``[(1, 3), (7, 7)]``."""
    if not ordered:
        return []
    breaks = [i for i, (a, b) in enumerate(pairwise(ordered), start=1) if b != a + 1]
    starts, ends = [0, *breaks], [*breaks, len(ordered)]
    return [(ordered[a], ordered[b - 1]) for a, b in zip(starts, ends, strict=True)]
