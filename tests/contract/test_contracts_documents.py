"""The documents drawn from the topic files say what the files say; every link leads somewhere."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from contracts.catalogue import SERVICES, topics
from contracts.events import EVENTS
from contracts.generate import ROOT, event_schemas, generated

TEXTS = generated()
ASYNCAPI: dict[str, Any] = yaml.safe_load(TEXTS["contracts/asyncapi.yaml"])


def pointed_at(reference: str) -> Any:
    """What a local reference of the AsyncAPI document leads to."""
    found: Any = ASYNCAPI
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [r for value in part.values() for r in references(value)]
    return [r for item in part for r in references(item)] if isinstance(part, list) else []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    for reference in references(ASYNCAPI):
        if reference.startswith("#/"):
            assert pointed_at(reference)
        else:
            assert (ROOT / "contracts" / reference).is_file(), reference


def test_channels_are_the_topics_with_their_partitions_and_keys() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert set(ASYNCAPI["channels"]) == {topic.name for topic in topics()}
    for topic in topics():
        channel = ASYNCAPI["channels"][topic.name]
        assert channel["address"] == topic.name
        assert channel["bindings"]["kafka"]["partitions"] == topic.says.partitions
        kept = channel["bindings"]["kafka"]["topicConfiguration"]
        if topic.says.compacted:
            assert kept == {"cleanup.policy": ["compact"]}
        else:
            assert kept["cleanup.policy"] == ["delete"]
            assert kept["retention.ms"] == topic.says.retention_days * 86_400_000
        for message in channel["messages"].values():
            key = pointed_at(message["$ref"])["bindings"]["kafka"]["key"]
            assert key["description"].startswith(topic.says.key)


def test_operations_say_who_sends_and_who_receives_what() -> None:
    said = set()
    for name, operation in ASYNCAPI["operations"].items():
        service = name.partition("_")[0]
        assert service in SERVICES
        for message in operation["messages"]:
            channel_message = pointed_at(message["$ref"])
            event = pointed_at(channel_message["$ref"])["name"]
            said.add((service, operation["action"], event))
    expected = set()
    for topic in topics():
        for event in topic.says.events:
            expected.add((topic.says.producer, "send", event.type))
            expected |= {(consumer, "receive", event.type) for consumer in event.consumers}
    assert said == expected


def test_every_link_of_the_map_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXTS["contracts/FLOW.md"])
    assert len(links) > 4 * len(EVENTS)
    for link in links:
        assert (ROOT / "contracts" / link).exists(), link


def test_the_map_draws_an_arrow_from_each_speaker_to_each_listener() -> None:
    arrows = re.findall(
        r'^ +(\w+) -- "(\w+): ([^"]+)" --> (\w+)$', TEXTS["contracts/FLOW.md"], re.MULTILINE
    )
    drawn = {
        (speaker, event, listener)
        for speaker, _, events, listener in arrows
        for event in events.split("<br/>")
    }
    assert drawn == {
        (topic.says.producer, event.type.split(".")[1], consumer)
        for topic in topics()
        for event in topic.says.events
        for consumer in event.consumers
    }


@pytest.mark.parametrize("event", EVENTS)
def test_the_schemas_are_valid_schemas(event: type) -> None:
    for schema in event_schemas(event).values():
        Draft202012Validator.check_schema(schema)


def test_the_schema_for_partners_admits_one_number_for_three_points() -> None:
    schema = json.loads(TEXTS["contracts/schemas/Proposal.json"])
    firm = {"id": "a", "name": "A", "own": 10}
    proposal = {
        "title": "Deux ateliers",
        "kind": "multi_firm",
        "territory": "fr-ze-2815",
        "starts_on": "2026-01-01",
        "horizon_years": 3,
        "firms": [firm, {**firm, "id": "b", "own": {"low": 1, "central": 2, "high": 3}}],
    }
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(proposal))
    assert list(validator.iter_errors(proposal | {"colour": "red"})), "the schema is closed"
    assert list(validator.iter_errors(proposal | {"firms": [firm]})), "one firm is no project"
