from collections.abc import Iterator

import pytest

from tests.support.turned import Caller, TurnedHouse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnedHouse]:
    """The whole house with the demo territory; each test comes as a partner of its own."""
    made = TurnedHouse(tmp_path_factory.mktemp("house"))
    made.load_territory()
    yield made
    made.close()


@pytest.fixture
def partner(house: TurnedHouse) -> Caller:
    return house.partner()
