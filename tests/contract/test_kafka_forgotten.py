"""A partition that the client forgot: noticed by what waits in it, mended by joining again."""

import pytest
from kafka import TopicPartition

from services.chassis.errors import BusUnavailable
from services.chassis.messaging.bus import Incoming, Outgoing, Record
from services.chassis.messaging.kafka import member_health
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.messaging.kafka.consumer import KafkaSubscription
from tests.support.kafka import create_topics, kafka_bus, new_prefix
from tests.support.waiting import until

pytestmark = pytest.mark.kafka

TOPICS = {"notes": (1, ("reader",))}


def publish(bus: KafkaBus, text: bytes) -> None:
    told: list[Exception | None] = []
    record = Record("notes", "key", text, ())
    bus.publish([Outgoing(1, record)], lambda _tokens, error: told.append(error))
    until(lambda: told)
    assert told == [None]


def one(member: KafkaSubscription) -> Incoming:
    found: list[Incoming] = []

    def polled() -> bool:
        found.extend(member.poll(10, 0.1))
        return bool(found)

    until(polled)
    assert len(found) == 1
    return found[0]


def test_a_partition_the_client_forgot_is_read_again_after_a_while(kafka_broker, monkeypatch):
    monkeypatch.setattr(member_health, "STUCK_SECONDS", 1.0)
    prefix = new_prefix()
    create_topics(kafka_broker, prefix, TOPICS)
    bus = kafka_bus(kafka_broker, TOPICS, prefix)
    member = bus.subscribe("reader", ["notes"])
    publish(bus, b"first")
    first = one(member)
    member.commit({first.partition: first.offset + 1})

    # Paused behind our back: to us it looks like any of the client's own ways to forget it.
    member._consumer.pause(TopicPartition(f"{prefix}notes", 0))
    publish(bus, b"second")

    complaints: list[str] = []

    def noticed() -> bool:
        try:
            assert member.poll(10, 0.1) == []
            member.lag()
        except BusUnavailable as error:
            complaints.append(str(error))
        return bool(complaints)

    until(noticed)
    assert "1 records wait in notes/0" in complaints[0]
    assert one(member).record.value == b"second"
    member.close()
    bus.close()


def test_a_partition_that_we_hold_back_ourselves_is_not_taken_for_forgotten(
    kafka_broker, monkeypatch
):
    bus = kafka_bus(kafka_broker, TOPICS)
    member = bus.subscribe("reader", ["notes"])
    publish(bus, b"first")
    first = one(member)
    member.seek(first.partition, first.offset)
    member.pause([first.partition])
    until(lambda: member.lag().get(first.partition) == 1)
    with monkeypatch.context() as impatient:
        impatient.setattr(member_health, "STUCK_SECONDS", 0.0)
        for _ in range(5):
            assert member.poll(10, 0.05) == []
    # Its time counts from here: held back for long, it has not been forgotten.
    member.resume([first.partition])
    assert one(member).record.value == b"first"
    member.close()
    bus.close()
