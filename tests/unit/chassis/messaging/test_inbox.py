"""What was handled is remembered for as long as it can come again, and no longer."""

from datetime import timedelta

from sqlalchemy import insert

from contracts.catalogue import topics
from services.chassis.database.tables import Inbox
from services.chassis.messaging import inbox
from tests.support.chassis import rows

INBOX = Inbox.__table__


def put(store, clock, *ids: str) -> None:
    values = [
        {"consumer": "desk", "source": "intake", "event_id": id_, "processed_at": clock.now()}
        for id_ in ids
    ]
    store.write(lambda connection: connection.execute(insert(INBOX), values))


def kept(store) -> list[str]:
    return [event_id for (event_id,) in rows(store, INBOX.c.event_id)]


def purge(store, clock) -> bool:
    return store.write(lambda connection: inbox.purge(connection, clock.now()))


def test_what_was_handled_long_ago_is_forgotten_and_the_rest_is_not(store, clock):
    put(store, clock, "old")
    clock.advance(inbox.KEEP)
    put(store, clock, "young")
    assert not purge(store, clock)
    assert kept(store) == ["old", "young"], "to the day"
    clock.advance(timedelta(seconds=1))
    assert not purge(store, clock)
    assert kept(store) == ["young"]


def test_much_is_forgotten_a_batch_a_turn(store, clock, monkeypatch):
    monkeypatch.setattr(inbox, "PURGE_BATCH", 3)
    put(store, clock, *"abcdefg")
    clock.advance(inbox.KEEP + timedelta(seconds=1))
    assert [purge(store, clock) for _ in range(3)] == [True, True, False]
    assert kept(store) == []


def test_the_inbox_remembers_as_long_as_any_topic_keeps_its_events():
    assert all(timedelta(days=topic.says.retention_days) <= inbox.KEEP for topic in topics())
