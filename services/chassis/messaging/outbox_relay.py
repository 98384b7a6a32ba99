"""From the outbox to the bus.

The relay sends pending rows in the order in which they were committed and marks a row only when
the bus has reported a definite outcome for it. A crash between the two sends the row again; the
inbox of the receivers absorbs that.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import structlog
from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from contracts.catalogue import topics
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.messaging.bus import Bus, Outgoing, Record
from services.chassis.messaging.transaction import MORE_PENDING, unpack_headers
from services.chassis.ops import faults
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import NOT_KNOWN, Metrics, known_only_if_asked
from services.chassis.ops.repeated_log import Again

log = structlog.get_logger()

_OUTBOX = Outbox.__table__
_SEQ = _OUTBOX.c.seq

BATCH = 500
"""Rows read at once: large enough to amortise the statement, small enough for latency."""

IN_FLIGHT = 10_000
"""Records the bus may hold without an outcome; the rest waits on disk, not in memory."""

IN_FLIGHT_BYTES = 64 * 1024 * 1024

LOOK_EVERY_SECONDS = 1.0
"""How often the gauges are refreshed, busy or not: a backlog counts most while it lasts."""

MARK_EVERY_SECONDS = 0.1
MARK_AT_ONCE = 2_000
"""Marks of delivered rows are written when there is nothing else to do, or when there are many: a
commit of their own for each batch would cost as much as the batch. A crash in between sends these
rows again, and the inbox drops them."""

KEEP_DELIVERED = timedelta(hours=24)
"""Delivered rows stay this long where the bus holds nothing, for the operator who asks what was
said; where it keeps records, as long as those (``kept_for``)."""

PURGE_EVERY_SECONDS = 600.0
PURGE_BATCH = 1_000

_PENDING = (
    select(_SEQ, _OUTBOX.c.topic, _OUTBOX.c.key, _OUTBOX.c.headers, _OUTBOX.c.payload)
    .where(_OUTBOX.c.published == 0, bindparam("after") < _SEQ)
    .order_by(_SEQ)
    .limit(BATCH)
)
_COUNT_PENDING = select(func.count()).where(_OUTBOX.c.published == 0)
_OLDEST_PENDING = (
    select(_OUTBOX.c.created_at).where(_OUTBOX.c.published == 0).order_by(_SEQ).limit(1)
)
_MARK = (
    update(_OUTBOX)
    .where(and_(bindparam("first") <= _SEQ, bindparam("last") >= _SEQ))
    .values(published=1)
)


class OutboxRelay(Loop):
    """Moves one service's outbox to the bus."""

    def __init__(
        self, service: str, store: Store, bus: Bus, clock: Clock, metrics: Metrics
    ) -> None:
        super().__init__(f"{service}-relay", metrics)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._outcomes: deque[tuple[Sequence[int], Exception | None]] = deque()
        self._last_sent = 0
        """Highest seq given to the bus. One writer commits in seq order, so nothing is below it."""
        self._in_flight: dict[int, tuple[str, int]] = {}
        """Topic and size of what the bus holds without an outcome."""
        self._bytes = 0
        self._to_mark: list[int] = []
        """Delivered and not marked yet: marks are written together, or again when that failed."""
        self._next_mark = 0.0
        self._failures = 0
        self._send_again_from: int | None = None
        """First seq the bus refused, to be sent again."""
        self._keep = kept_for(service, bus)
        self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
        self._next_look = 0.0
        self._committed: deque[Outgoing] = deque()
        """Rows committed in this process, in order; no need to read them from the outbox."""
        self._must_read_outbox = True
        """There are pending rows that nobody handed over: the outbox is read to its end first."""
        store.after_commit(self._on_commit)

    def poll(self, timeout: float = 0.0) -> bool:
        handled = self._handle_acks()
        sent = self._send()
        self._update_gauges()
        if sent or handled:
            return True
        if time.monotonic() >= self._next_mark:
            self._mark_published()
        if self._purge():
            return True
        if timeout:
            self.awake.wait(timeout)
        return False

    def _on_commit(self, left: Sequence[Any]) -> None:
        new = [each for each in left if isinstance(each, Outgoing)]
        if MORE_PENDING in left:
            self._must_read_outbox = True
            self.wake()
        if new:
            self._committed.extend(new)
            self.wake()

    def finish(self) -> None:
        self._handle_acks()
        self._mark_published()

    def _report(self, tokens: Sequence[int], error: Exception | None) -> None:
        self._outcomes.append((tokens, error))
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
                log_refused(self.again, len(tokens), error)
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

    def _update_gauges(self) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        gauges = self.metrics.outbox_pending, self.metrics.outbox_oldest
        with known_only_if_asked(*gauges), self._store.read() as connection:
            pending, oldest = backlog(connection)
        if pending > len(self._in_flight) + len(self._to_mark) + len(self._committed):
            # Written by another process: nobody handed it over.
            self._must_read_outbox = True
        self.metrics.outbox_pending.set(max(0, pending - len(self._to_mark)))
        self.metrics.outbox_oldest.set(oldest)

    def _purge(self) -> bool:
        """Delete old delivered rows, one batch a poll; answers whether there may be more."""
        if time.monotonic() < self._next_purge:
            return False
        before = self._clock.now() - self._keep
        deleted = self._store.write(lambda connection: purge_delivered(connection, before))
        if deleted < PURGE_BATCH:
            self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
        return deleted == PURGE_BATCH


def kept_for(service: str, bus: Bus) -> timedelta:
    """How long a service keeps what was delivered: what a topic has lost before it was read can be
    said again as long as the topic could have kept it.
    """
    days = [t.says.retention_days for t in topics() if t.says.producer == service]
    return timedelta(days=max(days)) if bus.keeps_records and days else KEEP_DELIVERED


def backlog(connection: Connection) -> tuple[int, float]:
    """How many rows are pending, and since when the oldest is (Unix time), if one is."""
    pending = connection.execute(_COUNT_PENDING).scalar_one()
    oldest = connection.execute(_OLDEST_PENDING).scalar_one_or_none()
    return pending, oldest.timestamp() if oldest is not None else NOT_KNOWN


def log_refused(again: Again, events: int, error: Exception) -> None:
    """The bus reported that it will not deliver these: they are sent again."""
    if times := again.due("refused"):
        log.warning("the bus refused events", count=events, times=times, reason=str(error))


def purge_delivered(connection: Connection, before: datetime) -> int:
    """Delete delivered rows written before that moment, one batch; answers how many."""
    # The oldest rows, whatever their age: to look for old ones would read the whole table.
    head = (
        select(_SEQ, _OUTBOX.c.published, _OUTBOX.c.created_at)
        .order_by(_SEQ)
        .limit(PURGE_BATCH)
        .subquery()
    )
    old = select(head.c.seq).where(
        head.c.published == 1,
        head.c.created_at < before,
        # The newest row stays: SQLite would give its number away again, and the relay would
        # take the new row for one it has sent already.
        select(func.max(_SEQ)).scalar_subquery() > head.c.seq,
    )
    return connection.execute(delete(_OUTBOX).where(_SEQ.in_(old))).rowcount


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
