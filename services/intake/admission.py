"""Whether intake takes more now: two limits, told before anything is accepted, never after.

*Latency*, while the bus is up: proposals wait longer for their verdict than promised, so more of
them would only wait longer. *Backlog*, always: what is stored and not delivered yet may fill the
disk. A bus that is down therefore does not close the door: the outbox absorbs what is submitted
until the backlog limit.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, bindparam, func, select

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.ops.loops import PeriodicLoop
from services.chassis.ops.metrics import NOT_KNOWN, Metrics
from services.chassis.ops.settings import Settings
from services.chassis.web.problems import Problem
from services.intake.storage import PROPOSALS, REVISIONS, VERDICTS

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0
"""How often the limits are looked at; what is accepted in between may pass a limit by that much."""

SHARE_OF_LOOKING = 20
"""A look that took a while is followed by a pause at least so many times as long."""

DOWN_AFTER = timedelta(seconds=15)
"""An event that a broker has not taken for this long: the bus is down, not slow."""

PROBE_EVERY_SECONDS = 5.0
"""Beyond the latency limit one proposal is let in this often: were nobody let in, a last proposal
that cannot be judged would keep the door closed for ever."""

RETRY_LATENCY_SECONDS = 30
RETRY_BACKLOG_SECONDS = 120
"""What ``Retry-After`` says: long enough for a queue to shrink, or for a broker to be mended."""

_OUTBOX = Outbox.__table__
_PENDING = _OUTBOX.c.published == 0
_BACKLOG = select(func.count(), func.coalesce(func.sum(func.length(_OUTBOX.c.payload)), 0)).where(
    _PENDING
)
_OLDEST_PENDING = select(_OUTBOX.c.created_at).where(_PENDING).order_by(_OUTBOX.c.seq).limit(1)
_LAST_JUDGED = (
    select(REVISIONS.c.submitted_at)
    .join(
        VERDICTS,
        (VERDICTS.c.proposal_id == REVISIONS.c.proposal_id)
        & (VERDICTS.c.revision == REVISIONS.c.revision),
    )
    .where(REVISIONS.c.submitted_at > bindparam("known"))
    .order_by(REVISIONS.c.submitted_at.desc())
    .limit(1)
)
_UNJUDGED = select(func.count(), func.min(PROPOSALS.c.waits_since)).where(
    PROPOSALS.c.waits_since.is_not(None)
)
# What was submitted before the last one judged and still waits was lost or cannot be judged: it is
# nobody's queue, and must not close the door. What came after it is.
_FIRST_IN_THE_QUEUE = select(func.min(PROPOSALS.c.waits_since)).where(
    PROPOSALS.c.waits_since > bindparam("judged")
)

_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait: the age of the oldest proposal without verdict, and what is stored and
    not delivered, in events and in bytes.
    """

    waiting_seconds: float
    backlog_events: int
    backlog_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(
            settings.waiting_limit_seconds,
            settings.backlog_limit_events,
            settings.backlog_limit_bytes,
        )


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many proposals have neither verdict nor another stated outcome, and the oldest's day."""
    count, oldest = connection.execute(_UNJUDGED).one()
    return count, oldest


