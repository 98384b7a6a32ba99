"""Commits what coroutines write, so that no event loop waits for a disk."""

from services.chassis.database.store import Store
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics


class Writer(Loop):
    """Drains one store whenever something waits in it."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        super().__init__(f"{store.name}-writer", metrics)
        self._store = store
        store.woken_by(self.wake)

    def poll(self, timeout: float = 0.0) -> bool:
        if not self._store.waiting and timeout:
            self.awake.wait(timeout)
        return bool(self._store.waiting) and self._store.drain()
