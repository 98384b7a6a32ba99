"""Commits what coroutines write where they must not wait for it themselves."""

from services.chassis.database.store import Store
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics


class Writer(Loop):
    """Drains one store when it is asked to, and only then: what an event loop is about to commit
    on its own thread is cheaper there.
    """

    def __init__(self, store: Store, metrics: Metrics) -> None:
        super().__init__(f"{store.name}-writer", metrics)
        self._store = store
        self._asked = False
        store.woken_by(self._ask)

    def poll(self, timeout: float = 0.0) -> bool:
        if not self._asked and timeout:
            self.awake.wait(timeout)
        if not self._asked:
            return False
        # Before draining: who asks from now on may have come too late for it.
        self._asked = False
        return self._store.drain()

    def _ask(self) -> None:
        self._asked = True
        self.wake()
