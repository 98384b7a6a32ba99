"""A stored verdict is computed again from what it was computed from, to the same bytes."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from contracts import codec
from services.chassis.parameters import DatedParameter, ParameterBook
from services.method import METHOD_VERSION
from services.scoring import recomputation
from services.scoring.bases import sheet_json, sheet_of
from services.scoring.recomputation import Bases, Outcome, Recomputed, recompute
from services.scoring.storage import ASSESSED, BASES, SHEETS, SUBMITTED, VERDICTS
from tests.support.chassis import MOMENT, rows
from tests.support.halves import FILE, assessed, book, kept, submitted
from tests.support.listener import Listener
from tests.support.older import keep_older

OTHER = "0" * 31 + "2"


def again(
    scoring: Listener, book_: ParameterBook | None = None, **options: object
) -> list[Recomputed]:
    """All stored verdicts, computed again."""
    with scoring.store.read() as connection:
        bases = Bases(connection, kept, book_ or book(), **options)
        return list(recompute(bases, bases.after(("", 0))))


def change(scoring: Listener, statement: object) -> None:
    scoring.store.write(lambda connection: connection.execute(statement))


@pytest.fixture
def judged(scoring: Listener) -> Listener:
    """Two revisions of one proposal and one of another, each judged."""
    scoring.hear(submitted(), assessed())
    scoring.hear(submitted(2, title="Second"), assessed(2, title="Second"))
    scoring.hear(submitted(id_=OTHER), assessed(id_=OTHER))
    return scoring


def test_every_revision_gives_the_same_bytes_also_one_that_was_replaced(judged):
    found = again(judged)
    assert [(each.proposal_id[-1], each.revision, each.outcome) for each in found] == [
        ("1", 1, Outcome.SAME),
        ("1", 2, Outcome.SAME),
        ("2", 1, Outcome.SAME),
    ]
    assert all(each.notes == () and each.issued_with == METHOD_VERSION for each in found)


def test_computing_again_reads_neither_the_stored_verdict_nor_the_stored_assessment(judged):
    change(judged, update(VERDICTS).values(body=b"not even JSON"))
    change(judged, delete(ASSESSED))
    change(judged, delete(SUBMITTED))
    found = again(judged)
    assert {each.outcome for each in found} == {Outcome.DIFFERENT}
    assert {each.label for each in found} == {("unreadable", "win_win_win")}


def test_a_corrupted_verdict_is_seen_and_the_place_is_named(judged):
    said = json.loads(_body(judged, VERDICTS, FILE, 2))
    said["verdict"]["label"] = "win_win"
    said["verdict"]["firms"]["shares"][1]["gain"] += 1
    forged = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    change(judged, update(VERDICTS).where(VERDICTS.c.revision == 2).values(body=forged))
    first, second, other = again(judged)
    assert first.outcome is other.outcome is Outcome.SAME
    assert second.outcome is Outcome.DIFFERENT
    assert second.label == ("win_win", "win_win_win")
    assert [each.at for each in second.differences] == [
        "/verdict/label",
        "/verdict/firms/shares/1/gain",
    ]


def test_one_changed_byte_that_changes_no_value_is_seen(judged):
    body = _body(judged, VERDICTS, OTHER, 1)
    spaced = body.replace(b'":', b'": ', 1)
    change(judged, update(VERDICTS).where(VERDICTS.c.proposal_id == OTHER).values(body=spaced))
    found = again(judged)[-1]
    assert (found.outcome, found.differences) == (Outcome.DIFFERENT, ())


def test_a_changed_input_is_seen(judged):
    revised = submitted(title="Something else", aid_requested=12_000.0)
    forged = json.loads(_body(judged, BASES, FILE, 1))
    forged["proposal"] = json.loads(codec.encode(revised))["proposal"]
    change(
        judged,
        update(BASES)
        .where(BASES.c.proposal_id == FILE, BASES.c.revision == 1)
        .values(body=json.dumps(forged).encode()),
    )
    first, second, _ = again(judged)
    assert (first.outcome, second.outcome) == (Outcome.DIFFERENT, Outcome.SAME)
    assert {"/title", "/aid_requested"} <= {each.at for each in first.differences}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (update(BASES).values(body=b"{}"), "cannot be read"),
        (update(BASES).values(snapshot_sha256="0" * 64), "nothing is kept under 0000"),
        (update(SHEETS).values(body=b"{}"), "are not there as they were"),
        (delete(SHEETS), "are not there as they were"),
        (delete(BASES), "before verdicts kept what they were computed from"),
    ],
    ids=["revision", "territory", "parameters changed", "parameters gone", "all"],
)
def test_what_cannot_be_computed_again_says_what_is_missing(judged, statement, said):
    change(judged, statement)
    for each in again(judged):
        assert each.outcome is Outcome.IMPOSSIBLE
        assert said in each.notes[0]


def test_the_parameters_of_that_day_are_kept_even_when_their_file_is_corrected(judged):
    """A value of the past that changes in its file changes no verdict that was issued."""
    corrected = ParameterBook({**book(), "firms.margin_share": _doubled("firms.margin_share")})
    for each in again(judged, corrected):
        assert each.outcome is Outcome.SAME
        assert "firms.margin_share" in each.notes[0]
    now = again(judged, corrected, kept_parameters=False)
    assert {each.outcome for each in now} == {Outcome.DIFFERENT}


def test_another_version_of_the_method_is_told_from_a_corrupted_verdict(judged):
    change(judged, update(BASES).values(method_version="0.9.0"))
    change(judged, update(VERDICTS).values(body=b"{}"))
    assert {each.outcome for each in again(judged)} == {Outcome.OTHER_METHOD}


def test_a_verdict_of_an_earlier_version_that_is_kept_is_computed_again_by_that_version(
    judged, monkeypatch
):
    earlier = keep_older(monkeypatch).version
    change(judged, update(BASES).values(method_version=earlier))
    assert {each.outcome for each in again(judged)} == {Outcome.DIFFERENT}, "another one issued it"
    for table in (VERDICTS, BASES):
        for id_, revision, said in rows(
            judged.store, table.c.proposal_id, table.c.revision, table.c.body
        ):
            body = said.replace(f'"{METHOD_VERSION}"'.encode(), f'"{earlier}"'.encode())
            named = (table.c.proposal_id == id_, table.c.revision == revision)
            change(judged, update(table).where(*named).values(body=body))
    assert {each.outcome for each in again(judged)} == {Outcome.SAME}


def test_the_order_and_the_company_of_a_verdict_do_not_change_its_bytes(judged, monkeypatch):
    for at_once in (1, 2):
        monkeypatch.setattr(recomputation, "AT_ONCE", at_once)
        with judged.store.read() as connection:
            bases = Bases(connection, kept, book())
            last, seen = ("", 0), []
            while keys := bases.after(last):
                seen += [each.outcome for each in recompute(bases, keys[::-1])]
                last = keys[-1]
        assert seen == [Outcome.SAME] * 3


def test_the_order_in_which_answers_were_written_does_not_change_the_bytes(judged):
    body = json.loads(_body(judged, BASES, FILE, 1))
    body["proposal"] = dict(reversed(body["proposal"].items()))
    body["proposal"]["jobs"] = dict(reversed(body["proposal"]["jobs"].items()))
    change(
        judged,
        update(BASES)
        .where(BASES.c.proposal_id == FILE, BASES.c.revision == 1)
        .values(body=json.dumps(body).encode()),
    )
    assert again(judged)[0].outcome is Outcome.SAME


def test_a_sheet_is_kept_once_and_comes_back_as_it_was(judged):
    ((sha256, body),) = rows(judged.store, SHEETS.c.sha256, SHEETS.c.body)
    sheet = book().on(MOMENT.date())
    assert (sha256, body) == (hashlib.sha256(body).hexdigest(), sheet_json(sheet))
    back = sheet_of(sheet.on, body, sheet)
    assert {name: each.value for name, each in back.items()} == {
        name: each.value for name, each in sheet.items()
    }


def _body(scoring: Listener, table: Any, proposal_id: str, revision: int) -> bytes:
    found = rows(scoring.store, table.c.proposal_id, table.c.revision, table.c.body)
    return next(body for *key, body in found if key == [proposal_id, revision])


def _doubled(name: str) -> DatedParameter:
    parameter = book()[name]
    values = tuple(
        replace(dated, value=dated.value * 2, since=min(dated.since, date(2020, 1, 1)))
        for dated in parameter.values
    )
    return replace(parameter, values=values)
