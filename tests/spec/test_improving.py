"""A protagonist that does better never lowers the verdict, with one exception, which is said.

The exception: while the firms gain nothing, the cost of carbon is set beside no gain. If they come
to gain a little, carbon may be a veto beside that little.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Proposal, Synergy, SynergyKind
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, Verdict, VerdictLabel
from services.method.territory.pollution import VETO_SHARE, VETO_SHARE_CODE
from tests.spec.reading import proposal, verdict_of, walk
from tests.spec.test_changes import branch
from tests.support.random_projects import random_project

SEEDS, TOGETHER = 100, 20
TERRITORY = tuple(TerritoryLevel)
CENTRAL = 1
FIRMS, PLACE = 0, 1
GAINS = (10.0, 1_000.0, 30_000.0)
LESS_IS_BETTER = (
    "deadweight",
    "leakage",
    "displacement",
    "substitution",
    "destroyed",
    "reference_jobs",
)
HARMLESS = {
    "shared_asset_open_to_others": True,
    "activity_leaves": False,
    "transferred_out": False,
}


def firms_do_better(project: Proposal, seed: int) -> Iterator[Proposal]:
    """The whole group, or two firms of it, gain more together."""
    ids = tuple(firm.id for firm in project.firms)
    pair = tuple(Random(seed).sample(ids, 2))  # noqa: S311 - a test, not a secret
    for members in (ids, pair):
        for euros in GAINS:
            more = Synergy(between=members, yearly=Estimate.exactly(euros), kind=SynergyKind.OTHER)
            yield replace(project, synergies=(*project.synergies, more))


def territory_does_better(project: Proposal) -> Iterator[Proposal]:
    jobs, carbon, technology = project.jobs, project.carbon, project.technology
    yield replace(project, jobs=replace(jobs, gross=times(jobs.gross, 1.5)))
    for name in LESS_IS_BETTER:
        if (said := getattr(jobs, name)) is not None:
            yield replace(project, jobs=replace(jobs, **{name: times(said, 0.5)}))
    for name, factor in (("emitted_t_per_year", 0.5), ("avoided_t_per_year", 2.0)):
        if (said := getattr(carbon, name)) is not None:
            yield replace(project, carbon=replace(carbon, **{name: times(said, factor)}))
    if carbon.appraised is False:
        yield replace(project, carbon=replace(carbon, appraised=True))
    for name, harmless in HARMLESS.items():
        if getattr(technology, name) is (not harmless):
            yield replace(project, technology=replace(technology, **{name: harmless}))


def times(said: Estimate, factor: float) -> Estimate:
    return Estimate(said.low * factor, said.central * factor, said.high * factor)


def cells(verdict: Verdict) -> list[tuple[int, int]]:
    """Firms and territory at the worst, central and best points; F2 and F3 both win."""
    firms, territory = verdict.firms, verdict.territory
    assert firms is not None
    levels = list(FirmLevel)
    pairs = (
        (firms.worst, territory.worst),
        (firms.level, territory.level),
        (firms.best, territory.best),
    )
    return [
        (min(levels.index(f), levels.index(FirmLevel.F2)), TERRITORY.index(t)) for f, t in pairs
    ]


def lower(after: Verdict, before: Verdict) -> bool:
    return any(
        f < f_before or t < t_before
        for (f, t), (f_before, t_before) in zip(cells(after), cells(before), strict=True)
    )


def test_the_levels_are_ordered_from_the_worst_to_the_best() -> None:
    assert TERRITORY[0] is TerritoryLevel.LOSES
    assert TERRITORY[-1] is TerritoryLevel.WINS_TWICE


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_a_territory_that_does_better_never_lowers_the_verdict(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        project = random_project(seed)
        before = verdict_of(project)
        if before.firms is not None:
            for better in territory_does_better(project):
                assert not lower(verdict_of(better), before), (seed, better)


def losing_a_little(more: float) -> Proposal:
    """Three firms whose conflict costs them 1,000 euros a year, less what they gain ``more``."""
    ids = ("boulangerie", "cidrerie", "fromagerie")
    project = proposal({})
    like = project.firms[0]
    return replace(
        project,
        firms=tuple(replace(like, id=name, name=name.title(), announced=None) for name in ids),
        synergies=tuple(
            Synergy(between=pair, yearly=Estimate.exactly(euros), kind=SynergyKind.OTHER)
            for pair, euros in ((ids[:2], -1_000.0), (ids, more))
        ),
        shared_cost=None,
        jobs=replace(project.jobs, gross=Estimate.exactly(40.0)),
        carbon=replace(
            project.carbon,
            emitted_t_per_year=Estimate.exactly(40.0),
            avoided_t_per_year=Estimate.exactly(0.0),
        ),
    )


@pytest.mark.parametrize(
    ("more", "label"),
    [
        (0.0, VerdictLabel.SUBSIDY),
        (10_000.0, VerdictLabel.WIN_WIN_LOSE),
        (100_000.0, VerdictLabel.WIN_WIN_WIN),
    ],
)
def test_a_small_gain_of_the_firms_makes_a_veto_of_carbon_and_a_large_one_none(
    more: float, label: VerdictLabel
) -> None:
    assert verdict_of(losing_a_little(more)).label is label


def test_the_exception_is_said_with_the_gain_from_which_there_is_no_veto() -> None:
    verdict = verdict_of(losing_a_little(0.0))
    said = branch(verdict, "change.better.")
    assert said is not None
    below = next(c for c in said.because if c.code == "change.small_gain")
    more = below.value + 1_000.0
    assert verdict_of(losing_a_little(more)).label is VerdictLabel.WIN_WIN_WIN
    assert verdict_of(losing_a_little(more - 1.0)).label is VerdictLabel.WIN_WIN_LOSE
    assert below.parameters == (VETO_SHARE,)
    kept = verdict_of(losing_a_little(10_000.0))
    assert not any(c.code == "change.small_gain" for c in walk(kept.explanation))


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_firms_that_do_better_never_lower_it_but_where_it_is_said(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        project = random_project(seed)
        before = verdict_of(project)
        if before.firms is None:
            continue
        for better in firms_do_better(project, seed):
            after = verdict_of(better)
            for corner, (now, then) in enumerate(zip(cells(after), cells(before), strict=True)):
                assert now[FIRMS] >= then[FIRMS], (seed, better)
                if now[PLACE] < then[PLACE]:
                    assert_said(before, after, corner)


def assert_said(before: Verdict, after: Verdict, corner: int) -> None:
    """A gain came where there was none; at the central point the explanation has said so."""
    assert before.firms is not None
    assert after.firms is not None
    if corner != CENTRAL:
        assert before.firms.gain.low <= 0
        return
    assert before.firms.gain.central <= 0
    assert after.territory.vetoes == (VETO_SHARE_CODE,)
    said = branch(before, "change.better.")
    assert said is not None
    below = next(c.value for c in said.because if c.code == "change.small_gain")
    assert 0 < after.firms.gain.central < below
