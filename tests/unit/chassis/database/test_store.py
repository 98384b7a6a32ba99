"""One writer, group commit, and what happens when the database cannot be written."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from structlog.testing import capture_logs

from services.chassis.database import sqlite
from services.chassis.database import store as store_module
from services.chassis.database.store import Store
from services.chassis.errors import StoreUnavailable
from tests.support.databases import sqlite_databases
from tests.support.disk import full_disk

NOTES = Table(
    "note",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", Text, unique=True),
)
READ_NOTES = select(NOTES.c.text).order_by(NOTES.c.id)
NOWHERE = "(no such table|does not exist)"
"""What the two databases say of a table that is not there."""


@pytest.fixture
def notes(store: Store) -> Store:
    store.write(NOTES.create)
    return store


@pytest.fixture
def notes_on_file(tmp_path) -> Iterator[Store]:
    """The same on SQLite, whose file a test can lock and whose disk it can fill."""
    with sqlite_databases(tmp_path) as databases:
        made = Store(databases("notes"), name="service")
        made.write(NOTES.create)
        yield made
        made.close()


def note(text: str) -> Callable[[Connection], str]:
    def write(connection: Connection) -> str:
        connection.execute(NOTES.insert(), {"text": text})
        return text

    return write


def texts(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(READ_NOTES).scalars())


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Keep the writer busy, so that everything submitted meanwhile is one group."""
    entered, leave = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        entered.set()
        leave.wait()

    busy = store.submit(wait)
    entered.wait()
    try:
        yield
    finally:
        leave.set()
        busy.result()


@contextmanager
def counted_commits(store: Store) -> Iterator[list[int]]:
    commits: list[int] = []
    event.listen(store._writer_engine, "commit", lambda _connection: commits.append(1))
    yield commits


def submit_together(store: Store, *jobs: Callable[[Connection], str]) -> list["Future[str]"]:
    with held(store):
        return [store.submit(job) for job in jobs]


def test_a_write_is_answered_with_what_the_job_returned_and_is_there(notes):
    assert notes.write(note("one")) == "one"
    assert texts(notes) == ["one"]


def test_what_waits_together_is_committed_together(notes):
    with counted_commits(notes) as commits:
        futures = submit_together(notes, *(note(str(i)) for i in range(50)))
        assert [f.result() for f in futures] == [str(i) for i in range(50)]
    assert len(commits) == 2, "one for the job that held the writer, one for all the others"
    assert len(texts(notes)) == 50


def test_a_failing_job_is_rolled_back_alone_and_its_neighbours_commit(notes):
    def half_done(connection: Connection) -> str:
        note("half")(connection)
        raise LookupError("the second half is missing")

    first, failing, last = submit_together(notes, note("first"), half_done, note("last"))
    assert first.result() == "first"
    assert last.result() == "last"
    with pytest.raises(LookupError, match="second half"):
        failing.result()
    assert texts(notes) == ["first", "last"]


def test_a_broken_constraint_is_the_fault_of_its_job_alone(notes):
    good, twice, other = submit_together(notes, note("a"), note("a"), note("b"))
    assert (good.result(), other.result()) == ("a", "b")
    with pytest.raises(IntegrityError):
        twice.result()
    assert texts(notes) == ["a", "b"]


def test_an_error_of_a_statement_does_not_repeat_its_values(notes):
    def write_twice(connection: Connection) -> None:
        for _ in range(2):
            note("a firm's margin")(connection)

    with pytest.raises(IntegrityError) as caught:
        notes.write(write_twice)
    assert "a firm's margin" not in str(caught.value)


def test_a_wrong_statement_is_the_fault_of_its_job_and_not_of_the_database(notes):
    def wrong(connection: Connection) -> str:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")
        return "never"

    good, failing = submit_together(notes, note("good"), wrong)
    assert good.result() == "good"
    with pytest.raises((DBAPIError, StoreUnavailable), match=NOWHERE):
        failing.result()


def test_items_that_wait_together_go_through_the_bulk_function_together(notes):
    calls: list[list[str]] = []

    def bulk(connection: Connection, items: list[str]) -> list[str]:
        calls.append(items)
        return [note(item)(connection).upper() for item in items]

    async def all_at_once() -> list[str]:
        with held(notes):
            tasks = [asyncio.create_task(notes.abulk(bulk, item)) for item in "abc"]
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks)

    assert asyncio.run(all_at_once()) == ["A", "B", "C"]
    assert calls == [["a", "b", "c"]]
    assert texts(notes) == ["a", "b", "c"]


def test_when_a_bulk_call_fails_only_the_item_at_fault_gets_the_error(notes):
    def bulk(connection: Connection, items: list[str]) -> list[str]:
        for item in items:
            note(item)(connection)
            if item == "bad":
                raise ValueError(item)
        return items

    async def all_at_once() -> list[str | BaseException]:
        with held(notes):
            tasks = [asyncio.create_task(notes.abulk(bulk, item)) for item in ("a", "bad", "b")]
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, bad, last = asyncio.run(all_at_once())
    assert (first, last) == ("a", "b")
    assert isinstance(bad, ValueError)
    assert texts(notes) == ["a", "b"]


