from collections.abc import Iterator

import pytest

from services.chassis.database.backend import Databases
from services.chassis.ops.metrics import Metrics
from services.scoring.handlers import reactions
from tests.support.halves import book
from tests.support.listener import Listener


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def scoring(databases: Databases, metrics: Metrics) -> Iterator[Listener]:
    listener = Listener(databases, "scoring", lambda: reactions(book(), metrics))
    yield listener
    listener.store.close()
