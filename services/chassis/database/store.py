"""One database of one service: many readers, one writer, group commit.

One thread commits at a time, and takes everything that is waiting with it, so that a hundred
requests cost one ``fsync`` instead of a hundred, and SQLite never sees two writers wait for each
other. Who may wait (a consumer, a command) commits by itself. What coroutines write is committed on
their event loop's own thread where that takes a moment only, and by a ``Writer`` where it may take
longer. A job that fails is rolled back alone; its neighbours commit.
"""

import asyncio
import math
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
from services.chassis.database.group_commit import Bulk, I, Job, O, Outcomes, T, alone, by_bulk
from services.chassis.errors import StoreUnavailable
from services.chassis.ops import faults
from services.chassis.ops.repeated_log import Again

log = structlog.get_logger()

_PASSED = "passed_after_commit"

AfterCommit = Callable[[Sequence[Any]], None]
"""Told what the jobs of a commit left for it, in the order of the commits; quick."""

MAX_GROUP = 512
"""Jobs committed together: beyond this the first ones wait longer than one more fsync costs."""

QUIET_ROUNDS = 2
"""Rounds of an event loop without a further write before it commits: a request that has arrived
takes one round to be read and one to be handled. An empty round takes some ten microseconds."""

GATHER_SECONDS = 0.005
"""How long writes may keep one another from being committed."""

SLOW_COMMIT_SECONDS = 0.05
"""A commit that took this long would hold up every other request of an event loop: the next ones
are left to the writer's thread."""

SLOW_FOR_SECONDS = 5.0
"""How long that lasts before the event loop tries again."""

TRUST_AGAIN_SECONDS = 5.0
"""So long after a write that could not be kept, a smaller one may still find room: until then a
success proves nothing."""


