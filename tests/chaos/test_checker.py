"""Each anomaly the checker knows, in a history made by hand; and a good history without any."""

from dataclasses import replace

import pytest

from contracts.events import ProposalSubmitted, ProposalWithdrawn, VerdictIssued
from tests.chaos.checker import MEANINGS, Peace, check
from tests.chaos.history import Outcome, Told, What
from tests.chaos.seen import File, Logged, Notice, Page, Revision, Seen

A, B = "a" * 32, "b" * 32


def verdict_of(told: Told) -> bytes:
    return f"verdict of {told.file} {told.revision}".encode()


def told(what: What, file: str, at: float, **more: object) -> Told:
    return Told("client", what, file, Outcome.OK, at, at + 0.1, **more)


HISTORY = [
    told(What.SUBMIT, "one", 1.0, proposal_id=A, revision=1, sha256="a1", state="accepted"),
    told(What.SUBMIT, "two", 2.0, proposal_id=B, revision=1, sha256="b1", state="accepted"),
    told(What.REVISE, "one", 3.0, proposal_id=A, revision=2, sha256="a2", state="accepted"),
    told(What.READ, "one", 4.0, proposal_id=A, revision=2, state="judged", verdict="win"),
    told(What.WITHDRAW, "two", 5.0, proposal_id=B, revision=1, state="withdrawn"),
]


def logged(topic: str, event: type, key: str, revision: int, at: float) -> Logged:
    event_id = f"{event.EVENT_TYPE}/{key}/{revision}"
    return Logged(topic, 0, int(at * 10), at, event_id, event.EVENT_TYPE, key, revision)


LOG = [
    logged("proposals", ProposalSubmitted, A, 1, 1.1),
    logged("proposals", ProposalSubmitted, B, 1, 2.1),
    logged("proposals", ProposalSubmitted, A, 2, 3.1),
    logged("proposals", ProposalWithdrawn, B, 1, 5.1),
    logged("verdicts", VerdictIssued, A, 1, 1.6),
    logged("verdicts", VerdictIssued, B, 1, 2.6),
    logged("verdicts", VerdictIssued, A, 2, 3.6),
]
FIRST = File(
    A, "one", "judged", {1: Revision("a1", "win"), 2: Revision("a2", "win")}, b"verdict of one 2"
)
SECOND = File(B, "two", "withdrawn", {1: Revision("b1", "lose")}, b"verdict of two 1")
GOOD = Seen(
    files={A: FIRST, B: SECOND},
    notices=[Notice("n1", A, 1), Notice("n2", B, 1), Notice("n3", A, 2)],
    desk={A: Page(2, "win", withdrawn=False), B: Page(1, "lose", withdrawn=True)},
    log=LOG,
)


def names(seen: Seen, history: list[Told] | None = None, peace: Peace | None = None) -> set[str]:
    found = check(history or HISTORY, seen, verdict_of, peace or Peace(0.0, 0.0))
    assert {each.name for each in found.anomalies} <= MEANINGS.keys()
    return {each.name for each in found.anomalies}


def files(**changes: File | None) -> Seen:
    kept = {"a": FIRST, "b": SECOND} | changes
    return replace(GOOD, files={f.proposal_id: f for f in kept.values() if f is not None})


def test_a_good_run_has_no_anomaly_and_is_counted():
    found = check(HISTORY, GOOD, verdict_of)
    assert found.valid
    assert found.counts["submit-ok"] == 2
    assert found.counts["verdicts"] == 3
    assert found.counts["repeated-records"] == 0
    assert found.lags == pytest.approx([0.5, 0.5, 0.5])


LOST = {
    "a proposal that is gone": files(a=None),
    "a revision that is gone": files(a=replace(FIRST, revisions={1: FIRST.revisions[1]})),
    "a revision with another content": files(
        a=replace(FIRST, revisions=FIRST.revisions | {2: Revision("xx", "win")})
    ),
    "a withdrawal that is gone": files(b=replace(SECOND, state="judged")),
    "a submission nobody was told of": replace(GOOD, log=LOG[1:]),
    "a withdrawal nobody was told of": replace(GOOD, log=[*LOG[:3], *LOG[4:]]),
}


@pytest.mark.parametrize("case", LOST)
def test_what_was_promised_and_is_gone_is_a_lost_write(case):
    assert "lost-write" in names(LOST[case])


UNSEEN = {
    "no verdict": files(a=replace(FIRST, revisions=FIRST.revisions | {2: Revision("a2", None)})),
    "no notice": replace(GOOD, notices=GOOD.notices[:2]),
    "not on the desk": replace(GOOD, desk={B: GOOD.desk[B]}),
    "an old revision on the desk": replace(
        GOOD, desk=GOOD.desk | {A: Page(1, "win", withdrawn=False)}
    ),
    "a withdrawal the desk missed": replace(
        GOOD, desk=GOOD.desk | {B: Page(1, "lose", withdrawn=False)}
    ),
}


