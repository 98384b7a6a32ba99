"""Theorems about games, and games at the edge: one firm, nothing at all, ties, tiny and huge."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import (
    ExcludedGroup,
    ExclusionKind,
    IfAlone,
    Need,
    Proposal,
    SharedCost,
    SharedCostRange,
    Synergy,
)
from contracts.vocabulary.verdict import FirmLevel, Solution
from services.cli.reference.games import from_lexicographic, game_from_worths, harsanyi_dividends
from services.method.firms import sharings, solutions
from services.method.firms.coalitions import Array, coalitions
from services.method.firms.found import FirmsParameters
from services.method.firms.level import firms_level
from services.method.firms.partition import superadditive_cover
from tests.spec.reading import proposal, sheet, verdict_of

SOME = settings(max_examples=80, deadline=None)
P = FirmsParameters.of(sheet())


@st.composite
def games(draw: st.DrawFn, most: int = 5) -> Array:
    n = draw(st.integers(2, most))
    worths = draw(st.lists(st.integers(-9, 12), min_size=1 << n, max_size=1 << n))
    return np.array([0, *worths[1:]], dtype=np.float64)


def solved(worths: Array, tolerance: float = 1e-7) -> sharings.Sharings:
    return sharings.sharings(worths[None], np.array([tolerance]))


def cost_of_stability(worths: Array) -> float:
    return solutions.stability(worths[None])[0][0]


def renamed(worths: Array, order: list[int]) -> Array:
    """The game in which player ``order[i]`` is called i."""
    masks = np.zeros(len(worths), dtype=np.int64)
    for i, player in enumerate(order):
        masks |= ((np.arange(len(worths)) >> i) & 1) << player
    return worths[masks]


@SOME
@given(games(), st.randoms(use_true_random=False))
def test_names_of_players_do_not_matter(worths: Array, random: Any) -> None:
    order = list(range(len(worths).bit_length() - 1))
    random.shuffle(order)
    one, other = solved(worths), solved(renamed(worths, order))
    for solution in Solution:
        np.testing.assert_allclose(
            other.payoffs[solution][0], one.payoffs[solution][0][order], atol=1e-8
        )
        assert one.in_core[solution][0] == other.in_core[solution][0]
    assert cost_of_stability(renamed(worths, order)) == pytest.approx(
        cost_of_stability(worths), abs=1e-8
    )


@SOME
@given(games(), st.integers(1, 50), st.integers(-40, 40))
def test_a_unit_and_what_everyone_has_anyway_do_not_matter(
    worths: Array, scale: int, constant: int
) -> None:
    table = coalitions(len(worths).bit_length() - 1)
    added = constant * np.arange(1, table.n + 1)
    one, other = solved(worths), solved(scale * worths + table.members @ added)
    for solution in Solution:
        np.testing.assert_allclose(
            other.payoffs[solution][0], scale * one.payoffs[solution][0] + added, atol=1e-5
        )


@SOME
@given(games(), st.integers(0, 20), st.data())
def test_a_synergy_that_is_not_negative_never_empties_a_core(
    worths: Array, yearly: int, data: st.DataObject
) -> None:
    grand = len(worths) - 1
    mask = data.draw(st.integers(1, grand))
    more = worths + yearly * coalitions(grand.bit_length()).containing([mask])[0]
    if cost_of_stability(worths) <= 1e-9:
        assert cost_of_stability(more) <= 1e-9


@SOME
@given(games())
def test_the_nucleolus_is_in_the_core_when_there_is_one(worths: Array) -> None:
    if cost_of_stability(worths) <= 1e-9:
        assert solved(worths).in_core[Solution.NUCLEOLUS][0]
        assert solved(worths).in_core[Solution.PER_CAPITA_NUCLEOLUS][0]


@SOME
@given(games())
def test_the_proof_of_an_empty_core_can_be_checked_by_hand(worths: Array) -> None:
    n = len(worths).bit_length() - 1
    found = solutions.stability(worths[None])[0][1]
    counted = sum((w * coalitions(n).members[mask] for mask, w in found), np.zeros(n))
    np.testing.assert_allclose(counted, np.ones(n), atol=1e-9)
    total = sum(weight * worths[mask] for mask, weight in found)
    missing = max(0.0, total - worths[-1])
    assert cost_of_stability(worths) == pytest.approx(missing, abs=1e-7)


@SOME
@given(games())
def test_dividends_add_up_and_share_into_the_shapley_value(worths: Array) -> None:
    table = coalitions(len(worths).bit_length() - 1)
    dividends = harsanyi_dividends(worths)
    sizes = np.maximum(table.sizes, 1)
    np.testing.assert_allclose(
        table.membersT @ (dividends / sizes), solutions.shapley_values(worths[None])[0], atol=1e-9
    )
    inside = [float(dividends[(table.masks & ~mask) == 0].sum()) for mask in table.masks.tolist()]
    np.testing.assert_allclose(inside, worths, atol=1e-9)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_a_game_of_any_size_has_the_solutions_of_its_shape(size: float) -> None:
    shape = from_lexicographic([0, 0, 0, 4, 1, 3, 6])
    one, other = solved(shape), solved(size * shape, 1e-7 * size)
    for solution in Solution:
        np.testing.assert_allclose(
            other.payoffs[solution] / size, one.payoffs[solution], rtol=1e-9, atol=1e-9
        )
        assert one.in_core[solution][0] == other.in_core[solution][0]


def test_one_firm_has_what_it_has() -> None:
    alone = np.array([0.0, 7.0])
    found = solved(alone)
    for solution in (Solution.SHAPLEY, Solution.NUCLEOLUS, Solution.NASH, Solution.TAU):
        assert found.payoffs[solution].tolist() == [[7.0]]
        assert found.in_core[solution][0]
    assert cost_of_stability(alone) == 0
    assert sharings.least_core_of(alone[None])[0] == 0
    assert firms_level(game_from_worths(alone), P).level is FirmLevel.F0


@pytest.mark.parametrize("n", [2, 3, 5])
def test_nothing_at_all_is_shared_into_nothing(n: int) -> None:
    found = solved(np.zeros(1 << n))
    for solution in (Solution.SHAPLEY, Solution.NUCLEOLUS, Solution.PER_CAPITA_NUCLEOLUS):
        assert (found.payoffs[solution] == 0).all()
    assert np.isnan(found.payoffs[Solution.GATELY]).all()
    assert firms_level(game_from_worths(np.zeros(1 << n)), P).level is FirmLevel.F0


def test_where_every_group_loses_nobody_gains() -> None:
    worths = -1000.0 * coalitions(4).sizes ** 2
    level = firms_level(game_from_worths(worths), P)
    assert level.level is FirmLevel.F0
    assert level.cost_of_stability == pytest.approx(-worths[-1] + 4 * worths[1])


def test_equal_firms_have_equal_shares() -> None:
    worths = np.array([0, 0, 900, 3000, 9000])[coalitions(4).sizes.astype(int)].astype(float)
    for payoffs in solved(worths).payoffs.values():
        np.testing.assert_allclose(payoffs, [[2250] * 4])


def test_a_cent_among_billions_does_not_empty_a_core() -> None:
    # 1e11 + a cent of rounding: told from a real objection by its size beside the others.
    worths = from_lexicographic([0, 0, 0, 1e11, 1e11, 1e11, 1.5e11])
    exact = firms_level(game_from_worths(worths), P)
    worths[0b011] += 0.02
    assert firms_level(game_from_worths(worths), P).level is exact.level


def test_a_level_does_not_depend_on_the_names_of_firms() -> None:
    worths = from_lexicographic([0, 0, 0, 4000, 4000, 4000, 6000])
    found = {
        (level.level, round(level.cost_of_stability, 6), round(level.needed_aid, 6))
        for order in permutations(range(3))
        for level in [firms_level(game_from_worths(renamed(worths, list(order))), P)]
    }
    assert len(found) == 1


# -- groups that may not act, and uncertain costs --------------------------------------------------


def test_a_group_that_may_not_act_by_itself_cannot_block() -> None:
    majority = {"yearly": 9000}
    pairs_of_three = [{"between": [a, b], **majority} for a, b in ("ab", "ac", "bc")]
    whole = {"between": ["a", "b", "c"], "yearly": -15000}
    given = {"synergies": [*pairs_of_three, whole]}
    free = verdict_of(proposal(given)).firms
    bound = verdict_of(
        replace(
            proposal(given),
            excluded_groups=(
                ExcludedGroup(members=("a", "b"), why=ExclusionKind.LAW),
                ExcludedGroup(members=("c", "b"), why=ExclusionKind.CONTRACT),
            ),
        )
    ).firms
    assert free is not None
    assert bound is not None
    assert (free.level, bound.level) == (FirmLevel.F1, FirmLevel.F2)


@SOME
@given(games(), st.data())
def test_an_excluded_group_has_the_best_of_its_permitted_parts(
    worths: Array, data: st.DataObject
) -> None:
    grand = len(worths) - 1
    groups = [mask for mask in range(1, grand) if mask & (mask - 1)]
    banned = data.draw(st.sets(st.sampled_from(groups), max_size=3)) if groups else set()
    covered = superadditive_cover(worths, banned)

    def best(mask: int) -> float:
        options = [covered[mask]] if mask not in banned else []
        part = (mask - 1) & mask
        while part:
            options.append(best(part) + best(mask ^ part))
            part = (part - 1) & mask
        return max(options)

    for mask in range(1, grand + 1):
        assert covered[mask] == (pytest.approx(best(mask)) if mask in banned else worths[mask])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from((0.2, 0.3, 0.5, 0.7)), min_size=3, max_size=4),
    st.integers(0, 20_000),
    st.integers(0, 30_000),
    st.integers(0, 4_000),
    st.sampled_from(IfAlone),
    st.integers(0, 15_000),
)
def test_an_uncertain_cost_is_judged_at_its_worst_and_at_its_best(
    needs: list[float], down: int, up: int, spread: int, if_alone: IfAlone, yearly: int
) -> None:
    base = proposal({})
    ids = "abcd"[: len(needs)]
    firms = tuple(replace(base.firms[0], id=i, name=i, own=Estimate.exactly(0.0)) for i in ids)

    def project(full: float, extra: float, box: SharedCostRange | None) -> Proposal:
        return replace(
            base,
            firms=firms,
            synergies=(Synergy(between=tuple(ids), yearly=Estimate.exactly(yearly)),),
            shared_cost=SharedCost(
                what="post",
                needs=tuple(Need(firm=i, fte=need) for i, need in zip(ids, needs, strict=True)),
                full_time_cost=full,
                coordination_per_extra_member=extra,
                if_alone=if_alone,
                range=box,
            ),
        )

    box = SharedCostRange(
        full_time_cost=Estimate(30_000.0 - down, 30_000.0, 30_000.0 + up),
        coordination_per_extra_member=Estimate(4_000.0 - spread, 4_000.0, 4_000.0 + spread),
    )
    judged = verdict_of(project(30_000.0, 4_000.0, box)).firms
    assert judged is not None
    assert judged.worst <= judged.level <= judged.best
    assert judged.gain.low <= judged.gain.central <= judged.gain.high
    levels = []
    for part in np.linspace(0, 1, 5):
        for other in np.linspace(0, 1, 3):
            full = 30_000 - down + part * (down + up)
            extra = 4_000 - spread + other * 2 * spread
            at = verdict_of(project(float(full), float(extra), None)).firms
            assert at is not None
            levels.append(at.level)
            assert judged.gain.low - 1 <= at.gain.central <= judged.gain.high + 1
    assert min(judged.worst, FirmLevel.F2) <= min(levels)
    assert max(levels) <= max(judged.best, FirmLevel.F2)


def test_a_cost_that_is_best_between_its_ends_is_found_there() -> None:
    """Three firms of half a post each pay two posts together and one in pairs: with a synergy W of
    all, a post at the cost t leaves the group t + W, and a pair t. Every firm gains 501 from
    t = 1,503 - W on, and the group holds up to t = 2 W.
    """
    base = proposal({})
    firms = tuple(replace(base.firms[0], id=i, name=i, own=Estimate.exactly(0.0)) for i in "abc")

    def best(all_together: float) -> FirmLevel:
        shared = SharedCost(
            what="post",
            needs=tuple(Need(firm=i, fte=0.5) for i in "abc"),
            full_time_cost=2_000.0,
            coordination_per_extra_member=0.0,
            if_alone=IfAlone.PAYS_ITS_OWN,
            range=SharedCostRange(full_time_cost=Estimate(500.0, 2_000.0, 3_000.0)),
        )
        synergy = Synergy(between=tuple("abc"), yearly=Estimate.exactly(all_together))
        judged = verdict_of(replace(base, firms=firms, synergies=(synergy,), shared_cost=shared))
        assert judged.firms is not None
        assert (judged.firms.worst, judged.firms.level) == (FirmLevel.F1, FirmLevel.F1)
        return judged.firms.best

    assert best(600.0) is FirmLevel.F2
    assert best(502.0) is FirmLevel.F2
    assert best(500.0) is FirmLevel.F1
