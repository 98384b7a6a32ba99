from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.store import Store
from tests.support.chassis import SetClock, open_store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A service's database with outbox, inbox and dead letters."""
    opened = open_store(tmp_path, "service")
    yield opened
    opened.close()
