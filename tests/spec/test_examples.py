"""The examples, judged: each gives the verdict that its file and the README of the examples say."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from contracts.codec import decode, encode, read_proposal
from contracts.events import Event, ExternalitiesAssessed, VerdictIssued
from contracts.generate import event_schemas
from contracts.samples import (
    five_firms_2kb,
    proposal_examples,
    proposal_texts,
    territory_example,
    territory_text,
)
from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritoryRef
from contracts.vocabulary.verdict import FirmLevel, FirmsJudgement, Verdict, VerdictLabel
from services.chassis.parameters import ParameterBook
from services.method import assess, judge

JUDGED_ON = date(2026, 11, 23)
EXAMPLES = proposal_examples()


@dataclass(frozen=True)
class Expected:
    """Verdict at the central values, at the worst corner, at the best one; how the firms fare."""

    label: VerdictLabel
    necessary: VerdictLabel
    possible: VerdictLabel
    firms: FirmLevel | None


def always(label: VerdictLabel, firms: FirmLevel | None) -> Expected:
    return Expected(label, label, label, firms)


EXPECTED = {
    "carbon-vetoed": always(VerdictLabel.WIN_WIN_LOSE, FirmLevel.F2),
    "carrier-large-firm": always(VerdictLabel.WIN_WIN_WIN, FirmLevel.F2),
    "carrier-one-seat": always(VerdictLabel.FRAGILE_WIN, FirmLevel.F1),
    "export-group-nine": always(VerdictLabel.WIN_WIN_WIN, FirmLevel.F2),
    "export-incubator-two-levels": always(VerdictLabel.WIN_WIN_WIN, FirmLevel.F2),
    "incubator-twenty": always(VerdictLabel.FIRMS_NOT_COMPUTED, None),
    "many-unknowns": Expected(
        VerdictLabel.WIN_WIN_WIN, VerdictLabel.WIN_WIN_LOSE, VerdictLabel.WIN_WIN_WIN, FirmLevel.F2
    ),
    "net-jobs-lost": always(VerdictLabel.WIN_WIN_LOSE, FirmLevel.F2),
    "own-result-unsaid": always(VerdictLabel.NOT_COMPUTABLE_YET, None),
    "shared-export-manager": always(VerdictLabel.WIN_WIN_WIN, FirmLevel.F3),
    "shared-manager-oversized": always(VerdictLabel.FRAGILE_WIN, FirmLevel.F1),
    "subsidised-test-bench": always(VerdictLabel.SUBSIDY, FirmLevel.F0),
}


@cache
def judged(name: str) -> tuple[Assessment, Verdict]:
    """The assessment and the verdict of one example, on the demo territory."""
    return judge_proposal(EXAMPLES[name])


def judge_proposal(proposal: Proposal) -> tuple[Assessment, Verdict]:
    book = ParameterBook.load(files("services.method") / "parameters")
    sheet = book.on(JUDGED_ON)
    snapshot = territory_example()
    territory = TerritoryRef(
        id=snapshot.id,
        name=snapshot.name,
        year=snapshot.year,
        private_employment=snapshot.private_employment,
        source=snapshot.source,
        licence=snapshot.licence,
        snapshot_sha256=sha256(territory_text().encode()).hexdigest(),
    )
    assessment = assess(proposal, territory, sheet)
    return assessment, judge(proposal, assessment, sheet, "0" * 64)


def firms_of(name: str) -> FirmsJudgement:
    firms = judged(name)[1].firms
    assert firms is not None
    return firms


def test_every_example_has_an_expected_verdict() -> None:
    assert EXPECTED.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_gives_the_verdict_it_promises(name: str) -> None:
    _, verdict = judged(name)
    expected = EXPECTED[name]
    assert (verdict.label, verdict.necessary, verdict.possible) == (
        expected.label,
        expected.necessary,
        expected.possible,
    )
    assert (verdict.firms.level if verdict.firms else None) == expected.firms
    assert verdict.under_contract == (
        expected.firms is FirmLevel.F2 and expected.label is VerdictLabel.WIN_WIN_WIN
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_the_opening_of_an_example_names_its_verdict(name: str) -> None:
    words = re.search(r"# Expected: ([\s\S]*?)\ntitle:", proposal_texts()[name])
    assert words is not None
    said = words.group(1).lower().replace("-", "_").replace(" ", "_")
    assert EXPECTED[name].label.value in said
    assert EXPECTED[name].necessary.value in said


@pytest.mark.parametrize("name", EXPECTED)
def test_the_readme_of_the_examples_names_the_verdict(name: str) -> None:
    readme = (files("contracts") / "examples" / "README.md").read_text("utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}.yaml`"))
    said = row.split("|")[3].lower().replace("-", "_").replace(" ", "_")
    assert EXPECTED[name].label.value in said
    assert EXPECTED[name].necessary.value in said


def test_nine_small_firms_gain_what_they_declare_to_gain_together() -> None:
    firms = firms_of("export-group-nine")
    assert firms.gain.central == pytest.approx(135_000 + 18_000 + 10_000 - 4_000)
    gains = {share.firm: share.gain for share in firms.shares}
    # A ninth of the prospecting, a quarter of the shipping, half of the conflict.
    assert gains["biscuiterie"] == pytest.approx(135_000 / 9 + 18_000 / 4 - 4_000 / 2)


def test_export_jobs_are_counted_by_the_additionality_chain() -> None:
    net = judged("export-group-nine")[1].net_jobs
    assert net is not None
    # gross x (1 - deadweight) x (1 - leakage) x (1 - displacement) x (1 + local multiplier)
    assert net.central == pytest.approx(10 * 0.7 * 0.9 * 0.88 * 1.72, abs=0.05)


def test_sharing_the_manager_saves_what_the_four_would_pay_alone_less_what_they_pay() -> None:
    firms = firms_of("shared-export-manager")
    assert firms.gain.central == pytest.approx(4 * 60_000 - (60_000 + 3 * 5_000))
    assert [share.gain for share in firms.shares] == pytest.approx([41_250] * 4, abs=1)
    assert all(share.wins for share in firms.shares)


def test_the_oversized_member_leaves_the_group_without_a_stable_sharing() -> None:
    firms = firms_of("shared-manager-oversized")
    assert firms.gain.central == pytest.approx(105_000)
    # Any three save 110,000: a stable sharing of four needs a third of 4 x 110,000.
    assert firms.cost_of_stability == pytest.approx(4 / 3 * 110_000 - 105_000, abs=1)
    assert firms.needed_aid >= firms.cost_of_stability
    assert len(firms.blocking) == 3


def test_with_one_seat_the_group_is_stable_and_two_firms_gain_nothing() -> None:
    firms = firms_of("carrier-one-seat")
    assert firms.cost_of_stability == 0
    assert set(firms.gets_nothing) == {"candidate-nord", "candidate-sud"}
    # Whoever keeps the seat must leave the other more than its margin: 1 % of 60,000 euros.
    assert 600 < firms.needed_aid < 605


def test_the_carrier_announced_no_gain_and_is_paid_by_the_firms_it_carries() -> None:
    transfers = {share.firm: share.transfer for share in firms_of("carrier-large-firm").shares}
    assert transfers["porteur"] is not None
    assert transfers["porteur"] > 0
    assert sum(transfer or 0 for transfer in transfers.values()) == pytest.approx(0, abs=5)


def test_each_veto_has_its_reason() -> None:
    carbon, jobs = judged("carbon-vetoed")[1], judged("net-jobs-lost")[1]
    assert carbon.territory.vetoes == ("veto.carbon_above_share_of_gain",)
    assert jobs.territory.vetoes == ("veto.net_jobs_negative",)
    assert jobs.net_jobs is not None
    assert jobs.net_jobs.high < 0


def test_what_is_missing_is_named_and_the_territory_is_judged_all_the_same() -> None:
    _, verdict = judged("own-result-unsaid")
    assert verdict.missing == ("/firms/1/own",)
    assert verdict.net_jobs is not None


def test_what_was_not_said_is_listed_and_does_not_block() -> None:
    _, verdict = judged("many-unknowns")
    assert verdict.missing == ()
    assert {"/jobs/deadweight", "/jobs/displacement", "/jobs/leakage", "/image"} <= set(
        verdict.unknown
    )
    assert any(pointer.startswith("/carbon") for pointer in verdict.unknown)


def test_an_incubator_is_judged_without_a_game_and_without_own_results() -> None:
    _, verdict = judged("incubator-twenty")
    assert verdict.firms is None
    assert verdict.missing == ()
    assert verdict.net_jobs is not None
    # Most of the 200 gross jobs would have come anyway.
    assert 0 < verdict.net_jobs.central < 100


def test_the_benchmark_proposal_has_a_complete_verdict() -> None:
    _, verdict = judge_proposal(read_proposal(five_firms_2kb()))
    assert verdict.label is VerdictLabel.WIN_WIN_WIN
    assert verdict.missing == ()


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_said_about_an_example_keeps_to_its_schemas(name: str) -> None:
    proposal = EXAMPLES[name]
    assessment, verdict = judged(name)
    assessed = ExternalitiesAssessed(proposal_id="0" * 32, revision=1, assessment=assessment)
    issued = VerdictIssued(
        proposal_id="0" * 32,
        revision=1,
        partner="demo",
        submitted_at=datetime(2026, 11, 23, tzinfo=UTC),
        title=proposal.title,
        kind=proposal.kind,
        summary=proposal.summary,
        aid_requested=proposal.aid_requested,
        verdict=verdict,
    )
    events: tuple[Event, ...] = (assessed, issued)
    for event in events:
        payload = encode(event)
        assert decode(type(event), payload) == event
        for schema in event_schemas(type(event)).values():
            assert not list(Draft202012Validator(schema).iter_errors(json.loads(payload)))
