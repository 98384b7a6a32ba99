"""From the outbox to the bus: everything, in order, marked only when it is certain."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from contracts.catalogue import topics
from services.chassis.errors import StoreUnavailable
from services.chassis.messaging import outbox_relay as relay_module
from services.chassis.messaging import relay as base
from services.chassis.messaging.outbox_relay import OutboxRelay, runs
from services.chassis.messaging.relay import KEEP_DELIVERED, PURGE_EVERY_SECONDS, kept_for
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import OUTBOX, ScriptedBus, open_store, pending, rows, say, withdrawn
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "MARK_AT_ONCE", 1)
    monkeypatch.setattr(base, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(Loop, "back_off", lambda _loop, _attempt: None)


@pytest.fixture
def bus() -> ScriptedBus:
    return ScriptedBus()


@pytest.fixture
def relay(store, bus, clock) -> OutboxRelay:
    return OutboxRelay("service", store, bus, clock, Metrics())


@pytest.mark.parametrize(
    ("numbers", "stretches"),
    [
        ([], []),
        ([7], [(7, 7)]),
        ([1, 2, 3, 7], [(1, 3), (7, 7)]),
        ([1, 3, 4, 6], [(1, 1), (3, 4), (6, 6)]),
    ],
)
def test_runs_are_stretches_of_consecutive_numbers(numbers, stretches):
    assert runs(numbers) == stretches


def test_what_was_said_is_offered_in_the_order_of_its_commit(store, clock, relay, bus):
    say(store, clock, withdrawn(2), withdrawn(1))
    say(store, clock, withdrawn(2, revision=2))
    relay.poll()
    assert [each.record.key for each in bus.taken] == [f"{n:032x}" for n in (2, 1, 2)]
    assert bus.tokens() == [1, 2, 3]


def test_only_reported_rows_are_marked(store, clock, relay, bus):
    say(store, clock, *(withdrawn(i) for i in range(5)))
    relay.poll()
    assert pending(store) == [1, 2, 3, 4, 5], "taken is not delivered"
    bus.deliver(1, 2, 4)
    relay.poll()
    assert pending(store) == [3, 5]


def test_what_the_bus_holds_is_not_offered_again(store, clock, relay, bus):
    say(store, clock, withdrawn(1))
    relay.poll()
    relay.poll()
    say(store, clock, withdrawn(2))
    relay.poll()
    assert bus.tokens() == [1, 2]


def test_after_a_restart_what_is_not_marked_is_offered_again(store, clock, relay, bus):
    say(store, clock, withdrawn(1), withdrawn(2))
    relay.poll()
    bus.deliver(1)
    relay.poll()
    after_restart = ScriptedBus()
    OutboxRelay("service", store, after_restart, clock, Metrics()).poll()
    assert after_restart.tokens() == [2]


def test_a_refused_row_is_offered_again_with_all_after_it_once_everything_is_known(
    store, clock, relay, bus
):
    say(store, clock, *(withdrawn(i) for i in range(4)))
    relay.poll()
    bus.deliver(1)
    bus.fail(2)
    relay.poll()
    say(store, clock, withdrawn(9))
    relay.poll()
    assert bus.tokens() == [1, 2, 3, 4], "3 and 4 are still out, so nothing new may leave"
    bus.fail(4)
    bus.deliver(3)
    relay.poll()
    relay.poll()
    assert bus.tokens() == [1, 2, 3, 4, 2, 4, 5], "in order; what was delivered is not repeated"


def test_a_bus_that_takes_nothing_gets_the_same_rows_later(store, clock, relay, bus):
    say(store, clock, withdrawn(1), withdrawn(2))
    bus.refuse_to_take = ConnectionError("no broker")
    for _ in range(3):
        with pytest.raises(ConnectionError):
            relay.poll()
    bus.refuse_to_take = None
    relay.poll()
    assert bus.tokens() == [1, 2]


def test_a_mark_that_the_store_could_not_take_is_made_later(store, clock, relay, bus, monkeypatch):
    say(store, clock, withdrawn(1), withdrawn(2))
    relay.poll()
    bus.deliver(1, 2)

    def locked(_job: object) -> None:
        raise StoreUnavailable("locked")

    monkeypatch.setattr(store, "write", locked)
    with pytest.raises(StoreUnavailable):
        relay.poll()
    monkeypatch.undo()
    assert pending(store) == [1, 2]
    relay.poll()
    assert pending(store) == []


def test_the_bus_never_holds_more_than_the_window(store, clock, relay, bus, monkeypatch):
    monkeypatch.setattr(relay_module, "IN_FLIGHT", 10)
    monkeypatch.setattr(relay_module, "_PENDING", relay_module._PENDING.limit(5))
    say(store, clock, *(withdrawn(i) for i in range(30)))
    for _ in range(10):
        relay.poll()
    assert bus.tokens() == list(range(1, 11))
    bus.deliver(*range(1, 6))
    relay.poll()
    assert bus.tokens() == list(range(1, 16))


def test_the_window_counts_bytes_as_well(store, clock, relay, bus, monkeypatch):
    monkeypatch.setattr(relay_module, "IN_FLIGHT_BYTES", 1)
    say(store, clock, withdrawn(1))
    relay.poll()
    say(store, clock, withdrawn(2))
    relay.poll()
    assert bus.tokens() == [1]
    bus.deliver(1)
    relay.poll()
    assert bus.tokens() == [1, 2]


def test_what_another_process_wrote_is_offered_without_a_wake(store, databases, clock, relay, bus):
    relay.poll()
    beside = open_store(databases, "service")
    say(beside, clock, withdrawn(1))
    beside.close()
    until(lambda: relay.poll() or bus.tokens() == [1])


def test_an_outbox_that_could_not_be_read_is_read_later(store, clock, relay, bus, monkeypatch):
    say(store, clock, withdrawn(1))

    def broken() -> None:
        raise StoreUnavailable("the disk failed")

    monkeypatch.setattr(store, "read", broken)
    with pytest.raises(StoreUnavailable):
        relay.poll()
    monkeypatch.undo()
    until(lambda: relay.poll() or bus.tokens() == [1])


def test_a_commit_wakes_the_relay_at_once(store, clock, relay):
    relay.awake.clear()
    say(store, clock, withdrawn(1))
    assert relay.awake.is_set()


def purge_now(relay: OutboxRelay) -> None:
    relay._next_purge = 0.0
    relay.poll()


def count(store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one()


def test_delivered_rows_are_purged_after_a_day_and_pending_ones_never(store, clock, relay, bus):
    say(store, clock, *(withdrawn(i) for i in range(3)))
    relay.poll()
    bus.deliver(1, 3)
    relay.poll()
    purge_now(relay)
    assert count(store) == 3, "young"
    clock.advance(KEEP_DELIVERED + timedelta(seconds=1))
    say(store, clock, withdrawn(9))
    relay.poll()
    purge_now(relay)
    assert [seq for (seq,) in rows(store, OUTBOX.c.seq)] == [2, 4]


@pytest.mark.parametrize("service", ["intake", "externalities", "scoring"])
def test_delivered_rows_are_kept_as_long_as_the_topics_of_a_broker_keep_them(service, bus):
    longest = max(t.says.retention_days for t in topics() if t.says.producer == service)
    bus.keeps_records = True
    assert kept_for(service, bus) == timedelta(days=longest) > KEEP_DELIVERED
    bus.keeps_records = False
    assert kept_for(service, bus) == KEEP_DELIVERED, "the in-memory bus holds nothing to be lost"


def test_what_was_delivered_is_purged_after_what_its_service_keeps(store, clock, bus):
    bus.keeps_records = True
    relay = OutboxRelay("intake", store, bus, clock, Metrics())
    say(store, clock, withdrawn(1), withdrawn(2))
    relay.poll()
    bus.deliver(1, 2)
    relay.poll()
    clock.advance(kept_for("intake", bus) - timedelta(seconds=1))
    purge_now(relay)
    assert count(store) == 2
    clock.advance(timedelta(seconds=2))
    purge_now(relay)
    assert count(store) == 1, "the newest stays"


def test_what_is_said_after_a_purge_of_everything_is_still_offered(store, clock, relay, bus):
    say(store, clock, withdrawn(1), withdrawn(2))
    relay.poll()
    bus.deliver(1, 2)
    relay.poll()
    clock.advance(KEEP_DELIVERED + timedelta(seconds=1))
    purge_now(relay)
    say(store, clock, withdrawn(3))
    relay.poll()
    assert [each.record.key for each in bus.taken][-1] == f"{3:032x}"


def test_a_large_purge_gives_the_other_loops_their_turns(store, clock, relay, bus, monkeypatch):
    monkeypatch.setattr(base, "PURGE_BATCH", 10)
    say(store, clock, *(withdrawn(i) for i in range(35)))
    relay.poll()
    bus.deliver(*bus.tokens())
    relay.poll()
    clock.advance(KEEP_DELIVERED + timedelta(seconds=1))
    relay._next_purge = 0.0
    left = []
    while relay.poll():
        left.append(count(store))
    assert left == [25, 15, 5]
    assert count(store) == 1


def test_purging_does_not_happen_at_every_step(relay):
    purge_now(relay)
    assert relay._next_purge > PURGE_EVERY_SECONDS / 2


def test_the_gauges_say_how_much_is_pending_and_since_when(store, clock, relay, bus):
    say(store, clock, withdrawn(1))
    written = clock.now()
    clock.advance(timedelta(minutes=5))
    say(store, clock, withdrawn(2))
    relay.poll()
    registry = relay.metrics.registry
    oldest = "bus_outbox_oldest_pending_timestamp_seconds"
    assert registry.get_sample_value("bus_outbox_pending_events") == 2
    assert registry.get_sample_value(oldest) == written.timestamp()
    bus.deliver(1, 2)
    relay.poll()
    assert registry.get_sample_value("bus_outbox_pending_events") == 0
    assert registry.get_sample_value(oldest) is None
    outcome = {"topic": "proposals", "outcome": "ok"}
    assert registry.get_sample_value("bus_outbox_published_total", outcome) == 2


def test_rows_survive_the_process_that_wrote_them(databases, clock):
    first = open_store(databases, "other")
    say(first, clock, withdrawn(1))
    first.close()
    again, bus = open_store(databases, "other"), ScriptedBus()
    OutboxRelay("other", again, bus, clock, Metrics()).poll()
    assert bus.tokens() == [1]
    again.close()


def test_marks_wait_until_there_is_nothing_else_to_do(store, clock, relay, bus, monkeypatch):
    monkeypatch.setattr(relay_module, "MARK_AT_ONCE", 1_000)
    say(store, clock, withdrawn(1))
    relay.poll()
    bus.deliver(1)
    assert relay.poll(), "there was something to settle"
    assert pending(store) == [1]
    assert not relay.poll()
    assert pending(store) == []


def test_what_was_delivered_is_marked_at_the_latest_when_the_relay_ends(store, clock, relay, bus):
    say(store, clock, withdrawn(1))
    relay.poll()
    bus.deliver(1)
    relay.finish()
    assert pending(store) == []


def test_what_is_committed_here_is_offered_without_reading_it_again(store, clock, relay, bus):
    relay.poll()
    say(store, clock, withdrawn(1), withdrawn(2))
    # Nothing in memory can know this text: had the relay read the outbox, it would be offered.
    store.write(lambda c: c.execute(OUTBOX.update().values(key="read from the outbox")))
    relay.poll()
    assert [each.record.key for each in bus.taken] == [f"{n:032x}" for n in (1, 2)]


def test_what_is_offered_from_memory_equals_what_the_outbox_holds(store, clock, relay, bus):
    relay.poll()
    say(store, clock, withdrawn(1), withdrawn(2))
    relay.poll()
    after_restart = ScriptedBus()
    OutboxRelay("service", store, after_restart, clock, Metrics()).poll()
    assert after_restart.taken == bus.taken


def test_what_a_job_said_before_it_failed_is_never_offered(store, clock, relay, bus):
    relay.poll()

    def fail(connection: Connection) -> None:
        transaction = Transaction.begin(connection, clock, "service")
        transaction.publish(withdrawn(1), correlation_id="c" * 32)
        transaction.flush()
        raise RuntimeError("changed its mind")

    def succeed(connection: Connection) -> None:
        transaction = Transaction.begin(connection, clock, "service")
        transaction.publish(withdrawn(2), correlation_id="c" * 32)
        transaction.flush()

    entered, leave = threading.Event(), threading.Event()
    busy = store.submit(lambda _c: (entered.set(), leave.wait()))
    entered.wait()
    failing, succeeding = store.submit(fail), store.submit(succeed)
    leave.set()
    for future in (busy, succeeding):
        future.result()
    with pytest.raises(RuntimeError, match="changed its mind"):
        failing.result()
    relay.poll()
    assert [each.record.key for each in bus.taken] == [f"{2:032x}"]


def test_when_more_is_committed_than_the_bus_takes_the_rest_waits_on_disk(
    store, clock, relay, bus, monkeypatch
):
    monkeypatch.setattr(relay_module, "IN_FLIGHT", 2)
    relay.poll()
    say(store, clock, *(withdrawn(i) for i in range(5)))
    relay.poll()
    assert len(relay._committed) == 0
    assert bus.tokens() == [1, 2, 3, 4, 5]
    say(store, clock, withdrawn(6))
    relay.poll()
    assert bus.tokens() == [1, 2, 3, 4, 5], "full: nothing more is taken"
    bus.deliver(1, 2, 3, 4, 5)
    relay.poll()
    assert bus.tokens() == [1, 2, 3, 4, 5, 6]
