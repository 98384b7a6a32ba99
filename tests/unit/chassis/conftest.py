from collections.abc import Iterator

import pytest

from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from tests.support.chassis import SetClock, open_store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A service's database with outbox, inbox and dead letters, of both kinds in turn."""
    opened = open_store(databases, "service")
    yield opened
    opened.close()
