"""The doors of a house that runs: accounts that are closed, and sign-ins that fail."""

import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.support.all_in_one import AllInOneProcess, running
from tests.support.command import FAILED, OK, Shell, one_sentence

OFFICER = "agent@example.org"
PASSWORDS = ("the first of the passwords", "the second of the passwords")


@pytest.fixture
def house(tmp_path) -> Iterator[AllInOneProcess]:
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as house:
        yield house


@pytest.fixture
def accounts(winwinwin: Shell, house: AllInOneProcess):
    """``winwinwin accounts`` beside the house that runs."""

    def accounts(*arguments: str, said: str = ""):
        return winwinwin("accounts", *arguments, "--data-dir", house.data_dir, said=f"{said}\n")

    made = accounts("add", OFFICER, "--territory", "fr-ze-2815", said=PASSWORDS[0])
    assert made.status == OK, made.err
    return accounts


def browser(house: AllInOneProcess, seen_from: str = "") -> httpx2.Client:
    """A browser, reached through a proxy of this machine when ``seen_from`` says where it is."""
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": seen_from}
    return httpx2.Client(base_url=house.url, headers=headers, trust_env=False, timeout=10.0)


def sign_in(client: httpx2.Client, password: str) -> int:
    form = {"email": OFFICER, "password": password}
    return client.post("/en/login", data=form).status_code


def signed_in(client: httpx2.Client) -> bool:
    return client.get("/en/verdicts").status_code == 200


def test_an_account_that_is_closed_or_gets_another_password_ends_its_sessions_at_once(
    house, accounts
):
    with browser(house) as client:
        assert sign_in(client, PASSWORDS[0]) == 303
        assert signed_in(client)
        (row,) = json.loads(accounts("list", "--json").out)
        assert (row["email"], row["role"], row["state"]) == (OFFICER, "member", "open")
        assert (row["territory"], row["last sign-in"]) == ("fr-ze-2815", row["made"])
        assert OFFICER in accounts("list").out

        changed = accounts("password", OFFICER, said=PASSWORDS[1])
        assert changed.status == OK
        assert changed.err.startswith(f"The account {OFFICER} has the new password")
        assert not signed_in(client)
        assert [sign_in(client, each) for each in PASSWORDS] == [401, 303]
        assert signed_in(client)

        closed = accounts("disable", OFFICER)
        assert closed.status == OK
        assert closed.err.startswith(f"The account {OFFICER} is closed")
        assert not signed_in(client)
        assert sign_in(client, PASSWORDS[1]) == 401
        (row,) = json.loads(accounts("list", "--json").out)
        assert row["state"] == "closed"

        assert accounts("enable", OFFICER).err.startswith(f"The account {OFFICER} is open")
        assert not signed_in(client), "what was ended stays ended"
        assert sign_in(client, PASSWORDS[1]) == 303

    absent = "a@b.org"
    for done in (
        *(accounts(verb, absent) for verb in ("disable", "enable")),
        accounts("password", "a@b.org", said="x" * 12),
    ):
        assert done.status == FAILED
        assert "no account has the address 'a@b.org'" in one_sentence(done.err)


def test_a_stranger_behind_the_proxy_locks_out_no_officer_and_a_restart_forgets_nothing(
    house, accounts
):
    with browser(house, "203.0.113.9") as stranger, browser(house, "203.0.113.10") as officer:
        assert [sign_in(stranger, "wrong") for _ in range(5)] == [401] * 5
        assert sign_in(stranger, PASSWORDS[0]) == 429
        assert sign_in(officer, PASSWORDS[0]) == 303
    house.stop()
    with running(house.data_dir) as again, browser(again, "203.0.113.9") as stranger:
        assert sign_in(stranger, PASSWORDS[0]) == 429
    logged = [json.loads(line) for line in house.log.read_text().splitlines() if "refused" in line]
    assert [each["kind"] for each in logged] == ["login"] * 5 + ["throttled"]
    assert {(each["name"], each["address"]) for each in logged} == {(OFFICER, "203.0.113.9")}
