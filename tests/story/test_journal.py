"""An auditor asks whether the journal is still what it was, with the command alone."""

import json
import sqlite3
from contextlib import closing

import pytest

from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.database.store import Store
from services.notify.committee.journal import Kind, Said, append
from tests.support.command import FAILED, OK, USAGE, one_sentence

FILE = "0" * 31 + "1"


@pytest.fixture
def ask(winwinwin, founded):
    def call(*arguments):
        return winwinwin("journal", *arguments, WWW_DATA_DIR=str(founded.data_dir))

    return call


@pytest.fixture
def head(founded):
    """Three entries are in the journal; this is the hash of the last."""
    store = Store(files_in(founded.data_dir)("notify"), name="notify")
    said = [Said(Kind.ACCESS, FILE, 1, f"{who}@example.org", {}) for who in ("a", "b", "c")]
    written = store.write(lambda connection: append(connection, SystemClock().now(), said))
    store.close()
    return written[-1].hash


def forge(founded, statement):
    with closing(sqlite3.connect(founded.data_dir / "notify.db")) as connection, connection:
        connection.execute("DROP TRIGGER journal_keeps_UPDATE")
        connection.execute("DROP TRIGGER journal_keeps_DELETE")
        connection.execute(statement)


def test_a_journal_nobody_touched_is_whole_and_lists_who_read_what(ask, head):
    done = ask("verify", "--head", head)
    assert done.status == OK
    assert (
        f"3 entries, none was changed, removed or moved; the last has the hash {head}" in done.out
    )
    assert "The hash you gave is that of entry 3" in done.out
    assert json.loads(ask("verify", "--json").out) == {"entries": 3, "head": head, "faults": []}
    listed = json.loads(ask("list", "--proposal", FILE, "--json").out)
    assert [each["actor"] for each in listed] == ["a@example.org", "b@example.org", "c@example.org"]


def test_an_entry_that_was_changed_behind_its_back_is_named(ask, head, founded):
    forge(founded, "UPDATE journal SET actor = 'nobody' WHERE seq = 2")
    done = ask("verify")
    assert done.status == FAILED
    assert "entry 2 was changed or moved" in done.out
    assert "1 fault;" in done.out


def test_an_end_that_was_removed_is_found_by_the_hash_on_a_document(ask, head, founded):
    forge(founded, "DELETE FROM journal WHERE seq = 3")
    assert ask("verify").status == OK
    done = ask("verify", "--head", head)
    assert done.status == FAILED
    assert f"no entry has the hash {head}" in done.out


def test_a_folder_without_a_journal_is_no_empty_journal(winwinwin, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    done = winwinwin("journal", "verify", WWW_DATA_DIR=str(folder))
    assert done.status == FAILED
    assert "there is no database of notify in" in one_sentence(done.err)
    assert list(folder.iterdir()) == []


def test_half_a_hash_is_sent_back(ask):
    assert ask("verify", "--head", "abc").status == USAGE
