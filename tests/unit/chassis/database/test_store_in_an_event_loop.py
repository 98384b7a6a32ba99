"""What coroutines write is committed by the writer, and their event loop goes on meanwhile."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import Connection

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


def test_what_a_coroutine_writes_is_never_committed_on_the_thread_of_its_loop(notes):
    assert asyncio.run(notes.awrite(insert)) != threading.get_ident()
    assert count(notes) == 1


def test_what_the_loop_brings_while_the_writer_is_away_is_one_commit(notes):
    commits: list[None] = []
    notes.after_commit(lambda _left: commits.append(None))
    writer = Writer(notes, Metrics())

    async def several() -> None:
        writing = [asyncio.ensure_future(notes.awrite(insert)) for _ in range(16)]
        while notes.waiting < len(writing):
            await asyncio.sleep(0)
        assert await asyncio.to_thread(writer.poll)
        await asyncio.gather(*writing)

    asyncio.run(several())
    assert count(notes) == 16
    assert len(commits) == 1


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


def test_a_write_that_came_while_a_thread_committed_its_own_is_committed_as_well(notes):
    entered, leave = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        entered.set()
        leave.wait()

    async def write_beside_a_long_one() -> None:
        writing = asyncio.ensure_future(notes.awrite(insert))
        while not notes.waiting:
            await asyncio.sleep(0)
        leave.set()
        await writing

    busy = threading.Thread(target=notes.write, args=(hold,))
    busy.start()
    entered.wait()
    asyncio.run(write_beside_a_long_one())
    busy.join()
    assert count(notes) == 1


def test_a_writer_for_whom_nothing_waits_has_done_nothing_and_one_that_waits_is_woken(notes):
    writer = Writer(notes, Metrics())
    assert writer.poll() is False
    waiting = threading.Thread(target=writer.poll, args=(30.0,))
    waiting.start()
    asyncio.run(notes.awrite(insert))
    waiting.join(10.0)
    assert not waiting.is_alive()
    assert count(notes) == 1
