"""The commands of whoever runs the service: doctor, keys, accounts."""

import json
import re

import pytest

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


@pytest.mark.parametrize(
    "command", [("keys", "add", "acme"), ("keys", "list"), ("up",)], ids=" ".join
)
def test_a_folder_that_cannot_be_written_is_one_sentence(winwinwin, write, command):
    file = write("file", "")
    done = winwinwin(*command, "--data-dir", file / "data", WWW_PORT=str(free_port()))
    assert (done.status, done.out) == (FAILED, "")
    assert f"{file}/data cannot be written" in one_sentence(done.err)
