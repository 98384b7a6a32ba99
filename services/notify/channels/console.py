"""The console channel: one log line per notice, for whoever watches the service."""

import structlog
from sqlalchemy import Connection, bindparam, select, update

from services.chassis.clock import Clock
from services.chassis.loops import Loop
from services.chassis.metrics import Metrics
from services.chassis.store import Store
from services.notify.storage import NOTICES

log = structlog.get_logger()

BATCH = 200

_DUE = (
    select(
        NOTICES.c.seq, NOTICES.c.reference, NOTICES.c.revision, NOTICES.c.partner, NOTICES.c.label
    )
    .where(NOTICES.c.console_at.is_(None))
    .order_by(NOTICES.c.seq)
    .limit(BATCH)
)
_DONE = (
    update(NOTICES).where(NOTICES.c.seq == bindparam("this")).values(console_at=bindparam("moment"))
)


class Console(Loop):
    """Says each notice once; one that was said just before a crash may be said again."""

    def __init__(self, store: Store, clock: Clock, metrics: Metrics) -> None:
        super().__init__("notify-console", metrics)
        self._store = store
        self._clock = clock
        store.after_commit(self.wake)

    def step(self, patience: float = 0.0) -> bool:
        with self._store.read() as connection:
            due = connection.execute(_DUE).all()
        if not due:
            if patience:
                self.awake.wait(patience)
            return False
        for row in due:
            log.info(
                "verdict issued",
                reference=row.reference,
                revision=row.revision,
                partner=row.partner,
                verdict=row.label,
            )
        moment = self._clock.now()

        def mark(connection: Connection) -> None:
            connection.execute(_DONE, [{"this": row.seq, "moment": moment} for row in due])

        self._store.write(mark)
        self.metrics.deliveries.labels(channel="console", outcome="ok").inc(len(due))
        return True
