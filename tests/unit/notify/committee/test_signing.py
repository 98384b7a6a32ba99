"""Who is let in, how long others wait, and what is written down of those refused."""

from collections.abc import Iterator
from datetime import timedelta

import anyio
import pytest
from structlog.testing import capture_logs

from services.chassis.database.store import Store
from services.chassis.ops.metrics import Metrics
from services.notify.committee import throttle
from services.notify.committee.accounts import Account, DeskAccount, disable_account, save_account
from services.notify.committee.roles import Role
from services.notify.committee.signing import SignIn
from services.notify.committee.throttle import OF_ACCOUNT, OF_ADDRESS, OF_PAIR, WINDOW
from tests.support.desk import open_store

MAYOR = Account("maire@example.org", "Camille Lefèvre", Role.MEMBER, "fr-ze-2815")
CLERK = Account("clerk@example.org", "Alix Martin", Role.OFFICER, "fr-ze-2815")
PASSWORD = "un bon mot de passe"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class Door:
    """A replica's door, tried from outside."""

    def __init__(self, store: Store, passwords, clock) -> None:
        self.metrics = Metrics()
        self._door = SignIn(store, passwords, clock, self.metrics)

    def tried(self, email: str = MAYOR.email, password: str = PASSWORD, address: str = HERE):
        """ "in", "no", or how long to wait."""
        outcome = anyio.run(self._door.sign_in, email, password, address)
        return "in" if isinstance(outcome, str) else outcome or "no"

    def failures(self, count: int, **whom: str) -> None:
        for _ in range(count):
            assert self.tried(password="wrong", **whom) == "no"

    def counted(self, kind: str) -> float:
        value = self.metrics.registry.get_sample_value("auth_failures_total", {"kind": kind})
        assert value is not None, "it has a series before the first"
        return value


@pytest.fixture
def door(store: Store, clock, passwords) -> Door:
    hashed = passwords.hash(PASSWORD)
    for account in (MAYOR, CLERK):
        store.write(lambda c, account=account: save_account(c, account, hashed, clock.now()))
    return Door(store, passwords, clock)


@pytest.fixture
def other_replica(door, databases, passwords, clock) -> Iterator[Door]:
    opened = open_store(databases)
    yield Door(opened, passwords, clock)
    opened.close()


def rows(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(throttle._TRIES.select()).all())


def test_the_right_password_signs_in_and_the_day_is_kept(store, clock, door):
    assert door.tried("maire@EXAMPLE.org ") == "in"
    with store.read() as connection:
        row = connection.execute(
            DeskAccount.__table__.select().where(DeskAccount.__table__.c.email == MAYOR.email)
        ).one()
    assert row.last_sign_in_at == clock.now()


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_after_the_same_work(
    door, passwords, monkeypatch
):
    hashed: list[str] = []
    verify = passwords._hasher.verify
    monkeypatch.setattr(passwords._hasher, "verify", lambda p, h: hashed.append(h) or verify(p, h))
    assert door.tried(password="wrong") == door.tried("nobody@example.org") == "no"
    assert len(hashed) == 2, "an unknown address must cost one hash too"
    assert all("$argon2id$" in h for h in hashed)


def test_a_closed_account_does_not_sign_in(store, door):
    assert store.write(lambda connection: disable_account(connection, MAYOR.email))
    assert door.tried() == "no"


def test_five_failures_make_the_pair_wait_and_nobody_else(door, clock):
    for _ in range(OF_PAIR):
        door.failures(1)
        clock.advance(timedelta(minutes=1))
    assert door.tried() == WINDOW - timedelta(minutes=OF_PAIR)
    assert door.tried(CLERK.email) == "in", "behind the same proxy"
    assert door.tried(address=ELSEWHERE) == "in", "the same officer at another desk"
    clock.advance(WINDOW - timedelta(minutes=OF_PAIR))
    assert door.tried() == "in"


def test_replicas_share_the_count_and_a_restart_does_not_forget_it(door, other_replica):
    door.failures(3)
    other_replica.failures(2)
    assert door.tried() == other_replica.tried() == WINDOW


def test_signing_in_forgets_earlier_failures(door):
    for _ in range(3):
        door.failures(OF_PAIR - 1)
        assert door.tried() == "in"


