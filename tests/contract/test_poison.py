"""What nobody should send and somebody will: on both buses, each case between two good neighbours.

A case is parked with its bytes and the reason, or passed over and counted; the records before and
behind it, of the same key and partition, are handled. A burst stops its partition, which says so
and loses nothing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from structlog.testing import capture_logs

from contracts.envelope import STRUCTURED_TYPE
from services.chassis.messaging.bus import Bus, Record, partition_of
from services.chassis.messaging.kafka.client import MAX_MESSAGE_BYTES
from services.chassis.messaging.transaction import unpack_headers
from services.chassis.ops.settings import MOST_IN_A_ROW
from tests.support.chassis import CarelessBus, SetClock, open_store, record_of, withdrawn
from tests.support.kafka import Topics, create_topics, kafka_bus, new_prefix
from tests.support.scribe import GROUP, TOPIC, Scribe
from tests.support.waiting import until

PARTITIONS = 6
TOPICS: Topics = {TOPIC: (PARTITIONS, [GROUP])}

pytestmark = pytest.mark.timeout(90, func_only=True)


@dataclass
class Wire:
    """A bus, and a way past it for what our own senders would never send."""

    bus: Bus
    put: Callable[..., None]


class BadName(str):
    """A header name that is not UTF-8, which no Python text is."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"trace-\xff\xfe"


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    if request.param == "embedded":
        bus = CarelessBus(TOPICS)
        yield Wire(bus, bus.put)
        return
    broker, prefix = request.getfixturevalue("kafka_broker"), new_prefix()
    create_topics(broker, prefix, TOPICS, **{"max.message.bytes": str(16 << 20)})
    producer = KafkaProducer(bootstrap_servers=broker, max_request_size=16 << 20)
    producer.partitions_for(prefix + TOPIC)

    def put(*records: Record) -> None:
        for record in records:
            key = None if record.key is None else record.key.encode("utf-8", "surrogateescape")
            place = TopicPartition(prefix + record.topic, partition_of(record.key, PARTITIONS))
            # Behind the checks of this client: others send what it would not.
            producer._accumulator.append(place, None, key, record.value, list(record.headers))
        producer.flush(timeout=20)

    bus = kafka_bus(broker, TOPICS, prefix)
    yield Wire(bus, put)
    bus.close()
    producer.close(timeout=5)


@pytest.fixture
def scribe(wire, databases) -> Iterator[Scribe]:
    store = open_store(databases, GROUP)
    made = Scribe(store, wire.bus, SetClock())
    yield made
    made.consumer.finish()
    store.close()


KEY = withdrawn(1).key
GOOD = record_of(withdrawn(1, 7), id_="good-0007")


def altered(value: bytes | None = GOOD.value, key: str | None = KEY, **headers: bytes) -> Record:
    """A good record with another value, key, or headers (``_`` for the hyphen)."""
    named = {
        name.replace("_", "-") if name == "content_type" else name: v for name, v in headers.items()
    }
    kept = {name: v for name, v in GOOD.headers if name not in named}
    return Record(TOPIC, key, value, (*kept.items(), *named.items()))


def said(**fields: Any) -> bytes:
    """The payload of a good record with other fields."""
    return json.dumps(json.loads(GOOD.value or b"") | fields).encode()


STRUCTURED = json.dumps(
    {
        "specversion": "1.0",
        "id": "structured-1",
        "type": withdrawn(1).EVENT_TYPE,
        "source": "writer",
        "subject": KEY,
        "time": "2026-03-02T09:00:00Z",
        "data": json.loads(GOOD.value or b""),
    }
).encode()

PARKED = {
    "truncated JSON": (altered(value=(GOOD.value or b"")[:-5]), "JSON"),
    "not JSON at all": (altered(value=b"\x00\x01\x02"), "JSON"),
    "bad UTF-8": (altered(value=b'{"proposal_id": "\xff\xfe"}'), ""),
    "wrong type of a field": (altered(value=said(revision="many")), "revision"),
    "a list where an object belongs": (altered(value=b"[1, 2, 3]"), "object"),
    "schema-valid but for one rule": (altered(value=said(revision=0)), "revision"),
    "an endless number": (altered(value=b'{"revision": 1e999999}'), ""),
    "nested without end": (altered(value=b"[" * 100_000), ""),
    "another kind of content": (altered(content_type=b"text/html"), "text/html"),
    "no envelope": (Record(TOPIC, KEY, GOOD.value, ()), "content type"),
    "an unknown major version": (altered(ce_type=b"winwinwin.ProposalWithdrawn.v2"), "v2"),
    "an id that is too long": (altered(ce_id=b"x" * 10_000), "10000"),
    "a NUL in the id": (altered(ce_id=b"a\x00b"), "NUL"),
    "a header given twice": (
        Record(TOPIC, KEY, GOOD.value, (*GOOD.headers, ("ce_id", b"other"))),
        "more than once",
    ),
    "a tombstone": (altered(value=None), "no data"),
    "an empty value": (altered(value=b""), "no data"),
    "five megabytes": (altered(value=b'{"a": "' + b"x" * (5 << 20) + b'"}'), ""),
    "structured mode, broken": (
        altered(value=STRUCTURED[:-9], content_type=STRUCTURED_TYPE),
        "JSON",
    ),
}
"""Case to its record and a word of the reason."""

HANDLED = {
    "no key": altered(key=None),
    "structured mode": altered(value=STRUCTURED, content_type=STRUCTURED_TYPE),
    "ten thousand headers": Record(
        TOPIC, KEY, GOOD.value, (*GOOD.headers, *((f"bomb-{i}", b"x") for i in range(10_000)))
    ),
    "a megabyte of one header": Record(
        TOPIC, KEY, GOOD.value, (*GOOD.headers, ("b", b"x" * (1 << 20)))
    ),
    "a field nobody knows": altered(value=said(colour="green")),
}
"""Strange, and still what it says it is."""


