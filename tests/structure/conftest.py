from collections.abc import Iterator

import pytest

from services.chassis.clock import SystemClock
from services.chassis.settings import Settings
from services.chassis.sqlite import files_in
from services.embedded import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The four services as they are built for everyone; their loops need not run here."""
    built = House.build(files_in(tmp_path_factory.mktemp("house")), SystemClock(), Settings())
    yield built
    for service in built.services.values():
        service.store.close()
    built.bus.close()
