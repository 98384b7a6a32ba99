"""An outbox on a real PostgreSQL, and relays on it that a test turns by hand."""

from collections.abc import Callable, Iterator

import pytest

from services.chassis.database.store import Store
from services.chassis.messaging import leased_outbox_relay as module
from services.chassis.messaging import relay as base
from services.chassis.ops.loops import Loop
from tests.support.chassis import SetClock, open_store
from tests.support.databases import Postgres, postgres_databases
from tests.support.relays import Replica


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MARK_AT_ONCE", 1)
    monkeypatch.setattr(base, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(Loop, "back_off", lambda _loop, _attempt: None)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def open_again(postgres: Postgres) -> Iterator[Callable[[], Store]]:
    """The same database, opened by as many processes as are asked for."""
    opened: list[Store] = []
    with postgres_databases(postgres) as databases:

        def another() -> Store:
            opened.append(open_store(databases, "service"))
            return opened[-1]

        yield another
        for store in opened:
            store.close()


@pytest.fixture
def store(open_again) -> Store:
    return open_again()


@pytest.fixture
def one(store, clock) -> Replica:
    return Replica(store, clock)


@pytest.fixture
def other(open_again, clock) -> Replica:
    return Replica(open_again(), clock)
