"""What a service does when an event arrives: the type of the table at the foot of handlers.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.envelope import Envelope
from services.chassis.messaging.transaction import Transaction

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Received(Generic[E]):
    """An event that arrived, with its envelope and its bytes as they came."""

    event: E
    envelope: Envelope
    payload: bytes
    again: bool = False
    """Published before, and again because it may not have arrived."""


Reaction = Callable[[Transaction, Sequence[Received[Any]]], None]
"""Applies a batch of events of one type, in which every key occurs at most once, inside one
transaction. Raises ``Park`` when an event can never be handled and ``Retry`` when it cannot be
handled yet; the consumer then narrows the batch down to the event at fault.
"""

WhenParked = Mapping[type[Any], Callable[[Transaction, Received[Any], str], None]]
"""What is published when an event was set aside in the dead-letter table, in that transaction:
keys are like those of ``Reactions``, of whatever version the event is; the last argument is the
letter's id. What is too broken for the key's fields is set aside in silence.
"""

Reactions = Mapping[type[Any], Reaction]
"""What is received and what is done about it. A key is an event class of the contracts, or a class
of the service that reads only a part of one and carries the same ``EVENT_TYPE`` and ``key``.
"""
