"""Whether a service's store can be read and written, looked at in the background.

Readiness is read from what was seen last: a probe of a supervisor waits for no database, and none
is asked once for every probe.
"""

import os
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter
from services.chassis.ops.loops import PeriodicLoop
from services.chassis.ops.metrics import Metrics

_DEAD = DeadLetter.__table__

LOOK_EVERY_SECONDS = 2.0

SILENT_SECONDS = 3.0
"""A look takes milliseconds: a database that has not answered for so long is said to be silent."""

WRITE_AFTER_SECONDS = 15.0
"""While nobody writes, something is written so often, to see whether that is possible."""

TRIAL_BYTES = 64 * 1024
"""How much that is: as a large proposal."""


class StoreProbe(PeriodicLoop):
    """Reads, and writes where nobody else did or what was written last could not be kept."""

    LONGEST_PAUSE = LOOK_EVERY_SECONDS

    def __init__(self, store: Store, metrics: Metrics) -> None:
        super().__init__(f"{store.name}-store", metrics, LOOK_EVERY_SECONDS)
        self._store = store
        self._asking_since: float | None = None

    @property
    def why(self) -> str | None:
        """Why nothing can be read or stored now; None when all is well. Waits for nothing."""
        asking_since = self._asking_since
        if asking_since is not None and time.monotonic() - asking_since > SILENT_SECONDS:
            return (
                f"the store {self._store.name} has not answered for "
                f"{time.monotonic() - asking_since:.0f} s: see whether its database hangs"
            )
        return self._store.trouble or self.trouble

    def look(self) -> bool:
        self._asking_since = time.monotonic()
        try:
            with self._store.read() as connection:
                connection.exec_driver_sql("SELECT 1")
            if self._store.trouble or self._store.quiet_for > WRITE_AFTER_SECONDS:
                self._store.attempt(write_and_take_back)
        finally:
            self._asking_since = None
        return False


def write_and_take_back(connection: Connection) -> None:
    """Something that cannot be compressed, where anything may stand; nobody ever sees it."""
    name = os.urandom(16).hex()
    epoch = datetime.fromtimestamp(0, UTC)
    row: dict[str, Any] = dict.fromkeys(
        ("consumer", "topic", "headers", "error_class", "reason", "status"), ""
    )
    row |= dict.fromkeys(("partition", "record_offset", "attempts"), 0)
    row |= {"id": name, "value": os.urandom(TRIAL_BYTES), "first_at": epoch, "last_at": epoch}
    connection.execute(insert(_DEAD).values(row))
    connection.execute(delete(_DEAD).where(_DEAD.c.id == name))
