"""What only the bus of the single process promises; the rest is in the bus behaviour suite."""

import threading

import pytest

from services.chassis.messaging.bus import Outgoing, Partition, Record
from services.chassis.messaging.in_memory_bus import InMemoryBus
from tests.support.chassis import CarelessBus
from tests.support.waiting import until

PLACE = Partition("letters", 0)


@pytest.fixture
def bus() -> CarelessBus:
    return CarelessBus({"letters": (1, ["reader"])})


def letters(count: int) -> list[Record]:
    return [Record("letters", "k", str(i).encode(), ()) for i in range(count)]


def test_an_older_position_does_not_finish_records_that_nobody_has_handled(bus):
    bus.put(*letters(10))
    subscription = bus.subscribe("reader", ["letters"])
    subscription.poll(5, 0)
    subscription.commit({PLACE: 5})
    subscription.commit({PLACE: 2})
    assert bus.delivered == [1, 2, 3, 4, 5]
    assert subscription.lag() == {PLACE: 5}


def test_a_position_beyond_the_end_does_not_swallow_what_comes_next(bus):
    bus.put(*letters(2))
    subscription = bus.subscribe("reader", ["letters"])
    subscription.commit({PLACE: 99})
    bus.put(*letters(1))
    assert len(subscription.poll(10, 0)) == 1


def test_a_committed_offset_cannot_be_sought(bus):
    bus.put(*letters(3))
    subscription = bus.subscribe("reader", ["letters"])
    subscription.poll(3, 0)
    subscription.commit({PLACE: 2})
    with pytest.raises(ValueError, match="holds offsets 2 to 3, not 1"):
        subscription.seek(PLACE, 1)


def test_a_second_member_is_refused_until_the_first_has_left(bus):
    first = bus.subscribe("reader", ["letters"])
    with pytest.raises(ValueError, match="already has its member"):
        bus.subscribe("reader", ["letters"])
    first.close()
    first.close()
    bus.subscribe("reader", ["letters"])


def test_the_next_member_finds_no_partition_paused(bus):
    bus.put(*letters(1))
    first = bus.subscribe("reader", ["letters"])
    first.pause([PLACE])
    first.close()
    assert len(bus.subscribe("reader", ["letters"]).poll(10, 0)) == 1


def test_a_waiting_poll_is_woken_by_a_record(bus):
    subscription = bus.subscribe("reader", ["letters"])
    arrived: list[object] = []
    waiting = threading.Thread(target=lambda: arrived.extend(subscription.poll(10, 60.0)))
    waiting.start()
    until(lambda: bus._groups["reader"].changed._waiters)
    bus.put(*letters(1))
    waiting.join(10)
    assert len(arrived) == 1


def test_an_arrival_wakes_whoever_asked_for_it():
    bus = InMemoryBus({"topic": (1, ("group",))})
    woken = threading.Event()
    bus.subscribe("group", ["topic"]).woken_by(woken.set)
    bus.publish([Outgoing(1, Record("topic", "key", b"value", ()))], lambda _tokens, _error: None)
    assert woken.is_set()
