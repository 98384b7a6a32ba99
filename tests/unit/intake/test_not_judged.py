"""A revision that cannot be judged has a stated outcome, until it is judged after all."""

import json

import pytest
from sqlalchemy import select, update

from contracts.events import JudgementFailed
from contracts.not_judged import not_judged
from contracts.samples import five_firms_2kb
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Park
from services.externalities import handlers as externalities
from services.intake.proposal_state import Dossier, State
from services.notify.storage import NOTICES, VERDICT_PAGES
from services.notify.verdict_rows import NOT_JUDGED
from services.scoring import handlers as scoring
from tests.support.chassis import rows, say
from tests.support.refusals import problem_of
from tests.support.waiting import until

BODY = five_firms_2kb()
DEAD = DeadLetter.__table__
INSIDE = "the solver said: status 4"


def give_up(asked: object, *_: object, **__: object) -> list[None]:
    if not asked:
        return []
    raise Park(INSIDE)


@pytest.fixture(params=["scoring", "externalities"])
def broken(request, monkeypatch) -> str:
    """The service that cannot do its part until ``monkeypatch`` is undone."""
    module, name = {"scoring": (scoring, "judge_all"), "externalities": (externalities, "assess")}[
        request.param
    ]
    monkeypatch.setattr(module, name, give_up)
    return request.param


def desk(house, address: str) -> list[tuple]:
    """Verdict's revision, label, and the revision that could not be judged."""
    page = VERDICT_PAGES.c
    columns = (page.revision, page.label, page.stalled_revision, page.stalled_reference)
    return rows(house.store("notify"), *columns, where=page.proposal_id == address[-32:])


def notices(house, address: str) -> list[tuple]:
    notice = NOTICES.c
    return rows(
        house.store("notify"), notice.revision, notice.label, notice.stalled_reference,
        where=notice.proposal_id == address[-32:],
    )  # fmt: skip


def revised(number: int) -> str:
    return json.dumps(json.loads(BODY) | {"title": f"Revision {number}"})


@pytest.mark.parametrize(
    ("dossier", "state"),
    [
        (Dossier(1, not_judged="r"), State.NOT_JUDGED),
        (Dossier(2, judged_revision=1, not_judged="r"), State.NOT_JUDGED),
        (Dossier(1, judged_revision=1, not_judged="r"), State.JUDGED),
        (Dossier(1, withdrawn=True, not_judged="r"), State.WITHDRAWN),
    ],
)
def test_a_verdict_and_a_withdrawal_count_for_more(dossier, state):
    assert dossier.state is state


def test_partner_officer_and_operator_are_told_under_one_reference(house, partner, broken):
    address = partner.submitted(BODY)
    house.settle()
    answer = partner.get(address)
    file = answer.json()
    told = file["not_judged"]
    reference = told["reference"]
    assert (file["state"], file["verdict"]) == ("not_judged", None)
    assert told["fr"] == not_judged("fr", 1, reference)
    assert told["en"] == not_judged("en", 1, reference)
    assert file["revisions"][0]["not_judged"] == told
    (listed,) = partner.get("/v1/proposals").json()["proposals"]
    assert (listed["state"], listed["not_judged"]) == ("not_judged", told)
    verdict = partner.get(f"{address}/verdict")
    problem = problem_of(verdict, 409)
    assert problem["type"] == "urn:winwinwin:problem:not-judged"
    assert reference in problem["detail"]
    assert "retry-after" not in verdict.headers
    assert INSIDE not in answer.text + verdict.text
    with house.store(broken).read() as connection:
        letter = connection.execute(select(DEAD).where(DEAD.c.id == reference)).one()
    assert letter.reason == INSIDE
    assert desk(house, address) == [(0, NOT_JUDGED, 1, reference)]
    assert notices(house, address) == [(1, NOT_JUDGED, reference)]


