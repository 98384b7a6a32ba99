from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.database.backend import Databases
from tests.support.databases import sqlite_databases


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    """Files: a page looks the same whatever its rows come from; reading them is tried on both."""
    with sqlite_databases(tmp_path) as lent:
        yield lent
