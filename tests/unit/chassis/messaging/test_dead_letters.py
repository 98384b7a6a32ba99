"""Messages set aside keep every byte."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.chassis.database.tables import DeadLetter
from services.chassis.messaging.bus import Incoming, Partition, Record
from services.chassis.messaging.dead_letters import LONGEST_REASON, Parked, count_open, park
from services.chassis.messaging.transaction import Transaction, pack_headers, unpack_headers

DEAD = DeadLetter.__table__

headers = st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=5).map(tuple)
records = st.builds(
    Record,
    topic=st.just("proposals"),
    key=st.none() | st.text(st.characters(codec="utf-8"), max_size=20),
    value=st.none() | st.binary(max_size=200),
    headers=headers,
)


def put(store, clock, record: Record, reason: str = "because", attempts: int = 1) -> None:
    parked = Parked(Incoming(Partition("proposals", 3), 42, record), "Park", reason, attempts)
    store.write(lambda c: park(Transaction.begin(c, clock, "desk"), "desk", parked))


def letters(store) -> list:
    with store.read() as connection:
        return list(connection.execute(select(DEAD)).all())


@given(headers)
def test_headers_survive_the_table_whatever_their_bytes(found):
    assert unpack_headers(pack_headers(found)) == found


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records)
def test_a_letter_gives_back_key_value_and_headers_byte_for_byte(store, clock, record):
    store.write(lambda connection: connection.execute(DEAD.delete()))
    put(store, clock, record)
    (letter,) = letters(store)
    key = None if letter.key is None else letter.key.decode()
    assert Record(letter.topic, key, letter.value, unpack_headers(letter.headers)) == record


def test_a_letter_says_where_it_stood_why_and_when(store, clock):
    put(store, clock, Record("proposals", "k", b"x", ()), "no such territory", attempts=5)
    (letter,) = letters(store)
    assert (letter.consumer, letter.partition, letter.record_offset) == ("desk", 3, 42)
    assert (letter.error_class, letter.reason, letter.attempts) == ("Park", "no such territory", 5)
    assert letter.first_at == letter.last_at == clock.now()
    assert letter.status == "open"


def test_the_same_bytes_again_are_the_same_letter_and_others_are_not(store, clock):
    record = Record("proposals", "k", b"x", (("ce_id", b"1"),))
    put(store, clock, record)
    put(store, clock, record)
    put(store, clock, replace(record, value=None))
    assert sorted(letter.attempts for letter in letters(store)) == [1, 2]
    assert count_open(store) == 2


def test_a_reason_is_cut_and_never_keeps_a_letter_from_its_place(store, clock):
    put(store, clock, Record("proposals", None, None, ()), "\ud800" + "x" * 10_000)
    (letter,) = letters(store)
    assert letter.reason.startswith("\\ud800x")
    assert len(letter.reason) < LONGEST_REASON + 10
