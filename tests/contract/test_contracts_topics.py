"""A topic is a file: every event is in exactly one, and every file says all it must."""

from collections import Counter
from types import SimpleNamespace

import pytest

from contracts.catalogue import BadTopic, read_topic, topics
from contracts.events import EVENTS

GOOD = """
what: What is said here.
producer: intake
events:
  - type: winwinwin.Something.v1
    consumers: [scoring]
key: proposal_id
partitions: 6
retention_days: 7
dead_letter: table dead_letter of the consumer
"""


class TerritoryName(str):
    id = "fr-ze-2815"


def test_every_event_is_in_exactly_one_topic_and_every_topic_event_exists() -> None:
    in_files = Counter(event.type for topic in topics() for event in topic.says.events)
    assert in_files == Counter(event.EVENT_TYPE for event in EVENTS)


def test_every_event_is_in_the_topic_that_it_names() -> None:
    where = {event.type: topic.name for topic in topics() for event in topic.says.events}
    assert where == {event.EVENT_TYPE: event.TOPIC for event in EVENTS}


def test_the_key_of_a_topic_is_the_key_of_its_events() -> None:
    keys = {topic.name: topic.says.key for topic in topics()}
    for event in EVENTS:
        first, *rest = keys[event.TOPIC].split(".")
        assert first in event.__dataclass_fields__, f"{event.__name__} has no field {first}"
        assert len(rest) <= 1


def test_on_a_compacted_topic_no_event_takes_the_place_of_another_kind() -> None:
    compacted = {topic.name for topic in topics() if topic.says.compacted}
    assert compacted == {"territories"}
    # Each names its territory, by its id or by more than that.
    said = SimpleNamespace(territory=TerritoryName("fr-ze-2815"))
    keys = {event: event.key.fget(said) for event in EVENTS if event.TOPIC in compacted}
    assert keys == {event: f"fr-ze-2815/{event.__name__}" for event in keys}
    assert len(keys) == 4


def test_nobody_listens_to_what_it_says_itself() -> None:
    for topic in topics():
        assert topic.says.producer not in topic.consumers()


def test_a_complete_file_is_read() -> None:
    topic = read_topic("things", GOOD)
    assert topic.name == "things"
    assert topic.says.partitions == 6
    assert topic.consumers() == ("scoring",)


@pytest.mark.parametrize(
    "key", ["what", "producer", "events", "key", "partitions", "retention_days", "dead_letter"]
)
def test_a_file_without_one_of_its_keys_is_refused(key: str) -> None:
    renamed = GOOD.replace(f"\n{key}:", f"\nx_{key}:")
    with pytest.raises(BadTopic, match=key):
        read_topic("things", renamed)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "compaction: yes please\n", "compaction"),
        (GOOD.replace("    consumers", "    schema: x\n    consumers"), "schema"),
        (GOOD.replace("[scoring]", "[accounting]"), "consumers"),
        (GOOD.replace("[scoring]", "[]"), "consumers"),
        (GOOD.replace("producer: intake", "producer: partner"), "producer"),
        (GOOD.replace("What is said here.", '""'), "what"),
        (GOOD.replace("partitions: 6", "partitions: 0"), "partitions"),
        (GOOD.replace("partitions: 6", 'partitions: "6"'), "partitions"),
        (GOOD + "key: other\n", "'key' is given twice"),
        ("- a list\n", "topics/things.yaml"),
        ("what: [", "not YAML"),
    ],
)
def test_a_file_that_says_something_else_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadTopic, match=says):
        read_topic("things", text)
