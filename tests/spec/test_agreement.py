"""The tree and the recomputation agree with the verdict, for projects of every kind.

``python -m tests.bench.promises`` asks the same of thousands.
"""

from dataclasses import replace

import pytest

from contracts import codec
from contracts.codec import read_proposal
from contracts.vocabulary.assessment import Dimension
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, Verdict
from services.method import Case, assess, judge_all
from services.method.verdict.lattice import LATTICE
from tests.spec.reading import ROUEN, sheet, verdict_of, walk
from tests.support.random_projects import random_project

SEEDS, TOGETHER = 100, 20
BESIDE = 2
"""Projects judged beside the one that is judged again."""

FIRMS = {
    FirmLevel.F0: "firms.no_gain",
    FirmLevel.F2: "firms.win_under_contract",
    FirmLevel.F3: "firms.win_as_announced",
}
SHAKY = {"firms.unstable", "firms.not_every_firm_gains"}
TERRITORY = {
    TerritoryLevel.LOSES: "territory.loses",
    TerritoryLevel.INDIFFERENT: "territory.indifferent",
    TerritoryLevel.WINS: "territory.wins",
    TerritoryLevel.WINS_TWICE: "territory.wins_twice",
}
LEVELS = {
    "technology.level": Dimension.TECHNOLOGY,
    "image.level": Dimension.IMAGE,
    "pollution.level": Dimension.POLLUTION,
    "concentration.level": Dimension.CONCENTRATION,
}


def check_tree(verdict: Verdict) -> None:
    """The claims say what the judgement's fields say."""
    root = verdict.explanation
    assert root.code == f"verdict.{verdict.label}"
    branches = {claim.code: claim for claim in root.because}
    territory = branches[TERRITORY[verdict.territory.level]]
    vetoes = [claim.code for claim in territory.because if claim.code.startswith("veto.")]
    assert tuple(vetoes) == verdict.territory.vetoes
    said = {claim.code: claim.value for claim in territory.because}
    assert said["jobs.net"] == verdict.net_jobs
    levels = {each.dimension: each.level.central for each in verdict.territory.dimensions}
    for code, dimension in LEVELS.items():
        if code in said:
            assert said[code] == levels[dimension], code
    if verdict.firms is not None:
        check_firms(verdict)
        assert LATTICE[verdict.firms.level, verdict.territory.level] is verdict.label


def check_firms(verdict: Verdict) -> None:
    firms = verdict.firms
    assert firms is not None
    (branch,) = (c for c in verdict.explanation.because if c.code in {*FIRMS.values(), *SHAKY})
    assert branch.code in ({FIRMS[firms.level]} if firms.level in FIRMS else SHAKY)
    claims = list(walk(branch))
    (gain,) = (claim.value for claim in claims if claim.code == "firms.gain")
    assert gain == firms.gain
    names = {True: "firms.firm_wins", False: "firms.firm_does_not_win"}
    lines = {claim.about[0]: claim for claim in claims if claim.code in names.values()}
    assert set(lines) == {share.firm for share in firms.shares}
    for share in firms.shares:
        assert (lines[share.firm].code, lines[share.firm].value) == (names[share.wins], share.gain)
    for solution in firms.solutions:
        if solution.solution == firms.rule:
            assert solution.gains == tuple(share.gain for share in firms.shares), "two figures"


def check_recomputation(project: Proposal, verdict: Verdict, seed: int) -> None:
    """Judged again from its written form, beside other projects: the same bytes."""
    again = read_proposal(codec.adapter(Proposal).dump_json(project))
    others = [random_project(seed + more) for more in range(1, BESIDE + 1)]
    day = sheet()
    cases = [Case(each, assess(each, ROUEN, day), day, "0" * 64) for each in (*others, again)]
    written = codec.adapter(Verdict).dump_json
    assert written(judge_all(cases)[-1]) == written(verdict), project


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_tree_and_recomputation_agree_with_the_verdict(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        project = random_project(seed)
        verdict = verdict_of(project)
        check_tree(verdict)
        check_recomputation(project, verdict, seed)


def test_a_tree_that_says_something_else_is_found() -> None:
    verdict = verdict_of(random_project(0))
    check_tree(verdict)
    for other in (
        replace(verdict, net_jobs=Estimate.exactly(4_711.0)),
        replace(
            verdict, territory=replace(verdict.territory, vetoes=("veto.technology_lost",) * 2)
        ),
        replace(verdict, explanation=replace(verdict.explanation, code="verdict.fragile_win_win")),
    ):
        with pytest.raises(AssertionError):
            check_tree(other)
