"""Who has an account, under which name, and what a change of it ends."""

import pytest

from services.chassis.database.store import Store
from services.notify.committee.accounts import (
    Account,
    Role,
    change_password,
    disable_account,
    find_account,
    save_account,
)
from services.notify.committee.sessions import find_session, open_session

MAYOR = Account("Maire@Example.org", "Camille Lefèvre", Role.MEMBER, "fr-ze-2815")
EMAIL = "maire@example.org"


@pytest.fixture
def session_id(store: Store, clock) -> str:
    """The mayor has signed in."""
    store.write(lambda connection: save_account(connection, MAYOR, "hash", clock.now()))
    return store.write(lambda connection: open_session(connection, EMAIL, "hash", clock.now()))


def found(store: Store, email: str):
    with store.read() as connection:
        return find_account(connection, email)


def test_an_account_is_found_whatever_the_case_of_the_address(store, session_id):
    account = Account(EMAIL, "Camille Lefèvre", Role.MEMBER, "fr-ze-2815")
    assert found(store, "maire@EXAMPLE.org ") == (account, "hash")
    assert found(store, "nobody@example.org") is None


@pytest.mark.parametrize(
    ("change", "hash_afterwards"),
    [
        (lambda c, _now: disable_account(c, "MAIRE@example.org"), None),
        (lambda c, _now: change_password(c, "MAIRE@example.org", "new"), "new"),
        (lambda c, now: save_account(c, MAYOR, "new", now) or True, "new"),
    ],
    ids=["closing", "another password", "made again"],
)
def test_a_change_of_the_account_ends_its_sessions_for_good(
    store, clock, session_id, change, hash_afterwards
):
    assert store.write(lambda connection: change(connection, clock.now()))
    account = found(store, EMAIL)
    assert (account and account[1]) == hash_afterwards
    # Also when it is opened again: what was left on a screen opens nothing.
    store.write(lambda connection: save_account(connection, MAYOR, "newer", clock.now()))
    with store.read() as connection:
        assert find_session(connection, session_id, clock.now()) is None


def test_who_has_no_account_is_not_changed(store, session_id):
    assert not store.write(lambda connection: disable_account(connection, "nobody@example.org"))
    assert not store.write(lambda connection: change_password(connection, "nobody@x.org", "new"))
    assert found(store, EMAIL)


def test_a_password_that_changed_while_it_was_compared_opens_nothing(store, clock, session_id):
    store.write(lambda connection: change_password(connection, EMAIL, "new"))
    late = store.write(lambda connection: open_session(connection, EMAIL, "hash", clock.now()))
    assert late is None
    store.write(lambda connection: disable_account(connection, EMAIL))
    assert store.write(lambda c: open_session(c, EMAIL, "new", clock.now())) is None
