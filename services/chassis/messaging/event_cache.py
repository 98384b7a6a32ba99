"""Events published a moment ago in this process, so that a reader in it need not decode
their bytes again.

Only a short cut: what is published and what is read from its bytes are equal (a test holds every
example against that), the bytes travel and are stored all the same, and an event that is not
remembered is decoded.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

MOST = 2_048
"""Events remembered while their readers are behind, about 15 kB each at most; the oldest are
forgotten first."""


class EventCache:
    """The last events published, by envelope id, each until all readers have recalled it: a verdict
    is a tree of hundreds of objects, which the garbage collector would go through again and again.

    ``readers`` says how many services of this process react to an event type. Events are frozen,
    so sharing them is safe.
    """

    def __init__(self, readers: Mapping[str, int]) -> None:
        self._readers = readers
        self._events: OrderedDict[str, Any] = OrderedDict()
        self._left: dict[str, int] = {}
        """How many have not recalled it yet. Two threads may miss each other's count; the event is
        then forgotten with the oldest."""

    def remember(self, event_id: str, event: Any) -> None:
        readers = self._readers.get(event.EVENT_TYPE, 0)
        if not readers:
            return
        self._left[event_id] = readers
        self._events[event_id] = event
        if len(self._events) > MOST:
            oldest, _ = self._events.popitem(last=False)
            self._left.pop(oldest, None)

    def recall(self, event_id: str, event_type: str) -> Any | None:
        """The event of this id and type, or None. Asked once by each reader."""
        event = self._events.get(event_id)
        if event is None or event_type != event.EVENT_TYPE:
            return None
        left = self._left.get(event_id, 1) - 1
        if left > 0:
            self._left[event_id] = left
        else:
            self._events.pop(event_id, None)
            self._left.pop(event_id, None)
        return event
