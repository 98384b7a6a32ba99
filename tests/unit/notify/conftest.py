from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis.store import Store
from services.notify.accounts import DeskAccount
from services.notify.sessions import DeskSession


class SetClock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        self.moment += step


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database of the desk with nobody in it."""
    opened = Store(tmp_path / "notify.db", name="notify")
    opened.write(DeskAccount.__table__.create)
    opened.write(DeskSession.__table__.create)
    yield opened
    opened.close()
