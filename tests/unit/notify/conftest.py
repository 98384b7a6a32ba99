from collections.abc import Iterator

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from services.notify.committee.passwords import Passwords
from services.notify.desk.routes.dependencies import Desk
from tests.support.chassis import SetClock
from tests.support.desk import Visitor, application, desk, open_store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A database of the desk with nobody in it."""
    opened = open_store(databases)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """The same algorithm at its lowest cost: what it protects here is nobody's."""
    return Passwords(argon2=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def the_desk(store: Store, clock: SetClock, passwords: Passwords) -> Desk:
    return desk(store, clock, passwords)


@pytest.fixture
def visitor(the_desk: Desk) -> Visitor:
    """A browser nobody has signed in with."""
    return Visitor(application(the_desk))
