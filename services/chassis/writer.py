"""Commits what coroutines write: they cannot wait for a lock themselves."""

from services.chassis.loops import Loop
from services.chassis.metrics import Metrics
from services.chassis.store import Store


class Writer(Loop):
    """Drains one store whenever a write was queued."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        super().__init__(f"{store.name}-writer", metrics)
        self._store = store
        store.woken_by(self.wake)

    def step(self, patience: float = 0.0) -> bool:
        worked = self._store.drain()
        if not worked and patience:
            self.awake.wait(patience)
        return worked
