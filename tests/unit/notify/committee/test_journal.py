"""The journal: every entry seals those before it, and nothing can be changed without a trace."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database.store import Store
from services.notify.committee.journal import (
    GENESIS,
    Check,
    Entry,
    Kind,
    Said,
    append,
    entries,
    entry_of_verdict,
)
from services.notify.handlers import REACTIONS
from tests.support.chassis import MOMENT
from tests.support.desk import MEMBER, open_store, put_on_the_desk
from tests.support.listener import Listener
from tests.support.verdicts import PROPOSAL_ID, winning


def said(number: int) -> Said:
    return Said(Kind.ACCESS, f"{number:032x}", 1, f"é{number}@example.org", {"page": "verdict"})


def write(store: Store, *numbers: int):
    return store.write(lambda c: append(c, MOMENT, [said(number) for number in numbers]))


def kept(store: Store, proposal_id: str | None = None):
    with store.read() as connection:
        return list(entries(connection, proposal_id))


def faults(journal, known=None):
    return [fault.what for fault in Check(known).faults(journal)]


@pytest.fixture
def journal(store):
    """Seven entries of three transactions, as they are read from the database."""
    write(store, 1, 2, 3)
    write(store, 4)
    write(store, 5, 6, 7)
    return kept(store)


def test_entries_are_numbered_without_a_gap_and_each_names_the_one_before(journal):
    assert [entry.seq for entry in journal] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry.previous for entry in journal] == [GENESIS, *(e.hash for e in journal[:-1])]
    check = Check()
    assert list(check.faults(journal)) == []
    assert (check.count, check.head) == (7, journal[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody@else.org"},
        {"content": '{"page":"none"}'},
        {"revision": 2},
        {"proposal_id": "f" * 32},
        {"kind": Kind.VERDICT},
        {"at": MOMENT.replace(microsecond=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_was_changed_is_named(journal, change):
    journal[3] = replace(journal[3], **change)
    assert faults(journal) == ["entry 4 was changed or moved: its hash is another"]


def test_an_entry_that_was_changed_with_its_hash_is_found_by_the_next(journal):
    forged = replace(journal[3], actor="somebody@else.org")
    journal[3] = replace(forged, hash=forged.seal())
    assert faults(journal) == ["entry 5 does not follow entry 4: one of the two was replaced"]


def test_entries_that_were_removed_are_named(journal):
    assert faults(journal[:2] + journal[3:]) == ["entry 3 is missing"]
    assert faults(journal[3:]) == ["entries 1 to 3 are missing"]
    # Numbered anew, so that no number is missing.
    closed = [*journal[:2], *(replace(e, seq=e.seq - 1) for e in journal[3:])]
    assert "entry 3 was changed or moved: its hash is another" in faults(closed)
    assert "entry 3 does not follow entry 2: one of the two was replaced" in faults(closed)


def test_entries_that_changed_places_are_named(journal):
    journal[1], journal[2] = replace(journal[2], seq=2), replace(journal[1], seq=3)
    found = faults(journal)
    assert "entry 2 was changed or moved: its hash is another" in found
    assert "entry 3 was changed or moved: its hash is another" in found


def test_an_end_that_was_cut_off_is_found_by_a_hash_kept_elsewhere(journal):
    assert faults(journal[:5]) == [], "the chain alone cannot know what came after"
    (fault,) = faults(journal[:5], journal[-1].hash)
    assert journal[-1].hash in fault
    assert faults(journal, journal[4].hash) == [], "what came later does not matter"
    assert faults([], GENESIS) == []


@given(st.integers(0, 6), st.sampled_from(["actor", "content", "previous", "hash", "seq"]))
def test_whatever_is_changed_is_found(place, name):
    journal = _chain(7)
    value = getattr(journal[place], name)
    other = value + 100 if name == "seq" else "e" + value[1:] + "!"
    journal[place] = replace(journal[place], **{name: other})
    assert faults(sorted(journal, key=lambda entry: entry.seq))


def _chain(count: int):
    journal, previous = [], GENESIS
    for number in range(1, count + 1):
        entry = Entry(number, MOMENT, "access", "p", 1, "a@b.org", "{}", previous, "")
        previous = entry.seal()
        journal.append(replace(entry, hash=previous))
    return journal


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
def test_the_database_itself_lets_nobody_change_it(store, journal, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        store.write(lambda connection: connection.execute(text(statement)))
    assert kept(store) == journal


def test_those_who_write_at_once_follow_one_another(databases):
    stores = [open_store(databases), open_store(databases)]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(write, stores[n % 2], n) for n in range(40)]
        for each in done:
            each.result(timeout=60)
    journal = kept(stores[0])
    assert [entry.seq for entry in journal] == list(range(1, 41))
    assert faults(journal) == []
    for store in stores:
        store.close()


def test_what_is_undone_leaves_no_entry(store):
    def write_and_fail(connection):
        append(connection, MOMENT, [said(1)])
        raise KeyError("undone")

    with pytest.raises(KeyError):
        store.write(write_and_fail)
    assert kept(store) == []


def test_every_verdict_that_is_heard_is_in_it(databases):
    notify = Listener(databases, "notify", lambda: REACTIONS)
    event = winning()
    notify.hear(event)
    (entry,) = kept(notify.store)
    assert (entry.kind, entry.actor, entry.revision) == (Kind.VERDICT, "elsewhere", event.revision)
    assert entry.proposal_id == event.proposal_id
    assert '"sha256":"' in entry.content
    with notify.store.read() as connection:
        assert entry_of_verdict(connection, event.proposal_id, event.revision) == entry
        assert entry_of_verdict(connection, event.proposal_id, event.revision + 1) is None
    notify.store.close()


def test_whoever_reads_a_verdict_is_written_down_and_told_the_entry(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    page = visitor.get(f"/en/verdicts/{PROPOSAL_ID}").text
    (entry,) = kept(store, PROPOSAL_ID)
    assert (entry.kind, entry.actor) == (Kind.ACCESS, MEMBER.email)
    assert f"entry 1 of the journal, {entry.hash}" in page
    visitor.get("/en/verdicts/" + "0" * 32)
    assert kept(store) == [entry], "a page that is not there shows nothing to anybody"
