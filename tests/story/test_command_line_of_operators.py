"""The commands of whoever runs the service: doctor, keys, accounts."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from services.cli.stores import open_store
from services.intake.storage import PROPOSALS, ProposalRow
from tests.support.all_in_one import running
from tests.support.command import FAILED, OK, USAGE, answering, free_port, one_sentence


def test_the_doctor_names_each_check(winwinwin, tmp_path):
    done = winwinwin("doctor", "--json", WWW_DATA_DIR="data", WWW_PORT=str(free_port()))
    assert (done.status, done.err) == (OK, "")
    findings = {each["name"]: each for each in json.loads(done.out)}
    assert {"python", "sqlite", "parameters", "data directory", "port", "disk"} <= findings.keys()
    assert not (tmp_path / "data").exists(), "looking makes nothing"


def test_the_doctor_names_what_fails_and_how_to_mend_it(winwinwin, write):
    file = write("file", "")
    with answering(404, "text/html", b"") as url:
        port = url.rpartition(":")[2]
        done = winwinwin("doctor", "--json", WWW_DATA_DIR=f"{file}/data", WWW_PORT=port)
    assert done.status == FAILED
    failing = {each["name"]: each for each in json.loads(done.out) if not each["ok"]}
    assert failing.keys() == {"data directory", "port"}
    assert "is not a folder" in failing["data directory"]["found"]
    assert "taken by another program" in failing["port"]["found"]
    assert all(each["fix"] for each in failing.values())
    table = winwinwin("doctor", WWW_DATA_DIR=f"{file}/data", WWW_PORT=str(free_port()))
    assert (table.status, table.err) == (FAILED, "")
    assert "FAILS" in table.out


def test_a_key_is_made_listed_and_revoked(winwinwin):
    made = winwinwin("keys", "add", "cci-rouen", "--days", "30", WWW_DATA_DIR="data")
    key = made.out.strip()
    assert (made.status, made.err) == (OK, "")
    assert re.fullmatch(r"www_[\w-]{43}", key), "stdout is the key and nothing else"
    listed = json.loads(winwinwin("keys", "list", "--json", WWW_DATA_DIR="data").out)
    (row,) = listed
    assert (row["holder"], row["revoked"]) == ("cci-rouen", "")
    assert key.startswith(row["prefix"])
    table = winwinwin("keys", "list", WWW_DATA_DIR="data")
    for figure in (row["prefix"], row["holder"], row["made"], row["ends"]):
        assert figure in table.out
    revoked = winwinwin("keys", "revoke", row["prefix"], WWW_DATA_DIR="data")
    assert (revoked.status, json.loads(revoked.out)) == (OK, {"revoked": 1})
    (row,) = json.loads(winwinwin("keys", "list", "--json", WWW_DATA_DIR="data").out)
    assert row["revoked"]
    others = ("keys", "list", "--scope", "authority")
    none = winwinwin(*others, WWW_DATA_DIR="data")
    assert (none.status, none.out) == (OK, "")
    assert "those of the other: --scope partner" in none.err
    assert winwinwin(*others, "--json", WWW_DATA_DIR="data").out == "[]\n"
    again = winwinwin("keys", "revoke", row["prefix"], WWW_DATA_DIR="data")
    assert again.status == FAILED
    assert "no valid key starts with" in one_sentence(again.err)


@pytest.mark.parametrize(
    "options",
    [
        ["ACME SA"],
        ['a"b'],
        ["x"],
        ["-acme"],
        ["acme", "--scope", "root"],
        ["acme", "--days", "0"],
        ["acme", "--days", "99999999"],
    ],
)
def test_a_key_nobody_could_use_is_not_made(winwinwin, tmp_path, options):
    done = winwinwin("keys", "add", *options, WWW_DATA_DIR="data")
    assert (done.status, done.out) == (USAGE, "")
    assert "Traceback" not in done.err
    assert not (tmp_path / "data").exists()


def test_an_account_is_made_with_the_password_of_standard_input(winwinwin):
    account = ("accounts", "add", "agent@example.org", "--territory", "fr-ze-2815")
    made = winwinwin(*account, said="a password of length\n", WWW_DATA_DIR="data")
    assert (made.status, made.out) == (OK, "")
    assert "password of length" not in made.err
    assert "agent@example.org may sign in for fr-ze-2815 as member, as no --role" in made.err
    chosen = winwinwin(
        *account, "--role", "officer", said="a password of length\n", WWW_DATA_DIR="data"
    )
    assert chosen.err == "agent@example.org may sign in for fr-ze-2815 as officer\n"
    short = winwinwin(*account, said="short\n", WWW_DATA_DIR="data")
    assert short.status == FAILED
    assert "has 5 characters: use 12 or more" in one_sentence(short.err)
    silent = winwinwin(*account, WWW_DATA_DIR="data")
    assert silent.status == FAILED


@pytest.mark.parametrize(
    "options",
    [
        ["agent", "--territory", "fr-ze-2815"],
        ["agent@example.org", "--territory", "Rouen"],
        ["a@b"],
    ],
)
def test_an_account_nobody_could_use_is_not_made(winwinwin, options):
    done = winwinwin("accounts", "add", *options, said="x" * 20, WWW_DATA_DIR="data")
    assert (done.status, done.out) == (USAGE, "")


@pytest.mark.parametrize("command", [("keys", "add", "acme"), ("migrate",), ("up",)], ids=" ".join)
def test_a_folder_that_cannot_be_written_is_one_sentence(winwinwin, write, command):
    file = write("file", "")
    done = winwinwin(*command, "--data-dir", file / "data", WWW_PORT=str(free_port()))
    assert (done.status, done.out) == (FAILED, "")
    assert f"{file}/data cannot be written" in one_sentence(done.err)


READING = [
    ("keys", "list"),
    ("keys", "revoke", "www_x"),
    ("accounts", "list"),
    ("accounts", "disable", "a@b.org"),
    ("accounts", "enable", "a@b.org"),
    ("dlq", "list"),
    ("dlq", "show", "x"),
    ("dlq", "replay", "--all", "--service", "intake"),
    ("dlq", "discard", "x", "--why", "a test"),
    ("journal", "verify"),
    ("journal", "list"),
    ("verdict", "recompute", "--all"),
    ("method", "diff"),
    ("resend", "--unjudged"),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_is_stored_is_not_looked_for_in_a_folder_without_databases(
    winwinwin, tmp_path, command
):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        done = winwinwin(*command, WWW_DATA_DIR=folder)
        assert (done.status, done.out) == (FAILED, "")
        said = one_sentence(done.err)
        assert "there is no database" in said
        assert f" in {tmp_path / folder}: name the folder" in said
        assert "--data-dir" in said
    assert [*(tmp_path / "empty").iterdir()] == []
    assert not (tmp_path / "nowhere").exists()


def test_the_doctor_says_that_a_folder_holds_nothing_yet(winwinwin, tmp_path):
    (tmp_path / "data").mkdir()
    done = winwinwin("doctor", "--json", WWW_DATA_DIR="data", WWW_PORT=str(free_port()))
    (found,) = [each for each in json.loads(done.out) if each["name"] == "data directory"]
    assert found["found"].endswith("and holds no database yet")


def test_where_nothing_is_found_it_is_said(winwinwin, founded):
    here = {"WWW_DATA_DIR": str(founded.data_dir)}
    for command, said in (
        (("dlq", "list"), "No dead letter is open"),
        (("dlq", "list", "--status", "any"), "There is no dead letter"),
        (("accounts", "list"), "There is no account"),
        (("journal", "list"), "The journal has no entry"),
        (("keys", "list", "--scope", "partner"), ""),
    ):
        done = winwinwin(*command, **here)
        assert done.status == OK
        assert done.err.startswith(said)
        assert bool(done.out) != bool(said)
        as_json = winwinwin(*command, "--json", **here)
        assert (as_json.err, isinstance(json.loads(as_json.out), list)) == ("", True)


def leave_unjudged(data_dir: Path, since: datetime) -> None:
    """A proposal that intake holds and nobody was told of."""
    row = ProposalRow(
        id="a" * 32,
        partner="tester",
        reference="AAAA-AAAA",
        title="A project",
        kind="export_group",
        territory="fr-ze-2815",
        revision=1,
        created_at=since,
        waits_since=since,
    )
    with open_store(data_dir, "intake") as store:
        store.write(lambda connection: connection.execute(insert(PROPOSALS), row.model_dump()))


def test_the_doctor_says_since_when_proposals_wait_and_how_many_records(winwinwin, founded):
    here = {"WWW_DATA_DIR": str(founded.data_dir)}

    def doctor(**settings):
        done = winwinwin("doctor", "--json", **here, **settings)
        return {each["name"]: each for each in json.loads(done.out)}

    with running(founded.data_dir) as house:
        found = doctor(WWW_PORT=str(house.port))
        assert (found["lag"]["ok"], found["lag"]["found"]) == (True, "0 records wait to be handled")
    assert "lag" not in doctor(WWW_PORT=str(free_port())), "nobody is there to say"
    assert found["proposals without a verdict"]["found"] == "none"
    leave_unjudged(founded.data_dir, datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    found = doctor(WWW_PORT=str(free_port()))["proposals without a verdict"]
    assert (found["ok"], found["found"]) == (False, "1, the first since 2026-01-02 03:04 UTC")
    assert "winwinwin resend --unjudged" in found["fix"]
