"""What every bus promises, on the bus of the single process and on a real Apache Kafka.

Offsets are read from what arrives and never assumed to begin at 0, waiting is done by polling with
a deadline, and nothing looks inside a bus: the same expectations hold for a broker.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from services.chassis.messaging.bus import (
    Bus,
    Incoming,
    Outgoing,
    Partition,
    Record,
    Subscription,
    partition_of,
)
from services.chassis.messaging.in_memory_bus import InMemoryBus
from tests.support.kafka import kafka_bus
from tests.support.waiting import until

Topics = Mapping[str, tuple[int, Sequence[str]]]

ONE_PARTITION: Topics = {"letters": (1, ["reader"])}
TWO_GROUPS: Topics = {"letters": (1, ["reader", "archivist"])}
SIX_PARTITIONS: Topics = {"letters": (6, ["reader"])}


@dataclass(frozen=True)
class Backend:
    """A kind of bus. ``keeps_records``: it stores what it took, so its report need not wait until
    the groups have committed.
    """

    make: Callable[[Topics], Bus]
    keeps_records: bool


BusFactory = Callable[[Topics], Bus]


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "embedded":
        return Backend(InMemoryBus, keeps_records=False)
    broker = request.getfixturevalue("kafka_broker")
    return Backend(lambda topics: kafka_bus(broker, topics), keeps_records=True)


@pytest.fixture
def bus_factory(backend: Backend) -> Iterator[BusFactory]:
    """Makes buses with the given topics, partitions and groups, and closes them at the end."""
    made: list[Bus] = []

    def make(topics: Topics) -> Bus:
        made.append(backend.make(topics))
        return made[-1]

    yield make
    for bus in made:
        bus.close()


@dataclass
class Sender:
    """Publishes records and remembers what became of them."""

    bus: Bus
    reported: list[tuple[int, Exception | None]] = field(default_factory=list)
    _token: int = 0

    def send(self, *records: Record) -> list[int]:
        batch = []
        for record in records:
            self._token += 1
            batch.append(Outgoing(self._token, record))
        self.bus.publish(batch, self._report)
        return [token for token, _ in batch]

    def _report(self, tokens: Sequence[int], error: Exception | None) -> None:
        self.reported += [(token, error) for token in tokens]

    def delivered(self) -> list[int]:
        return sorted(token for token, error in self.reported if error is None)


def letter(text: str, key: str | None = "k") -> Record:
    return Record("letters", key, text.encode(), (("h", b"\x00\xff"),))


def take(subscription: Subscription, count: int) -> list[Incoming]:
    """Poll until this many records arrived."""
    found: list[Incoming] = []

    def enough() -> bool:
        found.extend(subscription.poll(count - len(found), 0.05))
        return len(found) >= count

    until(enough)
    return found


def nothing_comes(subscription: Subscription) -> bool:
    return subscription.poll(10, 0.05) == []


def commit(subscription: Subscription, arrived: Sequence[Incoming]) -> None:
    subscription.commit({each.partition: each.offset + 1 for each in arrived})


def texts(arrived: Sequence[Incoming]) -> list[str]:
    return [(each.record.value or b"").decode() for each in arrived]


pytestmark = pytest.mark.timeout(60, func_only=True)


def test_a_record_arrives_as_it_was_sent(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    sent = letter("hello")
    Sender(bus).send(sent)
    (arrived,) = take(bus.subscribe("reader", ["letters"]), 1)
    assert arrived.record == sent
    assert arrived.partition == Partition("letters", 0)


def test_a_tombstone_and_an_empty_value_are_two_things(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    Sender(bus).send(Record("letters", "k", None, ()), Record("letters", "k", b"", ()))
    tombstone, empty = take(bus.subscribe("reader", ["letters"]), 2)
    assert tombstone.record.value is None
    assert empty.record.value == b""


def test_a_record_without_a_key_arrives_without_a_key(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    Sender(bus).send(letter("a", key=None))
    (arrived,) = take(bus.subscribe("reader", ["letters"]), 1)
    assert arrived.record.key is None


def test_every_group_gets_every_record(bus_factory):
    bus = bus_factory(TWO_GROUPS)
    Sender(bus).send(letter("a"), letter("b"))
    for group in ("reader", "archivist"):
        assert texts(take(bus.subscribe(group, ["letters"]), 2)) == ["a", "b"]


def test_a_group_that_comes_later_gets_what_was_sent_before(bus_factory):
    bus = bus_factory(TWO_GROUPS)
    first = bus.subscribe("reader", ["letters"])
    Sender(bus).send(letter("a"))
    commit(first, take(first, 1))
    assert texts(take(bus.subscribe("archivist", ["letters"]), 1)) == ["a"]


def test_a_subscription_gets_only_the_topics_it_asked_for(bus_factory):
    bus = bus_factory({"letters": (1, ["reader"]), "parcels": (1, ["reader"])})
    Sender(bus).send(Record("parcels", "k", b"heavy", ()), letter("a"))
    subscription = bus.subscribe("reader", ["letters"])
    assert texts(take(subscription, 1)) == ["a"]
    assert nothing_comes(subscription)


def test_records_of_one_key_arrive_in_the_order_in_which_they_were_sent(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    keys = [f"key-{i}" for i in range(40)]
    sender = Sender(bus)
    for round_ in range(10):
        sender.send(*(letter(f"{key} {round_}", key) for key in keys))
    arrived = take(bus.subscribe("reader", ["letters"]), 400)
    for key in keys:
        of_key = [text for text in texts(arrived) if text.startswith(f"{key} ")]
        assert of_key == [f"{key} {round_}" for round_ in range(10)]


def test_many_keys_spread_over_all_partitions_and_a_key_stays_in_its_own(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    sender = Sender(bus)
    for _ in range(2):
        sender.send(*(letter("x", f"key-{i}") for i in range(200)))
    arrived = take(bus.subscribe("reader", ["letters"]), 400)
    places: dict[str | None, set[Partition]] = {}
    for each in arrived:
        places.setdefault(each.record.key, set()).add(each.partition)
    assert all(len(found) == 1 for found in places.values())
    assert {p.number for found in places.values() for p in found} == set(range(6))


def test_the_partition_of_a_key_is_the_same_in_every_process():
    keys = ("fr-ze-2815", "é", "0" * 32)
    assert [partition_of(key, 6) for key in keys] == [1, 2, 0]


def test_offsets_of_a_partition_grow_by_one(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    Sender(bus).send(*(letter(str(i)) for i in range(5)))
    offsets = [each.offset for each in take(bus.subscribe("reader", ["letters"]), 5)]
    assert offsets == list(range(offsets[0], offsets[0] + 5))


def test_a_poll_brings_at_most_what_was_asked_for_and_nothing_twice(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    Sender(bus).send(*(letter(str(i), f"key-{i}") for i in range(20)))
    subscription = bus.subscribe("reader", ["letters"])
    seen: list[str] = []

    def poll() -> bool:
        batch = subscription.poll(3, 0.05)
        assert len(batch) <= 3
        seen.extend(texts(batch))
        return len(seen) >= 20

    until(poll)
    assert sorted(seen, key=int) == [str(i) for i in range(20)]


def test_a_busy_partition_does_not_starve_the_others(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    quiet = next(f"key-{i}" for i in range(99) if partition_of(f"key-{i}", 6) != 0)
    busy = next(f"key-{i}" for i in range(99) if partition_of(f"key-{i}", 6) == 0)
    # Long ones: a broker answers with so and so many bytes of each partition at a time.
    long = "busy" * 500
    Sender(bus).send(*(letter(long, busy) for _ in range(1000)), letter("quiet", quiet))
    subscription = bus.subscribe("reader", ["letters"])
    before: list[str] = []
    until(lambda: "quiet" in before or before.extend(texts(subscription.poll(100, 0.05))))
    assert len(before) < 600


def test_a_poll_with_nothing_there_answers_nothing(bus_factory):
    subscription = bus_factory(ONE_PARTITION).subscribe("reader", ["letters"])
    assert subscription.poll(10, 0) == []


def test_what_was_not_committed_is_delivered_again_to_the_next_member(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    Sender(bus).send(letter("a"), letter("b"), letter("c"))
    first = bus.subscribe("reader", ["letters"])
    commit(first, take(first, 3)[:1])
    first.close()
    assert texts(take(bus.subscribe("reader", ["letters"]), 2)) == ["b", "c"]


def test_what_was_committed_is_not_delivered_again(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    sender = Sender(bus)
    sender.send(letter("a"), letter("b"))
    first = bus.subscribe("reader", ["letters"])
    commit(first, take(first, 2))
    first.close()
    sender.send(letter("c"))
    assert texts(take(bus.subscribe("reader", ["letters"]), 1)) == ["c"]


def test_committing_what_is_committed_already_changes_nothing(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    sender = Sender(bus)
    sender.send(letter("a"), letter("b"), letter("c"))
    subscription = bus.subscribe("reader", ["letters"])
    arrived = take(subscription, 3)
    commit(subscription, arrived[:2])
    commit(subscription, arrived[:2])
    assert subscription.lag() == {Partition("letters", 0): 1}


def test_seek_reads_a_partition_again(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    Sender(bus).send(letter("a"), letter("b"), letter("c"))
    subscription = bus.subscribe("reader", ["letters"])
    arrived = take(subscription, 3)
    subscription.seek(arrived[1].partition, arrived[1].offset)
    assert take(subscription, 2) == arrived[1:]


def test_a_paused_partition_waits_and_the_others_go_on(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    still, moving = (
        "key-0",
        next(
            f"key-{i}" for i in range(99) if partition_of(f"key-{i}", 6) != partition_of("key-0", 6)
        ),
    )
    subscription = bus.subscribe("reader", ["letters"])
    place = Partition("letters", partition_of(still, 6))
    sender = Sender(bus)
    sender.send(letter("first", still))
    take(subscription, 1)
    subscription.pause([place])
    sender.send(letter("later", still), letter("free", moving))
    assert texts(take(subscription, 1)) == ["free"]
    assert nothing_comes(subscription)
    subscription.resume([place])
    assert texts(take(subscription, 1)) == ["later"]


def test_a_paused_partition_can_be_sought_and_goes_on_from_there(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    Sender(bus).send(letter("a"), letter("b"))
    subscription = bus.subscribe("reader", ["letters"])
    first = take(subscription, 2)[0]
    subscription.seek(first.partition, first.offset)
    subscription.pause([first.partition])
    assert nothing_comes(subscription)
    subscription.resume([first.partition])
    assert texts(take(subscription, 2)) == ["a", "b"]


def test_the_lag_is_what_is_not_committed(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    subscription = bus.subscribe("reader", ["letters"])
    place = Partition("letters", 0)
    nothing_comes(subscription)
    Sender(bus).send(*(letter(str(i)) for i in range(4)))
    arrived = take(subscription, 4)
    until(lambda: subscription.lag() == {place: 4})  # read is not done
    commit(subscription, arrived[:3])
    assert subscription.lag() == {place: 1}


def test_every_record_is_reported_once(bus_factory):
    bus = bus_factory(SIX_PARTITIONS)
    sender = Sender(bus)
    tokens = sender.send(*(letter(str(i), f"key-{i}") for i in range(50)))
    subscription = bus.subscribe("reader", ["letters"])
    commit(subscription, take(subscription, 50))
    until(lambda: len(sender.reported) >= 50)
    assert sender.delivered() == tokens


def test_a_report_means_that_no_group_can_lose_the_record(bus_factory, backend):
    bus = bus_factory(TWO_GROUPS)
    sender = Sender(bus)
    (token,) = sender.send(letter("a"))
    if backend.keeps_records:
        until(lambda: sender.delivered() == [token])
        return
    reader, archivist = (bus.subscribe(g, ["letters"]) for g in ("reader", "archivist"))
    arrived = take(reader, 1)
    take(archivist, 1)
    assert sender.reported == [], "read by both, done by none"
    commit(reader, arrived)
    assert sender.reported == [], "the other group may still lose it"
    commit(archivist, arrived)
    assert sender.reported == [(token, None)]


def test_a_record_that_nobody_has_finished_and_nobody_keeps_is_not_reported(bus_factory, backend):
    bus = bus_factory(ONE_PARTITION)
    sender = Sender(bus)
    first, second = sender.send(letter("a"), letter("b"))
    subscription = bus.subscribe("reader", ["letters"])
    commit(subscription, take(subscription, 2)[:1])
    subscription.close()
    kept_by_the_bus = [second] if backend.keeps_records else []
    assert sender.delivered() == [first, *kept_by_the_bus]


def test_a_topic_without_listeners_is_reported_at_once(bus_factory):
    bus = bus_factory({"letters": (1, [])})
    sender = Sender(bus)
    tokens = sender.send(letter("a"), letter("b"))
    until(lambda: sender.delivered() == tokens)


def test_an_unknown_topic_is_an_error_and_nothing_of_the_batch_was_taken(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    sender = Sender(bus)
    with pytest.raises(KeyError, match="nowhere"):
        sender.send(letter("a"), Record("nowhere", "k", b"x", ()))
    assert nothing_comes(bus.subscribe("reader", ["letters"]))
    assert sender.reported == []


@pytest.mark.parametrize(
    ("group", "topics"), [("stranger", ["letters"]), ("reader", ["letters", "parcels"])]
)
def test_a_group_or_topic_the_bus_does_not_know_is_refused_by_name(bus_factory, group, topics):
    bus = bus_factory({"letters": (1, ["reader"]), "parcels": (1, ["postman"])})
    with pytest.raises(ValueError, match="add it to contracts/topics"):
        bus.subscribe(group, topics)


def test_waiting_for_a_record_ends_when_it_comes(bus_factory):
    bus = bus_factory(ONE_PARTITION)
    subscription = bus.subscribe("reader", ["letters"])
    Sender(bus).send(letter("a"))
    assert texts(until(lambda: subscription.poll(10, 5.0))) == ["a"]
