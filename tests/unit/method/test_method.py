"""What the method refuses, and what it leaves to its callers."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.limits import MAX_AMOUNT
from contracts.vocabulary.proposal import Firm
from services.cli.reference.games import from_lexicographic, harsanyi_dividends
from services.method import METHOD_VERSION, assess, judge, missing, unknown
from services.method.figures import estimate, rounded, rounded_up
from services.method.firms import solutions
from services.method.firms.coalitions import coalitions
from services.method.firms.game import game_of
from services.method.firms.programs import SolverError
from tests.spec.reading import ROUEN, parameters, proposal, sheet

HASH = "0" * 64


def test_the_data_of_another_territory_are_refused() -> None:
    elsewhere = replace(ROUEN, id="fr-ze-2816")
    with pytest.raises(ValueError, match=r"fr-ze-2815.*fr-ze-2816"):
        assess(proposal({}), elsewhere, sheet())


def test_an_assessment_of_another_day_is_refused() -> None:
    assessment = assess(proposal({}), ROUEN, sheet())
    another_day = parameters().on(date(2027, 1, 1))
    with pytest.raises(ValueError, match=r"2026-06-01, not of 2027-01-01"):
        judge(proposal({}), assessment, another_day, HASH)


def test_the_verdict_names_everything_it_was_computed_with() -> None:
    project = proposal({})
    verdict = judge(project, assess(project, ROUEN, sheet()), sheet(), "a" * 64)
    assert verdict.inputs_sha256 == "a" * 64
    assert verdict.method_version == METHOD_VERSION
    assert verdict.parameters_on == sheet().on
    assert verdict.territory_ref == ROUEN


def test_too_many_firms_take_precedence_over_their_missing_results_but_not_over_gross_jobs() -> (
    None
):
    firms = [{"id": f"f{i:02d}", "name": "F"} for i in range(13)]
    project = proposal({"firms": firms, "synergies": [{"between": ["f00", "f01", "f02"]}]})
    assert missing(project) == ()
    assert missing(replace(project, jobs=replace(project.jobs, gross=None))) == ("/jobs/gross",)
    with pytest.raises(ValueError, match="1 to 12 players, not 13"):
        game_of(
            replace(
                project,
                firms=tuple(Firm(id=f["id"], name="F", own=Estimate(0, 0, 0)) for f in firms),
            ),
            1e-6,
        )


def test_the_order_of_synergies_does_not_move_the_last_bit_of_the_game() -> None:
    project = proposal({})
    synergies = [
        replace(synergy, yearly=Estimate.exactly(yearly))
        for synergy, yearly in zip(
            project.synergies * 2, (0.1, 0.2, 0.3, 1e9, 0.7, -1e9), strict=True
        )
    ]
    games = [
        game_of(replace(project, synergies=tuple(order)), 1e-6)
        for order in (synergies, synergies[::-1], synergies[3:] + synergies[:3])
    ]
    assert len({game.surplus.tobytes() for game in games}) == 1
    assert len({game.synergies for game in games}) == 1


def test_a_game_is_not_built_from_a_missing_answer() -> None:
    without_result = proposal(
        {"firms": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}], "synergies": []}
    )
    with pytest.raises(ValueError, match="'a' has no own result"):
        game_of(without_result, 1e-6)
    without_value = proposal({"synergies": [{"between": ["a", "b"]}]})
    with pytest.raises(ValueError, match="no yearly value"):
        game_of(without_value, 1e-6)


def test_a_project_that_says_everything_has_nothing_missing_and_nothing_unknown() -> None:
    assert missing(proposal({})) == ()
    assert unknown(proposal({})) == ()


@pytest.mark.parametrize("n", [2, 5, 8, 9, 12])
def test_tables_agree_with_the_definitions(n: int) -> None:
    table = coalitions(n)
    pair = table.containing([0b11])[0]
    assert pair.sum() == 2 ** (n - 2)
    # A pair's worth is halved between its two members.
    np.testing.assert_allclose(
        pair @ table.shapley / table.parts, [0.5, 0.5] + [0.0] * (n - 2), atol=1e-12
    )
    dividends = harsanyi_dividends(pair)
    assert dividends[0b11] == 1.0
    assert np.abs(dividends).sum() == 1.0


def test_a_game_needs_two_to_the_n_worths() -> None:
    with pytest.raises(ValueError, match="2\\*\\*n worths, got 3"):
        solutions.shapley_values(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="2\\*\\*n - 1 worths, got 4"):
        from_lexicographic([1, 2, 3, 4])


def test_a_solution_that_does_not_exist_is_not_invented() -> None:
    worse_together = from_lexicographic([5, 5, 0])
    with pytest.raises(SolverError):
        solutions.nucleoli(worse_together[None])
    majority = from_lexicographic([0, 0, 0, 1, 1, 1, 1])
    with pytest.raises(SolverError):
        solutions.max_min_core_points(majority[None], np.zeros((1, 3)), np.array([1e-6]))
    nobody_matters = from_lexicographic([1, 1, 2])
    assert np.isnan(solutions.gately_points(nobody_matters[None])).all()
    not_quasi_balanced = from_lexicographic([6, 12, 42, 12, 42, 42, 42])
    assert np.isnan(solutions.tau_values(not_quasi_balanced[None])).all()


def test_the_tau_value_of_a_bankruptcy() -> None:
    # Talmud, estate 200: rights (0, 0, 0) and utopia (100, 200, 200) of the game G06.
    estate = from_lexicographic([0, 0, 0, 0, 0, 100, 200])
    np.testing.assert_allclose(solutions.tau_values(estate[None]), [[40, 80, 80]])


def test_figures_are_shown_rounded_never_minus_zero_and_aid_never_down() -> None:
    assert str(rounded(-0.04, 1)) == "0.0"
    assert rounded_up(0.004, 0, 0.01) == 0.0
    assert rounded_up(0.2, 0, 0.01) == 1.0
    assert rounded_up(41666.67, 0, 0.01) == 41667.0
    assert estimate(-1e15, 0, 1e15, 0) == Estimate(-MAX_AMOUNT, 0, MAX_AMOUNT)


def test_the_solver_is_not_loaded_before_a_game_needs_it() -> None:
    code = "import services.method, sys; sys.exit('scipy.optimize' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
