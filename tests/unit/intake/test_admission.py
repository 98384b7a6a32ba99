"""Two limits at the door: told before anything is accepted, never after."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from contracts.samples import five_firms_2kb
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.settings import Settings
from services.chassis.web.problems import Problem
from services.intake import admission as admission_module
from services.intake.admission import DOWN_AFTER, Admission, Limits
from services.intake.storage import VERDICTS
from tests.support.databases import BOTH, lent
from tests.support.turned import Caller, TurnedHouse
from tests.unit.intake.test_refusals_in_french import FRENCH, assert_in_french

LATE = timedelta(seconds=61)


@pytest.fixture(params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TurnedHouse]:
    monkeypatch.setattr(admission_module, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(admission_module, "SHARE_OF_LOOKING", 0)
    # No probe unless a test asks for it.
    monkeypatch.setattr(admission_module, "PROBE_EVERY_SECONDS", 3600.0)
    with lent(request, tmp_path) as databases:
        made = TurnedHouse(databases, Settings(backlog_limit_events=3))
        made.load_territory()
        yield made
        made.close()


@pytest.fixture
def partner(house: TurnedHouse) -> Caller:
    return house.partner()


@pytest.fixture
def admission(house: TurnedHouse) -> Admission:
    loops = house.services.services["intake"].loops
    found = next(loop for loop in loops if isinstance(loop, Admission))
    found._next_probe = float("inf")
    return found


def stored(house: TurnedHouse) -> int:
    return house.everything("intake")["proposal"]


def test_while_the_first_in_the_queue_waits_too_long_no_more_are_taken(house, partner, admission):
    address = partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    admission.run_once(0)

    for refused in (
        partner.submit(five_firms_2kb()),
        partner.revise(address, five_firms_2kb()),
    ):
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        said = refused.json()
        assert said["type"] == "urn:winwinwin:problem:verdicts-late"
        assert "has waited 61 s, and the limit is 60 s" in said["detail"]
        assert "Nothing was stored" in said["detail"]
    assert stored(house) == 1

    house.settle()
    assert partner.submit(five_firms_2kb()).status_code == 202


def test_both_closed_doors_are_said_in_french(house, partner, admission):
    partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    for status, waiting in ((429, 0), (503, 3)):
        admission._limits = Limits(60.0, waiting or 10**9, 10**9)
        for _ in range(waiting - 1):
            admission._late = None
            partner.submitted(five_firms_2kb())
        admission.run_once(0)
        answers = [partner.submit(five_firms_2kb(), **said) for said in ({}, FRENCH)]
        assert_in_french(*answers, status=status)


def test_whoever_withdraws_is_never_turned_away(house, partner, admission):
    address = partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    admission.run_once(0)
    assert partner.withdraw(address).status_code == 202
    admission.run_once(0)
    assert partner.submit(five_firms_2kb()).status_code == 202, "a withdrawn one is no queue"


def test_who_has_no_key_is_not_told_about_the_queue(house, partner, admission):
    partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    admission.run_once(0)
    stranger = Caller(house.app, "stranger", "www_unknown")
    assert stranger.submit(five_firms_2kb()).status_code == 401


def test_one_that_was_left_behind_unjudged_does_not_close_the_door(house, partner, admission):
    left_behind = partner.submitted(five_firms_2kb())
    house.clock.advance(timedelta(seconds=1))
    partner.submitted(five_firms_2kb())
    house.settle()
    proposal_id = left_behind.rpartition("/")[2]
    house.store("intake").write(
        lambda c: c.execute(delete(VERDICTS).where(VERDICTS.c.proposal_id == proposal_id))
    )
    house.clock.advance(LATE)
    admission.run_once(0)
    assert partner.submit(five_firms_2kb()).status_code == 202


def test_a_last_one_that_cannot_be_judged_does_not_close_the_door_for_ever(
    house, partner, admission, monkeypatch
):
    partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    admission.run_once(0)
    admission._next_probe = 0.0
    answers = [partner.submit(five_firms_2kb()).status_code for _ in range(3)]
    assert answers == [202, 429, 429], "one goes through, so that it is seen whether it is judged"


@pytest.mark.parametrize("limits", [Limits(60.0, 3, 10**9), Limits(60.0, 10**9, 8_000)])
def test_what_is_stored_and_not_delivered_is_bounded_in_events_and_in_bytes(
    house, partner, admission, limits
):
    admission._limits = limits
    for _ in range(3):
        admission.run_once(0)
        partner.submitted(five_firms_2kb())
    admission.run_once(0)

    refused = partner.submit(five_firms_2kb())
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    said = refused.json()
    assert said["type"] == "urn:winwinwin:problem:backlog-full"
    assert "3 events" in said["detail"]
    assert "What was accepted is safe" in said["detail"]
    assert stored(house) == 3

    house.settle()
    assert partner.submit(five_firms_2kb()).status_code == 202


def test_a_bus_that_is_down_leaves_only_the_backlog_limit(house, partner):
    def look() -> Admission:
        beside_a_broker = Admission(
            house.store("intake"),
            house.clock,
            Metrics(),
            Limits(60.0, 3, 10**9),
            keeps_records=True,
        )
        beside_a_broker._next_probe = float("inf")
        assert beside_a_broker.run_once(0) is False
        assert beside_a_broker.trouble is None
        return beside_a_broker

    partner.submitted(five_firms_2kb())
    house.clock.advance(max(LATE, DOWN_AFTER * 2))
    look().check()
    for _ in range(2):
        partner.submitted(five_firms_2kb())
    with pytest.raises(Problem, match="3 events"):
        look().check()

    # The broker took them, and nobody judges them: now it is the verdicts that are late.
    house.store("intake").write(lambda c: c.exec_driver_sql("UPDATE outbox SET published = 1"))
    with pytest.raises(Problem, match="has waited"):
        look().check()

    # One that was stored a moment ago is on its way: that is no sign of a bus that is down.
    partner.submitted(five_firms_2kb())
    house.clock.advance(DOWN_AFTER)
    with pytest.raises(Problem, match="has waited"):
        look().check()
    house.clock.advance(timedelta(seconds=1))
    look().check()


def test_passing_a_limit_and_keeping_it_again_are_said_once_each(house, partner, admission):
    with capture_logs() as lines:
        partner.submitted(five_firms_2kb())
        house.clock.advance(LATE)
        for _ in range(3):
            admission.run_once(0)
        house.settle()
        admission.run_once(0)
    told = [line["event"] for line in lines if line.get("limit") == "latency"]
    assert told == ["no further proposals are taken", "proposals are taken again"]


def test_the_metrics_say_who_was_refused_and_how_old_the_queue_is(house, partner, admission):
    submitted_at = house.clock.now().timestamp()
    partner.submitted(five_firms_2kb())
    house.clock.advance(LATE)
    admission.run_once(0)
    partner.submit(five_firms_2kb())

    def sample(name: str, **labels: str) -> float | None:
        return admission.metrics.registry.get_sample_value(name, labels)

    assert sample("intake_unjudged_oldest_timestamp_seconds") == submitted_at
    assert sample("intake_unjudged_proposals") == 1
    assert sample("intake_refused_total", limit="latency") == 1
    assert sample("intake_refused_total", limit="backlog") == 0, "before the first, for increase()"
    assert sample("intake_open", limit="latency") == 0
    assert sample("intake_open", limit="backlog") == 1
    intake = house.services.services["intake"]
    assert intake.not_ready() == {}, "who reads is served"
    assert "no further proposals are taken" in intake.also()["intake-admission"]
    assert "intake-admission" in house.services.also()
    house.settle()
    admission.run_once(0)
    assert sample("intake_unjudged_oldest_timestamp_seconds") is None
    assert sample("intake_unjudged_proposals") == 0
    assert sample("intake_open", limit="latency") == 1
    assert intake.also() == {}
