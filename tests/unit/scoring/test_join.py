"""Two halves of one revision arrive in either order; the verdict is issued once."""

from dataclasses import replace

import pytest

from contracts.envelope import Envelope
from contracts.events import ExternalitiesAssessed, ProposalSubmitted, VerdictIssued
from services.chassis.messaging.consumer import Consumer
from services.chassis.ops.metrics import Metrics
from services.scoring import handlers
from services.scoring.handlers import reactions
from services.scoring.storage import ASSESSED, SUBMITTED, VERDICTS
from tests.support.chassis import CarelessBus, record_of, rows
from tests.support.halves import assessed, book, submitted, withdrawn
from tests.support.listener import Listener

OTHER = "0" * 31 + "2"
BOTH_ORDERS = [(submitted(), assessed()), (assessed(), submitted())]


def verdicts(scoring: Listener) -> list[tuple[str, int]]:
    """Proposal and revision of each verdict said; as many are stored, byte for byte."""
    said = scoring.said()
    assert all(isinstance(event, VerdictIssued) for _, event, _ in said)
    stored = rows(scoring.store, VERDICTS.c.proposal_id, VERDICTS.c.revision, VERDICTS.c.body)
    assert sorted(stored) == sorted((e.proposal_id, e.revision, body) for _, e, body in said)
    return [(event.proposal_id[-1:], event.revision) for _, event, _ in said]


@pytest.mark.parametrize("halves", BOTH_ORDERS)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_whichever_half_comes_second_finds_the_first(scoring, halves, together):
    if together:
        scoring.hear(*halves)
    else:
        scoring.hear(halves[0])
        assert verdicts(scoring) == []
        scoring.hear(halves[1])
    assert verdicts(scoring) == [("1", 1)]


@pytest.mark.parametrize("halves", BOTH_ORDERS)
def test_a_half_from_before_a_restart_gives_the_same_bytes(databases, metrics, halves):
    payloads = []
    for name in ("at_once", "restarted"):
        listener = Listener(databases, f"scoring:{name}", lambda: reactions(book(), metrics))
        listener.hear(halves[0])
        if name == "restarted":
            listener.start_again()
        listener.hear(halves[1])
        payloads.append([payload for _, _, payload in listener.said()])
        listener.store.close()
    assert payloads[0] == payloads[1]
    assert len(payloads[0]) == 1


def test_of_several_proposals_in_one_batch_each_gets_its_own_verdict(scoring):
    scoring.hear(
        submitted(), assessed(id_=OTHER), assessed(), submitted(id_=OTHER, title="Another")
    )
    assert sorted(verdicts(scoring)) == [("1", 1), ("2", 1)]
    titles = {event.proposal_id: event.title for _, event, _ in scoring.said()}
    assert titles[OTHER] == "Another"


@pytest.mark.parametrize(
    ("newer", "stale", "missing"),
    [
        (submitted(2), submitted(1), assessed(1)),
        (assessed(2), assessed(1), submitted(1)),
    ],
    ids=["firms", "territory"],
)
def test_a_stale_half_is_ignored_and_counted(scoring, metrics, newer, stale, missing):
    scoring.hear(newer)
    scoring.hear(stale)
    scoring.hear(missing)
    assert verdicts(scoring) == []
    counted = metrics.stale.labels(event=stale.EVENT_TYPE)._value.get()
    assert counted == 1


def test_a_newer_revision_is_judged_anew(scoring):
    scoring.hear(submitted(), assessed())
    scoring.hear(submitted(2, title="Second"))
    assert verdicts(scoring) == [("1", 1)], "the first revision's territory is not the second's"
    scoring.hear(assessed(2))
    assert verdicts(scoring) == [("1", 1), ("1", 2)]
    assert scoring.said()[-1][1].title == "Second"


def test_two_revisions_in_one_batch_are_judged_in_their_order(scoring):
    scoring.hear(submitted(1), assessed(1), submitted(2), assessed(2))
    assert verdicts(scoring) == [("1", 1), ("1", 2)]


def test_when_the_newest_overtakes_only_the_newest_is_judged(scoring):
    scoring.hear(submitted(1), submitted(2), assessed(1), assessed(2))
    assert verdicts(scoring) == [("1", 2)]


@pytest.mark.parametrize("halves", BOTH_ORDERS)
@pytest.mark.parametrize("after", [0, 1])
def test_a_withdrawn_proposal_gets_no_verdict(scoring, halves, after):
    for number, half in enumerate(halves):
        if number == after:
            scoring.hear(withdrawn())
        scoring.hear(half)
    assert verdicts(scoring) == []


