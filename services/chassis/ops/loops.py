"""Things done again and again, the threads that do them, and the watchdog that sees one stuck."""

import faulthandler
import os
import random
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence

import structlog
from structlog.contextvars import bound_contextvars

from services.chassis.errors import Decision
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.repeated_log import Again

log = structlog.get_logger()

STUCK_AFTER_SECONDS = 60.0
"""A loop that has not come round for this long is wedged: even its slowest poll takes seconds."""

EXIT_STUCK = 70
"""Exit status of a process the watchdog ended (EX_SOFTWARE); its supervisor starts it again."""

IDLE_SECONDS = 0.5
"""How long a thread with nothing to do sleeps at most before it looks again."""


class Loop(ABC):
    """Something done again and again by a ``LoopThread``.

    A poll that raises is counted and tried again after a growing pause, and said in the log, at
    first and then once a minute: the loop never dies in silence, and its readiness says what
    failed.
    """

    FIRST_PAUSE = 0.05
    LONGEST_PAUSE = 10.0

    def __init__(self, name: str, metrics: Metrics) -> None:
        self.name = name
        self.service = name.partition("-")[0]
        self.metrics = metrics
        self.trouble: str | None = None
        self.complaint: str | None = None
        """What keeps it from its work, though nothing was raised."""
        self.notice: str | None = None
        """What those who operate it should see, though it works as it should."""
        self.last_tick = time.monotonic()
        self.resume_at = 0.0
        """Not before this moment (monotonic clock) is the loop polled again."""
        self.awake = threading.Event()
        """Set when there may be something to do; shared by the loops of one thread."""
        self.again = Again()
        self._failures_in_a_row = 0
        metrics.loop_failures.labels(loop=name)

    @abstractmethod
    def poll(self, timeout: float = 0.0) -> bool:
        """One round of work, over within seconds; may wait up to ``timeout`` seconds for something
        to do. Answers whether anything was done.
        """

    def finish(self) -> None:  # noqa: B027 - most loops hold nothing
        """Release what the loop holds; called on its thread when that ends."""

    def wake(self) -> None:
        """Say that there may be something to do."""
        self.awake.set()

    def tick(self) -> None:
        """Say that the loop is alive; long polls call it on their way."""
        self.last_tick = time.monotonic()
        self.metrics.loop_last_tick.labels(loop=self.name).set_to_current_time()

    def back_off(self, attempt: int) -> None:
        """Do not poll for a while: exponential with full jitter."""
        longest = min(self.LONGEST_PAUSE, self.FIRST_PAUSE * 2 ** min(attempt, 16))
        pause = random.uniform(self.FIRST_PAUSE / 2, longest)  # noqa: S311 - jitter, not a secret
        self.resume_at = time.monotonic() + pause

    def run_once(self, timeout: float) -> bool:
        """Poll, unless backing off. Never raises."""
        with bound_contextvars(service=self.service):
            return self._run_once(timeout)

    def _run_once(self, timeout: float) -> bool:
        self.tick()
        if self.resume_at > time.monotonic():
            return False
        try:
            worked = self.poll(timeout)
        except Decision as error:
            # It says itself what is wrong and what to do: where in the code adds nothing.
            if times := self._fail(error, str(error)):
                log.warning(
                    "loop waits, will try again",
                    loop=self.name,
                    failures=times,
                    reason=str(error),
                )
            return False
        except Exception as error:
            if times := self._fail(error, f"{type(error).__name__}: {error}"):
                log.exception("loop stumbled, will try again", loop=self.name, failures=times)
            return False
        self._failures_in_a_row = 0
        self.trouble = None
        return worked

    def _fail(self, error: Exception, trouble: str) -> int:
        """Answers how often this kind of error came, when that is to be said now."""
        self._failures_in_a_row += 1
        self.trouble = trouble
        self.metrics.loop_failures.labels(loop=self.name).inc()
        self.back_off(self._failures_in_a_row)
        return self.again.due(type(error).__name__)


class PeriodicLoop(Loop):
    """A loop that looks at something now and then. ``pause`` is the time between two looks, in
    seconds from the beginning of one to that of the next; a look may change it.
    """

    def __init__(self, name: str, metrics: Metrics, pause: float) -> None:
        super().__init__(name, metrics)
        self.pause = pause
        self._next_look = 0.0

    def poll(self, timeout: float = 0.0) -> bool:
        started = time.monotonic()
        if started < self._next_look:
            if timeout:
                self.awake.wait(min(timeout, self._next_look - started))
            return False
        try:
            return self.look()
        finally:
            self._next_look = started + self.pause

    @abstractmethod
    def look(self) -> bool:
        """Look once; answers whether anything was done."""


class LoopThread:
    """A thread that polls its loops, one after the other.

    One thread for many loops suits a single process: under Python's global lock more threads would
    only fight for it. One thread for one loop lets that loop wait inside its own ``poll``.
    """

    def __init__(self, name: str, loops: Sequence[Loop]) -> None:
        self._loops = loops
        self._awake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        for loop in loops:
            loop.awake = self._awake

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the present poll."""
        self._stopping = True
        self._awake.set()

    def stop(self) -> None:
        """End after the present poll, and wait for that."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        timeout = IDLE_SECONDS if len(self._loops) == 1 else 0.0
        while not self._stopping:
            self._awake.clear()
            began = time.monotonic()
            worked = False
            for loop in self._loops:
                worked = loop.run_once(timeout) or worked
            if not worked and not self._stopping:
                # What was waited inside ``poll`` counts: a member of a consumer group that is half
                # its time away from ``poll`` misses what the group tells it, again and again.
                spent = time.monotonic() - began
                self._awake.wait(max(0.0, self._until_next() - spent))
        for loop in self._loops:
            try:
                loop.finish()
            except Exception:
                # The others must still finish; what this one could not is repeated at the start.
                log.exception("loop could not finish cleanly", loop=loop.name)

    def _until_next(self) -> float:
        now = time.monotonic()
        pauses = [loop.resume_at - now for loop in self._loops if loop.resume_at > now]
        return min([IDLE_SECONDS, *pauses])


class Watchdog:
    """Ends the process when a loop is stuck, after writing every thread's stack to stderr."""

    def __init__(self, loops: list[Loop], stuck_after: float = STUCK_AFTER_SECONDS) -> None:
        self._loops = loops
        self._stuck_after = stuck_after
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def stuck(self) -> list[str]:
        """Names of the loops that have not come round in time."""
        now = time.monotonic()
        return [loop.name for loop in self._loops if now - loop.last_tick > self._stuck_after]

    def _run(self) -> None:
        while not self._stopping.wait(self._stuck_after / 4):
            if stuck := self.stuck():
                log.critical(
                    "a loop is stuck, ending the process so that it is started again",
                    loops=stuck,
                    after_seconds=self._stuck_after,
                )
                try:
                    faulthandler.dump_traceback(file=sys.stderr)
                finally:
                    os._exit(EXIT_STUCK)
