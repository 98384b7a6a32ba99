"""Every version of the method that is kept still gives the verdicts it once gave, byte for byte.

``frozen/method-VERSION.json`` holds what that version was given and what it said: the revisions as
they were heard, the parameters of the day, and the verdicts. The territory is the demo's.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts import codec
from contracts.events import ProposalSubmitted
from contracts.samples import territory_example
from services.externalities.storage import ref_of
from services.method import (
    KEPT,
    METHOD_VERSION,
    NEWEST,
    assess,
    judge_all,
    rules_of,
    territory_knowledge,
)
from services.scoring.bases import sheet_of
from services.scoring.handlers import case_of, issued
from tests.support.halves import assessed, book, submitted
from tests.support.older import keep_older

FROZEN = Path(__file__).parent / "frozen"


def then(version: str) -> Any:
    return json.loads((FROZEN / f"method-{version}.json").read_text("utf-8"))


@pytest.mark.parametrize("version", KEPT)
def test_a_kept_version_gives_what_it_gave(version):
    said = then(version)
    assert said["method_version"] == version
    day = date.fromisoformat(said["parameters_on"])
    sheet = sheet_of(day, said["parameters"].encode(), book().on(day))
    snapshot = territory_example()
    ref = ref_of(snapshot)
    assert ref.snapshot_sha256 == said["snapshot_sha256"], "keep the data it was judged with"
    heard = [codec.decode(ProposalSubmitted, c["submitted"].encode()) for c in said["cases"]]
    cases = [
        case_of(
            each.proposal,
            assess(
                each.proposal, ref, sheet, territory_knowledge(snapshot, sheet), rules_of(version)
            ),
            sheet,
        )
        for each in heard
    ]
    for each, verdict, case in zip(heard, judge_all(cases), said["cases"], strict=True):
        assert codec.encode(issued(each, verdict, None)).decode() == case["verdict"], case["name"]


def test_no_version_that_was_frozen_is_given_up():
    assert {f"method-{version}.json" for version in KEPT} == {p.name for p in FROZEN.iterdir()}


def test_new_proposals_are_judged_by_the_newest_rules():
    assert METHOD_VERSION == NEWEST.version == list(KEPT)[-1]
    assert [rules.since for rules in KEPT.values()] == sorted(r.since for r in KEPT.values())
    assert assessed().assessment.method_version == METHOD_VERSION


def test_a_version_that_is_kept_beside_the_newest_is_the_one_that_judges(monkeypatch):
    """The firms' side follows the version of the territory's."""
    older = keep_older(monkeypatch)
    assert rules_of(older.version) is older
    sheet = book().on(assessed().assessment.parameters_on)
    proposal = submitted().proposal
    for rules in (older, NEWEST):
        assessment = assess(proposal, ref_of(territory_example()), sheet, rules=rules)
        (verdict,) = judge_all([case_of(proposal, assessment, sheet)])
        assert verdict.method_version == rules.version


def test_a_version_that_is_not_kept_is_judged_by_the_newest_and_says_so():
    assert rules_of("0.9.0") is NEWEST
