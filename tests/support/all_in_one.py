"""All four services in a process of its own, to be killed and started again.

Processes are forked from a server that has imported everything already: an import takes longer
than a life.
"""

import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from contracts.samples import territory_text
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database.sqlite import files_in
from services.chassis.database.store import Store
from services.chassis.web import auth
from services.cli.main import MODULES
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER
from tests.support.command import free_port
from tests.support.waiting import until

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(MODULES)

TERRITORY = "fr-ze-2815"
READY_WITHIN_SECONDS = 30.0


class AllInOneProcess:
    """``winwinwin up`` on a data directory, at a port of its own."""

    def __init__(self, data_dir: Path, *, fault: str = "") -> None:
        self.data_dir = data_dir
        self.log = data_dir / "log.jsonl"
        self.port = free_port()
        self._process = _FORKS.Process(target=_up, args=(data_dir, self.port, fault, self.log))
        self._process.start()
        until(lambda: self.dead or self._answers(), within=READY_WITHIN_SECONDS)

    @property
    def dead(self) -> bool:
        return not self._process.is_alive()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=10.0
        )

    def ended(self, within: float = 10.0) -> int | None:
        """The exit status once the process has ended; None when it does not."""
        self._process.join(within)
        return self._process.exitcode

    def stop(self) -> None:
        """End it as a supervisor would, or make sure that it is over."""
        if not self.dead:
            os.kill(self._process.pid or 0, signal.SIGTERM)
            status = self.ended()
            assert status == 0, f"exit status {status} after SIGTERM: {self.log.read_text()}"

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=2.0).is_success
        except httpx2.TransportError:
            return False


@contextmanager
def running(data_dir: Path, *, fault: str = "") -> Iterator[AllInOneProcess]:
    """A house that is certainly over when the test is."""
    house = AllInOneProcess(data_dir, fault=fault)
    try:
        yield house
        house.stop()
    finally:
        house.kill()


def found(data_dir: Path) -> str:
    """Make a data directory with the demo territory loaded; answers a partner's key."""
    keys = {}
    for service, scope in (("intake", PARTNER), ("externalities", AUTHORITY)):
        database = files_in(data_dir)(service)
        migrations.upgrade(service, database)
        store = Store(database, name=service)
        keys[scope] = store.write(lambda c, s=scope: auth.issue(c, SystemClock(), "tester", s))
        store.close()
    with running(data_dir) as house, house.client(keys[AUTHORITY]) as authority:
        answer = authority.put(
            f"/v1/territories/{TERRITORY}",
            content=territory_text().encode(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.is_success, answer.text
        until(lambda: query(data_dir, "intake", "SELECT id FROM territory"))
    return keys[PARTNER]


def query(data_dir: Path, service: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read a service's file from outside, as an operator with the sqlite3 shell would."""
    with closing(sqlite3.connect(f"file:{data_dir / service}.db?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def _up(data_dir: Path, port: int, fault: str, log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ["WWW_FAULT"] = fault
    sys.argv = ["winwinwin", "up", "--data-dir", str(data_dir), "--port", str(port)]
    from services.cli.main import main  # noqa: PLC0415 - only in the child, where it is imported already

    main()
