"""Keys of callers: shown once, stored as a hash, with a scope and an end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.chassis.database.tables import ApiKey
from services.chassis.web import auth
from services.chassis.web.auth import PREFIX_LENGTH, REMEMBER_SECONDS, KeyRing, issue, revoke
from services.chassis.web.problems import Problem
from tests.support.disk import locked

KEYS = ApiKey.__table__


@pytest.fixture
def keyed(store):
    store.write(KEYS.create)
    return store


@pytest.fixture
def ring(keyed, clock) -> KeyRing:
    return KeyRing(keyed, clock)


@pytest.fixture
def key(keyed, clock) -> str:
    return keyed.write(lambda c: issue(c, clock, "tester", "partner", days=30))


@pytest.fixture
def moment(monkeypatch):
    """The monotonic clock, moved by hand."""
    now = [1_000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: now[0])
    return now


def bearer(key: str) -> bytes:
    return f"Bearer {key}".encode()


def test_a_valid_key_names_its_holder(ring, key):
    assert ring.verify(bearer(key), "partner").name == "tester"


def test_the_key_is_stored_only_as_its_hash(keyed, key):
    with keyed.read() as connection:
        row = connection.execute(select(KEYS)).one()
    assert key not in str(tuple(row))
    assert row.prefix == key[:PREFIX_LENGTH]
    assert len(key) == len("www_") + 43, "256 bits in base64"


@pytest.mark.parametrize(
    "header",
    [None, b"", b"Bearer", b"Bearer www_unknown", b"Basic d3d3Og==", b"Bearer \xff\xfe", b"www_x"],
)
def test_without_a_valid_key_the_answer_is_401_and_says_how(ring, key, header):
    with pytest.raises(Problem) as refused:
        ring.verify(header, "partner")
    assert refused.value.status == 401
    assert "WWW-Authenticate" in refused.value.headers


def test_a_key_for_something_else_is_403_and_names_both_scopes(ring, key):
    with pytest.raises(Problem, match="'partner', this needs 'authority'") as refused:
        ring.verify(bearer(key), "authority")
    assert refused.value.status == 403


def test_a_key_ends_on_its_day(ring, key, clock, moment):
    clock.advance(timedelta(days=30))
    with pytest.raises(Problem, match="ended on 2026-04-01") as refused:
        ring.verify(bearer(key), "partner")
    assert refused.value.status == 401


def test_a_revoked_key_is_refused(ring, keyed, key, clock):
    assert keyed.write(lambda c: revoke(c, clock, key[:PREFIX_LENGTH])) == 1
    with pytest.raises(Problem, match="revoked"):
        ring.verify(bearer(key), "partner")


def test_revoking_twice_or_an_unknown_prefix_revokes_nothing(keyed, key, clock):
    keyed.write(lambda c: revoke(c, clock, key[:PREFIX_LENGTH]))
    assert keyed.write(lambda c: revoke(c, clock, key[:PREFIX_LENGTH])) == 0
    assert keyed.write(lambda c: revoke(c, clock, "www_unknown")) == 0


def test_a_key_verified_moments_ago_costs_no_look_into_the_database(ring, key, monkeypatch):
    assert ring.recall(bearer(key)) is None
    ring.verify(bearer(key), "partner")
    monkeypatch.setattr(ring, "_store", None)
    assert ring.verify(bearer(key), "partner").name == "tester"
    assert ring.recall(bearer(key)).name == "tester"


def test_a_revocation_takes_effect_within_seconds(ring, keyed, key, clock, moment):
    ring.verify(bearer(key), "partner")
    keyed.write(lambda c: revoke(c, clock, key[:PREFIX_LENGTH]))
    moment[0] += REMEMBER_SECONDS + 0.1
    with pytest.raises(Problem, match="revoked"):
        ring.verify(bearer(key), "partner")


def test_what_is_remembered_is_bounded(ring, keyed, clock, monkeypatch):
    monkeypatch.setattr(auth, "MOST_REMEMBERED", 3)
    for _ in range(10):
        key = keyed.write(lambda c: issue(c, clock, "tester", "partner"))
        ring.verify(bearer(key), "partner")
    assert len(ring._known) <= 3


def test_the_last_use_of_a_key_is_kept_to_the_hour(ring, keyed, key, clock, moment):
    def used():
        with keyed.read() as connection:
            return connection.execute(select(KEYS.c.last_used_at)).scalar_one()

    assert used() is None
    first = clock.now()
    ring.verify(bearer(key), "partner")
    for minutes in (30, 29):
        clock.advance(timedelta(minutes=minutes))
        moment[0] += REMEMBER_SECONDS + 1
        ring.verify(bearer(key), "partner")
        assert used() == first
    clock.advance(timedelta(minutes=1))
    moment[0] += REMEMBER_SECONDS + 1
    ring.verify(bearer(key), "partner")
    assert used() == first + timedelta(hours=1)


def test_a_key_opens_also_where_its_use_cannot_be_written_down(ring, keyed, key):
    with locked(keyed, "api_key"):
        assert ring.verify(bearer(key), "partner").name == "tester"
