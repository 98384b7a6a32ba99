"""What the code says and hears is what the topic files say that it says and hears, both ways."""

import ast
import importlib
import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.catalogue import SERVICES, topics
from contracts.codec import EVENT_BY_TYPE
from services.app.parameter_book import parameter_book
from services.chassis.messaging.bus import Bus
from services.chassis.ops.metrics import Metrics
from tests.support.repository import calls, dotted, modules, text, tree

EVENT_NAMES = {event.__name__ for event in EVENT_BY_TYPE.values()}


def reactions_of(service: str) -> Mapping[type[Any], Any]:
    """The table at the foot of a service's handlers, built if it needs to be."""
    handlers = importlib.import_module(f"services.{service}.handlers")
    if hasattr(handlers, "REACTIONS"):
        return handlers.REACTIONS
    given = {"book": parameter_book(), "metrics": Metrics()}
    wanted = inspect.signature(handlers.reactions).parameters
    return handlers.reactions(**{name: given[name] for name in wanted})


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reacts_to_what_the_topics_say_it_listens_to(service: str) -> None:
    listed = {
        event.type
        for topic in topics()
        for event in topic.says.events
        if service in event.consumers
    }
    assert {event.EVENT_TYPE for event in reactions_of(service)} == listed


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_hears_in_part_lies_on_the_topic_of_the_whole(service: str) -> None:
    for heard in reactions_of(service):
        whole = EVENT_BY_TYPE[heard.EVENT_TYPE]
        assert heard.TOPIC == whole.TOPIC
        assert hasattr(heard, "key")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_the_topics_say_it_says(service: str) -> None:
    """An event is said by whoever builds it: readers get theirs from the codec."""
    built = {
        name
        for path in modules(f"services/{service}/")
        for _, name in calls(path)
        if name in EVENT_NAMES
    }
    listed = {
        EVENT_BY_TYPE[event.type].__name__
        for topic in topics()
        if topic.says.producer == service
        for event in topic.says.events
    }
    assert built == listed


def test_every_event_lies_on_the_topic_its_class_names() -> None:
    named = {(event.EVENT_TYPE, event.TOPIC) for event in EVENT_BY_TYPE.values()}
    listed = {(event.type, topic.name) for topic in topics() for event in topic.says.events}
    assert named == listed


def test_events_leave_by_the_outbox_only() -> None:
    """Whoever reached the bus beside the outbox would lose the event in a crash. A transaction's
    ``publish``, which writes to the outbox, is known by a keyword that it asks for, and no bus.
    """
    assert "correlation_id" not in inspect.signature(Bus.publish).parameters
    publishers = {
        path.as_posix()
        for path in modules("services/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and dotted(node.func).endswith(".publish")
        and "correlation_id" not in {each.arg for each in node.keywords}
    }
    assert publishers == {
        "services/chassis/messaging/outbox_relay.py",
        "services/chassis/messaging/leased_outbox_relay.py",
    }


def test_events_are_named_in_the_past_tense_and_live_in_a_file_of_their_name() -> None:
    for event in EVENT_BY_TYPE.values():
        assert event.__name__.endswith(("ed", "wn")), "an event has happened"
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in event.__name__).lstrip("_")
        assert event.__module__ == f"contracts.events.{name}"
        assert f"winwinwin.{event.__name__}.v1" == event.EVENT_TYPE


def test_an_event_can_be_followed_from_the_map_to_the_function_that_reacts() -> None:
    """Who says it, who listens, what it looks like, which function reacts: four looks."""
    flow = text("contracts/FLOW.md")
    for topic in topics():
        assert f"(topics/{topic.name}.yaml)" in flow
        for said in topic.says.events:
            event = EVENT_BY_TYPE[said.type]
            module = event.__module__.rpartition(".")[2]
            assert f"[`{event.__name__}`](events/{module}.py)" in flow
            for service in said.consumers:
                reaction = next(
                    reaction
                    for heard, reaction in reactions_of(service).items()
                    if said.type == heard.EVENT_TYPE
                )
                defined = {
                    node.name
                    for node in ast.walk(tree(f"services/{service}/handlers.py"))
                    if isinstance(node, ast.FunctionDef)
                }
                assert reaction.__name__ in defined