class Admission(PeriodicLoop):
    """Looks at both limits again and again; ``check`` is asked before a proposal is read.

    ``keeps_records`` says that a delivered record is on the bus itself, so that one which is not
    delivered for long means that the bus is down; the in-memory bus holds nothing, and is never.
    """

    def __init__(
        self, store: Store, clock: Clock, metrics: Metrics, limits: Limits, *, keeps_records: bool
    ) -> None:
        super().__init__(f"{store.name}-admission", metrics, LOOK_EVERY_SECONDS)
        self._store = store
        self._clock = clock
        self._limits = limits
        self._keeps_records = keeps_records
        self.judged = _NEVER
        """When the last proposal judged was submitted; it only grows."""
        self._late: Problem | None = None
        self._full: Problem | None = None
        for limit in ("latency", "backlog"):
            metrics.refused.labels(limit=limit)
        self._next_probe = 0.0

    def check(self) -> None:
        """Raise ``Problem`` 429 or 503 when no further proposal is taken now."""
        if self._full is not None:
            self.metrics.refused.labels(limit="backlog").inc()
            raise self._full
        if self._late is None:
            return
        now = time.monotonic()
        if now >= self._next_probe:
            self._next_probe = now + PROBE_EVERY_SECONDS
            return
        self.metrics.refused.labels(limit="latency").inc()
        raise self._late

    def look(self) -> bool:
        started = time.monotonic()
        with self._store.read() as connection:
            self._look(connection)
        took = time.monotonic() - started
        # A full backlog takes longer to count; counting must not become a load of its own.
        self.pause = max(LOOK_EVERY_SECONDS, SHARE_OF_LOOKING * took)
        return False

    def _look(self, connection: Connection) -> None:
        now = self._clock.now()
        events, size = connection.execute(_BACKLOG).one()
        self._full = self._say("backlog", self._full, self._backlog_problem(events, size))
        judged = connection.execute(_LAST_JUDGED, {"known": self.judged}).scalar_one_or_none()
        self.judged = judged or self.judged
        first = connection.execute(
            _FIRST_IN_THE_QUEUE, {"judged": self.judged}
        ).scalar_one_or_none()
        unjudged, oldest = waiting(connection)
        self.metrics.unjudged.set(unjudged)
        self.metrics.oldest_unjudged.set(oldest.timestamp() if oldest else NOT_KNOWN)
        late = None
        if first is not None and not self._bus_is_down(connection, now):
            late = self._latency_problem((now - first).total_seconds())
        self._late = self._say("latency", self._late, late)
        closed = self._full or self._late
        # Who reads is served, and who submits is told when to come again: it stays ready.
        self.notice = f"no further proposals are taken: {closed}" if closed else None

    def _bus_is_down(self, connection: Connection, now: datetime) -> bool:
        if not self._keeps_records:
            return False
        oldest = connection.execute(_OLDEST_PENDING).scalar_one_or_none()
        return oldest is not None and now - oldest > DOWN_AFTER

    def _backlog_problem(self, events: int, size: int) -> Problem | None:
        if events < self._limits.backlog_events and size < self._limits.backlog_bytes:
            return None
        return Problem(
            503,
            "backlog-full",
            "No room for more until what is stored is delivered",
            f"Nothing was stored. {events:,} events ({size:,} bytes) wait to be delivered, and "
            f"the limits are {self._limits.backlog_events:,} events and "
            f"{self._limits.backlog_bytes:,} bytes. What was accepted is safe. Submit again later, "
            f"with the same Idempotency-Key.",
            headers={"Retry-After": str(RETRY_BACKLOG_SECONDS)},
        )

    def _latency_problem(self, waited: float) -> Problem | None:
        if waited <= self._limits.waiting_seconds:
            return None
        return Problem(
            429,
            "verdicts-late",
            "Too many proposals are waiting for their verdict",
            f"Nothing was stored. The first in the queue has waited {waited:.0f} s, and the limit "
            f"is {self._limits.waiting_seconds:.0f} s. What was accepted is safe and will be "
            f"judged. Submit again later, with the same Idempotency-Key.",
            headers={"Retry-After": str(RETRY_LATENCY_SECONDS)},
        )

    def _say(self, limit: str, before: Problem | None, now: Problem | None) -> Problem | None:
        """Show whether the door is open, and log that a limit was passed, or is kept again; answers
        the state from now on.
        """
        self.metrics.open.labels(limit=limit).set(int(now is None))
        if now is not None and before is None:
            log.warning("no further proposals are taken", limit=limit, reason=str(now))
        elif now is None and before is not None:
            log.warning("proposals are taken again", limit=limit)
        return now
