"""The published figures of the area of Rouen, and what our scores reach on years they never saw."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from contracts.samples import territory_example
from contracts.vocabulary.proposal import Firm, TechnologyClaim
from services.method import territory_knowledge
from services.method.territory.potential.backtest import (
    REFERENCE_SCORES,
    SCORE_TERMS,
    Backtest,
    backtest,
)
from services.method.territory.potential.curves import (
    area_under_curve,
    calibration,
    standard_error,
)
from services.method.territory.potential.panel import Claim
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.technology import TechnologyParameters, assess_technology
from tests.spec.reading import sheet

DIVISION, GROUP = 2, 3


@cache
def found() -> Backtest:
    return backtest(territory_example().employment, PotentialParameters.of(sheet()))


PAST = [
    (2007, 2017, DIVISION, 71, 4_591, 225, 0.656, 0.666, 0.606),
    (2012, 2022, DIVISION, 70, 4_541, 236, 0.650, 0.653, 0.595),
    (2017, 2022, DIVISION, 68, 4_394, 160, 0.673, 0.645, 0.589),
    (2007, 2017, GROUP, 71, 13_426, 504, 0.727, 0.722, 0.647),
    (2012, 2022, GROUP, 70, 13_115, 515, 0.694, 0.702, 0.617),
]


@pytest.mark.parametrize("published", PAST)
def test_single_terms_reach_the_published_figures(published):
    first, second, level, *counts, density, ubiquity, diversity = published
    (row,) = [r for r in found().past if (r.first, r.second, r.level) == (first, second, level)]
    assert [row.places, row.candidates, row.entries] == counts
    shown = [round(row.areas[name], 3) for name in ("density", "ubiquity", "diversity")]
    assert shown == [density, ubiquity, diversity]
    assert len(found().past) == len(PAST)


REFERENCE = {
    "density alone": (0.673, 0.652, 0.541, 0.714, 0.677, 0.483),
    "ubiquity alone": (0.645, 0.576, 0.534, 0.699, 0.647, 0.519),
    "density + ubiquity (logistic)": (0.686, 0.622, 0.538, 0.742, 0.693, 0.500),
    "quotient + ubiquity + diversity": (0.745, 0.590, 0.787, 0.783, 0.687, 0.758),
    "eight terms": (0.760, 0.613, 0.792, 0.800, 0.714, 0.762),
}
NOT_DEFINED_TO_THE_LAST = {"eight terms": 0.003}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_comparison_reaches_the_published_figures(name):
    (row,) = [each for each in found().reference if each.name == name]
    shown = [row.areas[level][claim] for level in (DIVISION, GROUP) for claim in Claim]
    within = NOT_DEFINED_TO_THE_LAST.get(name, 0.0005)
    assert shown == pytest.approx(REFERENCE[name], abs=within)
    assert found().reference_years == (2017, 2022)
    assert REFERENCE_SCORES.keys() == REFERENCE.keys()


AIMS = {
    (DIVISION, Claim.NEW): 0.66,
    (GROUP, Claim.NEW): 0.71,
    (DIVISION, Claim.GROWN): 0.78,
    (GROUP, Claim.GROWN): 0.75,
}


@pytest.mark.parametrize("key", AIMS)
def test_our_scores_reach_their_aim_on_years_they_have_not_seen(key):
    level, claim = key
    judged = [e for e in found().periods if (e.level, e.claim) == (level, claim)]
    assert [(e.first, e.second) for e in judged] == [(2012, 2017), (2017, 2022)]
    for earned in judged:
        assert earned.area >= AIMS[key]
        assert earned.area > earned.best_baseline
        assert earned.area > earned.baselines["density"]


def test_the_fit_does_not_change_when_the_judged_years_do():
    """No look ahead: the future of a fit is not in it."""
    table = territory_example().employment
    rows = tuple(
        replace(
            row,
            employees=(*row.employees[:2], row.employees[0], row.employees[3]),
            establishments=(*row.establishments[:2], row.establishments[0], row.establishments[3]),
        )
        for row in table.rows
    )
    other = backtest(replace(table, rows=rows), PotentialParameters.of(sheet()))
    for key, model in found().fitted.items():
        np.testing.assert_array_equal(model.coefficients, other.fitted[key].coefficients)
    assert [e.area for e in other.periods] != [e.area for e in found().periods]


def test_what_is_announced_is_near_to_what_comes():
    for earned in found().together:
        assert earned.announced == pytest.approx(earned.came, rel=0.25)
        assert sum(each.count for each in earned.bins) == earned.candidates
        assert earned.bins[-1].came > earned.bins[0].came


def test_an_indicator_that_is_no_better_than_a_count_counts_for_nothing_at_worst():
    """The same territory with outcomes so few that nothing is sure."""
    knowledge = territory_knowledge(territory_example(), sheet())
    doubtful = replace(knowledge, past=replace(knowledge.past, deviates=40.0))
    assert knowledge.past.reliable(Claim.GROWN)
    assert not doubtful.past.reliable(Claim.GROWN)
    firms = (Firm(id="a", name="A", commune="76540"),)
    said = TechnologyClaim(deepens=("1071C",), activity_leaves=False, transferred_out=False)
    sure = assess_technology(said, firms, knowledge, TechnologyParameters.of(sheet()))
    unsure = assess_technology(said, firms, doubtful, TechnologyParameters.of(sheet()))
    assert (sure.level.low, sure.warnings) == (1, ())
    assert (unsure.level.low, unsure.warnings) == (0, ("technology.indicator_no_better",))


def test_two_years_have_no_past_to_ask():
    table = territory_example().employment
    two = replace(
        table,
        years=table.years[:2],
        rows=tuple(
            replace(r, employees=r.employees[:2], establishments=r.establishments[:2])
            for r in table.rows
        ),
    )
    with pytest.raises(ValueError, match="needs three kept years"):
        backtest(two, PotentialParameters.of(sheet()))


def test_every_term_of_a_score_is_known_in_its_first_year():
    assert set(SCORE_TERMS) == {Claim.NEW, Claim.GROWN}


def test_the_area_under_the_curve_is_a_share_of_pairs():
    outcome, score = np.array([1, 0, 1, 0, 0]), np.array([3.0, 1, 2, 2, 0])
    pairs = [(a > b) + (a == b) / 2 for a in (3, 2) for b in (1, 2, 0)]
    assert area_under_curve(outcome, score) == pytest.approx(sum(pairs) / len(pairs))
    assert area_under_curve(np.array([1, 1]), np.array([1.0, 2])) is None
    # Hanley & McNeil's own formula at a toss-up.
    assert standard_error(0.5, 10, 10) == pytest.approx(((0.25 + 18 * (1 / 3 - 0.25)) / 100) ** 0.5)
    assert [b.count for b in calibration(np.ones(7), np.arange(7.0), 3)] == [3, 2, 2]
