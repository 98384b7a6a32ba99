"""Groups too large for their coalitions to be enumerated, held by pair synergies."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Proposal, Synergy
from contracts.vocabulary.verdict import FirmLevel, Notion, Solution
from services.method.firms import pairs
from services.method.firms.found import FirmsParameters
from services.method.firms.game import game_of
from services.method.firms.level import firms_level
from services.method.firms.pair_level import pair_level
from services.method.firms.simplex import SolverError
from tests.spec.reading import proposal, sheet, verdict_of

P = FirmsParameters.of(sheet())


def pair_project(weights: dict[tuple[int, int], Any], n: int, **firm: Any) -> Proposal:
    base = proposal({})
    firms = [
        replace(base.firms[0], id=f"f{i:02d}", name=f"F{i}", own=Estimate.exactly(1000.0), **firm)
        for i in range(n)
    ]
    return replace(
        base,
        firms=tuple(firms),
        synergies=tuple(
            Synergy(between=(f"f{i:02d}", f"f{j:02d}"), yearly=yearly)
            for (i, j), yearly in weights.items()
        ),
    )


@st.composite
def pair_projects(draw: st.DrawFn) -> Proposal:
    n = draw(st.integers(3, 7))
    weights = {}
    for i in range(n):
        for j in range(i):
            low, central, high = sorted(draw(st.tuples(*[st.integers(-3, 6)] * 3)))
            if draw(st.booleans()):
                weights[j, i] = Estimate(1000.0 * low, 1000.0 * central, 1000.0 * high)
    return pair_project(weights or {(0, 1): Estimate.exactly(0.0)}, n)


@settings(max_examples=60, deadline=None)
@given(pair_projects())
def test_cuts_say_of_pair_synergies_what_all_coalitions_say(project: Proposal) -> None:
    enumerated = firms_level(game_of(project, 1e-6), P)
    searched = pair_level(pairs.pair_game_of(project), P)
    assert (searched.level, searched.worst, searched.best) == (
        enumerated.level,
        enumerated.worst,
        enumerated.best,
    )
    assert bool(searched.blocking) == bool(enumerated.blocking)
    assert searched.objection == pytest.approx(enumerated.objection, abs=1e-6)
    np.testing.assert_allclose(searched.thresholds, enumerated.thresholds)
    assert searched.surplus == pytest.approx(enumerated.surplus)
    if enumerated.level < FirmLevel.F2:
        # Sharings differ where only a core point with room for everyone lets every firm win.
        np.testing.assert_allclose(searched.sharing.gains, enumerated.sharing.gains, atol=1e-6)


def ring(n: int, yearly: float) -> dict[tuple[int, int], Estimate]:
    return {(i, (i + 1) % n): Estimate.exactly(yearly) for i in range(n)}


def test_twenty_firms_in_a_ring_hold_and_the_verdict_says_what_it_left_out() -> None:
    verdict = verdict_of(pair_project(ring(20, 3000.0), 20))
    assert verdict.firms is not None
    assert verdict.firms.level is FirmLevel.F2
    assert {share.gain for share in verdict.firms.shares} == {3000.0}
    assert Notion.COST_OF_STABILITY in verdict.firms.not_computed
    assert {shown.solution for shown in verdict.firms.solutions} == {
        Solution.SHAPLEY,
        Solution.NUCLEOLUS,
        Solution.GATELY,
        Solution.NASH,
    }


def test_announced_results_of_a_large_group_are_judged_too() -> None:
    verdict = verdict_of(pair_project(ring(14, 3000.0), 14, announced=4000.0))
    assert verdict.firms is not None
    assert verdict.firms.level is FirmLevel.F3


def test_a_large_group_that_falls_in_two_names_the_half() -> None:
    n = 16
    weights = {
        (i, j): Estimate.exactly(900.0 if (i < 8) == (j < 8) else -700.0)
        for i in range(n)
        for j in range(i + 1, n)
    }
    verdict = verdict_of(pair_project(weights, n))
    assert verdict.firms is not None
    assert verdict.firms.level is FirmLevel.F1
    assert sorted(verdict.firms.blocking) == [f"f{i:02d}" for i in range(8)]


def test_where_only_an_uneven_stable_sharing_lets_every_firm_win_it_is_found() -> None:
    # A firm at the end of a line has half of 900 by the halves, and up to 900 in the core.
    weights = ring(14, 5000.0) | {(0, 13): Estimate.exactly(5000.0)}
    del weights[13, 0], weights[0, 13], weights[12, 13]
    weights[5, 13] = Estimate.exactly(900.0)
    verdict = verdict_of(pair_project(weights, 14))
    assert verdict.firms is not None
    assert verdict.firms.level is FirmLevel.F2
    assert verdict.firms.rule == "max_min"
    assert all(share.wins for share in verdict.firms.shares)


def test_a_search_that_does_not_end_is_said_and_guesses_nothing() -> None:
    draw = np.random.default_rng(4)
    upper = np.triu(draw.integers(-800, 1300, (24, 24)), 1)
    weights = (upper + upper.T).astype(float)
    with pytest.raises(SolverError, match="did not end"):
        pairs.worst_objection(weights, np.full(24, weights.sum() / 48), nodes=0)


def test_thirteen_firms_with_more_than_pairs_are_not_computed() -> None:
    base = pair_project(ring(13, 3000.0), 13)
    three = Synergy(between=("f00", "f01", "f02"), yearly=Estimate.exactly(1.0))
    assert verdict_of(replace(base, synergies=(*base.synergies, three))).firms is None
    assert verdict_of(base).firms is not None


def test_a_group_whose_synergies_all_help_holds_without_a_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The game is convex: its core holds the Shapley value (Shapley 1971)."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr(pairs, "_search", never)
    n = 30
    weights = {
        (i, j): Estimate.exactly(1_000.0 + 7 * i + j) for i in range(n) for j in range(i + 1, n)
    }
    few = dict(sorted(weights.items())[:300])
    verdict = verdict_of(pair_project(few | ring(n, 4_000.0), n))
    assert verdict.firms is not None
    assert verdict.firms.level is FirmLevel.F2
    assert {each.solution for each in verdict.firms.solutions} >= {Solution.GATELY, Solution.NASH}


@pytest.mark.parametrize("seed", range(20))
def test_the_subgroup_that_objects_most_is_found_without_a_search(seed: int) -> None:
    n, draw = 7, np.random.default_rng(seed)
    weights = np.triu(np.round(draw.uniform(0, 9_000, (n, n)) * (draw.random((n, n)) < 0.6)), 1)
    weights = weights + weights.T
    gains = draw.dirichlet(np.ones(n)) * weights.sum() / 2
    every = [
        (float(weights[np.ix_(inside, inside)].sum() / 2 - gains[inside].sum()))
        for mask in range(1 << n)
        if (inside := [i for i in range(n) if mask >> i & 1]) or not mask
    ]
    found, members = pairs.worst_objection(weights, gains, 2_000)
    assert found == pytest.approx(max(every), abs=0.01)
    chosen = list(members)
    own = weights[np.ix_(chosen, chosen)].sum() / 2 - gains[chosen].sum() if chosen else 0.0
    assert found == pytest.approx(own, abs=0.01)


def test_a_sharing_that_is_not_found_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_CUTS", 0)
    with pytest.raises(SolverError, match="did not end"):
        pairs.widest_core_point(np.ones((3, 3)) - np.eye(3), np.zeros(3), 0.01, 2_000)
