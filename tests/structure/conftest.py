from collections.abc import Iterator

import pytest

from services.app.all_in_one import AllInOne
from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.ops.settings import Settings


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AllInOne]:
    """The four services as they are built for everyone; their loops need not run here."""
    built = AllInOne.build(files_in(tmp_path_factory.mktemp("house")), SystemClock(), Settings())
    yield built
    for service in built.services.values():
        service.store.close()
    built.bus.close()
