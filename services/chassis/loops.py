"""Threads that do one thing again and again, and the watchdog that notices when one is stuck."""

import faulthandler
import os
import random
import sys
import threading
import time

import structlog

from services.chassis.metrics import Metrics

log = structlog.get_logger()

STUCK_AFTER_SECONDS = 60.0
"""A loop that has not come round for this long is wedged: even its slowest step takes seconds."""

EXIT_STUCK = 70
"""Exit status of a process the watchdog ended (EX_SOFTWARE); its supervisor starts it again."""


class Loop:
    """A named thread calling ``step`` until stopped.

    A step that raises is logged, counted, and tried again after a growing pause: the loop never
    dies in silence, and its readiness says what it stumbled over.
    """

    FIRST_PAUSE = 0.05
    LONGEST_PAUSE = 10.0

    def __init__(self, name: str, metrics: Metrics) -> None:
        self.name = name
        self.metrics = metrics
        self.stopping = threading.Event()
        self.trouble: str | None = None
        self.last_tick = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def step(self) -> None:
        """One round; must return within seconds. Overridden by each loop."""
        raise NotImplementedError

    def wake(self) -> None:
        """Make a waiting step return soon. Overridden by loops that wait."""

    def finish(self) -> None:
        """Release what the loop holds; called on its own thread when it ends."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the loop to end after its present step, and wait for it."""
        self.stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> None:
        """Say that the loop is alive; long steps call it on their way."""
        self.last_tick = time.monotonic()
        self.metrics.loop_last_tick.labels(loop=self.name).set_to_current_time()

    def rest(self, attempt: int) -> None:
        """Pause before trying again: exponential with full jitter, ended at once by ``stop``."""
        longest = min(self.LONGEST_PAUSE, self.FIRST_PAUSE * 2 ** min(attempt, 16))
        self.stopping.wait(random.uniform(self.FIRST_PAUSE / 2, longest))  # noqa: S311 - jitter, not a secret

    def _run(self) -> None:
        failures = 0
        while not self.stopping.is_set():
            self.tick()
            try:
                self.step()
            except Exception as error:
                failures += 1
                self.trouble = f"{type(error).__name__}: {error}"
                self.metrics.loop_failures.labels(loop=self.name).inc()
                log.exception("loop stumbled, will try again", loop=self.name, failures=failures)
                self.rest(failures)
            else:
                failures = 0
                self.trouble = None
        self.finish()


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
                faulthandler.dump_traceback(file=sys.stderr)
                os._exit(EXIT_STUCK)
