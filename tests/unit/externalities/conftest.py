from collections.abc import Iterator

import pytest

from services.chassis.database import Databases
from services.externalities.handlers import reactions
from tests.support.halves import book
from tests.support.listener import Listener


@pytest.fixture
def externalities(databases: Databases) -> Iterator[Listener]:
    listener = Listener(databases, "externalities", lambda: reactions(book()))
    yield listener
    listener.store.close()
