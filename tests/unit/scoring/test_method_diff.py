"""What a change of parameters or rules would do to stored verdicts, and what does it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import JobsClaim
from services.chassis.parameters import DatedParameter, ParameterBook
from services.scoring.bases import sheet_json
from services.scoring.method_diff import DAY, RULES, Change, Comparison, Effect
from services.scoring.recomputation import Bases
from services.scoring.storage import BASES, SHEETS, VERDICTS
from tests.support.chassis import MOMENT
from tests.support.halves import assessed, book, kept, submitted
from tests.support.listener import Listener
from tests.support.older import keep_older

LATER = date(2027, 1, 1)
OTHER = "0" * 31 + "2"


@pytest.fixture
def judged(scoring: Listener) -> Listener:
    scoring.hear(submitted(), assessed())
    scoring.hear(submitted(id_=OTHER), assessed(id_=OTHER))
    return scoring


def compared(scoring: Listener, sheets: Callable[[ParameterSheet], ParameterSheet]) -> list[Change]:
    with scoring.store.read() as connection:
        bases = Bases(connection, kept, book())
        return list(Comparison(bases, sheets).of(bases.after(("", 0))))


def change(scoring: Listener, statement: object) -> None:
    scoring.store.write(lambda connection: connection.execute(statement))


def with_values(since: date = date(2020, 1, 1), **values: Any) -> ParameterBook:
    """This version's parameters with others in their place: ``jobs__level_one=50``."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    return ParameterBook({**book(), **{n: _dated(book()[n], v, since) for n, v in changed.items()}})


def _dated(parameter: DatedParameter, value: Any, since: date) -> DatedParameter:
    newest = replace(parameter.values[-1], value=value, since=since)
    earlier = tuple(each for each in parameter.values if each.since < since)
    return replace(parameter, values=(*earlier, newest))


def test_nothing_changes_where_nothing_is_changed(judged):
    found = compared(judged, lambda before: book().on(before.on))
    assert [(each.effect, each.moved, each.causes) for each in found] == [
        (Effect.KEPT, (), ()),
        (Effect.KEPT, (), ()),
    ]


def test_the_parameter_that_does_it_is_named_with_what_it_moves(judged):
    other = with_values(jobs__level_one=50.0, jobs__level_two=60.0, firms__margin=501.0)
    for each in compared(judged, lambda before: other.on(before.on)):
        assert each.effect is Effect.CHANGED
        moved = {move.what: (move.old, move.new) for move in each.moved}
        assert moved["label"] == ("win_win_win", "win_win")
        assert moved["jobs"][1].split(" · ")[1] == "+0"
        assert "firms" not in moved
        (cause,) = each.causes
        assert (cause.name, cause.old, cause.new) == ("jobs.level_one", "1 FTE", "50 FTE")
        assert {"label", "jobs"} <= set(cause.moves)


def test_what_moves_something_only_together_is_named_as_such(scoring):
    """4 x 0.4 x 0.75 = 1.2 jobs are left, or 4 x 0.9 x 0.4 = 1.44; and 4 x 0.4 x 0.4 = 0.64."""
    four = JobsClaim(
        gross=Estimate.exactly(4),
        tradable=False,
        deadweight=Estimate.exactly(0),
        substitution=Estimate.exactly(0),
        destroyed=Estimate.exactly(0),
    )
    scoring.hear(submitted(jobs=four), assessed(jobs=four))
    most = (0.6, 0.6, 0.6)
    changes = {"jobs__leakage": most, "jobs__displacement": most, "firms__margin": 501.0}
    for name, value in changes.items():
        alone = with_values(**{name: value})
        (each,) = compared(scoring, lambda before, alone=alone: alone.on(before.on))
        assert each.effect is Effect.KEPT, name
    both = with_values(**changes)
    (each,) = compared(scoring, lambda before: both.on(before.on))
    assert {move.what for move in each.moved} >= {"label", "jobs"}
    assert {(cause.name, cause.moves) for cause in each.causes} == {
        ("jobs.leakage", ()),
        ("jobs.displacement", ()),
    }


def test_a_value_that_starts_later_is_used_from_its_day_on(judged):
    other = with_values(LATER, jobs__level_one=50.0)
    own_day = compared(judged, lambda before: other.on(before.on))
    assert {each.effect for each in own_day} == {Effect.KEPT}
    for each in compared(judged, lambda _: other.on(LATER)):
        names = [cause.name for cause in each.causes if "label" in cause.moves]
        assert names == ["jobs.level_one"]
        assert {cause.name for cause in each.causes} <= {"jobs.level_one", DAY}


def test_rules_that_are_not_kept_are_a_cause_of_their_own(judged):
    change(judged, update(BASES).values(method_version="1.1.0"))
    for each in compared(judged, lambda before: book().on(before.on)):
        assert each.effect is Effect.KEPT, "the newest rules say the same of this project"
        assert "1.1.0" in each.notes[0]
    other = with_values(jobs__level_one=50.0)
    for each in compared(judged, lambda before: other.on(before.on)):
        assert [cause.name for cause in each.causes] == ["jobs.level_one"]


def test_an_earlier_version_that_is_kept_is_compared_with_the_newest(judged, monkeypatch):
    earlier = keep_older(monkeypatch).version
    change(judged, update(BASES).values(method_version=earlier))
    found = compared(judged, lambda before: book().on(before.on))
    assert {each.effect for each in found} == {Effect.KEPT}
    assert RULES not in {cause.name for each in found for cause in each.causes}
    assert not [note for each in found for note in each.notes if "not kept" in note]


def test_a_stored_verdict_that_was_changed_is_told_from_a_change(judged):
    with judged.store.read() as connection:
        (body,) = Bases(connection, kept, book()).stored([(OTHER, 1)]).values()
    forged = body.replace(b'"label":"win_win_win"', b'"label":"win_win"', 1)
    change(judged, update(VERDICTS).where(VERDICTS.c.proposal_id == OTHER).values(body=forged))
    first, second = compared(judged, lambda before: book().on(before.on))
    assert first.effect is Effect.KEPT
    assert second.effect is Effect.CHANGED
    assert "verdict recompute" in second.notes[-1]
    assert second.causes == (), "nothing that is new does it"


def test_what_cannot_be_computed_again_is_named_and_the_others_are_compared(judged):
    change(judged, delete(BASES).where(BASES.c.proposal_id == OTHER))
    first, second = compared(judged, lambda before: book().on(before.on))
    assert (first.effect, second.effect) == (Effect.KEPT, Effect.IMPOSSIBLE)
    assert second.notes


def test_the_old_side_uses_the_parameters_that_were_kept(judged):
    """A file that was corrected since is a change like any other."""
    then = with_values(jobs__level_one=0.5).on(MOMENT.date())
    body = sheet_json(then)
    sha = hashlib.sha256(body).hexdigest()
    change(judged, update(SHEETS).values(body=body, sha256=sha))
    change(judged, update(BASES).values(parameters_sha256=sha))
    other = with_values(jobs__level_one=50.0)
    for each in compared(judged, lambda before: other.on(before.on)):
        (cause,) = each.causes
        assert (cause.old, cause.new) == ("0.5 FTE", "50 FTE")
