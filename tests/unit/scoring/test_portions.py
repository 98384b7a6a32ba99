"""Large games are judged a few at a time, so that a transaction can end between them."""

import time
from dataclasses import replace

import pytest

from contracts.codec import read_proposal
from contracts.events import ProposalSubmitted
from services.chassis.errors import TakesTooLong
from services.chassis.messaging.transaction import Transaction
from services.method import Case
from services.scoring import handlers
from services.scoring.handlers import portions
from services.scoring.storage import SUBMITTED, VERDICTS
from tests.support.chassis import rows
from tests.support.dear import pairwise
from tests.support.halves import assessed, book, submitted

LARGE = read_proposal(pairwise(13))


def case_of(firms: int) -> Case:
    half = assessed().assessment
    return Case(read_proposal(pairwise(firms)), half, book().on(half.parameters_on), "0" * 64)


@pytest.mark.parametrize(
    ("firms", "sizes"),
    [
        ([5] * 64, [64]),
        ([12] * 3, [1, 1, 1]),
        ([30, 30], [1, 1]),
        ([5, 30, 5, 5], [1, 1, 2]),
        ([11, 11, 11], [2, 1]),
        ([], []),
    ],
)
def test_small_games_are_judged_together_and_large_ones_alone(firms, sizes):
    known = {number: case_of(number) for number in set(firms)}
    cases = [known[number] for number in firms]
    found = list(portions(cases))
    assert [len(portion) for portion in found] == sizes
    assert [case for portion in found for case in portion] == cases


def test_what_is_not_over_in_time_is_undone_and_can_be_heard_again(scoring, monkeypatch):
    ids = ["0" * 31 + "1", "0" * 31 + "2"]
    halves = [replaced for id_ in ids for replaced in (_submitted(id_), assessed(id_=id_))]
    judged = []
    judge_all = handlers.judge_all

    begin = Transaction.begin
    made: list[Transaction] = []
    monkeypatch.setattr(Transaction, "begin", lambda *given: made.append(begin(*given)) or made[-1])

    def late(cases):
        judged.append(len(cases))
        made[-1].deadline = time.monotonic() - 1
        return judge_all(cases)

    monkeypatch.setattr(handlers, "judge_all", late)
    with pytest.raises(TakesTooLong):
        scoring.hear(*halves)
    assert judged == [1]
    assert rows(scoring.store, SUBMITTED.c.proposal_id) == []
    monkeypatch.setattr(handlers, "judge_all", judge_all)
    scoring.hear(*halves)
    assert [id_ for (id_,) in rows(scoring.store, VERDICTS.c.proposal_id)] == ids


def _submitted(id_: str) -> ProposalSubmitted:
    return replace(submitted(id_=id_), proposal=LARGE)
