"""A relay alone on its outbox, on a real PostgreSQL: everything leaves, in order, once."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text

from services.chassis.messaging import leased_outbox_relay as module
from services.chassis.messaging.leased_outbox_relay import LeasedOutboxRelay
from services.chassis.messaging.leases import BUCKETS
from services.chassis.messaging.relay import KEEP_DELIVERED
from services.chassis.messaging.transaction import Transaction
from tests.support.chassis import OUTBOX, pending, say, withdrawn
from tests.support.waiting import until

pytestmark = pytest.mark.postgres


def test_a_relay_alone_holds_every_bucket_and_sends_in_the_order_of_the_commits(store, clock, one):
    say(store, clock, withdrawn(2), withdrawn(1))
    say(store, clock, withdrawn(3))
    one.run_once()
    assert one.buckets == set(range(BUCKETS))
    assert one.bus.tokens() == [1, 2, 3]
    assert [each.record.headers for each in one.bus.taken if each.record.headers]


def test_a_key_goes_on_after_the_database_broke_off_between_looking_and_reading(
    open_again, store, clock, one, monkeypatch
):
    one.run_once()
    # Written by another process: what this one wrote itself it need not read.
    say(open_again(), clock, withdrawn(1), withdrawn(1))
    with monkeypatch.context() as broken:
        broken.setattr(module, "_RECORDS", text("SELECT 1 / 0 WHERE :seqs IS NOT NULL"))
        with pytest.raises(Exception, match="division by zero"):
            one.look()
    one.run_once()
    assert one.bus.tokens() == [1]
    one.bus.deliver(1)
    one.run_once()
    assert one.bus.tokens() == [1, 2]


def test_only_what_was_delivered_is_marked_and_nothing_is_sent_twice(store, clock, one):
    say(store, clock, *(withdrawn(i) for i in range(5)))
    one.run_once()
    one.run_once()
    one.bus.deliver(1, 2, 4)
    one.run_once()
    assert pending(store) == [3, 5]
    assert one.bus.tokens() == [1, 2, 3, 4, 5]


def test_a_row_whose_transaction_commits_late_is_sent_all_the_same(store, open_again, clock, one):
    """A cursor would have passed its number by."""
    early, reached, leave = open_again(), threading.Event(), threading.Event()

    def write_slowly(connection: Connection) -> None:
        transaction = Transaction.begin(connection, clock, "service")
        transaction.publish(withdrawn(1), correlation_id="test-0001")
        transaction.flush()
        reached.set()
        assert leave.wait(10)

    slow = threading.Thread(target=lambda: early.write(write_slowly))
    slow.start()
    until(reached.is_set)
    say(store, clock, withdrawn(2))
    one.run_once()
    assert one.bus.tokens() == [2]
    one.bus.deliver(2)
    one.run_once()
    leave.set()
    slow.join()
    one.run_once()
    assert one.bus.tokens() == [2, 1]


def test_of_one_key_the_next_leaves_when_the_one_before_has_arrived(store, clock, one):
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    say(store, clock, withdrawn(1, revision=3))
    one.run_once()
    assert one.bus.tokens() == [1, 3]
    one.bus.deliver(1)
    one.run_once()
    one.bus.deliver(2)
    one.run_once()
    assert one.bus.tokens() == [1, 3, 2, 4]


def test_what_was_refused_leaves_again_before_anything_later_of_its_key(
    store, clock, one, monkeypatch
):
    monkeypatch.setattr(LeasedOutboxRelay, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(LeasedOutboxRelay, "LONGEST_PAUSE", 0.0)
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    one.run_once()
    one.bus.fail(1)
    one.run_once()
    say(store, clock, withdrawn(3))
    one.run_once()
    assert one.bus.tokens() == [1, 3, 1, 4], "others go on meanwhile"
    one.bus.deliver(1)
    one.run_once()
    assert one.bus.tokens() == [1, 3, 1, 4, 2]


def test_a_key_that_fails_rests_longer_each_time_and_others_do_not(store, clock, one, monkeypatch):
    monkeypatch.setattr(module.random, "uniform", lambda _least, longest: longest)
    say(store, clock, withdrawn(1))
    pauses = []
    for _ in range(4):
        one.run_once()
        one.bus.fail(1)
        before = time.monotonic()
        one.run_once()
        (key,) = one.relay._backing_off
        times, until_ = one.relay._backing_off[key]
        pauses.append(round(until_ - before, 2))
        one.relay._backing_off[key] = times, 0.0
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8], abs=0.05)
    say(store, clock, withdrawn(2))
    one.relay._backing_off[key] = 4, time.monotonic() + 60
    one.run_once()
    assert one.keys() == [withdrawn(1).key] * 4 + [withdrawn(2).key]


def test_a_bus_that_takes_nothing_gets_the_same_rows_later(store, clock, one):
    say(store, clock, withdrawn(1), withdrawn(1, revision=2), withdrawn(2))
    one.bus.refuse_to_take = ConnectionError("no broker")
    for _ in range(3):
        with pytest.raises(ConnectionError):
            one.run_once()
    one.bus.refuse_to_take = None
    one.run_once()
    assert one.bus.tokens() == [1, 3]


def test_the_bus_never_holds_more_than_the_window(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "IN_FLIGHT", 10)
    monkeypatch.setattr(module, "BATCH", 4)
    say(store, clock, *(withdrawn(i) for i in range(30)))
    for _ in range(6):
        one.run_once()
    assert one.bus.tokens() == list(range(1, 11))
    one.bus.deliver(*range(1, 6))
    one.run_once()
    one.run_once()
    assert one.bus.tokens() == list(range(1, 16))


def test_a_batch_is_bounded_in_bytes_as_well(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "BATCH_BYTES", 1)
    say(store, clock, withdrawn(1), withdrawn(2))
    one.run_once()
    assert one.bus.tokens() == [1]
    one.relay.poll()
    assert one.bus.tokens() == [1, 2], "the rest follows at once"


def test_while_nothing_comes_the_outbox_is_looked_at_less_often(store, clock, one):
    for expected in (0.1, 0.2, 0.4, 0.5, 0.5):
        one.run_once()
        assert one.relay.longest_wait == expected
    say(store, clock, withdrawn(1))
    assert one.relay.longest_wait == module.POLL_SECONDS
    one.relay.poll()
    assert one.bus.tokens() == [1], "what this process wrote is sent at once"


def test_behind_what_was_sent_nothing_is_looked_for_until_there_is_news(store, clock, one):
    one.run_once()
    looks: list[str] = []

    @event.listens_for(store._reader_engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest) -> None:
        if "octet_length(payload)" in statement:
            looks.append(statement)

    for number in (1, 2, 3):
        say(store, clock, withdrawn(number))
        for _ in range(3):
            one.relay.poll()
        assert one.bus.tokens() == list(range(1, number + 1))
        assert len(looks) == number


def test_what_did_not_fit_into_a_batch_follows_at_once(store, clock, one, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    say(store, clock, *(withdrawn(i) for i in range(5)))
    for _ in range(4):
        one.relay.poll()
    assert one.bus.tokens() == [1, 2, 3, 4, 5]


def test_delivered_rows_are_purged_after_a_day(store, clock, one):
    say(store, clock, *(withdrawn(i) for i in range(3)))
    one.run_once()
    one.bus.deliver(1, 3)
    one.run_once()
    clock.advance(KEEP_DELIVERED + timedelta(seconds=1))
    say(store, clock, withdrawn(9))
    one.relay._next_purge = 0.0
    while one.relay.poll():
        one.relay._next_poll = 0.0
    with store.read() as connection:
        assert list(connection.execute(OUTBOX.select().with_only_columns(OUTBOX.c.seq)).scalars())
        left = connection.execute(text("SELECT seq FROM outbox ORDER BY seq")).scalars().all()
    assert left == [2, 4]