def with_neighbours(record: Record) -> tuple[Record, ...]:
    return (
        record_of(withdrawn(1, 1), id_="before"),
        record,
        record_of(withdrawn(1, 2), id_="behind"),
        record_of(withdrawn(2, 1), id_="beside"),
    )


def hear_the_neighbours(scribe: Scribe) -> None:
    expected = {(KEY, 1), (KEY, 2), (withdrawn(2).key, 1)}
    until(lambda: scribe.poll() or expected <= set(scribe.heard()), within=30.0)
    of_key = [revision for key, revision in scribe.heard() if key == KEY and revision in {1, 2}]
    assert of_key == [1, 2]


@pytest.mark.parametrize("case", PARKED)
def test_it_is_parked_with_its_bytes_and_the_reason_and_its_neighbours_are_handled(
    wire, scribe, case
):
    record, word = PARKED[case]
    wire.put(*with_neighbours(record))
    hear_the_neighbours(scribe)
    until(lambda: scribe.poll() or scribe.letters())
    (letter,) = scribe.letters()
    assert letter.value == record.value
    assert unpack_headers(letter.headers) == record.headers
    assert letter.key == KEY.encode()
    assert word in letter.reason
    assert letter.reason
    assert len(scribe.heard()) == 3


@pytest.mark.parametrize("wire", ["embedded"], indirect=True)
def test_a_header_without_a_value_is_parked_and_kept(wire, scribe):
    """Kafka knows them; this client reads them and cannot write one, so the other bus brings it."""
    record = Record(TOPIC, KEY, GOOD.value, (*GOOD.headers[1:], ("content-type", None)))
    wire.put(*with_neighbours(record))
    hear_the_neighbours(scribe)
    (letter,) = scribe.letters()
    assert unpack_headers(letter.headers) == record.headers


@pytest.mark.parametrize("case", HANDLED)
def test_it_is_handled_like_any_other(wire, scribe, case):
    wire.put(*with_neighbours(HANDLED[case]))
    hear_the_neighbours(scribe)
    until(lambda: scribe.poll() or (KEY, 7) in scribe.heard())
    assert scribe.letters() == []


def test_an_event_nobody_here_reacts_to_is_passed_over_and_counted(wire, scribe):
    wire.put(*with_neighbours(altered(ce_type=b"winwinwin.SomethingElse.v1")))
    hear_the_neighbours(scribe)
    assert scribe.count("unknown_type") == 1
    assert scribe.letters() == []


@pytest.mark.kafka
@pytest.mark.parametrize("wire", ["kafka"], indirect=True)
def test_a_header_name_that_is_not_utf_8_stops_nobody(wire, scribe):
    """Unmended, the client's poll raises on it for ever: the whole partition would stand still."""
    record = Record(TOPIC, KEY, GOOD.value, (*GOOD.headers, (BadName("x"), b"y")))
    wire.put(*with_neighbours(record))
    hear_the_neighbours(scribe)
    until(lambda: scribe.poll() or (KEY, 7) in scribe.heard())


def test_a_key_that_is_not_utf_8_is_kept_as_it_is(wire, scribe):
    key = b"\xff\xfekey".decode("utf-8", "surrogateescape")
    wire.put(*with_neighbours(altered(value=b"{", key=key)))
    hear_the_neighbours(scribe)
    until(lambda: scribe.poll() or scribe.letters())
    assert scribe.letters()[0].key == b"\xff\xfekey"


def test_an_event_said_in_two_versions_under_one_id_is_handled_once_and_not_parked(wire, scribe):
    new = altered(ce_type=b"winwinwin.ProposalWithdrawn.v2")
    wire.put(*with_neighbours(GOOD), new, record_of(withdrawn(1, 8), id_="after"))
    until(lambda: scribe.poll() or (KEY, 8) in scribe.heard(), within=30.0)
    assert scribe.letters() == []
    assert scribe.count("duplicate") == 1


def test_a_burst_stops_its_partition_which_says_so_shows_what_waits_and_loses_nothing(wire, scribe):
    burst = [altered(value=b"{%d" % number) for number in range(MOST_IN_A_ROW + 5)]
    wire.put(*burst, record_of(withdrawn(1, 3), id_="behind"))
    with capture_logs() as logs:
        until(lambda: scribe.poll() or scribe.consumer.stopped_because, within=30.0)
        scribe.poll()
    assert len(scribe.letters()) == MOST_IN_A_ROW
    assert "repair the producer" in (scribe.consumer.stopped_because or "")
    assert "consumer stopped" in [line["event"] for line in logs]
    place = {"topic": TOPIC, "partition": str(partition_of(KEY, PARTITIONS)), "group": GROUP}
    sample = scribe.metrics.registry.get_sample_value
    # What comes after the stop is seen as well, and so is every letter.
    wire.put(record_of(withdrawn(1, 4), id_="later"), record_of(withdrawn(2, 1), id_="beside"))
    until(lambda: scribe.poll() or sample("bus_consumer_lag_records", place) == 5 + 2, within=30.0)
    assert sample("bus_dead_letters_open") == MOST_IN_A_ROW
    assert scribe.heard() == [(withdrawn(2).key, 1)], "its neighbours go on"
    scribe.start_again()
    until(lambda: scribe.poll() or (KEY, 3) in scribe.heard(), within=30.0)
    assert len(scribe.letters()) == len(burst)


def test_our_own_limit_leaves_room_for_the_largest_event() -> None:
    assert MAX_MESSAGE_BYTES < (5 << 20), "five megabytes come from elsewhere"
