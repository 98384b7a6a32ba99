"""Several relays on one outbox, on a real PostgreSQL: everything leaves, in order, once."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text

from services.chassis import leased_relay as module
from services.chassis import leases as leases_module
from services.chassis import relay as relay_module
from services.chassis.leased_relay import LeasedRelay
from services.chassis.leases import BUCKETS
from services.chassis.loops import Loop
from services.chassis.relay import KEEP_DELIVERED
from services.chassis.store import Store
from services.chassis.transaction import Transaction
from tests.support.chassis import OUTBOX, SetClock, open_store, pending, say, withdrawn
from tests.support.databases import Postgres, postgres_databases
from tests.support.relays import Replica
from tests.support.waiting import until

pytestmark = pytest.mark.postgres

RESET_LEASES = text("UPDATE relay_lease SET expires_at = 0")
FORGET_RELAYS = text("UPDATE relay SET expires_at = 0")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MARK_AT_ONCE", 1)
    monkeypatch.setattr(relay_module, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(Loop, "rest", lambda _loop, _attempt: None)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def open_again(postgres: Postgres) -> Iterator[Callable[[], Store]]:
    """The same database, opened by as many processes as are asked for."""
    opened: list[Store] = []
    with postgres_databases(postgres) as databases:

        def another() -> Store:
            opened.append(open_store(databases, "service"))
            return opened[-1]

        yield another
        for store in opened:
            store.close()


@pytest.fixture
def store(open_again) -> Store:
    return open_again()


@pytest.fixture
def one(store, clock) -> Replica:
    return Replica(store, clock)


@pytest.fixture
def other(open_again, clock) -> Replica:
    return Replica(open_again(), clock)


def shared_out(*replicas: Replica) -> None:
    """Let each look until everybody has a fair share."""
    for _ in range(3):
        for replica in replicas:
            replica.look()


# -- one relay ---------------------------------------------------------------------------------


def test_a_relay_alone_holds_every_bucket_and_sends_in_the_order_of_the_commits(store, clock, one):
    say(store, clock, withdrawn(2), withdrawn(1))
    say(store, clock, withdrawn(3))
    one.turn()
    assert one.buckets == set(range(BUCKETS))
    assert one.bus.tokens() == [1, 2, 3]
    assert [each.record.headers for each in one.bus.taken if each.record.headers]


def test_a_key_goes_on_after_the_database_broke_off_between_looking_and_reading(
    open_again, store, clock, one, monkeypatch
):
    one.turn()
    # Written by another process: what this one wrote itself it need not read.
    say(open_again(), clock, withdrawn(1), withdrawn(1))
    with monkeypatch.context() as broken:
        broken.setattr(module, "_RECORDS", text("SELECT 1 / 0 WHERE :seqs IS NOT NULL"))
        with pytest.raises(Exception, match="division by zero"):
            one.look()
    one.turn()
    assert one.bus.tokens() == [1]
    one.bus.deliver(1)
    one.turn()
    assert one.bus.tokens() == [1, 2]


def test_only_what_was_delivered_is_marked_and_nothing_is_sent_twice(store, clock, one):
    say(store, clock, *(withdrawn(i) for i in range(5)))
    one.turn()
    one.turn()
    one.bus.deliver(1, 2, 4)
    one.turn()
    assert pending(store) == [3, 5]
    assert one.bus.tokens() == [1, 2, 3, 4, 5]


def test_a_row_whose_transaction_commits_late_is_sent_all_the_same(store, open_again, clock, one):
    """A cursor would have passed its number by."""
    early, reached, leave = open_again(), threading.Event(), threading.Event()

    def write_slowly(connection: Connection) -> None:
        transaction = Transaction.begin(connection, clock, "service")
        transaction.say(withdrawn(1), correlation_id="test-0001")
        transaction.flush()
        reached.set()
        assert leave.wait(10)

    slow = threading.Thread(target=lambda: early.write(write_slowly))
    slow.start()
    until(reached.is_set)
    say(store, clock, withdrawn(2))
    one.turn()
    assert one.bus.tokens() == [2]
    one.bus.deliver(2)
    one.turn()
    leave.set()
    slow.join()
    one.turn()
    assert one.bus.tokens() == [2, 1]


def test_of_one_key_the_next_leaves_when_the_one_before_has_arrived(store, clock, one):
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    say(store, clock, withdrawn(1, revision=3))
    one.turn()
    assert one.bus.tokens() == [1, 3]
    one.bus.deliver(1)
    one.turn()
    one.bus.deliver(2)
    one.turn()
    assert one.bus.tokens() == [1, 3, 2, 4]


def test_what_was_refused_leaves_again_before_anything_later_of_its_key(
    store, clock, one, monkeypatch
):
    monkeypatch.setattr(LeasedRelay, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(LeasedRelay, "LONGEST_PAUSE", 0.0)
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    one.turn()
    one.bus.fail(1)
    one.turn()
    say(store, clock, withdrawn(3))
    one.turn()
    assert one.bus.tokens() == [1, 3, 1, 4], "others go on meanwhile"
    one.bus.deliver(1)
    one.turn()
    assert one.bus.tokens() == [1, 3, 1, 4, 2]


def test_a_key_that_fails_rests_longer_each_time_and_others_do_not(store, clock, one, monkeypatch):
    monkeypatch.setattr(module.random, "uniform", lambda _least, longest: longest)
    say(store, clock, withdrawn(1))
    pauses = []
    for _ in range(4):
        one.turn()
        one.bus.fail(1)
        before = time.monotonic()
        one.turn()
        (key,) = one.relay._resting
        times, until_ = one.relay._resting[key]
        pauses.append(round(until_ - before, 2))
        one.relay._resting[key] = times, 0.0
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8], abs=0.05)
    say(store, clock, withdrawn(2))
    one.relay._resting[key] = 4, time.monotonic() + 60
    one.turn()
    assert one.keys() == [withdrawn(1).key] * 4 + [withdrawn(2).key]


def test_a_bus_that_takes_nothing_gets_the_same_rows_later(store, clock, one):
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    one.bus.refuse_to_take = ConnectionError("no broker")
    for _ in range(3):
        with pytest.raises(ConnectionError):
            one.turn()
    one.bus.refuse_to_take = None
    one.turn()
    assert one.bus.tokens() == [1, 3]


def test_the_bus_never_holds_more_than_the_window(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "IN_FLIGHT", 10)
    monkeypatch.setattr(module, "BATCH", 4)
    say(store, clock, *(withdrawn(i) for i in range(30)))
    for _ in range(6):
        one.turn()
    assert one.bus.tokens() == list(range(1, 11))
    one.bus.deliver(*range(1, 6))
    one.turn()
    one.turn()
    assert one.bus.tokens() == list(range(1, 16))


def test_a_batch_is_bounded_in_bytes_as_well(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "BATCH_BYTES", 1)
    say(store, clock, withdrawn(1), withdrawn(2))
    one.turn()
    assert one.bus.tokens() == [1]
    one.relay.step()
    assert one.bus.tokens() == [1, 2], "the rest follows at once"


def test_while_nothing_comes_the_outbox_is_looked_at_less_often(store, clock, one):
    for expected in (0.1, 0.2, 0.4, 0.5, 0.5):
        one.turn()
        assert one.relay._poll == expected
    say(store, clock, withdrawn(1))
    assert one.relay._poll == module.POLL_SECONDS
    one.relay.step()
    assert one.bus.tokens() == [1], "what this process wrote is sent at once"


def test_behind_what_was_sent_nothing_is_looked_for_until_there_is_news(store, clock, one):
    one.turn()
    looks: list[str] = []

    @event.listens_for(store._reader_engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest) -> None:
        if "octet_length(payload)" in statement:
            looks.append(statement)

    for number in (1, 2, 3):
        say(store, clock, withdrawn(number))
        for _ in range(3):
            one.relay.step()
        assert one.bus.tokens() == list(range(1, number + 1))
        assert len(looks) == number


def test_what_did_not_fit_into_a_batch_follows_at_once(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    say(store, clock, *(withdrawn(i) for i in range(5)))
    for _ in range(4):
        one.relay.step()
    assert one.bus.tokens() == [1, 2, 3, 4, 5]


def test_delivered_rows_are_purged_after_a_day(store, clock, one):
    say(store, clock, *(withdrawn(i) for i in range(3)))
    one.turn()
    one.bus.deliver(1, 3)
    one.turn()
    clock.advance(KEEP_DELIVERED + timedelta(seconds=1))
    say(store, clock, withdrawn(9))
    one.relay._next_purge = 0.0
    while one.relay.step():
        one.relay._next_poll = 0.0
    with store.read() as connection:
        assert list(connection.execute(OUTBOX.select().with_only_columns(OUTBOX.c.seq)).scalars())
        left = connection.execute(text("SELECT seq FROM outbox ORDER BY seq")).scalars().all()
    assert left == [2, 4]


# -- several -----------------------------------------------------------------------------------


def test_relays_share_the_buckets_fairly_and_each_event_leaves_once(store, clock, one, other):
    shared_out(one, other)
    assert len(one.buckets) == len(other.buckets) == BUCKETS // 2
    assert one.buckets | other.buckets == set(range(BUCKETS))
    say(store, clock, *(withdrawn(i) for i in range(200)))
    one.turn()
    other.turn()
    assert sorted(one.bus.tokens() + other.bus.tokens()) == list(range(1, 201))
    assert one.bus.tokens()
    assert other.bus.tokens()


def test_relays_that_claim_at_the_same_moment_get_different_buckets(open_again, clock):
    replicas = [Replica(open_again(), clock) for _ in range(4)]
    for _ in range(4):
        together = [threading.Thread(target=replica.look) for replica in replicas]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
    held = [bucket for replica in replicas for bucket in replica.buckets]
    assert sorted(held) == list(range(BUCKETS))
    assert {len(replica.buckets) for replica in replicas} == {BUCKETS // 4}


def test_all_events_of_a_key_leave_by_the_same_relay_in_their_order(store, clock, one, other):
    shared_out(one, other)
    for revision in (1, 2, 3):
        say(store, clock, *(withdrawn(i, revision=revision) for i in range(20)))
    for _ in range(3):
        for replica in (one, other):
            before = len(replica.bus.taken)
            replica.turn()
            replica.bus.deliver(*(each.token for each in replica.bus.taken[before:]))
    one.turn()
    other.turn()
    assert set(one.keys()) & set(other.keys()) == set()
    sent = one.bus.taken + other.bus.taken
    for number in range(20):
        tokens = [e.token for e in sent if e.record.key == withdrawn(number).key]
        assert tokens == sorted(tokens)
        assert len(tokens) == 3
    assert pending(store) == []


def test_a_relay_that_was_killed_is_replaced_when_its_leases_end(store, clock, one, other):
    one.look()
    say(store, clock, *(withdrawn(i) for i in range(10)))
    other.look()
    assert other.bus.tokens() == []
    store.write(lambda c: (c.execute(RESET_LEASES), c.execute(FORGET_RELAYS)))
    other.look()
    assert other.buckets == set(range(BUCKETS))
    assert other.bus.tokens() == list(range(1, 11))


def test_a_lease_that_ended_during_a_flight_is_not_written_over(store, clock, one, other):
    """The outcome arrives late: the row is the new holder's by then, and only its mark counts."""
    say(store, clock, withdrawn(1))
    one.turn()
    store.write(lambda c: (c.execute(RESET_LEASES), c.execute(FORGET_RELAYS)))
    other.look()
    assert other.bus.tokens() == [1], "sent again: the inbox of its readers drops one of them"
    one.bus.deliver(1)
    one.turn()
    assert pending(store) == [1]
    other.bus.deliver(1)
    other.turn()
    assert pending(store) == []


