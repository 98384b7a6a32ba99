"""From a record's bytes to a message: understood, not for us, or set aside with the reason."""

from collections.abc import Iterable
from typing import Any

from contracts import codec
from contracts.envelope import SAID_AGAIN, BadEnvelope, Envelope, from_message
from contracts.events import Event
from services.chassis.messaging.bus import Incoming
from services.chassis.messaging.dead_letters import Parked
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.messages import Message
from services.chassis.messaging.reactions import Received

LONGEST_ID = 64
LONGEST_SOURCE = 100


class UnknownVersion(ValueError):
    """An event that this service reacts to, in a version it does not know."""


class MessageDecoder:
    """Reads what one service reacts to.

    An event of another kind is not for us and is passed over. An event that we react to, in a major
    version we do not know, is parked: it is replayed when the service has been upgraded.
    """

    def __init__(self, events: Iterable[type[Any]], memory: EventCache | None = None) -> None:
        self.types: dict[str, type[Event]] = {event.EVENT_TYPE: event for event in events}
        self._names = {bare_name(event_type): event_type for event_type in self.types}
        self._memory = memory

    def read(self, incoming: Incoming) -> Message:
        """Never raises: whatever the bytes are, the message says it."""
        record = incoming.record
        envelope: Envelope | None = None
        try:
            envelope, payload = from_message(record.headers, record.value)
            event_class = self.types.get(envelope.type)
            if event_class is None:
                self._refuse_other_version(envelope)
                return Message(incoming)
            _refuse_long_names(envelope)
            event = self._recall(envelope) or codec.decode(event_class, payload)
        except Exception as error:  # noqa: BLE001 - reading is pure: whatever it raised, the bytes are at fault
            parked = Parked(incoming, type(error).__name__, str(error), attempts=1)
            other_version = envelope if isinstance(error, UnknownVersion) else None
            return Message(incoming, parked=parked, other_version=other_version)
        again = any(name == SAID_AGAIN for name, _ in record.headers)
        return Message(incoming, received=Received(event, envelope, payload, again))

    def _recall(self, envelope: Envelope) -> Any | None:
        if self._memory is None:
            return None
        return self._memory.recall(envelope.id, envelope.type)

    def _refuse_other_version(self, envelope: Envelope) -> None:
        known = self._names.get(bare_name(envelope.type))
        if known is not None:
            raise UnknownVersion(
                f"{envelope.type} is not a version this service reads (it reads {known}): upgrade "
                f"the service, then replay this message"
            )


def bare_name(event_type: str) -> str:
    """An event's name without its version: ``winwinwin.VerdictIssued.v1`` is a VerdictIssued."""
    name, _, version = event_type.rpartition(".")
    return name if version[:1] == "v" and version[1:].isdigit() else event_type


def _refuse_long_names(envelope: Envelope) -> None:
    if len(envelope.id) > LONGEST_ID or len(envelope.source) > LONGEST_SOURCE:
        raise BadEnvelope(
            f"the id has {len(envelope.id)} characters and the source {len(envelope.source)}: at "
            f"most {LONGEST_ID} and {LONGEST_SOURCE} are stored"
        )
    if "\x00" in envelope.id + envelope.source:
        raise BadEnvelope("the id or the source holds a NUL, which not every database can store")
