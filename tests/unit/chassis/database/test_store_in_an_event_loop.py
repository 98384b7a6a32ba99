"""What coroutines write: on the loop's own thread where it takes a moment, elsewhere where not."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from sqlalchemy import Connection

from services.chassis.database import store as store_module
from services.chassis.database.store import Store
from services.chassis.database.writer import Writer
from services.chassis.ops.metrics import Metrics
from tests.support.databases import sqlite_databases


def insert(connection: Connection) -> int:
    connection.exec_driver_sql("INSERT INTO note DEFAULT VALUES")
    return threading.get_ident()


@pytest.fixture
def databases(tmp_path):
    """Files: what is written over a network never takes a moment only."""
    with sqlite_databases(tmp_path) as lent:
        yield lent


@pytest.fixture
def notes(store: Store) -> Store:
    store.write(lambda c: c.exec_driver_sql("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    return store


def count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM note").scalar_one())


def test_a_quick_write_is_committed_on_the_thread_of_its_loop(notes):
    assert asyncio.run(notes.awrite(insert)) == threading.get_ident()
    assert count(notes) == 1


def test_what_one_round_of_the_loop_brings_is_one_commit(notes):
    commits: list[None] = []
    notes.after_commit(lambda _left: commits.append(None))

    async def several() -> None:
        await asyncio.gather(*(notes.awrite(insert) for _ in range(16)))

    asyncio.run(several())
    assert count(notes) == 16
    assert len(commits) == 1


def test_callers_who_come_a_round_apart_are_one_commit(notes):
    commits: list[None] = []
    notes.after_commit(lambda _left: commits.append(None))

    async def come_after(rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(0)
        await notes.awrite(insert)

    async def one_after_the_other() -> None:
        await asyncio.gather(*(come_after(rounds) for rounds in range(16)))

    asyncio.run(one_after_the_other())
    assert count(notes) == 16
    assert len(commits) == 1


def test_writes_without_a_break_do_not_put_one_another_off_for_long(notes, monkeypatch):
    seconds = iter(range(10_000))
    monkeypatch.setattr(store_module.time, "monotonic", lambda: next(seconds) / 1_000)
    others: list[asyncio.Task[int]] = []

    async def answered_amid_a_stream() -> int:
        first = asyncio.ensure_future(notes.awrite(insert))
        while not first.done() and len(others) < 1_000:
            others.append(asyncio.ensure_future(notes.awrite(insert)))
            await asyncio.sleep(0)
        before = len(others)
        await asyncio.gather(*others)
        return before

    waited = asyncio.run(answered_amid_a_stream())
    assert 1 < waited < 20, "about one write a round, for five milliseconds of this clock"


def test_while_another_process_holds_the_lock_the_loop_goes_on(notes):
    async def write_beside_a_lock() -> tuple[int, int]:
        rounds = 0
        with closing(sqlite3.connect(notes.database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.ensure_future(notes.awrite(insert))
            while rounds < 50:
                await asyncio.sleep(0.001)
                rounds += 1
            assert not writing.done()
            other.execute("ROLLBACK")
        return rounds, await writing

    rounds, thread = asyncio.run(write_beside_a_lock())
    assert rounds == 50
    assert thread != threading.get_ident()
    assert count(notes) == 1


def test_while_another_thread_commits_the_loop_goes_on(notes):
    entered, leave = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        entered.set()
        leave.wait()

    async def write_beside_a_long_one() -> None:
        writing = asyncio.ensure_future(notes.awrite(insert))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not writing.done()
        leave.set()
        await writing

    busy = notes.submit(hold)
    entered.wait()
    asyncio.run(write_beside_a_long_one())
    busy.result()
    assert count(notes) == 1


def test_after_a_slow_commit_the_loop_is_spared_for_a_while(notes, monkeypatch):
    monkeypatch.setattr(store_module, "SLOW_COMMIT_SECONDS", 0.0)
    here = threading.get_ident()

    async def one_after_the_other() -> list[bool]:
        return [await notes.awrite(insert) == here for _ in range(2)]

    assert asyncio.run(one_after_the_other()) == [True, False]

    notes.drain()  # returns when the other thread has left its turn
    monkeypatch.setattr(store_module, "SLOW_COMMIT_SECONDS", 60.0)
    real, spared = time.monotonic, store_module.SLOW_FOR_SECONDS
    monkeypatch.setattr(store_module.time, "monotonic", lambda: real() + spared)
    assert asyncio.run(notes.awrite(insert)) == here


def test_what_was_queued_while_a_thread_had_its_turn_goes_back_to_the_loop(notes):
    entered, leave = threading.Event(), threading.Event()
    threads: list[int] = []

    def hold(_connection: Connection) -> None:
        entered.set()
        leave.wait()

    async def write_beside_a_long_one() -> None:
        writing = asyncio.ensure_future(notes.awrite(insert))
        await asyncio.sleep(0.01)
        leave.set()
        threads.append(await writing)

    busy = threading.Thread(target=notes.write, args=(hold,))
    busy.start()
    entered.wait()
    asyncio.run(write_beside_a_long_one())
    busy.join()
    assert threads == [threading.get_ident()]


def test_a_writer_takes_nothing_that_nobody_left_to_it(notes):
    writer = Writer(notes, Metrics())

    async def write_while_the_writer_looks_round() -> int:
        writing = asyncio.ensure_future(notes.awrite(insert))
        await asyncio.sleep(0)
        assert writer.poll() is False
        return await writing

    assert asyncio.run(write_while_the_writer_looks_round()) == threading.get_ident()


def test_where_commits_take_longer_than_a_moment_the_writer_makes_them(store, monkeypatch):
    monkeypatch.setattr(type(store.database), "hurried", lambda _database, _writer: None)
    remote = Store(store.database, name="remote")
    remote.write(lambda c: c.exec_driver_sql("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    writer = Writer(remote, Metrics())

    async def write() -> int:
        writing = asyncio.ensure_future(remote.awrite(insert))
        while not writer._asked:
            await asyncio.sleep(0)
        await asyncio.to_thread(writer.poll)
        return await writing

    assert asyncio.run(write()) != threading.get_ident()
    remote.close()
