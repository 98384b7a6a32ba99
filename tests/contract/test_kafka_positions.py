"""What leaves a topic before a service has read it is said, counted and shown, however the broker
came to forget it.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog
from kafka import KafkaAdminClient, TopicPartition

from services.chassis.database.sqlite import files_in
from services.chassis.database.store import Store
from services.chassis.errors import BusUnavailable
from services.chassis.messaging.bus import Incoming, Outgoing, Partition, Record
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.messaging.kafka.consumer import KafkaSubscription
from services.chassis.messaging.positions import Positions, mark_resolved
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import SetClock, open_store
from tests.support.kafka import Topics, create_topics, kafka_bus, new_prefix
from tests.support.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120, func_only=True)]

TOPICS: Topics = {"letters": (1, ["reader"])}
PLACE = Partition("letters", 0)


class Reader:
    """A service that comes and goes, with a database of its own."""

    def __init__(self, broker: str, store: Store) -> None:
        self.heard: list[str] = []
        self.prefix = new_prefix()
        self.broker = broker
        self.store = store
        self.metrics = Metrics()
        self.positions = Positions(store, SetClock())
        self.admin = KafkaAdminClient(bootstrap_servers=broker)
        self.make_topic()
        self.bus: KafkaBus = kafka_bus(broker, TOPICS, self.prefix)
        self.member: KafkaSubscription | None = None

    def make_topic(self, **settings: str) -> None:
        create_topics(self.broker, self.prefix, TOPICS, **settings)

    def come(self) -> KafkaSubscription:
        self.member = self.bus.subscribe("reader", ["letters"], self.metrics, self.positions)
        until(lambda: self.poll() is not None and PLACE in self.member.lag(), within=30.0)
        return self.member

    def go(self) -> None:
        assert self.member is not None
        self.member.close()
        self.member = None

    def poll(self) -> list[Incoming]:
        assert self.member is not None
        found = self.member.poll(100, 0.1)
        self.heard += [(each.record.value or b"").decode() for each in found]
        if found:
            self.member.commit({PLACE: found[-1].offset + 1})
        return found

    def hear(self, count: int) -> list[str]:
        until(lambda: self.poll() is not None and len(self.heard) >= count, within=30.0)
        return self.heard

    def write(self, *texts: str) -> None:
        told: list[Exception | None] = []
        batch = [Outgoing(n, Record("letters", "k", t.encode(), ())) for n, t in enumerate(texts)]
        self.bus.publish(batch, lambda tokens, error: told.extend([error] * len(tokens)))
        until(lambda: len(told) == len(texts), within=30.0)
        assert set(told) == {None}

    def delete_records(self, before: int = -1) -> None:
        """What retention does."""
        self.admin.delete_records({TopicPartition(self.prefix + "letters", 0): before})

    def counted(self) -> float:
        name, labels = "bus_consumer_positions_lost_total", {"topic": "letters", "group": "reader"}
        return self.metrics.registry.get_sample_value(name, labels) or 0.0

    def close(self) -> None:
        if self.member is not None:
            self.go()
        self.bus.close()
        self.admin.close()
        self.store.close()


@pytest.fixture
def reader(kafka_broker, tmp_path) -> Iterator[Reader]:
    made = Reader(kafka_broker, open_store(files_in(tmp_path), "reader"))
    yield made
    made.close()


def test_records_deleted_while_it_was_away_are_said_counted_and_shown_until_they_are_said_again(
    reader,
):
    reader.come()
    reader.write("a", "b")
    assert reader.hear(2) == ["a", "b"]
    assert reader.positions.trouble() is None
    reader.go()
    reader.write(*(f"lost {n}" for n in range(20)))
    reader.delete_records()
    with structlog.testing.capture_logs() as logs:
        reader.come()
    (said,) = [each for each in logs if each["event"].startswith("records left Kafka")]
    assert (said["log_level"], said["records"]) == ("error", 20)
    assert reader.counted() == 1
    assert "20 records or more of letters left Kafka" in (reader.positions.trouble() or "")
    reader.write("c")
    assert reader.hear(3) == ["a", "b", "c"]
    reader.go()
    reader.come()
    assert reader.counted() == 1, "once, and no more after a start"
    assert "20 records" in (reader.positions.trouble() or ""), "until it is dealt with"
    reader.store.write(lambda connection: mark_resolved(connection, ["letters"]))
    assert reader.positions.trouble() is None


def test_records_deleted_under_its_eyes_are_counted_from_what_it_had_read(reader):
    member = reader.come()
    reader.write("a", "b")
    reader.hear(2)
    member.pause([PLACE])
    reader.write("lost 1", "lost 2", "lost 3", "d")
    reader.delete_records(5)
    until(lambda: member.lag() and reader.positions.trouble(), within=30.0)
    assert "3 records or more" in (reader.positions.trouble() or "")
    member.resume([PLACE])
    assert reader.hear(3) == ["a", "b", "d"]
    assert reader.counted() == 1


def test_a_topic_made_anew_while_it_was_away_is_noticed_and_read_from_its_beginning(reader):
    reader.come()
    reader.write("a", "b", "c")
    reader.hear(3)
    reader.go()
    reader.write("never read")
    reader.admin.delete_topics([reader.prefix + "letters"])
    until(lambda: reader.prefix + "letters" not in reader.admin.list_topics(), within=30.0)
    reader.make_topic()
    # Beyond where it stood: the numbers alone would say that nothing happened.
    reader.write("d", "e", "f", "g", "h")
    reader.come()
    assert "letters left Kafka" in (reader.positions.trouble() or "")
    assert reader.hear(8)[3:] == ["d", "e", "f", "g", "h"]
    assert reader.counted() == 1


def test_a_topic_made_anew_under_its_eyes_is_noticed_too(reader):
    reader.come()
    reader.write("a", "b", "c")
    reader.hear(3)
    reader.admin.delete_topics([reader.prefix + "letters"])
    until(lambda: reader.prefix + "letters" not in reader.admin.list_topics(), within=30.0)
    reader.make_topic()
    reader.bus.close()
    reader.bus = kafka_bus(reader.broker, TOPICS, reader.prefix)
    reader.write("d")

    def noticed() -> bool:
        # The loop around it would say so and go on.
        with suppress(BusUnavailable):
            reader.poll()
            reader.member.lag()
        return reader.positions.trouble() is not None and len(reader.heard) == 4

    until(noticed, within=60.0)
    assert reader.heard[3:] == ["d"]


def test_positions_the_broker_has_forgotten_are_remembered_here(reader):
    reader.come()
    reader.write("a", "b")
    reader.hear(2)
    reader.go()
    reader.admin.delete_groups([reader.prefix + "reader"])
    reader.delete_records(1)
    reader.write("c")
    reader.come()
    assert reader.hear(3) == ["a", "b", "c"], "nothing again"
    assert reader.positions.trouble() is None, "what is gone had been read"
    reader.go()
    reader.admin.delete_groups([reader.prefix + "reader"])
    reader.write("lost", "d")
    reader.delete_records(4)
    reader.come()
    assert "1 records or more" in (reader.positions.trouble() or "")
    assert reader.hear(4)[-1] == "d"