class Store:
    """A service's database. ``name`` appears in fault points, threads and messages."""

    def __init__(self, database: Database, *, name: str) -> None:
        self.name = name
        self.database = database
        self._writer_engine = database.writer()
        self._hurried_engine = database.hurried(self._writer_engine)
        self._reader_engine = database.reader()
        self._jobs: deque[Job] = deque()
        self._turn = threading.Lock()
        """Held by the one thread that commits; the next finds its job done already, or does it."""
        self._wake_writer: Callable[[], None] = self._drain_elsewhere
        self._drains: set[asyncio.AbstractEventLoop] = set()
        """Event loops that will come to ``_drain_here`` in their next round."""
        self._not_here_before = 0.0 if self._hurried_engine is not None else math.inf
        """Until then (monotonic clock) no event loop's thread commits."""
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

    def submit(self, job: Callable[[Connection], T]) -> "Future[T]":
        """Queue a write for the writer; the future is settled after the commit that holds it.

        The future raises what the job raised, or ``StoreUnavailable`` when the commit failed.
        """
        future = self._queue(job)
        self._wake_writer()
        return future

    def _queue(self, job: Callable[[Connection], T]) -> "Future[T]":
        future: Future[T] = Future()

        def settle(value: T, error: BaseException | None) -> None:
            # The caller may have given up meanwhile; the write stands.
            if not future.set_running_or_notify_cancel():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)

        self._put(Job(alone, job, settle, None))
        return future

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run a write, on this thread, together with whatever is waiting; back after the commit."""
        future = self._queue(job)
        with self._turn:
            # Not longer: what came meanwhile is committed more cheaply where it came from.
            while not future.done():
                self._commit(self._next_group())
        self._pass_on()
        return future.result()

    async def awrite(self, job: Callable[[Connection], T]) -> T:
        """``write`` for coroutines."""
        outcome: T = await self.abulk(alone, job)
        return outcome

    async def abulk(self, bulk: Bulk[I, O], item: I) -> O:
        """Write one item through a function that takes all items of the group commit at once.

        When the bulk call raises, its items are tried again one by one, so that only the item at
        fault gets the error.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[O] = loop.create_future()

        def settle(value: O, error: BaseException | None) -> None:
            # The request may have been cancelled meanwhile (client gone); the write stands.
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)

        self._put(Job(bulk, item, settle, loop))
        if loop not in self._drains:
            self._drains.add(loop)
            loop.call_soon(self._gather, loop, time.monotonic(), 0, 0)
        return await future

    def _gather(
        self, loop: asyncio.AbstractEventLoop, since: float, known: int, quiet: int
    ) -> None:
        """Commit when the event loop's rounds bring no further write.

        Callers who were answered by the last commit come back a moment apart: the first of them
        would be committed alone, while the others wait for its ``fsync``.
        """
        waiting = len(self._jobs)
        quiet = quiet + 1 if waiting == known else 0
        if quiet == QUIET_ROUNDS or time.monotonic() - since > GATHER_SECONDS:
            self._drain_here(loop)
        else:
            loop.call_soon(self._gather, loop, since, waiting, quiet)

    def _drain_here(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit on the event loop's own thread what takes a moment only.

        A second thread would take Python's global lock from this one and give it back some twenty
        times a commit, which costs more than the commit.
        """
        self._drains.discard(loop)
        started = time.monotonic()
        if started < self._not_here_before:
            self._wake_writer()
            return
        if not self._turn.acquire(blocking=False):
            # Whoever has the turn passes on what it leaves; see ``_pass_on``.
            return
        in_time = True
        try:
            while self._jobs and in_time:
                in_time = self._commit(self._next_group(), in_a_hurry=True)
        finally:
            self._turn.release()
        ended = time.monotonic()
        if not in_time or ended - started > SLOW_COMMIT_SECONDS:
            self._not_here_before = ended + SLOW_FOR_SECONDS
        self._pass_on()

    def after_commit(self, callback: AfterCommit) -> None:
        """Call ``callback`` (on the committing thread) after every commit."""
        self._after_commit.append(callback)

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` when a write was queued that nobody is draining; see ``Writer``."""
        self._wake_writer = wake

    def drain(self) -> bool:
        """Commit what is queued, on this thread; answers whether there was anything."""
        worked = False
        with self._turn:
            while self._jobs:
                self._commit(self._next_group())
                worked = True
        self._pass_on()
        return worked

    def _pass_on(self) -> None:
        """Having left the turn, see that somebody commits what was queued meanwhile."""
        try:
            loop = self._jobs[0].loop
        except IndexError:
            return
        if loop is None or time.monotonic() < self._not_here_before:
            self._wake_writer()
            return
        try:
            loop.call_soon_threadsafe(self._drain_here, loop)
        except RuntimeError:  # that loop is closed
            self._wake_writer()

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

    def _commit(self, group: list[Job], *, in_a_hurry: bool = False) -> bool:
        """Commit a group and tell its callers. False, with the group back in the queue, when a
        hurried transaction cannot even begin.
        """
        outcomes = Outcomes()
        calls = by_bulk(group)
        engine = (in_a_hurry and self._hurried_engine) or self._writer_engine
        begun = False
        try:
            with engine.begin() as connection:
                begun = True
                left = connection.info[_PASSED] = []
                if len(calls) == 1:
                    # Alone in its transaction, a call needs no savepoint: it fails with it.
                    outcomes.add_all(group, group[0].bulk(connection, [j.item for j in group]))
                else:
                    for bulk, jobs in calls:
                        self._attempt(connection, bulk, jobs, outcomes)
                faults.reach(f"{self.name}.before_commit")
        except Exception as error:  # noqa: BLE001 - whatever the commit raised, every caller must be told
            if in_a_hurry and not begun:
                # Who can wait tries again, and says why when that fails as well.
                self._jobs.extendleft(reversed(group))
                return False
            outcomes = Outcomes()
            told: Exception = error
            if isinstance(error, DBAPIError) and self.database.is_unusable(error):
                told = self.database.unavailable(self.name, error)
                self._say_failing(told)
            elif len(calls) == 1 and len(group) > 1:
                # One item spoiled the call: alone, each of the others succeeds.
                for job in group:
                    self._commit([job])
                return True
            for job in group:
                outcomes.add(job, None, told)
        else:
            self._say_working()
            faults.reach(f"{self.name}.after_commit")
            for callback in self._after_commit:
                callback(left)
        outcomes.deliver()
        return True

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
            with self._turn, self._writer_engine.begin() as connection:
                trial(connection)
        except DBAPIError as error:
            if not self.database.is_unusable(error):
                raise
            told = self.database.unavailable(self.name, error)
            self._say_failing(told)
            raise told from error
        finally:
            self._pass_on()
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
