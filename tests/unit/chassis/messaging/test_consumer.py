"""From the bus to the reactions: every effect once, nobody blocks a neighbour, nothing is lost."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from contracts.events import ProposalWithdrawn, TerritoryPublished
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter, Inbox
from services.chassis.errors import Park, Retry, StoreUnavailable
from services.chassis.messaging import consumer as consumer_module
from services.chassis.messaging import inbox
from services.chassis.messaging.batch_size import Pace
from services.chassis.messaging.bus import Partition, Record, partition_of
from services.chassis.messaging.consumer import ATTEMPTS, Consumer
from services.chassis.messaging.messages import ordered_batches
from services.chassis.messaging.reactions import Received
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.settings import MOST_IN_A_ROW
from tests.support.chassis import CarelessBus, pending, published, record_of, rows, withdrawn
from tests.support.waiting import until

DEAD = DeadLetter.__table__
EFFECTS = sa.Table(
    "effect",
    sa.MetaData(),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("key", sa.String),
    sa.Column("revision", sa.Integer),
)

PARTITIONS = 6


def key_of(number: int) -> str:
    return withdrawn(number).proposal_id


def neighbour_of(number: int) -> int:
    """The next proposal that lives in another partition."""
    own = partition_of(key_of(number), PARTITIONS)
    return next(n for n in range(number + 1, 999) if partition_of(key_of(n), PARTITIONS) != own)


class Desk:
    """A service that writes down what it hears, and can be told to stumble."""

    def __init__(self, store: Store, clock: Any) -> None:
        self.store = store
        self.clock = clock
        self.bus = CarelessBus({"proposals": (PARTITIONS, ["desk"]), "territories": (1, ["desk"])})
        self.trouble: dict[str, Callable[[], Exception]] = {}
        """What to raise for a key."""
        self.batches: list[list[tuple[str, int]]] = []
        self.metrics = Metrics()
        self.consumer = self._consumer()
        store.write(EFFECTS.create)

    def _consumer(self) -> Consumer:
        return Consumer(
            "desk",
            self.store,
            self.bus,
            ["proposals", "territories"],
            {ProposalWithdrawn: self.hear, TerritoryPublished: self.hear},
            self.clock,
            self.metrics,
        )

    def hear(self, transaction: Transaction, received: Sequence[Received[Any]]) -> None:
        self.batches.append([(each.event.key, each.event.revision) for each in received])
        for each in received:
            transaction.connection.execute(
                EFFECTS.insert().values(key=each.event.key, revision=each.event.revision)
            )
            if each.event.key in self.trouble:
                error = self.trouble[each.event.key]()
                raise error
            transaction.publish(each.event, correlation_id=each.envelope.correlation_id)

    def put(self, *events: Any) -> None:
        self.bus.put(*(e if isinstance(e, Record) else record_of(e) for e in events))

    def run(self, steps: int = 1) -> None:
        for _ in range(steps):
            self.consumer.poll()

    def restart(self) -> None:
        """A new consumer takes over without a word from the old one, as after a crash."""
        self.consumer.finish()
        self.consumer = self._consumer()

    def effects(self) -> list[tuple[str, int]]:
        return [(key, revision) for _, key, revision in rows(self.store, *EFFECTS.c)]

    def keys(self) -> list[str]:
        return [key for key, _ in self.effects()]

    def dead(self) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(sa.select(DEAD)).all())

    def count(self, outcome: str, topic: str = "proposals") -> float:
        labels = {"topic": topic, "group": "desk", "outcome": outcome}
        name = "bus_consumer_processed_total"
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def desk(store, clock, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setattr(consumer_module, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(Loop, "FIRST_PAUSE", 0.001)
    made = Desk(store, clock)
    with capture_logs():
        yield made
    made.consumer.finish()


def test_a_record_has_its_effect_says_what_follows_and_is_done(desk):
    desk.put(withdrawn(1))
    desk.run()
    assert desk.effects() == [(key_of(1), 1)]
    assert pending(desk.store) == [1]
    assert desk.bus.delivered == [1]
    assert desk.count("ok") == 1


def test_a_repetition_has_no_second_effect(desk):
    record = record_of(withdrawn(1))
    desk.put(record)
    desk.run()
    desk.put(record)
    desk.run()
    assert desk.effects() == [(key_of(1), 1)]
    assert pending(desk.store) == [1], "and says nothing a second time"
    assert desk.count("duplicate") == 1
    assert desk.bus.delivered == [1, 2]


def test_a_repetition_inside_one_batch_has_no_second_effect(desk):
    record = record_of(withdrawn(1))
    desk.put(record, record, record)
    desk.run()
    assert desk.effects() == [(key_of(1), 1)]
    assert (desk.count("ok"), desk.count("duplicate")) == (1, 2)


def test_the_same_id_of_two_sources_is_two_events(desk):
    desk.put(
        record_of(withdrawn(1), id_="one-id", source="intake"),
        record_of(withdrawn(2), id_="one-id", source="scoring"),
    )
    desk.run()
    assert sorted(desk.keys()) == [key_of(1), key_of(2)]


def test_a_batch_keeps_the_order_of_each_key(desk):
    for revision in range(1, 11):
        desk.put(*(withdrawn(number, revision) for number in range(6)))
    desk.run()
    for number in range(6):
        revisions = [revision for key, revision in desk.effects() if key == key_of(number)]
        assert revisions == list(range(1, 11))
    for batch in desk.batches:
        assert len({key for key, _ in batch}) == len(batch), "every key at most once per call"


def test_ordered_batches_hold_every_key_once_and_keep_its_order():
    fresh = [
        Received(event, SimpleNamespace(type=type(event).__name__), b"")
        for event in (
            withdrawn(1, 1), withdrawn(2, 1), withdrawn(1, 2), published("a"), withdrawn(1, 3)
        )
    ]  # fmt: skip
    found = [
        {kind: [(r.event.key.partition("/")[0][-1], r.event.revision) for r in events]
         for kind, events in batch.items()}
        for batch in ordered_batches(fresh)
    ]  # fmt: skip
    assert found == [
        {"ProposalWithdrawn": [("1", 1), ("2", 1)], "TerritoryPublished": [("a", 1)]},
        {"ProposalWithdrawn": [("1", 2)]},
        {"ProposalWithdrawn": [("1", 3)]},
    ]


def broken(value: bytes | None = b"{", *, key: str = "k", **headers: bytes) -> Record:
    """A record that cannot be read."""
    good = record_of(withdrawn(1))
    changed = {**dict(good.headers), **headers}
    return Record("proposals", key, value, tuple(changed.items()))


STRUCTURED = b"application/cloudevents+json"

POISON = {
    "not JSON": broken(),
    "a tombstone": broken(None),
    "not the event it says": broken(b'{"revision": 1}'),
    "no envelope": Record("proposals", "k", b"{}", ()),
    "another version of CloudEvents": broken(ce_specversion=b"9.9"),
    "a header that is not UTF-8": broken(ce_id=b"\xff\xfe"),
    "a lone surrogate in structured mode": Record(
        "proposals",
        "k",
        b'{"specversion":"1.0","id":"x","type":"winwinwin.ProposalWithdrawn.v1","source":"s",'
        b'"subject":"k","time":"2026-03-02T09:00:00Z","data":{"partner":"\\ud800"}}',
        (("content-type", STRUCTURED),),
    ),
    "a deep nest": broken(b"[" * 100_000),
}


@pytest.mark.parametrize("record", POISON.values(), ids=POISON.keys())
def test_what_cannot_be_read_is_parked_with_its_bytes_and_the_reason(desk, record):
    desk.put(withdrawn(1), record, withdrawn(2))
    desk.run()
    assert sorted(desk.keys()) == [key_of(1), key_of(2)], "its neighbours are handled"
    (letter,) = desk.dead()
    assert letter.value == record.value
    assert letter.key == b"k"
    assert letter.reason
    assert letter.status == "open"
    assert sorted(desk.bus.delivered) == [1, 2, 3]
    assert desk.count("dead_lettered") == 1


def test_a_reason_repeats_nothing_that_was_written_in_the_message(desk):
    good = record_of(withdrawn(1))
    desk.put(broken(good.value.replace(b'"revision":1', b'"revision":"turnover 777123"')))
    desk.run()
    (letter,) = desk.dead()
    assert b"777123" in letter.value
    assert "revision" in letter.reason
    assert "777123" not in letter.reason


def test_a_key_that_is_not_there_is_not_an_empty_key(desk):
    desk.put(Record("proposals", None, b"{", ()), Record("proposals", "", b"{", ()))
    desk.run()
    assert [letter.key for letter in desk.dead()] == [None, b""]


def test_what_the_reaction_gives_up_is_parked_and_its_half_effect_undone(desk):
    desk.trouble[key_of(1)] = lambda: Park("no such territory: load it, then replay")
    desk.put(withdrawn(1), withdrawn(2))
    desk.run()
    assert desk.keys() == [key_of(2)]
    (letter,) = desk.dead()
    assert letter.reason == "no such territory: load it, then replay"
    assert letter.value == record_of(withdrawn(1)).value
    assert letter.attempts == 1


def test_what_the_log_says_of_a_message_carries_its_correlation_id(desk):
    seen = []
    desk.trouble[key_of(1)] = lambda: seen.append(get_contextvars()) or Park("never")
    desk.put(withdrawn(1), withdrawn(2))
    desk.run()
    assert seen[-1] == {"correlation_id": "test-0001"}


def test_a_message_that_is_parked_again_after_a_crash_is_one_letter(desk, monkeypatch):
    desk.put(broken())
    subscription = desk.bus.subscribe("desk", ["proposals", "territories"])
    desk.consumer._subscription = subscription
    monkeypatch.setattr(subscription, "commit", _die)
    with pytest.raises(ConnectionError):
        desk.run()
    desk.restart()
    desk.run()
    (letter,) = desk.dead()
    assert letter.attempts == 2
    assert desk.bus.delivered == [1]


def _die(_positions: object) -> None:
    raise ConnectionError("killed before the position was committed")


def test_an_effect_whose_position_was_not_committed_happens_once(desk, monkeypatch):
    desk.put(withdrawn(1))
    desk.consumer._subscription = desk.bus.subscribe("desk", ["proposals", "territories"])
    monkeypatch.setattr(desk.consumer._subscription, "commit", _die)
    with pytest.raises(ConnectionError):
        desk.run()
    assert desk.keys() == [key_of(1)]
    desk.restart()
    desk.run()
    assert desk.keys() == [key_of(1)]
    assert desk.bus.delivered == [1]


def test_retry_makes_only_its_own_partition_wait(desk):
    late, free = 1, neighbour_of(1)
    desk.trouble[key_of(late)] = lambda: Retry("the other half is not there yet")
    desk.put(withdrawn(late, 1), withdrawn(free, 1))
    desk.run()
    desk.put(withdrawn(late, 2), withdrawn(free, 2))
    desk.run(3)
    assert desk.effects() == [(key_of(free), 1), (key_of(free), 2)]
    assert desk.dead() == [], "waiting is not a fault"
    desk.trouble.clear()
    until(lambda: desk.run() or len(desk.effects()) == 4)
    assert desk.effects()[2:] == [(key_of(late), 1), (key_of(late), 2)], "in order"
    assert sorted(desk.bus.delivered) == [1, 2, 3, 4]


def test_waiting_takes_longer_each_time(desk, monkeypatch):
    monkeypatch.setattr(Loop, "FIRST_PAUSE", 1.0)
    desk.trouble[key_of(1)] = lambda: Retry("not yet")
    desk.put(withdrawn(1))
    for pause in (2.0, 4.0, 8.0, 10.0, 10.0, 10.0):
        before = consumer_module.time.monotonic()
        desk.run()
        after = consumer_module.time.monotonic()
        (waiting,) = desk.consumer._waiting.values()
        # The pause began somewhere in between, however long the disk took.
        assert waiting.until - after <= pause <= waiting.until - before
        waiting.until = 0.0


def test_a_record_that_waits_is_not_lost_when_the_store_fails_beside_it(desk, monkeypatch):
    # The first poll goes through the partitions in their order, so the one that waits comes first.
    late, other = sorted((1, neighbour_of(1)), key=lambda n: partition_of(key_of(n), PARTITIONS))
    desk.trouble[key_of(late)] = lambda: Retry("not yet")
    desk.put(withdrawn(late, 1), withdrawn(other, 1))
    write, tries = desk.store.write, []

    def locked_at_the_second_record(job: Any) -> Any:
        tries.append(job)
        if len(tries) == 3:
            raise StoreUnavailable("locked")
        return write(job)

    monkeypatch.setattr(desk.store, "write", locked_at_the_second_record)
    with pytest.raises(StoreUnavailable):
        desk.run()
    desk.trouble.clear()
    desk.put(withdrawn(late, 2))
    until(lambda: desk.run() or len(desk.effects()) == 3)
    assert [r for key, r in desk.effects() if key == key_of(late)] == [1, 2]


def test_while_the_store_cannot_be_written_the_batch_is_read_again(desk, monkeypatch):
    desk.put(withdrawn(1), withdrawn(2))
    monkeypatch.setattr(desk.store, "write", _locked)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            desk.run()
    monkeypatch.undo()
    desk.run()
    assert sorted(desk.keys()) == [key_of(1), key_of(2)]
    assert desk.dead() == []
    assert sorted(desk.bus.delivered) == [1, 2]


def _locked(_job: object) -> None:
    raise StoreUnavailable("locked")


def test_an_error_nobody_foresaw_is_tried_again_and_then_parked(desk):
    calls = []

    def stumble() -> Exception:
        calls.append(1)
        return ZeroDivisionError("division by zero")

    desk.trouble[key_of(1)] = stumble
    desk.put(withdrawn(1, 1), withdrawn(neighbour_of(1), 1))
    until(lambda: desk.run() or desk.dead())
    (letter,) = desk.dead()
    assert letter.attempts == ATTEMPTS
    assert letter.error_class == "ZeroDivisionError"
    assert f"failed {ATTEMPTS} times" in letter.reason
    assert desk.count("retried") == ATTEMPTS - 1
    assert desk.keys() == [key_of(neighbour_of(1))]
    desk.trouble.clear()
    desk.put(withdrawn(1, 2))
    desk.run()
    assert (key_of(1), 2) in desk.effects(), "the partition goes on behind the parked record"


def test_an_error_that_passes_leaves_no_letter(desk):
    desk.trouble[key_of(1)] = lambda: ZeroDivisionError("once")
    desk.put(withdrawn(1))
    desk.run()
    desk.trouble.clear()
    until(lambda: desk.run() or desk.effects())
    assert desk.dead() == []
    assert desk.effects() == [(key_of(1), 1)]
    assert desk.consumer._failures == {}
    assert desk.consumer._waits == {}


def test_a_type_this_version_does_not_know_is_skipped_and_counted(desk):
    stranger = record_of(withdrawn(1))
    headers = dict(stranger.headers) | {"ce_type": b"winwinwin.SomethingNew.v1"}
    desk.put(stranger.__class__("proposals", "k", b"{}", tuple(headers.items())), withdrawn(2))
    desk.run()
    assert desk.keys() == [key_of(2)]
    assert desk.dead() == []
    assert desk.count("unknown_type") == 1
    assert sorted(desk.bus.delivered) == [1, 2]


def bad_ones(count: int, number: int = 1, round_: int = 0) -> list[Record]:
    """Records that cannot be read, in the partition of that proposal."""
    return [broken(f"bad {round_} {i}".encode(), key=key_of(number)) for i in range(count)]


def gauge(desk: Desk, name: str, **labels: object) -> float | None:
    named = {key: str(value) for key, value in labels.items()} | {"group": "desk"}
    return desk.metrics.registry.get_sample_value(name, named)


def test_too_many_bad_messages_in_a_row_stop_their_partition_and_it_says_why(desk):
    desk.put(*bad_ones(MOST_IN_A_ROW + 5), withdrawn(1))
    with capture_logs() as logs:
        desk.run(3)
    assert len(desk.dead()) == MOST_IN_A_ROW
    assert "20 messages in a row could not be handled" in (desk.consumer.stopped_because or "")
    assert [line["event"] for line in logs].count("consumer stopped") == 1
    assert gauge(desk, "bus_consumer_stopped") == 1


def test_a_stopped_partition_shows_what_waits_in_it_and_its_neighbours_go_on(desk):
    assert gauge(desk, "bus_consumer_stopped") == 0, "before the first stop, for who looks for one"
    desk.put(*bad_ones(MOST_IN_A_ROW + 5), withdrawn(1))
    desk.run(2)
    other = neighbour_of(1)
    desk.put(*bad_ones(3), withdrawn(other))
    desk.run(2)
    assert desk.keys() == [key_of(other)]
    mine, its = (partition_of(key_of(number), PARTITIONS) for number in (1, other))
    waiting = {"topic": "proposals", "partition": mine}
    assert gauge(desk, "bus_consumer_lag_records", **waiting) == 5 + 1 + 3
    assert gauge(desk, "bus_partition_paused", **waiting) == 1
    assert gauge(desk, "bus_partition_paused", topic="proposals", partition=its) == 0
    open_ = desk.metrics.registry.get_sample_value("bus_dead_letters_open")
    assert open_ == len(desk.dead()) == MOST_IN_A_ROW


def test_a_stopped_partition_has_lost_nothing(desk):
    desk.put(*bad_ones(MOST_IN_A_ROW + 5), withdrawn(1))
    desk.run(3)
    desk.restart()
    until(lambda: desk.run() or desk.keys() == [key_of(1)])
    assert len(desk.dead()) == MOST_IN_A_ROW + 5


def test_one_start_sets_all_bad_messages_aside_when_it_is_told_to(desk):
    desk.put(*bad_ones(150), withdrawn(1))
    desk.run(3)
    assert "WWW_BAD_IN_A_ROW" in (desk.consumer.stopped_because or "")
    desk.restart()
    desk.consumer.most_in_a_row = 150
    until(lambda: desk.run() or desk.keys() == [key_of(1)])
    assert len(desk.dead()) == 150


def test_a_good_message_of_the_same_partition_ends_the_row(desk):
    for round_ in range(3):
        desk.put(*bad_ones(MOST_IN_A_ROW - 1, round_=round_), withdrawn(1, round_ + 1))
        desk.run(2)
    assert desk.consumer.stopped_because is None
    assert len(desk.dead()) == 3 * (MOST_IN_A_ROW - 1)


def test_good_messages_of_other_partitions_do_not_hide_a_bad_one(desk):
    other = neighbour_of(1)
    for number in range(MOST_IN_A_ROW + 1):
        desk.put(*bad_ones(1, round_=number), withdrawn(other, number + 1))
        desk.run()
    assert desk.consumer.stopped_because is not None
    assert len(desk.dead()) == MOST_IN_A_ROW
    desk.run()
    assert len(desk.keys()) == MOST_IN_A_ROW + 1


def test_a_partition_that_went_to_another_member_leaves_no_gauge_behind(desk, monkeypatch):
    desk.put(withdrawn(1))
    desk.run(2)
    partition = Partition("proposals", partition_of(key_of(1), PARTITIONS))
    labels = {"topic": partition.topic, "partition": partition.number}
    assert gauge(desk, "bus_consumer_lag_records", **labels) == 0
    kept = {each: 0 for each in desk.consumer._subscription.lag() if each != partition}
    monkeypatch.setattr(desk.consumer._subscription, "lag", lambda: kept)
    desk.run()
    assert gauge(desk, "bus_consumer_lag_records", **labels) is None
    assert gauge(desk, "bus_partition_paused", **labels) is None
    assert gauge(desk, "bus_consumer_lag_records", topic="territories", partition=0) == 0


def test_the_age_of_each_event_is_told_not_of_the_oldest_alone(desk, clock):
    desk.put(*(withdrawn(number) for number in range(1, 4)))
    desk.run()
    assert gauge(desk, "bus_event_age_seconds_count") == 3


def test_every_outcome_is_counted_from_nothing_on(desk):
    assert desk.metrics.registry.get_sample_value(
        "bus_consumer_processed_total",
        {"topic": "proposals", "group": "desk", "outcome": "dead_lettered"},
    ) == 0  # fmt: skip


def test_the_inbox_names_who_handled_what(desk):
    desk.put(record_of(withdrawn(1), id_="the-id", source="intake"))
    desk.run()
    inbox = Inbox.__table__.c
    assert rows(desk.store, inbox.consumer, inbox.source, inbox.event_id) == [
        ("desk", "intake", "the-id")
    ]


def test_lag_is_told_while_the_consumer_is_busy(desk, monkeypatch):
    monkeypatch.setattr(desk.consumer, "_pace", Pace(1))
    desk.put(*(withdrawn(1, revision) for revision in range(1, 11)))
    desk.run(3)
    partition = Partition("proposals", partition_of(key_of(1), PARTITIONS))
    labels = {"topic": partition.topic, "partition": str(partition.number), "group": "desk"}
    assert desk.metrics.registry.get_sample_value("bus_consumer_lag_records", labels) == 8


def test_with_nothing_else_to_do_the_consumer_forgets_what_was_handled_long_ago(desk, clock):
    desk.put(withdrawn(1))
    desk.run()
    clock.advance(inbox.KEEP + timedelta(seconds=1))
    desk.run()
    assert rows(desk.store, Inbox.__table__.c.event_id), "not at every step"
    desk.consumer._next_purge = 0.0
    desk.run()
    assert rows(desk.store, Inbox.__table__.c.event_id) == []
    assert desk.consumer._next_purge > 0.0