def test_a_withdrawal_takes_no_verdict_back_and_may_be_heard_twice(scoring):
    scoring.hear(submitted(), assessed())
    scoring.hear(withdrawn())
    scoring.hear(withdrawn())
    assert verdicts(scoring) == [("1", 1)]


def test_a_half_said_again_under_another_name_gives_no_second_verdict(scoring):
    scoring.hear(submitted(), assessed())
    scoring.hear(submitted())
    scoring.hear(assessed())
    scoring.hear(submitted(), assessed())
    assert verdicts(scoring) == [("1", 1)]


def test_an_event_delivered_twice_gives_one_verdict(scoring):
    bus = CarelessBus({"proposals": (1, ["scoring"]), "assessments": (1, ["scoring"])})
    consumer = Consumer(
        "scoring",
        scoring.store,
        bus,
        ["proposals", "assessments"],
        reactions(book(), Metrics()),
        scoring.clock,
        Metrics(),
    )
    halves = [record_of(submitted(), id_="a" * 32), record_of(assessed(), id_="b" * 32)]
    bus.put(*halves, *halves)
    bus.put(*halves)
    while consumer.run_once(0):
        assert consumer.trouble is None
    consumer.finish()
    assert verdicts(scoring) == [("1", 1)]


def test_the_verdict_travels_under_the_name_of_the_request_that_completed_it(scoring):
    scoring.hear(submitted(), correlation_id="the-request-1")
    scoring.hear(assessed(), correlation_id="the-request-1")
    ((envelope, event, _),) = scoring.said()
    assert isinstance(envelope, Envelope)
    assert (envelope.correlation_id, envelope.source) == ("the-request-1", "scoring")
    assert envelope.subject == event.proposal_id


def test_the_verdict_carries_what_a_reader_shows(scoring):
    half = submitted(aid_requested=5.0, summary="Pourquoi")
    scoring.hear(half, assessed())
    ((_, event, _),) = scoring.said()
    for name in ("partner", "submitted_at", "proposal_id", "revision"):
        assert getattr(event, name) == getattr(half, name)
    for name in ("title", "kind", "summary", "aid_requested"):
        assert getattr(event, name) == getattr(half.proposal, name)
    assert event.verdict.parameters_on == assessed().assessment.parameters_on


def test_of_many_halves_each_meets_its_own(scoring):
    files = [f"{number:032x}" for number in range(10)]
    for file in files:
        scoring.hear(submitted(id_=file))
    for file in files:
        scoring.hear(replace(assessed(), proposal_id=file))
    assert len(verdicts(scoring)) == 10


def test_a_half_that_was_not_stored_after_all_is_not_judged(scoring, monkeypatch):
    """What was heard and rolled back was not heard."""

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    scoring.hear(submitted(1, title="Stored"))
    keep = handlers.keep_verdicts
    monkeypatch.setattr(handlers, "keep_verdicts", fail)
    with pytest.raises(OSError, match="full"):
        scoring.hear(submitted(2, title="Lost"))
    monkeypatch.setattr(handlers, "keep_verdicts", keep)
    scoring.hear(assessed(1))
    assert verdicts(scoring) == [("1", 1)]
    assert scoring.said()[0][1].title == "Stored"


def test_every_verdict_is_counted_under_its_label(scoring, metrics):
    scoring.hear(submitted(), assessed())
    label = scoring.said()[0][1].verdict.label
    assert metrics.verdicts_issued.labels(label=label)._value.get() == 1


def test_a_verdict_that_was_rolled_back_is_not_counted(scoring, metrics, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    scoring.hear(submitted(2))
    keep = handlers.keep_verdicts
    monkeypatch.setattr(handlers, "keep_verdicts", fail)
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            scoring.hear(assessed(2), submitted(1))
    counted = metrics.verdicts_issued.collect()[0].samples
    assert {sample.value for sample in counted} == {0}
    assert metrics.stale.labels(event=ProposalSubmitted.EVENT_TYPE)._value.get() == 0
    monkeypatch.setattr(handlers, "keep_verdicts", keep)
    scoring.hear(assessed(2), submitted(1))
    assert sum(sample.value for sample in metrics.verdicts_issued.collect()[0].samples) == 1
    assert metrics.stale.labels(event=ProposalSubmitted.EVENT_TYPE)._value.get() == 1


def test_only_the_newest_half_of_each_side_is_kept(scoring):
    scoring.hear(submitted(1), assessed(1))
    scoring.hear(submitted(2), assessed(3))
    for table, event_class, revision in (
        (SUBMITTED, ProposalSubmitted, 2),
        (ASSESSED, ExternalitiesAssessed, 3),
    ):
        ((_, kept),) = rows(scoring.store, table.c.proposal_id, table.c.revision)
        assert kept == revision, event_class.__name__
