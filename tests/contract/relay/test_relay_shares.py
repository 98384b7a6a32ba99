"""Several relays on one outbox, on a real PostgreSQL: each bucket has one, and goes on."""

import threading
import time

import pytest
from sqlalchemy import text

from services.chassis.messaging import leases as leases_module
from services.chassis.messaging.leases import BUCKETS
from tests.support.chassis import pending, say, withdrawn
from tests.support.relays import Replica

pytestmark = pytest.mark.postgres

RESET_LEASES = text("UPDATE relay_lease SET expires_at = 0")
FORGET_RELAYS = text("UPDATE relay SET expires_at = 0")


def shared_out(*replicas: Replica) -> None:
    """Let each look until everybody has a fair share."""
    for _ in range(3):
        for replica in replicas:
            replica.look()


def test_relays_share_the_buckets_fairly_and_each_event_leaves_once(store, clock, one, other):
    shared_out(one, other)
    assert len(one.buckets) == len(other.buckets) == BUCKETS // 2
    assert one.buckets | other.buckets == set(range(BUCKETS))
    say(store, clock, *(withdrawn(i) for i in range(200)))
    one.run_once()
    other.run_once()
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
            replica.run_once()
            replica.bus.deliver(*(each.token for each in replica.bus.taken[before:]))
    one.run_once()
    other.run_once()
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
    one.run_once()
    store.write(lambda c: (c.execute(RESET_LEASES), c.execute(FORGET_RELAYS)))
    other.look()
    assert other.bus.tokens() == [1], "sent again: the inbox of its readers drops one of them"
    one.bus.deliver(1)
    one.run_once()
    assert pending(store) == [1]
    other.bus.deliver(1)
    other.run_once()
    assert pending(store) == []


def test_whoever_lost_its_leases_sends_nothing_more_and_says_so(store, clock, one, other):
    one.look()
    store.write(lambda c: (c.execute(RESET_LEASES), c.execute(FORGET_RELAYS)))
    other.look()
    say(store, clock, withdrawn(1))
    one.run_once()
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
    one.run_once()
    assert one.bus.tokens() == []
    one.look()
    assert one.bus.tokens() == [1]


def test_a_relay_that_comes_gets_its_share_when_nothing_of_it_is_under_way(
    store, clock, one, other
):
    one.look()
    say(store, clock, *(withdrawn(i) for i in range(300)))
    one.run_once()
    shared_out(other, one)
    assert other.buckets == set(), "every bucket has something under way"
    say(store, clock, *(withdrawn(i) for i in range(300, 400)))
    one.run_once()
    after = [e.token for e in one.bus.taken if e.token > 300]
    one.bus.deliver(*one.bus.tokens())
    one.run_once()
    shared_out(one, other)
    other.run_once()
    assert len(other.buckets) == BUCKETS // 2
    assert after, "what it keeps goes on meanwhile"
    one.run_once()
    everything = sorted(one.bus.tokens() + other.bus.tokens())
    assert everything == list(range(1, 401)), "each once"


def test_a_relay_that_ends_lets_the_others_go_on_at_once(store, clock, one, other):
    shared_out(one, other)
    one.relay.finish()
    say(store, clock, *(withdrawn(i) for i in range(50)))
    other.relay.leases._next_look = 0.0
    other.run_once()
    assert other.buckets == set(range(BUCKETS))
    assert other.bus.tokens() == list(range(1, 51))


def test_the_gauges_say_what_is_pending_and_how_many_buckets_are_held(store, clock, one):
    written = clock.now()
    say(store, clock, withdrawn(1))
    one.run_once()
    registry = one.metrics.registry
    assert registry.get_sample_value("bus_outbox_pending_events") == 1
    oldest = registry.get_sample_value("bus_outbox_oldest_pending_timestamp_seconds")
    assert oldest == written.timestamp()
    assert registry.get_sample_value("bus_relay_leases") == BUCKETS
