"""What a consumer holds in its hands: records as it understood them, in ordered batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Envelope
from services.chassis.messaging.bus import Incoming
from services.chassis.messaging.dead_letters import Parked
from services.chassis.messaging.reactions import Received


@dataclass(slots=True)
class Message:
    """A record, what it says, or why it cannot be understood."""

    incoming: Incoming
    received: Received[Any] | None = None
    parked: Parked | None = None
    other_version: Envelope | None = None
    """Of a version that is not known: who publishes an event in two versions publishes both under
    one id, and then there is nothing to park when the other one was handled."""

    def context(self) -> dict[str, str]:
        """What every log line about this record carries."""
        if self.received is None:
            return {}
        return {"correlation_id": self.received.envelope.correlation_id}


def ordered_batches(fresh: Sequence[Received[Any]]) -> list[dict[str, list[Received[Any]]]]:
    """Cut what arrived so that no key occurs twice in one batch: within a batch order does not
    matter, between batches it is kept. Each batch holds its events by type.
    """
    found: list[dict[str, list[Received[Any]]]] = []
    batch_of: dict[str, int] = {}
    for received in fresh:
        number = batch_of.get(received.event.key, -1) + 1
        batch_of[received.event.key] = number
        if number == len(found):
            found.append({})
        found[number].setdefault(received.envelope.type, []).append(received)
    return found