def test_a_request_that_was_cancelled_does_not_disturb_its_neighbours(notes):
    async def give_up() -> str:
        with held(notes):
            leaving = asyncio.create_task(notes.awrite(note("left")))
            staying = asyncio.create_task(notes.awrite(note("stayed")))
            await asyncio.sleep(0)
            leaving.cancel()
        return await staying

    assert asyncio.run(give_up()) == "stayed"
    with held(notes):
        left = notes.submit(note("cancelled future"))
        left.cancel()
    assert notes.write(note("after")) == "after", "the writer still works"
    assert "left" in texts(notes), "the write itself stands"


def test_an_error_of_the_commit_reaches_every_caller(notes):
    def break_commit(_connection: Connection) -> None:
        raise RuntimeError("the commit failed")

    def sabotage(_connection: Connection) -> str:
        event.listen(notes._writer_engine, "commit", break_commit, once=True)
        return "done"

    for future in submit_together(notes, note("a"), sabotage, note("b")):
        with pytest.raises(RuntimeError, match="the commit failed"):
            future.result()
    assert texts(notes) == []
    assert notes.write(note("afterwards")) == "afterwards"


def test_a_database_locked_by_another_process_is_a_sentence_and_works_again(
    notes_on_file, monkeypatch
):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(store_module, "TRUST_AGAIN_SECONDS", 0)
    quick = Store(notes_on_file.database, name="service")
    other = sqlite3.connect(notes_on_file.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        with pytest.raises(StoreUnavailable, match="another process holds its lock"):
            quick.write(note("locked out"))
        other.execute("ROLLBACK")
        other.close()
        assert quick.write(note("in")) == "in"
    quick.close()
    assert texts(notes_on_file) == ["in"]
    refused, works = logs
    assert refused["event"] == "nothing could be stored"
    assert "end the other process or wait" in refused["reason"]
    assert works["event"] == "the store can be written again"


def test_a_full_disk_is_a_sentence_and_the_store_works_again_afterwards(notes_on_file):
    large = "x" * 1_000_000
    with full_disk(notes_on_file), pytest.raises(StoreUnavailable, match="free space on the disk"):
        notes_on_file.write(note(large))
    assert notes_on_file.write(note(large)) == large


def test_on_a_full_disk_nobody_is_told_that_it_was_stored(notes_on_file):
    with full_disk(notes_on_file):
        futures = submit_together(
            notes_on_file, note("small"), note("y" * 1_000_000), note("other")
        )
        for future in futures:
            with pytest.raises(StoreUnavailable, match="disk is full"):
                future.result()
    assert texts(notes_on_file) == []


def test_a_store_that_cannot_be_written_does_not_flood_the_log(notes_on_file, monkeypatch):
    monkeypatch.setattr(store_module, "TRUST_AGAIN_SECONDS", 0)
    with capture_logs() as logs, full_disk(notes_on_file):
        for _ in range(20):
            with pytest.raises(StoreUnavailable):
                notes_on_file.write(note("z" * 1_000_000))
    assert [line["event"] for line in logs] == [
        "nothing could be stored",
        "the store can be written again",
    ]


@pytest.mark.parametrize("engine", ["_writer_engine", "_reader_engine"])
def test_every_connection_is_wal_and_syncs_at_each_commit(notes_on_file, engine):
    with getattr(notes_on_file, engine).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2, "2 is FULL"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_reading_connection_cannot_write(notes):
    with pytest.raises(StoreUnavailable, match=r"read-?only"), notes.read() as connection:
        note("sneaked in")(connection)
    assert texts(notes) == []


def test_a_reader_sees_one_snapshot_while_the_writer_goes_on(notes):
    notes.write(note("before"))
    with notes.read() as connection:
        assert list(connection.execute(READ_NOTES).scalars()) == ["before"]
        notes.write(note("meanwhile"))
        assert list(connection.execute(READ_NOTES).scalars()) == ["before"]
    assert texts(notes) == ["before", "meanwhile"]


def test_a_wrong_query_is_not_mistaken_for_a_broken_database(notes):
    with pytest.raises((DBAPIError, StoreUnavailable), match=NOWHERE), notes.read() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")


def test_closing_commits_what_is_queued_and_refuses_what_comes_later(notes):
    with held(notes):
        queued = [notes.submit(note(str(i))) for i in range(10)]
        closing = threading.Thread(target=notes.close)
        closing.start()
    closing.join()
    assert [f.result() for f in queued] == [str(i) for i in range(10)]
    with pytest.raises(StoreUnavailable, match="is closed"):
        notes.write(note("too late"))


def test_after_each_commit_those_who_asked_are_called(notes):
    called = threading.Event()
    notes.after_commit(lambda _left: called.set())
    notes.write(note("x"))
    assert called.is_set()
