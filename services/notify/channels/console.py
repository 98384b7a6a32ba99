"""The console channel: one log line per notice, for whoever watches the service."""

import structlog
from sqlalchemy import Connection, bindparam, select, update

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.ops.loops import PeriodicLoop
from services.chassis.ops.metrics import Metrics
from services.notify.storage import NOTICES

log = structlog.get_logger()

BATCH = 1_000
LOOK_EVERY_SECONDS = 0.25
"""Nobody reads a log faster; each look that finds something costs a commit."""

_DUE = (
    select(
        NOTICES.c.seq,
        NOTICES.c.reference,
        NOTICES.c.revision,
        NOTICES.c.partner,
        NOTICES.c.label,
        NOTICES.c.stalled_reference,
        NOTICES.c.correlation_id,
    )
    .where(NOTICES.c.console_at.is_(None))
    .order_by(NOTICES.c.seq)
    .limit(BATCH)
)
_DONE = (
    update(NOTICES).where(NOTICES.c.seq == bindparam("this")).values(console_at=bindparam("moment"))
)


class Console(PeriodicLoop):
    """Says each notice once; one that was said just before a crash may be said again."""

    def __init__(self, store: Store, clock: Clock, metrics: Metrics) -> None:
        super().__init__("notify-console", metrics, LOOK_EVERY_SECONDS)
        self._store = store
        self._clock = clock
        self._said = metrics.deliveries.labels(channel="console", outcome="ok")

    def look(self) -> bool:
        with self._store.read() as connection:
            if connection.execute(_DUE.limit(1)).first() is None:
                return False
        said = self._store.write(self._say)
        self._said.inc(said)
        return said > 0

    def _say(self, connection: Connection) -> int:
        # What another replica is saying right now is left to it.
        due = connection.execute(_DUE.with_for_update(skip_locked=True)).all()
        for row in due:
            stalled = row.stalled_reference
            log.info(
                "verdict issued" if stalled is None else "proposal could not be judged",
                reference=row.reference,
                revision=row.revision,
                partner=row.partner,
                correlation_id=row.correlation_id,
                **({"verdict": row.label} if stalled is None else {"dead_letter": stalled}),
            )
        moment = self._clock.now()
        if due:
            connection.execute(_DONE, [{"this": row.seq, "moment": moment} for row in due])
        return len(due)
