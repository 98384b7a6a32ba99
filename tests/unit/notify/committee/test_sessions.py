from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notify.committee.accounts import Account, DeskSession, disable_account, save_account
from services.notify.committee.roles import Role
from services.notify.committee.sessions import (
    IDLE,
    LIFETIME,
    close_session,
    cookie_name,
    find_session,
    from_this_site,
    open_session,
    touch_session,
)

OFFICER = Account("officer@example.org", "Dominique Roy", Role.OFFICER, "fr-ze-2815")


@pytest.fixture
def session_id(store, clock) -> str:
    store.write(lambda connection: save_account(connection, OFFICER, "hash", clock.now()))
    return store.write(lambda c: open_session(c, OFFICER.email, "hash", clock.now()))


def found(store, clock, session_id):
    with store.read() as connection:
        return find_session(connection, session_id, clock.now())


def test_a_session_gives_its_account_back(store, clock, session_id):
    session = found(store, clock, session_id)
    assert session.account == OFFICER
    assert not session.stale
    assert found(store, clock, "another-id") is None


def test_the_id_has_256_bits_and_is_stored_only_as_its_hash(store, session_id):
    assert len(session_id) == 43
    with store.read() as connection:
        row = connection.execute(select(DeskSession.__table__)).one()
    assert session_id not in str(tuple(row))
    assert len(row.id_sha256) == 64


def test_a_session_ends_when_nobody_uses_it(store, clock, session_id):
    clock.advance(IDLE)
    assert found(store, clock, session_id) is None


def test_a_session_ends_after_a_working_day_however_busy(store, clock, session_id):
    for _ in range(12):
        assert found(store, clock, session_id) is not None
        clock.advance(LIFETIME / 12)
        store.write(lambda connection: touch_session(connection, session_id, clock.now()))
    assert found(store, clock, session_id) is None


def test_a_session_says_when_its_last_use_should_be_written_down(store, clock, session_id):
    clock.advance(timedelta(minutes=2))
    assert found(store, clock, session_id).stale
    store.write(lambda connection: touch_session(connection, session_id, clock.now()))
    assert not found(store, clock, session_id).stale


def test_signing_out_ends_the_session(store, clock, session_id):
    store.write(lambda connection: close_session(connection, session_id))
    assert found(store, clock, session_id) is None


def test_closing_the_account_ends_its_sessions_at_once(store, clock, session_id):
    store.write(lambda connection: disable_account(connection, OFFICER.email))
    assert found(store, clock, session_id) is None


def test_sessions_that_ended_are_cleared_away(store, clock, session_id):
    clock.advance(IDLE)
    store.write(lambda c: open_session(c, OFFICER.email, "hash", clock.now()))
    with store.read() as connection:
        assert len(connection.execute(select(DeskSession.__table__)).all()) == 1


def test_the_cookie_is_host_only_where_there_is_https():
    assert cookie_name(secure=True) == "__Host-www_session"
    assert cookie_name(secure=False) == "www_session"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://desk.example"}, False),
        ({"origin": "https://desk.example"}, True),
        ({"origin": "https://DESK.example"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://desk.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_post_is_ours_only_when_the_browser_says_so(headers, ours):
    assert from_this_site({"host": "desk.example", **headers}) is ours
