"""Events said a moment ago in this process, so that a reader in the same process need not decode
their bytes again.

Only a short cut: what is said and what is read from its bytes are equal (a test holds every
example against that), the bytes travel and are stored all the same, and an event that is not
remembered is decoded.
"""

from collections import OrderedDict
from typing import Any

MOST = 2_048
"""Events remembered, about 15 kB each at most; the oldest are forgotten first."""


class Memory:
    """The last events said, by envelope id. Events are frozen, so sharing them is safe."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, Any] = OrderedDict()

    def remember(self, event_id: str, event: Any) -> None:
        self._events[event_id] = event
        if len(self._events) > MOST:
            self._events.popitem(last=False)

    def recall(self, event_id: str, event_type: str) -> Any | None:
        """The event of this id and type, or None."""
        event = self._events.get(event_id)
        return event if event is not None and event_type == event.EVENT_TYPE else None
