"""What tests need that a machine may lack: left out where it is missing, required under CI."""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from tests.support import brokers

REQUIRED = os.environ.get("CI") == "true"

NEEDS: Mapping[str, Callable[[], str | None]] = {
    "kafka": cache(brokers.missing),
    "kafka_cluster": cache(brokers.missing_cluster),
}
"""A marker, and who says in one paragraph what is missing for the tests that carry it."""


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