@pytest.mark.parametrize("case", UNSEEN)
def test_what_somebody_should_see_and_does_not_is_unseen(case):
    assert names(UNSEEN[case]) == {"unseen"}


def test_what_was_refused_and_is_there_is_an_aborted_read():
    refused = [*HISTORY, replace(HISTORY[0], file="no", outcome=Outcome.FAIL, proposal_id=None)]
    there = replace(FIRST, proposal_id="c" * 32, title="no")
    assert "aborted-read" in names(files(c=there), refused)


def test_what_nobody_asked_for_is_a_phantom():
    assert "phantom" in names(files(c=replace(FIRST, proposal_id="c" * 32, title="who")))
    untouched = [each for each in HISTORY if each.what is not What.WITHDRAW]
    assert "phantom" in names(replace(GOOD, log=[*LOG[:3], *LOG[4:]]), untouched)


def test_a_submission_without_an_answer_may_be_there_once():
    unsure = replace(HISTORY[0], file="maybe", outcome=Outcome.INFO, proposal_id=None)
    once = replace(FIRST, proposal_id="c" * 32, title="maybe")
    again = replace(FIRST, proposal_id="d" * 32, title="maybe")
    assert names(files(c=once), [*HISTORY, unsure]) == set()
    assert names(files(c=once, d=again), [*HISTORY, unsure]) == {"duplicate-effect"}


TWICE = {
    "one submission, two files": files(c=replace(FIRST, proposal_id="c" * 32)),
    "one more revision than was asked for": files(
        b=replace(SECOND, revisions=SECOND.revisions | {2: Revision("b1", None)})
    ),
    "two notices of one verdict": replace(GOOD, notices=[*GOOD.notices, Notice("n4", A, 2)]),
    "two verdicts of one revision": replace(
        GOOD, log=[*LOG, replace(LOG[-1], event_id="another", offset=99)]
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_one_cause_with_two_effects_is_a_duplicate(case):
    assert names(TWICE[case]) == {"duplicate-effect"}


def test_one_key_with_two_answers_is_a_duplicate():
    other = replace(HISTORY[0], proposal_id=B, sha256="b1")
    assert "duplicate-effect" in names(GOOD, [*HISTORY, other])


def test_a_repetition_is_absorbed_and_counted_but_not_in_peace():
    again = replace(GOOD, log=[*LOG, replace(LOG[0], at=9.0, offset=99)])
    assert names(again) == set()
    assert check(HISTORY, again, verdict_of).counts["repeated-records"] == 1
    assert names(again, peace=Peace(1.0, 10.0)) == {"repeated-in-peace"}
    assert names(again, peace=Peace(2.0, 10.0)) == set(), "first said while things were broken"


def test_what_is_said_of_a_territory_is_counted_by_kind():
    def of(offset: int, kind: str, revision: int) -> Logged:
        return Logged("territories", 0, offset, 0.0, f"t{offset}", kind, "fr", revision)

    milieu, rest = [of(0, "Milieu", 1), of(1, "Milieu", 2)], of(2, "Competences", 1)
    assert names(replace(GOOD, log=[*LOG, *milieu, rest])) == set()
    assert names(replace(GOOD, log=[*LOG, *reversed(milieu)])) == {"nonmonotonic"}


def test_an_older_revision_after_a_newer_one_is_nonmonotonic():
    assert names(replace(GOOD, log=[LOG[2], LOG[0], *LOG[1:2], *LOG[3:]])) == {"nonmonotonic"}
    again = replace(LOG[0], again=True)
    assert names(replace(GOOD, log=[LOG[2], again, *LOG[1:2], *LOG[3:]])) == set()
    assert names(replace(GOOD, notices=[*reversed(GOOD.notices)])) == {"nonmonotonic"}


def test_an_earlier_state_than_before_is_a_stale_read():
    back = replace(HISTORY[3], asked_at=6.0, told_at=6.1, state="accepted")
    assert names(GOOD, [*HISTORY, back]) == {"stale-read"}
    older = replace(HISTORY[3], asked_at=6.0, told_at=6.1, revision=1)
    assert names(GOOD, [*HISTORY, older]) == {"stale-read"}


def test_a_read_that_began_before_the_other_ended_may_see_either():
    meanwhile = replace(HISTORY[3], asked_at=4.05, told_at=6.1, state="accepted")
    assert names(GOOD, [*HISTORY, meanwhile]) == set()


def test_two_doors_with_two_labels_are_inconsistent():
    desk = GOOD.desk | {A: Page(2, "lose", withdrawn=False)}
    assert names(replace(GOOD, desk=desk)) == {"inconsistent"}


def test_another_verdict_than_the_computed_one_is_wrong():
    assert names(files(a=replace(FIRST, verdict=b"verdict of two 2"))) == {"wrong-verdict"}


def test_a_message_set_aside_is_named():
    assert names(replace(GOOD, parked=["intake: not JSON"])) == {"parked"}


def test_a_journal_that_does_not_fit_is_told():
    assert names(replace(GOOD, journal=["entry 3 is missing"])) == {"journal"}
