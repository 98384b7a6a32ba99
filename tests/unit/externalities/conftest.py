from collections.abc import Iterator
from pathlib import Path

import pytest

from services.externalities.handlers import reactions
from services.externalities.storage import TABLES
from tests.support.halves import book
from tests.support.listener import Listener


@pytest.fixture
def externalities(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path, "externalities", TABLES, lambda: reactions(book()))
    yield listener
    listener.store.close()
