"""One database of one service: many readers, one writer, group commit.

Every write is a job in one queue. Whoever holds the lock is the writer: it takes all jobs that wait
and commits them in one transaction, so that a hundred requests cost one ``fsync`` and SQLite never
sees two writers wait for each other. A thread that may wait for its write (a consumer, a command)
takes the lock itself; what coroutines write is committed by the store's ``Writer``, so that no
event loop ever waits for a disk. A job that fails is rolled back alone, and its neighbours commit.
Who queued a job is told after the commit that holds it.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services.chassis.database.backend import Database
from services.chassis.database.group_commit import (
    Bulk,
    I,
    Job,
    O,
    Outcomes,
    T,
    by_bulk,
    run_each,
)
from services.chassis.errors import StoreUnavailable
from services.chassis.ops import faults
from services.chassis.ops.repeated_log import Again

log = structlog.get_logger()

_PASSED = "passed_after_commit"

AfterCommit = Callable[[Sequence[Any]], None]
"""Told what the jobs of a commit left for it, in the order of the commits; quick."""

MAX_GROUP = 512
"""Jobs committed together: beyond this the first ones wait longer than one more fsync costs."""

TRUST_AGAIN_SECONDS = 5.0
"""So long after a write that could not be kept, a smaller one may still find room: until then a
success proves nothing."""


class Store:
    """A service's database. ``name`` appears in fault points, threads and messages."""

    def __init__(self, database: Database, *, name: str) -> None:
        self.name = name
        self.database = database
        self._writer_engine = database.writer()
        self._reader_engine = database.reader()
        self._jobs: deque[Job] = deque()
        self._writing = threading.Lock()
        """Held by the one thread that commits; the next finds its job done already, or does it."""
        self._wake_writer: Callable[[], None] = self._drain_elsewhere
        self._after_commit: list[AfterCommit] = []
        self._closed = False
        self._closing = threading.Lock()
        self._again = Again()
        self.trouble: str | None = None
        """Why nothing can be stored, since the last write that could not be."""
        self._failing_since = self._failed_at = 0.0
        self._written_at = time.monotonic()

    # -- reading ---------------------------------------------------------------------------

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot and cannot write; never waits for the writer.

        Raises ``StoreUnavailable`` when the database cannot be read.
        """
        try:
            with self._reader_engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            if not self.database.is_unusable(error):
                raise
            raise self.database.unavailable(self.name, error) from error
        except PoolTimeoutError as error:
            raise StoreUnavailable(
                f"the store {self.name} is read by too many at once: wait, or find the slow reader"
            ) from error

    # -- writing ---------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Jobs that nobody has begun to commit."""
        return len(self._jobs)

    def submit(self, job: Callable[[Connection], T]) -> "Future[T]":
        """Queue a write for the writer; the future is resolved after the commit that holds it.

        The future raises what the job raised, or ``StoreUnavailable`` when the commit failed.
        """
        future = self._queue(job)
        self._wake_writer()
        return future

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run a write, on this thread, together with whatever is waiting; back after the commit."""
        future = self._queue(job)
        with self._writing:
            # Not longer: what came meanwhile is the writer's, who was woken for it.
            while not future.done():
                self._commit(self._next_group())
        return future.result()

    def _queue(self, job: Callable[[Connection], T]) -> "Future[T]":
        future: Future[T] = Future()

        def resolve(value: T, error: BaseException | None) -> None:
            # The caller may have given up meanwhile; the write stands.
            if not future.set_running_or_notify_cancel():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)

        self._put(Job(run_each, job, resolve, None))
        return future

    async def awrite(self, job: Callable[[Connection], T]) -> T:
        """``write`` for coroutines."""
        outcome: T = await self.abulk(run_each, job)
        return outcome

    async def abulk(self, bulk: Bulk[I, O], item: I) -> O:
        """Write one item through a function that takes all items of the group commit at once.

        When the bulk call raises, its items are tried again one by one, so that only the item at
        fault gets the error.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[O] = loop.create_future()

        def resolve(value: O, error: BaseException | None) -> None:
            # The request may have been cancelled meanwhile (client gone); the write stands.
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)

        self._put(Job(bulk, item, resolve, loop))
        self._wake_writer()
        return await future

    def after_commit(self, callback: AfterCommit) -> None:
        """Call ``callback`` (on the committing thread) after every commit."""
        self._after_commit.append(callback)

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` when a write was queued that its caller does not commit; see ``Writer``."""
        self._wake_writer = wake

    def drain(self) -> bool:
        """Commit what is queued, on this thread; answers whether there was anything."""
        worked = False
        with self._writing:
            while self._jobs:
                self._commit(self._next_group())
                worked = True
        return worked

    def close(self) -> None:
        """Commit what is queued, then stop. Later writes raise ``StoreUnavailable``."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self.drain()
        self._writer_engine.dispose()
        self._reader_engine.dispose()

    # -- committing --------------------------------------------------------------------------

    def _put(self, job: Job) -> None:
        # Under the lock, so that nothing is queued after the last drain, when nobody would run it.
        with self._closing:
            if self._closed:
                raise StoreUnavailable(f"the store {self.name} is closed: the service is stopping")
            self._jobs.append(job)

    def _drain_elsewhere(self) -> None:
        # Without a Writer (a test, a script) a coroutine's write still must not wait for ever.
        threading.Thread(target=self.drain, name=f"{self.name}-drain", daemon=True).start()

    def _next_group(self) -> list[Job]:
        return [self._jobs.popleft() for _ in range(min(len(self._jobs), MAX_GROUP))]

    def _commit(self, group: list[Job]) -> None:
        """Commit a group and tell its callers."""
        outcomes = Outcomes()
        calls = by_bulk(group)
        try:
            with self._writer_engine.begin() as connection:
                left = connection.info[_PASSED] = []
                if len(calls) == 1:
                    # Alone in its transaction, a call needs no savepoint: it fails with it.
                    outcomes.add_all(group, group[0].bulk(connection, [j.item for j in group]))
                else:
                    for bulk, jobs in calls:
                        self._attempt(connection, bulk, jobs, outcomes)
                faults.reach(f"{self.name}.before_commit")
        except Exception as error:  # noqa: BLE001 - whatever the commit raised, every caller must be told
            outcomes = Outcomes()
            told: Exception = error
            if isinstance(error, DBAPIError) and self.database.is_unusable(error):
                told = self.database.unavailable(self.name, error)
                self._say_failing(told)
            elif len(calls) == 1 and len(group) > 1:
                # One item spoiled the call: alone, each of the others succeeds.
                for job in group:
                    self._commit([job])
                return
            for job in group:
                outcomes.add(job, None, told)
        else:
            self._say_working()
            faults.reach(f"{self.name}.after_commit")
            for callback in self._after_commit:
                callback(left)
        outcomes.deliver()

    def _attempt(
        self, connection: Connection, bulk: Bulk[Any, Any], jobs: list[Job], outcomes: Outcomes
    ) -> None:
        # Without a `with`: when SQLite has rolled back everything, undoing the savepoint would
        # fail as well and hide the reason.
        savepoint = connection.begin_nested()
        left = len(connection.info[_PASSED])
        try:
            values = bulk(connection, [job.item for job in jobs])
        except Exception as error:
            if isinstance(error, DBAPIError) and self.database.is_unusable(error):
                raise
            savepoint.rollback()
            del connection.info[_PASSED][left:]
            self._one_by_one(connection, bulk, jobs, error, outcomes)
        else:
            savepoint.commit()
            outcomes.add_all(jobs, values)

    def _one_by_one(
        self,
        connection: Connection,
        bulk: Bulk[Any, Any],
        jobs: list[Job],
        error: Exception,
        outcomes: Outcomes,
    ) -> None:
        if len(jobs) == 1:
            outcomes.add(jobs[0], None, error)
            return
        for job in jobs:
            self._attempt(connection, bulk, [job], outcomes)

    # -- telling the operator ----------------------------------------------------------------

    @property
    def quiet_for(self) -> float:
        """Seconds since something was last stored, or since the beginning."""
        return time.monotonic() - self._written_at

    def attempt(self, trial: Callable[[Connection], None]) -> None:
        """Commit a trial, of which nobody is told, to see whether something can be stored.

        Raises ``StoreUnavailable`` when it cannot; ``trouble`` says so as well.
        """
        try:
            with self._writing, self._writer_engine.begin() as connection:
                trial(connection)
        except DBAPIError as error:
            if not self.database.is_unusable(error):
                raise
            told = self.database.unavailable(self.name, error)
            self._say_failing(told)
            raise told from error
        self._say_working()

    def _say_failing(self, error: Exception) -> None:
        self._failed_at = time.monotonic()
        if self.trouble is None:
            self._failing_since = self._failed_at
        self.trouble = str(error)
        if times := self._again.due("failing"):
            log.error("nothing could be stored", store=self.name, times=times, reason=str(error))

    def _say_working(self) -> None:
        self._written_at = time.monotonic()
        if self.trouble is None or self._written_at - self._failed_at < TRUST_AGAIN_SECONDS:
            return
        seconds = round(self._written_at - self._failing_since, 1)
        log.warning("the store can be written again", store=self.name, after_seconds=seconds)
        self.trouble = None


def pass_after_commit(connection: Connection, items: Sequence[Any]) -> None:
    """From inside a job: these are for those who are told after the commit. They are forgotten when
    the job is undone; a connection that is not a store's writer forgets them at once.
    """
    if (left := connection.info.get(_PASSED)) is not None:
        left.extend(items)
