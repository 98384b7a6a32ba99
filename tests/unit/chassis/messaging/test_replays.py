"""Dead letters that are asked back: once, in one transaction, or open with the new reason."""

import pytest
import sqlalchemy as sa

from services.chassis.errors import Park, Retry
from tests.support.chassis import CarelessBus, SetClock, open_store, pending, record_of, withdrawn
from tests.support.scribe import DEAD, GROUP, TOPIC, Scribe
from tests.support.waiting import until

KEY = withdrawn(1).key


@pytest.fixture
def scribe(databases):
    store = open_store(databases, GROUP)
    made = Scribe(store, CarelessBus({TOPIC: (6, [GROUP])}), SetClock())
    yield made
    made.consumer.finish()
    store.close()


@pytest.fixture
def letter(scribe):
    """The id of a letter that could not be handled and now can."""
    scribe.refuse[KEY] = lambda: Park("not today")
    scribe.bus.put(record_of(withdrawn(1), id_="e-1"))
    until(lambda: scribe.poll() or scribe.letters())
    scribe.refuse.clear()
    return scribe.letters()[0].id


def ask(scribe, letter, who="ada"):
    def write(connection):
        connection.execute(sa.update(DEAD).where(DEAD.c.id == letter).values(replay_by=who))

    scribe.store.write(write)


def taken(scribe):
    return until(lambda: scribe.poll() or [r for r in scribe.letters() if r.replay_by is None])


def test_a_letter_is_handled_like_the_message_it_was_and_says_who_asked(scribe, letter):
    ask(scribe, letter)
    (row,) = taken(scribe)
    assert (row.status, row.settled_by, row.settled_at) == ("replayed", "ada", scribe.clock.now())
    assert scribe.heard() == [(KEY, 1)]
    assert len(pending(scribe.store)) == 1, "what it says leaves with it"


def test_asking_twice_and_a_second_copy_from_the_bus_have_no_second_effect(scribe, letter):
    ask(scribe, letter)
    taken(scribe)
    ask(scribe, letter)
    scribe.bus.put(record_of(withdrawn(1), id_="e-1"))
    until(lambda: scribe.poll() or scribe.count("duplicate"))
    assert scribe.heard() == [(KEY, 1)]
    assert len(pending(scribe.store)) == 1


def test_a_letter_whose_event_came_again_and_was_handled_has_no_second_effect(scribe, letter):
    scribe.bus.put(record_of(withdrawn(1), id_="e-1"))
    until(lambda: scribe.poll() or scribe.heard())
    ask(scribe, letter)
    assert taken(scribe)[0].status == "replayed"
    assert scribe.heard() == [(KEY, 1)]


@pytest.mark.parametrize("error", [Park("never"), Retry("not yet"), ZeroDivisionError("a bug")])
def test_what_fails_again_stays_open_with_the_new_reason_and_no_half_effect(scribe, letter, error):
    scribe.refuse[KEY] = lambda: error
    before = scribe.letters()[0]
    ask(scribe, letter)
    (row,) = taken(scribe)
    assert (row.status, row.attempts) == ("open", before.attempts + 1)
    assert str(error) in row.reason
    assert (row.value, row.first_at) == (before.value, before.first_at)
    assert scribe.heard() == []
    assert pending(scribe.store) == []


def test_bytes_that_still_cannot_be_read_stay_open(scribe):
    record = record_of(withdrawn(1))
    scribe.bus.put(record.__class__(record.topic, record.key, b"{", record.headers))
    until(lambda: scribe.poll() or scribe.letters())
    ask(scribe, scribe.letters()[0].id)
    (row,) = taken(scribe)
    assert row.status == "open"
    assert row.value == b"{"


def test_a_request_waits_until_the_service_runs_again(scribe, letter):
    scribe.consumer.finish()
    ask(scribe, letter)
    scribe.start_again()
    assert taken(scribe)[0].status == "replayed"


def test_messages_go_on_while_letters_are_replayed(scribe, letter):
    ask(scribe, letter)
    scribe.bus.put(record_of(withdrawn(2), id_="e-2"))
    taken(scribe)
    until(lambda: scribe.poll() or len(scribe.heard()) == 2)
    assert set(scribe.keys()) == {KEY, withdrawn(2).key}
