from collections.abc import Iterator

import pytest

from services.chassis.ops.settings import Settings
from tests.support.databases import BOTH, lent, sqlite_databases
from tests.support.turned import Caller, TurnedHouse


@pytest.fixture(scope="session", params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TurnedHouse]:
    """The whole house with the demo territory; each test comes as a partner of its own."""
    with lent(request, tmp_path_factory.mktemp("house")) as databases:
        # Tests move the clock by days while others' proposals wait: that is nobody's queue here.
        made = TurnedHouse(databases, Settings(waiting_limit_seconds=1e9))
        made.load_territory()
        yield made
        made.close()


@pytest.fixture(scope="module")
def house_on_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnedHouse]:
    """The same on SQLite, whose disk a test can fill."""
    with sqlite_databases(tmp_path_factory.mktemp("files")) as databases:
        made = TurnedHouse(databases, Settings(waiting_limit_seconds=1e9))
        made.load_territory()
        yield made
        made.close()


@pytest.fixture
def partner(house: TurnedHouse) -> Caller:
    return house.partner()
