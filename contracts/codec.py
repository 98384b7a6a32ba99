"""Bytes to words and back: the one place where events and proposals meet JSON.

Writers are closed (an unknown field is an error), readers are open (a newer writer may add
optional fields).
"""

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from contracts.events import EVENTS, Event
from contracts.vocabulary.proposal import Proposal

E = TypeVar("E")

EVENT_BY_TYPE: dict[str, type[Event]] = {event.EVENT_TYPE: event for event in EVENTS}


def adapter(words: Any) -> TypeAdapter[Any]:
    """The validator and serializer of a class of the vocabulary, built once."""
    return _adapter(words)


@cache
def _adapter(words: Any) -> TypeAdapter[Any]:
    return TypeAdapter(words)


def encode(event: Event) -> bytes:
    """The event's payload as JSON."""
    return adapter(type(event)).dump_json(event)


def decode(event_class: type[E], payload: bytes) -> E:
    """Read a payload, ignoring fields this version does not know.

    Raises ``pydantic.ValidationError`` when it is not the event it says it is. It says where and
    why and repeats nothing of the payload: errors are logged and listed, figures are secrets.
    """
    try:
        event: E = adapter(event_class).validate_json(payload, extra="ignore")
    except ValidationError as error:
        kept = ("type", "loc", "input", "ctx")
        told = [{k: v for k, v in each.items() if k in kept} for each in error.errors()]
        raise ValidationError.from_exception_data(
            error.title, cast("list[InitErrorDetails]", told), "json", hide_input=True
        ) from None
    return event


def read_proposal(body: bytes | str) -> Proposal:
    """Read a proposal as a partner wrote it: closed, strict.

    Raises ``pydantic.ValidationError`` naming every field that is wrong.
    """
    proposal: Proposal = adapter(Proposal).validate_json(body)
    return proposal
