"""What tests need that a machine may lack: left out where it is missing, required under CI."""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from services.chassis.database.backend import Databases
from tests.support import brokers
from tests.support import databases as database_support

# Many more examples than a gate has time for: pytest --hypothesis-profile long PATH
settings.register_profile("long", max_examples=2_000, deadline=None)

REQUIRED = os.environ.get("CI") == "true"

NEEDS: Mapping[str, Callable[[], str | None]] = {
    "kafka": cache(brokers.missing),
    "kafka_cluster": cache(brokers.missing_cluster),
    "postgres": cache(database_support.missing),
    "postgres_here": cache(database_support.missing_here),
}
"""A marker, and who says in one paragraph what is missing for the tests that carry it."""


TOGETHER = {
    f"tests/story/test_{name}.py": "cluster"
    for name in ("both_forms", "lost_records", "private", "rolling")
}
"""Files that share what is dear to start."""


class ByFile(LoadScopeScheduling):
    """One process runs a file as a whole, and all that is ``TOGETHER``. (The groups of pytest-xdist
    3.8 have no effect with pytest 9.2: it sets a name that is no longer read.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, missing in NEEDS.items():
            # Under CI the fixture fails instead, with the same paragraph.
            if item.get_closest_marker(marker) and not REQUIRED and (reason := missing()):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    for reason in sorted(said & {missing() for missing in NEEDS.values()} - {None}):
        terminalreporter.write_line(f"\nSome tests were not run. {reason}")


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of one real broker, the same for the whole run: use names of your own."""
    if reason := NEEDS["kafka"]():
        pytest.fail(reason)
    with brokers.broker(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.fixture(scope="session")
def postgres() -> Iterator[database_support.Postgres]:
    """One real PostgreSQL for the whole run, which hands out databases nobody has used."""
    if reason := NEEDS["postgres"]():
        pytest.fail(reason)
    with database_support.administrator() as address:
        server = database_support.Postgres(address)
        yield server
        server.close()


@pytest.fixture(params=database_support.BOTH)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """A database for each name: one suite, both kinds."""
    with database_support.lent(request, tmp_path) as lent:
        yield lent
