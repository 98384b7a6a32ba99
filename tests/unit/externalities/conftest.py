from collections.abc import Iterator

import pytest

from services.chassis.database.backend import Databases
from services.externalities.handlers import reactions
from tests.support.databases import BOTH, lent
from tests.support.halves import book
from tests.support.listener import Listener
from tests.support.turned import Caller, TurnedHouse


@pytest.fixture
def externalities(databases: Databases) -> Iterator[Listener]:
    listener = Listener(databases, "externalities", lambda: reactions(book()))
    yield listener
    listener.store.close()


@pytest.fixture(scope="module", params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TurnedHouse]:
    """All services, turned by hand, for the tests of one file; on both databases."""
    with lent(request, tmp_path_factory.mktemp("house")) as databases:
        made = TurnedHouse(databases)
        yield made
        made.close()


@pytest.fixture
def authority(house: TurnedHouse) -> Caller:
    return house.authority()
