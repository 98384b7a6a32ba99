from datetime import timedelta

import anyio
import pytest

from services.chassis.store import Store
from services.notify.accounts import (
    Account,
    LoginThrottle,
    Passwords,
    Role,
    disable_account,
    find_account,
    save_account,
    sign_in,
)

MAYOR = Account("Maire@Example.org", "Camille Lefèvre", Role.MEMBER, "fr-ze-2815")


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


@pytest.fixture
def find(store: Store, clock, passwords):
    password_hash = passwords.hash("un bon mot de passe")
    store.write(lambda connection: save_account(connection, MAYOR, password_hash, clock.now()))

    def find_by_email(email: str):
        with store.read() as connection:
            return find_account(connection, email)

    return find_by_email


def try_to_sign_in(find, passwords, throttle, email, password, *, address="192.0.2.1"):
    async def attempt():
        return await sign_in(
            find, passwords, throttle, email=email, password=password, address=address
        )

    return anyio.run(attempt)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(find, passwords, clock):
    account = try_to_sign_in(
        find, passwords, LoginThrottle(clock), "maire@EXAMPLE.org ", "un bon mot de passe"
    )
    assert account == Account("maire@example.org", "Camille Lefèvre", Role.MEMBER, "fr-ze-2815")


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_after_the_same_work(
    find, passwords, clock, monkeypatch
):
    hashed: list[str] = []
    verify = passwords._hasher.verify
    monkeypatch.setattr(passwords._hasher, "verify", lambda p, h: hashed.append(h) or verify(p, h))
    throttle = LoginThrottle(clock)
    assert try_to_sign_in(find, passwords, throttle, "maire@example.org", "wrong") is None
    assert try_to_sign_in(find, passwords, throttle, "nobody@example.org", "wrong") is None
    assert len(hashed) == 2, "an unknown address must cost one hash too"
    assert all("$argon2id$" in h for h in hashed)


def test_a_closed_account_does_not_sign_in(store, find, passwords, clock):
    assert store.write(lambda connection: disable_account(connection, "maire@example.org"))
    refused = try_to_sign_in(
        find, passwords, LoginThrottle(clock), "maire@example.org", "un bon mot de passe"
    )
    assert refused is None
    assert not store.write(lambda connection: disable_account(connection, "nobody@example.org"))


def test_saving_an_account_again_replaces_its_password(store, find, passwords, clock):
    new_hash = passwords.hash("new")
    store.write(lambda connection: save_account(connection, MAYOR, new_hash, clock.now()))
    assert find("maire@example.org")[1] == new_hash


def test_five_failures_make_the_pair_wait_and_nobody_else(find, passwords, clock):
    throttle = LoginThrottle(clock, window=timedelta(minutes=15))
    for _ in range(5):
        assert try_to_sign_in(find, passwords, throttle, "maire@example.org", "wrong") is None
        clock.advance(timedelta(minutes=1))
    right = ("maire@example.org", "un bon mot de passe")
    assert try_to_sign_in(find, passwords, throttle, *right) == timedelta(minutes=10)
    elsewhere = try_to_sign_in(find, passwords, throttle, *right, address="192.0.2.2")
    assert isinstance(elsewhere, Account)
    clock.advance(timedelta(minutes=10))
    assert isinstance(try_to_sign_in(find, passwords, throttle, *right), Account)


def test_signing_in_forgets_earlier_failures(find, passwords, clock):
    throttle = LoginThrottle(clock)
    for _ in range(2):
        for _ in range(4):
            try_to_sign_in(find, passwords, throttle, "maire@example.org", "wrong")
        signed_in = try_to_sign_in(
            find, passwords, throttle, "maire@example.org", "un bon mot de passe"
        )
        assert isinstance(signed_in, Account)


def test_the_throttle_remembers_a_bounded_number_of_pairs(clock):
    throttle = LoginThrottle(clock, remembered=3)
    for n in range(100):
        throttle.failed(f"{n}@example.org", "192.0.2.1")
    assert len(throttle._failures) == 3
