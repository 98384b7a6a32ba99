"""An operator works a dead letter: sees it, has it replayed or gives up on it, while the house runs
and while it does not.
"""

import json

import pytest

from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.database.store import Store
from services.chassis.messaging.bus import Incoming, Partition, Record
from services.chassis.messaging.dead_letters import Parked, park
from services.chassis.messaging.transaction import Transaction
from tests.support.all_in_one import running
from tests.support.chassis import record_of, withdrawn
from tests.support.command import FAILED, OK, USAGE, free_port, one_sentence
from tests.support.waiting import until

EVIL = b"\x1b[31m{\xff"


def put_aside(data_dir, record, service="notify"):
    store = Store(files_in(data_dir)(service), name=service)
    parked = Parked(
        Incoming(Partition(record.topic, 3), 41, record), "Park", "not today", attempts=1
    )

    def write(connection):
        park(Transaction.begin(connection, SystemClock(), service), service, parked)

    store.write(write)
    store.close()


@pytest.fixture
def dlq(winwinwin, founded):
    def call(*arguments):
        return winwinwin("dlq", *arguments, WWW_DATA_DIR=str(founded.data_dir))

    return call


@pytest.fixture
def letters(dlq):
    def listed(status="open"):
        done = dlq("list", "--json", "--status", status)
        assert done.status == OK, done.err
        return json.loads(done.out)

    return listed


def test_a_letter_is_listed_and_shown_without_harm_to_the_terminal(dlq, letters, founded):
    put_aside(founded.data_dir, Record("proposals", "k", EVIL, (("ce_id", b"\x07x"),)))
    (letter,) = letters()
    assert (letter["service"], letter["topic"], letter["attempts"]) == ("notify", "proposals", 1)
    assert (letter["reason"], letter["status"]) == ("not today", "open")
    shown = dlq("show", letter["id"])
    assert shown.status == OK
    assert "\x1b" not in shown.out
    assert "\x07" not in shown.out
    assert "\\xff" in shown.out
    at = letter["first_at"][:16].replace("T", " ")
    when = f"{at} to {at}, tries: 1"
    line = f"{letter['id']}  notify  proposals  open  {when}"
    assert dlq("list").out.splitlines() == [line, "    not today"]


def test_the_doctor_says_where_letters_wait_and_what_reads_them(winwinwin, founded):
    put_aside(founded.data_dir, record_of(withdrawn(1), id_="e-1"))
    settings = {"WWW_DATA_DIR": str(founded.data_dir), "WWW_PORT": str(free_port())}
    done = winwinwin("doctor", "--json", **settings)
    found = {e["name"]: e for e in json.loads(done.out) if e["name"].startswith("dead letters")}
    assert done.status == FAILED
    assert [name for name, each in found.items() if not each["ok"]] == ["dead letters of notify"]
    assert found["dead letters of notify"]["found"] == "1 open"
    assert "winwinwin dlq list --service notify" in found["dead letters of notify"]["fix"]


def test_a_letter_is_replayed_by_the_house_that_runs_and_only_once(dlq, letters, founded):
    put_aside(founded.data_dir, record_of(withdrawn(1), id_="e-1"))
    (letter,) = letters()
    with running(founded.data_dir):
        done = dlq("replay", letter["id"], "--by", "ada")
        assert json.loads(done.out) == [
            {"id": letter["id"], "service": "notify", "outcome": "replayed"}
        ]
        assert letters() == []
        again = dlq("replay", letter["id"])
    assert again.status == FAILED
    assert "is replayed since" in one_sentence(again.err)
    (kept,) = letters("replayed")
    assert (kept["settled_by"], kept["attempts"]) == ("ada", 1)


def test_a_replay_asked_for_while_nothing_runs_is_done_at_the_start(dlq, letters, founded):
    put_aside(founded.data_dir, record_of(withdrawn(1), id_="e-1"))
    done = dlq("replay", "--all", "--service", "notify", "--wait", "0")
    (said,) = json.loads(done.out)
    assert (done.status, said["outcome"]) == (OK, "asked")
    with running(founded.data_dir):
        until(lambda: letters() == [])
    assert [each["status"] for each in letters("any")] == ["replayed"]


def test_a_letter_that_is_refused_again_stays_open_and_the_command_fails(dlq, letters, founded):
    put_aside(founded.data_dir, Record("proposals", "k", EVIL, ()))
    (letter,) = letters()
    with running(founded.data_dir):
        done = dlq("replay", letter["id"])
    assert done.status == FAILED
    assert json.loads(done.out)[0]["outcome"] == "refused"
    (kept,) = letters()
    assert kept["attempts"] == 2
    assert "replay failed" in kept["reason"]


def test_a_discarded_letter_keeps_its_row_with_who_when_and_why(dlq, letters, founded):
    put_aside(founded.data_dir, Record("proposals", "k", EVIL, ()))
    (letter,) = letters()
    assert dlq("discard", letter["id"], "--why", " ").status == USAGE
    done = dlq("discard", letter["id"], "--why", "a test of the producer", "--by", "ada")
    assert json.loads(done.out) == {"discarded": 1}
    (kept,) = letters("discarded")
    assert (kept["settled_by"], kept["settled_why"]) == ("ada", "a test of the producer")
    assert kept["settled_at"]
    raw = dlq("show", letter["id"], "--json")
    assert json.loads(raw.out)["size"] == len(EVIL)


@pytest.mark.parametrize("verb", [("show",), ("replay",), ("discard", "--why", "a test")])
def test_a_letter_is_looked_for_in_the_service_that_is_named(dlq, letters, founded, verb):
    put_aside(founded.data_dir, Record("proposals", "k", EVIL, ()))
    (letter,) = letters()
    elsewhere = dlq(*verb, letter["id"], "--service", "scoring")
    assert elsewhere.status == FAILED
    assert "no dead letter of scoring is called" in one_sentence(elsewhere.err)
    wait = ("--wait", "0") if verb == ("replay",) else ()
    assert dlq(*verb, letter["id"], "--service", "notify", *wait).status == OK


def test_a_letter_that_is_not_there_is_named(dlq):
    done = dlq("replay", "nothing")
    assert done.status == FAILED
    assert "no dead letter is called 'nothing'" in one_sentence(done.err)


def test_replay_wants_letters_or_all_of_one_service(dlq):
    assert dlq("replay").status == USAGE
    assert dlq("replay", "--all").status == USAGE
