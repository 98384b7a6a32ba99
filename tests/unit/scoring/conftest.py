from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.metrics import Metrics
from services.scoring.handlers import reactions
from services.scoring.storage import TABLES
from tests.support.halves import book
from tests.support.listener import Listener


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def scoring(tmp_path: Path, metrics: Metrics) -> Iterator[Listener]:
    listener = Listener(tmp_path, "scoring", TABLES, lambda: reactions(book(), metrics))
    yield listener
    listener.store.close()
