"""What holds for every project, not only for the worked ones."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Firm, Proposal, Synergy
from contracts.vocabulary.verdict import FirmLevel, FirmsJudgement, TerritoryLevel, VerdictLabel
from services.cli.reference import games
from services.method import Case, assess, judge, judge_all
from services.method.claims import CODES
from services.method.firms import solutions
from services.method.firms.coalitions import coalitions
from tests.spec.reading import ROUEN, proposal, sheet, verdict_of, walk

FEW = settings(max_examples=60, deadline=None)
MANY = settings(max_examples=150, deadline=None)

euros = st.integers(-60_000, 90_000)
own_results = st.integers(-100_000, 3_000_000)
ORDER = [FirmLevel.F0, FirmLevel.F1, FirmLevel.F2, FirmLevel.F3]
TERRITORY_ORDER = list(TerritoryLevel)


@st.composite
def estimates(draw: st.DrawFn, figures: st.SearchStrategy[float]) -> Estimate:
    low, central, high = sorted(draw(st.tuples(figures, figures, figures)))
    return Estimate(low, central, high)


@st.composite
def projects(draw: st.DrawFn, certain: bool = False) -> Proposal:
    """Two to five firms with any synergies and conflicts among them."""
    ids = "abcde"[: draw(st.integers(2, 5))]
    figure = euros.map(float)
    value = figure.map(Estimate.exactly) if certain else estimates(figure)
    groups = st.sets(st.sampled_from(ids), min_size=2).map(sorted).map(tuple)
    synergies = draw(st.lists(st.tuples(groups, value), max_size=8))
    owns = draw(st.lists(own_results, min_size=len(ids), max_size=len(ids)))
    return replace(
        proposal({}),
        firms=tuple(
            Firm(id=firm, name=firm, own=Estimate.exactly(own), staff=5)
            for firm, own in zip(ids, owns, strict=True)
        ),
        synergies=tuple(Synergy(between=group, yearly=yearly) for group, yearly in synergies),
    )


shares = estimates(st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.8, 1.0)))
amounts = estimates(st.integers(0, 30_000).map(float))


@st.composite
def territory_sides(draw: st.DrawFn) -> dict[str, Any]:
    """Answers about the territory, each of them perhaps not given."""

    def maybe(strategy: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | strategy)

    def plain(value: Estimate | None) -> Any:
        return value and {"low": value.low, "central": value.central, "high": value.high}

    flags = st.booleans()
    return {
        "kind": draw(st.sampled_from(("multi_firm", "incubator"))),
        "jobs": {
            "gross": plain(draw(amounts)),
            "tradable": maybe(flags),
            **{
                name: plain(maybe(shares))
                for name in ("deadweight", "displacement", "leakage", "substitution")
            },
            "destroyed": plain(maybe(amounts)),
        },
        "carbon": {
            "emitted_t_per_year": plain(maybe(amounts)),
            "avoided_t_per_year": plain(maybe(amounts)),
            "appraised": maybe(flags),
        },
        "technology": {
            name: maybe(flags)
            for name in ("shared_asset_open_to_others", "activity_leaves", "transferred_out")
        },
        "concentration": {"prohibited": maybe(flags), "market": None},
        "image": draw(st.sampled_from((None, []))),
    }


@MANY
@given(projects(), st.randoms(use_true_random=False))
def test_a_verdict_does_not_depend_on_the_order_of_firms_and_synergies(
    project: Proposal, random: Any
) -> None:
    firms, synergies = list(project.firms), list(project.synergies)
    random.shuffle(firms)
    random.shuffle(synergies)
    shuffled = replace(project, firms=tuple(firms), synergies=tuple(synergies))
    one, other = verdict_of(project), verdict_of(shuffled)
    assert one.firms is not None
    assert other.firms is not None
    by_firm = {share.firm: share for share in other.firms.shares}
    assert [share.firm for share in other.firms.shares] == [firm.id for firm in firms]
    assert [by_firm[share.firm] for share in one.firms.shares] == list(one.firms.shares)
    assert _by_name(other.firms) == _by_name(one.firms)
    assert (one.label, one.necessary, one.possible) == (
        other.label,
        other.necessary,
        other.possible,
    )


def _by_name(firms: FirmsJudgement) -> FirmsJudgement:
    """The same with every list of firms in one order."""
    order = sorted(range(len(firms.shares)), key=lambda i: firms.shares[i].firm)
    return replace(
        firms,
        shares=tuple(firms.shares[i] for i in order),
        solutions=tuple(
            replace(shown, gains=tuple(shown.gains[i] for i in order)) for shown in firms.solutions
        ),
    )


@MANY
@given(
    projects(certain=True), st.sets(st.sampled_from("abcde"), min_size=2), st.integers(0, 40_000)
)
def test_adding_a_synergy_that_is_not_negative_never_lowers_the_firm_level(
    project: Proposal, group: set[str], yearly: int
) -> None:
    members = tuple(sorted(group & {firm.id for firm in project.firms}))
    more = replace(
        project,
        synergies=(
            *project.synergies,
            *([Synergy(between=members, yearly=Estimate.exactly(yearly))] if members[1:] else []),
        ),
    )
    before, after = verdict_of(project).firms, verdict_of(more).firms
    assert before is not None
    assert after is not None
    assert ORDER.index(after.level) >= ORDER.index(before.level)


@MANY
@given(projects())
def test_the_firm_level_lies_between_its_corners(project: Proposal) -> None:
    firms = verdict_of(project).firms
    assert firms is not None
    assert ORDER.index(firms.worst) <= ORDER.index(firms.level) <= ORDER.index(firms.best)


@MANY
@given(projects())
def test_the_firm_level_says_what_the_shown_sharing_shows(project: Proposal) -> None:
    firms = verdict_of(project).firms
    assert firms is not None
    every_firm_wins = all(share.wins for share in firms.shares)
    if firms.level in (FirmLevel.F2, FirmLevel.F3):
        assert firms.stable
        assert every_firm_wins
        assert firms.needed_aid == 0
    else:
        assert not (firms.stable and every_firm_wins)
        assert firms.needed_aid > 0
        assert firms.needed_aid >= firms.cost_of_stability
    assert bool(firms.blocking) == (firms.cost_of_stability > 0)
    assert not (firms.blocking and firms.gets_nothing)


@FEW
@given(st.integers(3, 6), st.lists(st.integers(-20, 30), min_size=15, max_size=15))
def test_with_pair_synergies_only_shapley_is_the_prenucleolus_and_cuts_decide(
    n: int, weights: list[int]
) -> None:
    table = coalitions(n)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    worths = np.zeros(1 << n)
    half = np.zeros(n)
    for (i, j), weight in zip(pairs, weights, strict=False):
        worths += weight * table.containing([1 << i | 1 << j])[0]
        half[i] += weight / 2
        half[j] += weight / 2
    value = solutions.shapley_values(worths[None])[0]
    np.testing.assert_allclose(value, half, atol=1e-9)
    np.testing.assert_allclose(games.prenucleolus(worths), value, atol=1e-6)
    holds = games.smallest_cut(worths) >= 0
    assert holds == solutions.in_core(worths, value, 1e-9)
    assert holds == (solutions.stability(worths[None])[0][0] <= 1e-7)


@FEW
@given(territory_sides())
def test_silence_can_hurt_and_never_helps(given_side: dict[str, Any]) -> None:
    """Taking back an answer never raises the best point beyond what some answer would give, and
    every interval contains the point it replaces: worst <= central <= best.
    """
    verdict = verdict_of(proposal(given_side))
    territory = verdict.territory
    for judged in territory.dimensions:
        assert judged.level.low <= judged.level.central <= judged.level.high, judged
        if not judged.level.known:
            assert judged.level.central <= 0, judged
            assert judged.level.high <= 0, judged
    ranks = [
        TERRITORY_ORDER.index(level) for level in (territory.worst, territory.level, territory.best)
    ]
    assert ranks == sorted(ranks)
    assert bool(territory.vetoes) == (territory.level is TerritoryLevel.LOSES)
    assert {claim.code for claim in walk(verdict.explanation)} <= set(CODES)
    assert set(verdict.warnings) <= set(CODES)


@FEW
@given(territory_sides())
def test_the_same_inputs_give_the_same_verdict(given_side: dict[str, Any]) -> None:
    project = proposal(given_side)
    again = proposal(given_side)
    assert assess(project, ROUEN, sheet()) == assess(again, ROUEN, sheet())
    assert verdict_of(project) == verdict_of(again)


@FEW
@given(projects())
def test_necessary_verdict_and_possible_are_one_when_nothing_is_uncertain(
    project: Proposal,
) -> None:
    certain = replace(
        project,
        synergies=tuple(
            replace(synergy, yearly=Estimate.exactly(synergy.yearly.central))
            for synergy in project.synergies
            if synergy.yearly is not None
        ),
    )
    verdict = judge(certain, assess(certain, ROUEN, sheet()), sheet(), "0" * 64)
    assert verdict.label == verdict.necessary == verdict.possible
    assert verdict.label in set(VerdictLabel)


@FEW
@given(st.lists(projects(), min_size=2, max_size=4))
def test_the_company_of_other_projects_changes_no_verdict(together: list[Proposal]) -> None:
    """No rank reversal: nothing is normalised by the set of projects that are judged."""
    cases = [Case(one, assess(one, ROUEN, sheet()), sheet(), "0" * 64) for one in together]
    alone = [judge_all([case])[0] for case in cases]
    assert judge_all(cases) == alone
    assert judge_all(cases[::-1]) == alone[::-1]


@FEW
@given(territory_sides(), st.integers(0, 500))
def test_more_jobs_never_lower_the_verdict(given_side: dict[str, Any], more: int) -> None:
    """What improves one protagonist lowers no other: jobs enter the territory's side once."""
    jobs = given_side["jobs"] | {"destroyed": {"low": 0, "central": 0, "high": 0}}
    before = verdict_of(proposal(given_side | {"jobs": jobs}))
    raised = {point: value + more for point, value in jobs["gross"].items()}
    after = verdict_of(proposal(given_side | {"jobs": jobs | {"gross": raised}}))
    order = list(TerritoryLevel)
    for corner in ("worst", "level", "best"):
        one, other = getattr(before.territory, corner), getattr(after.territory, corner)
        assert order.index(other) >= order.index(one)
    assert after.firms == before.firms
