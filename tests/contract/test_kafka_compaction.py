"""State on a compacted topic, on a real broker that compacts at once: who reads it from the
beginning, years later, finds the last of everything.
"""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from kafka import KafkaConsumer, TopicPartition

from contracts import codec
from contracts.events import CompetencesPublished, TerritoryPublished
from contracts.vocabulary.competences import CompetenceEntry, Holder
from services.chassis.messaging.bus import Outgoing
from tests.support.chassis import published, record_of
from tests.support.kafka import Topics, create_topics, kafka_bus, new_prefix
from tests.support.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180, func_only=True)]

TOPICS: Topics = {"territories": (1, ["intake"])}
AT_ONCE = {
    "cleanup.policy": "compact",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "100",
}
"""Of our own topic only the lag differs: seven days, in which nothing is compacted."""


def directory(of: TerritoryPublished) -> CompetencesPublished:
    entry = CompetenceEntry(
        id="e",
        kind=Holder.FIRM,
        name="Atelier",
        contact="atelier@example.org",
        commune="76540",
        place="Rouen",
        offers=("soudure",),
        needs=(),
        since=date(2026, 1, 1),
        source="test",
    )
    return CompetencesPublished(territory=of.territory, revision=of.revision, entries=(entry,))


def test_compaction_leaves_the_newest_event_of_every_kind(kafka_broker):
    prefix = new_prefix()
    create_topics(kafka_broker, prefix, TOPICS, **AT_ONCE)
    territory = published("2815")
    said = [
        event
        for revision in range(1, 6)
        for event in (
            replace(territory, revision=revision),
            directory(replace(territory, revision=revision)),
        )
    ]
    with closing(kafka_bus(kafka_broker, TOPICS, prefix)) as bus:
        for event in [*said, replace(published("other"), revision=1)]:
            told: list[Exception | None] = []
            bus.publish([Outgoing(1, record_of(event))], lambda _, error: told.append(error))  # noqa: B023 - awaited below
            until(lambda: told == [None])  # noqa: B023
    place = TopicPartition(prefix + "territories", 0)
    with closing(
        KafkaConsumer(bootstrap_servers=kafka_broker, auto_offset_reset="earliest")
    ) as reader:
        reader.assign([place])
        (end,) = reader.end_offsets([place]).values()

        def read() -> list[tuple[str, int]]:
            reader.seek_to_beginning(place)
            found = []
            while reader.position(place) < end:
                for record in reader.poll(timeout_ms=500).get(place, []):
                    kind = next(v for n, v in record.headers if n == "ce_type").decode()
                    event = codec.decode(codec.EVENT_BY_TYPE[kind], record.value)
                    found.append((type(event).__name__, event.revision))
            return found

        until(lambda: len(read()) < len(said), within=120.0)
        left = read()
    assert ("TerritoryPublished", 5) in left
    assert ("CompetencesPublished", 5) in left