def test_who_tries_many_accounts_from_one_address_waits(door, clock):
    for number in range(OF_ADDRESS):
        door.failures(1, email=f"{number}@example.org")
    assert door.tried() == WINDOW
    assert door.tried(address=ELSEWHERE) == "in"
    clock.advance(WINDOW)
    assert door.tried() == "in"


def test_nobody_behind_the_same_proxy_locks_out_who_signed_in_from_there_before(door):
    assert door.tried() == "in"
    for number in range(OF_ADDRESS + 5):
        door.tried(f"{number}@example.org", "wrong")
    assert door.tried(CLERK.email) == WINDOW
    assert door.tried() == "in"


def test_one_account_tried_from_many_addresses_waits_but_not_its_officer_at_the_usual_place(door):
    assert door.tried() == "in"
    for number in range(OF_ACCOUNT):
        door.failures(1, address=f"203.0.{number}.7")
    assert door.tried(address=ELSEWHERE) == WINDOW
    assert door.tried() == "in"
    assert door.tried(CLERK.email, address=ELSEWHERE) == "in"


def test_a_network_of_ipv6_is_one_address(door):
    for number in range(OF_PAIR):
        door.failures(1, address=f"2001:db8:1:2::{number}")
    assert door.tried(address="2001:db8:1:2:ffff::1") == WINDOW
    assert door.tried(address="2001:db8:1:3::1") == "in"


def test_signing_in_often_from_one_address_is_no_failure(door):
    for _ in range(OF_ACCOUNT + 1):
        assert door.tried(CLERK.email) == "in"
    assert door.tried() == "in"


def test_counts_that_are_over_are_deleted_and_what_is_kept_is_bounded(door, store, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_ROWS", 10)
    assert door.tried(address=ELSEWHERE) == "in"
    for number in range(30):
        door.failures(1, email=f"{number}@example.org", address=f"203.0.113.{number}")
        assert rows(store) <= 10 + 3
    for number in range(OF_ADDRESS):
        door.failures(1, email=f"{number}@example.org", address=ELSEWHERE)
    assert door.tried(address=ELSEWHERE) == "in", "whom we know is not forgotten for it"


def test_what_is_over_is_deleted(door, store, clock):
    door.failures(1, email="x@example.org")
    clock.advance(WINDOW)
    door.failures(1, address=ELSEWHERE)
    assert rows(store) == 3


def test_the_table_names_neither_people_nor_addresses(door, store):
    door.failures(1)
    with store.read() as connection:
        said = str([tuple(row) for row in connection.execute(throttle._TRIES.select())])
    assert MAYOR.email not in said
    assert HERE not in said


@pytest.mark.parametrize(
    ("typed", "logged"),
    [
        ("maire@example.org", "maire@example.org"),
        ("a@b\nsign-in ok\x1b[2J", "a@b\\nsign-in ok\\x1b[2J"),
        ("my password, in the wrong field", "(no e-mail address)"),
        ("é@example.org", "é@example.org"),
        ("x" * 300 + "@", "x" * 254),
    ],
)
def test_who_is_refused_leaves_a_line_without_a_secret_and_is_counted(door, typed, logged):
    with capture_logs() as lines:
        assert door.tried(typed, "hunter2 hunter2") == "no"
    (line,) = lines
    assert (line["log_level"], line["kind"]) == ("warning", "login")
    assert (line["name"], line["address"]) == (logged, HERE)
    assert "hunter2" not in str(line)
    assert (door.counted("login"), door.counted("throttled")) == (1, 0)


def test_who_comes_too_soon_is_counted_as_such(door):
    door.failures(OF_PAIR)
    with capture_logs() as lines:
        for _ in range(3):
            assert door.tried() == WINDOW
    assert [line["kind"] for line in lines] == ["throttled"], "the log is not filled by trying"
    assert (door.counted("login"), door.counted("throttled")) == (OF_PAIR, 3)
    with capture_logs() as lines:
        for number in range(OF_ADDRESS + 3):
            door.tried(f"{number}@example.org", "wrong", ELSEWHERE)
    assert [line["kind"] for line in lines].count("throttled") == 1