def test_a_replay_that_succeeds_takes_its_place_everywhere(house, partner, broken, monkeypatch):
    address = partner.submitted(BODY)
    house.settle()
    monkeypatch.undo()
    reference = partner.get(address).json()["not_judged"]["reference"]
    asked = update(DEAD).where(DEAD.c.id == reference).values(replay_by="ada")
    house.store(broken).write(lambda connection: connection.execute(asked) and None)
    until(lambda: house.settle() or partner.get(address).json()["state"] == "judged")
    file = partner.get(address).json()
    assert (file["not_judged"], file["revisions"][0]["not_judged"]) == (None, None)
    assert partner.get(f"{address}/verdict").status_code == 200
    ((revision, label, stalled, _),) = desk(house, address)
    assert (revision, label, stalled) == (1, "win_win_win", 1)
    assert [label for _, label, _ in notices(house, address)] == [NOT_JUDGED, "win_win_win"]


def test_a_new_revision_that_is_judged_takes_its_place(house, partner, broken, monkeypatch):
    address = partner.submitted(BODY)
    house.settle()
    monkeypatch.undo()
    assert partner.revise(address, revised(2)).status_code == 202
    assert partner.get(address).json()["state"] == "accepted", "nothing is known of the new one"
    house.settle()
    file = partner.get(address).json()
    assert (file["state"], file["not_judged"]) == ("judged", None)
    assert [each["not_judged"] is None for each in file["revisions"]] == [False, True]
    ((revision, label, stalled, _),) = desk(house, address)
    assert (revision, label, stalled) == (2, "win_win_win", 1)


def test_an_earlier_verdict_stays_on_the_desk_beside_it(house, partner, monkeypatch):
    address = partner.submitted(BODY)
    house.settle()
    monkeypatch.setattr(scoring, "judge_all", give_up)
    partner.revise(address, revised(2))
    house.settle()
    file = partner.get(address).json()
    assert (file["state"], file["revisions"][0]["verdict"]) == ("not_judged", "win_win_win")
    ((revision, label, stalled, _),) = desk(house, address)
    assert (revision, label, stalled) == (1, "win_win_win", 2)


def test_said_after_the_verdict_of_its_revision_it_changes_nothing(house, partner):
    address = partner.submitted(BODY)
    house.settle()
    late = JudgementFailed(proposal_id=address[-32:], revision=1, reference="a" * 32)
    say(house.store("scoring"), house.clock, late)
    house.settle()
    assert partner.get(address).json()["state"] == "judged"
    assert partner.get(f"{address}/verdict").status_code == 200
    assert desk(house, address) == [(1, "win_win_win", 0, None)]
    assert len(notices(house, address)) == 1


@pytest.mark.parametrize("then", ["withdraw", "revise"])
def test_of_a_file_that_went_on_meanwhile_the_desk_is_told_nothing(
    house, partner, monkeypatch, then
):
    monkeypatch.setattr(scoring, "judge_all", give_up)
    address = partner.submitted(BODY)
    partner.withdraw(address) if then == "withdraw" else partner.revise(address, revised(2))
    late = JudgementFailed(proposal_id=address[-32:], revision=1, reference="a" * 32)
    say(house.store("scoring"), house.clock, late)
    monkeypatch.undo()
    house.settle()
    assert NOT_JUDGED not in [label for _, label, _ in notices(house, address)]
    state = partner.get(address).json()["state"]
    assert state == ("withdrawn" if then == "withdraw" else "judged")


def test_heard_twice_it_is_said_once_and_the_first_reference_stays(house, partner, monkeypatch):
    monkeypatch.setattr(scoring, "judge_all", give_up)
    address = partner.submitted(BODY)
    house.settle()
    first = partner.get(address).json()["not_judged"]["reference"]
    again = JudgementFailed(proposal_id=address[-32:], revision=1, reference="a" * 32)
    say(house.store("scoring"), house.clock, again)
    house.settle()
    assert partner.get(address).json()["not_judged"]["reference"] == first
    assert notices(house, address) == [(1, NOT_JUDGED, first)]
