"""One service in a process of its own, as the distributed form runs it.

It does not end because something it needs is not there yet. Its address answers from the start, its
loops begin when its database has the newest schema, and what it waits for is on ``/readyz`` of
the operations' address and, once a minute, in the log.
"""

import faulthandler
import os
import random
import sys
import threading
import time
from collections.abc import Mapping

import structlog

from contracts.catalogue import topics
from services.app.gc_tuning import freeze_gc
from services.app.parameter_book import parameter_book
from services.app.registry import build
from services.app.serving import Web, operations_web
from services.chassis.clock import Clock, SystemClock
from services.chassis.database import migrations
from services.chassis.database.backend import Databases
from services.chassis.database.backends import databases_of
from services.chassis.errors import BadSetting, StoreUnavailable
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.ops.loops import EXIT_STUCK, LoopThread, Watchdog
from services.chassis.ops.settings import Settings

log = structlog.get_logger()

STOP_WITHIN_SECONDS = 9.0
"""Supervisors kill after ten seconds, and then nobody knows what hung: we say it before."""

EXIT_STOPPED_SLOWLY = 75
"""Exit status when something would not end in time (EX_TEMPFAIL). Nothing is half done: what was
not committed did not happen, and is delivered again."""

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
SAY_AGAIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 5.0


class SingleService:
    """A running service. Used as a context manager: leaving it drains and stops."""

    def __init__(
        self, name: str, settings: Settings, databases: Databases, bus: Bus, clock: Clock
    ) -> None:
        """Raises ``Refuse`` when the address cannot be had; waits for nothing else."""
        self._database = databases(name)
        self._bus = bus
        self.service = build(name, databases, bus, clock, parameter_book(), settings)
        self.service.metrics.show_the_process()
        self._web = Web(settings.host, settings.port)
        self.address = self._web.address
        self._operations = operations_web(settings)
        self._trusted_proxies = settings.trusted_proxies
        self.operations = self._operations.address
        # A loop that waits for the broker or the database inside its step holds up nobody.
        self._threads = [LoopThread(loop.name, [loop]) for loop in self.service.loops]
        self._watchdog = Watchdog(self.service.loops)
        self._stopping = threading.Event()
        self._life = threading.Thread(target=self._live, name=f"{name}-life", daemon=True)
        self._readiness = ReadinessLogger(name)
        self._started = False
        self.service.waits_for = "the database has not answered yet"

    def __enter__(self) -> "SingleService":
        self._web.start(self.service.app, self._trusted_proxies)
        self._operations.start(self.service.operations())
        freeze_gc()
        self._life.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Finish the requests and steps under way, then let go of bus and database; in any case
        over within ``STOP_WITHIN_SECONDS``.
        """
        over = threading.Event()
        threading.Thread(target=self._end_anyway, args=(over,), daemon=True).start()
        self._stopping.set()
        self._life.join()
        # Requests need the loops to be answered, so they go first.
        self._web.stop()
        if self._started:
            self._watchdog.stop()
            for thread in self._threads:
                thread.ask_to_stop()
            for thread in self._threads:
                thread.stop()
        # Asked for until the end: what hangs is told there.
        self._operations.stop()
        self.service.store.close()
        self._bus.close()
        over.set()
        log.info("service stopped", service=self.service.name)

    def _end_anyway(self, over: threading.Event) -> None:
        if over.wait(STOP_WITHIN_SECONDS):
            return
        log.error(
            "stopping took too long, ended as it is: what was not committed is done again",
            service=self.service.name,
            after_seconds=STOP_WITHIN_SECONDS,
        )
        try:
            faulthandler.dump_traceback(file=sys.stderr)
        finally:
            os._exit(EXIT_STOPPED_SLOWLY)

    def _live(self) -> None:
        """The life of the service between start and stop, on its own thread."""
        try:
            if not self._database_is_there():
                return
            for thread in self._threads:
                thread.start()
            self._watchdog.start()
            self._started = True
            log.info("service started", service=self.service.name, address=self.address)
            while not self._stopping.wait(LOOK_EVERY_SECONDS):
                self._readiness.say(self.service.troubles())
        except Exception:
            # A service whose loops never start would answer as if all were well.
            log.exception("the service cannot go on", service=self.service.name)
            os._exit(EXIT_STUCK)

    def _database_is_there(self) -> bool:
        """Wait until its schema is the newest. False when the service is stopped before."""
        pause = FIRST_PAUSE_SECONDS
        while (reason := self._reason_to_wait()) is not None:
            self.service.waits_for = reason
            self._readiness.say({"store": reason})
            if self._stopping.wait(random.uniform(pause / 2, pause)):  # noqa: S311 - jitter
                return False
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        self.service.waits_for = None
        return True

    def _reason_to_wait(self) -> str | None:
        try:
            return migrations.behind(self.service.name, self._database)
        except StoreUnavailable as error:
            return str(error)


def single_service(name: str, settings: Settings) -> SingleService:
    """The service of that name, on the broker and the database of its settings.

    Raises ``BadSetting`` when they name no broker or no database.
    """
    if settings.database_url is None:
        raise BadSetting(
            "a service by itself keeps its data in PostgreSQL: set WWW_DATABASE_URL, or run all in "
            "one process with `winwinwin up`"
        )
    bus = KafkaBus({t.name: (t.says.partitions, t.consumers()) for t in topics()}, settings)
    return SingleService(name, settings, databases_of(settings), bus, SystemClock())


class ReadinessLogger:
    """Says in the log what the service waits for: at once when that grows, then every minute."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._said: frozenset[str] = frozenset()
        self._said_at = 0.0

    def say(self, parts: Mapping[str, str]) -> None:
        """``parts`` are those in trouble now, each with the reason."""
        now = time.monotonic()
        if parts and (not parts.keys() <= self._said or now - self._said_at >= SAY_AGAIN_SECONDS):
            log.warning("the service waits", service=self._service, waits_for=dict(parts))
            self._said_at = now
        if self._said and not parts:
            log.warning("the service waits no longer", service=self._service)
        self._said = frozenset(parts)
