"""What every outbox relay does: tells what the bus reported, looks after its outbox and its gauges.

A row is marked only when the bus has reported that it was delivered. A crash between the two sends
the row again; the inbox of the receivers absorbs that.
"""

import math
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete, func, select

from contracts.catalogue import topics
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.messaging.bus import Bus
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import NOT_KNOWN, Metrics, known_only_if_asked

log = structlog.get_logger()

_OUTBOX = Outbox.__table__
_SEQ = _OUTBOX.c.seq

BATCH = 500
"""Rows read at once: large enough to amortise the statement, small enough for latency."""

IN_FLIGHT_BYTES = 64 * 1024 * 1024
"""What the bus may hold without an outcome; the rest waits on disk, not in memory."""

LOOK_EVERY_SECONDS = 1.0
"""How often the gauges are refreshed, busy or not: a backlog counts most while it lasts."""

MARK_EVERY_SECONDS = 0.1
"""Marks of delivered rows are written when there is nothing else to do, or when there are many: a
commit of their own for each batch would cost as much as the batch. A crash in between sends these
rows again, and the inbox drops them."""

KEEP_DELIVERED = timedelta(hours=24)
"""Delivered rows stay this long where the bus holds nothing, for the operator who asks what was
published; where it keeps records, as long as those (``kept_for``)."""

PURGE_EVERY_SECONDS = 600.0
PURGE_BATCH = 1_000

_COUNT_PENDING = select(func.count()).where(_OUTBOX.c.published == 0)
_OLDEST_PENDING = (
    select(_OUTBOX.c.created_at).where(_OUTBOX.c.published == 0).order_by(_SEQ).limit(1)
)


class Relay(Loop):
    """Moves rows of one service's outbox to the bus; which, and in what order, a subclass says."""

    longest_wait: float = math.inf
    """Seconds after which it looks again though nobody woke it."""

    def __init__(
        self, service: str, store: Store, bus: Bus, clock: Clock, metrics: Metrics
    ) -> None:
        super().__init__(f"{service}-relay", metrics)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._outcomes: deque[tuple[Sequence[int], Exception | None]] = deque()
        self._bytes = 0
        """Size of what the bus holds without an outcome."""
        self._failures = 0
        self._next_mark = 0.0
        self._next_look = 0.0
        self._keep = kept_for(service, bus)
        self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
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
            self.awake.wait(min(timeout, self.longest_wait))
        return False

    def finish(self) -> None:
        self._handle_acks()
        self._mark_published()

    @abstractmethod
    def _on_commit(self, left: Sequence[Any]) -> None:
        """A transaction of this process left these for those who are told after its commit."""

    @abstractmethod
    def _handle_acks(self) -> bool:
        """Take in what the bus has reported; answers whether there was anything."""

    @abstractmethod
    def _send(self) -> int:
        """Publish what may leave now; answers how many records."""

    @abstractmethod
    def _mark_published(self) -> None:
        """Write down what was delivered."""

    @abstractmethod
    def _delivered_unmarked(self) -> int:
        """Rows that were delivered and still look pending."""

    def _seen_pending(self, pending: int) -> None:
        """So many rows of the outbox look pending."""

    def _report(self, tokens: Sequence[int], error: Exception | None) -> None:
        """Called by the bus, on a thread of its own."""
        self._outcomes.append((tokens, error))
        self.wake()

    def _log_refused(self, events: int, error: Exception) -> None:
        """The bus reported that it will not deliver these: they are sent again."""
        if times := self.again.due("refused"):
            log.warning("the bus refused events", count=events, times=times, reason=str(error))

    def _update_gauges(self) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        gauges = self.metrics.outbox_pending, self.metrics.outbox_oldest
        with known_only_if_asked(*gauges), self._store.read() as connection:
            pending, oldest = backlog(connection)
        self._seen_pending(pending)
        self.metrics.outbox_pending.set(max(0, pending - self._delivered_unmarked()))
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
    published again as long as the topic could have kept it.
    """
    days = [t.says.retention_days for t in topics() if t.says.producer == service]
    return timedelta(days=max(days)) if bus.keeps_records and days else KEEP_DELIVERED


def backlog(connection: Connection) -> tuple[int, float]:
    """How many rows are pending, and since when the oldest is (Unix time), if one is."""
    pending = connection.execute(_COUNT_PENDING).scalar_one()
    oldest = connection.execute(_OLDEST_PENDING).scalar_one_or_none()
    return pending, oldest.timestamp() if oldest is not None else NOT_KNOWN


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
