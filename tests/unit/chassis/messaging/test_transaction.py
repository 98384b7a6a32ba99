"""Effects and events in one commit, or neither."""

import pytest

from contracts import codec
from contracts.envelope import from_message
from services.chassis.messaging.transaction import Transaction, unpack_headers
from tests.support.chassis import OUTBOX, rows, withdrawn


def said(store):
    return rows(
        store, OUTBOX.c.seq, OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.headers, OUTBOX.c.payload
    )


def test_what_is_said_stands_in_the_outbox_with_its_envelope(store, clock):
    def write(connection):
        transaction = Transaction.begin(connection, clock, "intake")
        transaction.publish(withdrawn(7, revision=2), correlation_id="request-0001")
        transaction.flush()

    store.write(write)
    ((_, topic, key, headers, payload),) = said(store)
    envelope, body = from_message(unpack_headers(headers), payload)
    assert (topic, key) == ("proposals", f"{7:032x}")
    assert (envelope.source, envelope.subject) == ("intake", key)
    assert envelope.correlation_id == "request-0001"
    assert envelope.time == clock.now()
    assert codec.decode(type(withdrawn(7)), body) == withdrawn(7, revision=2)


def test_events_leave_in_the_order_in_which_they_were_said(store, clock):
    def write(connection):
        transaction = Transaction.begin(connection, clock, "intake")
        for number in (3, 1, 2):
            transaction.publish(withdrawn(number), correlation_id="request-0001")
        transaction.flush()

    store.write(write)
    assert [key for _, _, key, _, _ in said(store)] == [f"{n:032x}" for n in (3, 1, 2)]


def test_what_is_said_before_an_error_is_not_said(store, clock):
    def write(connection):
        transaction = Transaction.begin(connection, clock, "intake")
        transaction.publish(withdrawn(1), correlation_id="request-0001")
        transaction.flush()
        raise LookupError("the effect failed")

    with pytest.raises(LookupError):
        store.write(write)
    assert said(store) == []


def test_every_event_has_an_id_of_its_own(store, clock):
    def write(connection):
        transaction = Transaction.begin(connection, clock, "intake")
        for _ in range(200):
            transaction.publish(withdrawn(1), correlation_id="request-0001")
        transaction.flush()

    store.write(write)
    ids = rows(store, OUTBOX.c.event_id)
    assert len(set(ids)) == 200