def test_whoever_lost_its_leases_sends_nothing_more_and_says_so(store, clock, one, other):
    one.look()
    store.write(lambda c: (c.execute(RESET_LEASES), c.execute(FORGET_RELAYS)))
    other.look()
    say(store, clock, withdrawn(1))
    one.turn()
    assert one.bus.tokens() == [], "its leases are asked of the database, not remembered"
    one.look()
    assert one.lost() > 0
    assert len(one.buckets) < BUCKETS


def test_a_process_that_was_stopped_for_long_asks_before_it_sends(store, clock, one, monkeypatch):
    one.look()
    say(store, clock, withdrawn(1))
    real = time.monotonic
    monkeypatch.setattr(
        leases_module.time, "monotonic", lambda: real() + leases_module.LEASE_SECONDS
    )
    one.relay.leases._next_look = float("inf")
    one.turn()
    assert one.bus.tokens() == []
    one.look()
    assert one.bus.tokens() == [1]


def test_a_relay_that_comes_gets_its_share_when_nothing_of_it_is_under_way(
    store, clock, one, other
):
    one.look()
    say(store, clock, *(withdrawn(i) for i in range(300)))
    one.turn()
    shared_out(other, one)
    assert other.buckets == set(), "every bucket has something under way"
    say(store, clock, *(withdrawn(i) for i in range(300, 400)))
    one.turn()
    after = [e.token for e in one.bus.taken if e.token > 300]
    one.bus.deliver(*one.bus.tokens())
    one.turn()
    shared_out(one, other)
    other.turn()
    assert len(other.buckets) == BUCKETS // 2
    assert after, "what it keeps goes on meanwhile"
    one.turn()
    everything = sorted(one.bus.tokens() + other.bus.tokens())
    assert everything == list(range(1, 401)), "each once"


def test_a_relay_that_ends_lets_the_others_go_on_at_once(store, clock, one, other):
    shared_out(one, other)
    one.relay.finish()
    say(store, clock, *(withdrawn(i) for i in range(50)))
    other.relay.leases._next_look = 0.0
    other.turn()
    assert other.buckets == set(range(BUCKETS))
    assert other.bus.tokens() == list(range(1, 51))


def test_the_gauges_say_what_is_pending_and_how_many_buckets_are_held(store, clock, one):
    written = clock.now()
    say(store, clock, withdrawn(1))
    one.turn()
    registry = one.metrics.registry
    assert registry.get_sample_value("bus_outbox_pending_events") == 1
    oldest = registry.get_sample_value("bus_outbox_oldest_pending_timestamp_seconds")
    assert oldest == written.timestamp()
    assert registry.get_sample_value("bus_relay_leases") == BUCKETS
