"""How sure a verdict is: the draws against closed forms, corners, and one draw judged alone."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.samples import proposal_examples
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, Verdict, VerdictLabel
from services.cli.reference.games import game_from_worths
from services.method import assess
from services.method.constants import constants_of
from services.method.firms.coalitions import coalitions
from services.method.firms.drawn import Moves, drawn_levels
from services.method.firms.game import game_of
from services.method.firms.level import firms_level
from services.method.firms.solutions import needed_aids
from services.method.verdict.draws import draws_claim
from services.method.verdict.lattice import LATTICE
from services.method.verdict.uniforms import triangular, uniform
from services.notify.desk.views.draws import draws_view
from services.notify.desk.wording.language import Language, speech
from tests.spec.reading import ROUEN, proposal, sheet, verdict_of
from tests.spec.test_properties import FEW, projects, territory_sides

ROWS = (FirmLevel.F0, FirmLevel.F1, FirmLevel.F2)


def drawn(project: Proposal) -> tuple[Verdict, dict[str, float]]:
    """The verdict, and the share of the draws with each; drawn also where it is certain."""
    verdict = verdict_of(project)
    assert verdict.firms is not None
    assessment = assess(project, ROUEN, sheet())
    constants = constants_of(sheet())
    game = game_of(project, constants.firms.full_time_tolerance)
    claim = draws_claim(project, assessment, verdict.firms, game, verdict.label, constants)
    assert claim is not None
    return verdict, shares(claim)


def shares(claim: Claim) -> dict[str, float]:
    return {c.about[0]: c.value for c in claim.because if c.code == "draws.verdict"}


def branch(verdict: Verdict) -> Claim | None:
    return next((c for c in verdict.explanation.because if c.code == "draws.drawn"), None)


def two_firms(low: float, central: float, high: float) -> Proposal:
    """Two firms whose one synergy is uncertain; each gains half of it and wins above 500 EUR."""
    return proposal(
        {
            "firms": [{"id": name, "name": name, "own": 10_000, "staff": 5} for name in "ab"],
            "synergies": [
                {"between": ["a", "b"], "yearly": {"low": low, "central": central, "high": high}}
            ],
            "carbon": {"emitted_t_per_year": 0, "avoided_t_per_year": 0, "appraised": False},
        }
    )


def test_the_law_is_triangular():
    law = triangular(Estimate(10.0, 20.0, 60.0), uniform("law", 7, 200_000, 20))
    assert (law.min() >= 10.0, law.max() <= 60.0) == (True, True)
    assert law.mean() == pytest.approx(30.0, abs=0.1)
    assert (law < 20.0).mean() == pytest.approx(0.2, abs=0.005)


def test_each_draw_follows_the_law_of_its_own_number():
    """Number by number from the bits of the stream, in its order: the formula of the method."""
    bits = np.random.PCG64(np.random.SeedSequence([7, int.from_bytes(b"law")])).random_raw(500)
    numbers = [int(each >> np.uint64(11)) * 2.0**-53 for each in bits]
    expected = [
        10 + (20 * 50 * u) ** 0.5 if u < 0.4 else 60 - (30 * 50 * (1 - u)) ** 0.5 for u in numbers
    ]
    found = triangular(Estimate(10.0, 30.0, 60.0), uniform("law", 7, 500, 20))
    assert found.tolist() == pytest.approx(expected)


def test_the_shares_are_those_of_the_closed_form():
    """Each firm wins when its half is more than 500: above 1,001 in whole euros."""
    _, found = drawn(two_firms(0.0, 1_000.0, 4_000.0))
    wins = (4_000 - 1_001) ** 2 / (4_000 * 3_000)
    labels = {label: share for label, share in found.items() if "win_win" in label}
    assert sum(labels.values()) == pytest.approx(wins, abs=0.015)
    assert sum(found.values()) == pytest.approx(1.0, abs=0.002)


def test_the_uncertainty_comes_from_the_one_uncertain_answer():
    claim = branch(verdict_of(two_firms(0.0, 1_000.0, 4_000.0)))
    assert claim is not None
    (said, *others) = [c for c in claim.because if c.code.startswith("draws.input.")]
    assert (said.code, said.about) == ("draws.input.said", ("/synergies/0/yearly",))
    assert said.value > 0.8
    assert all(other.value < 0.01 for other in others)


def test_a_certain_verdict_is_not_drawn():
    assert branch(verdict_of(two_firms(5_000.0, 5_000.0, 5_000.0))) is None


@FEW
@given(projects(), territory_sides())
def test_every_draw_lies_between_the_corners(project: Proposal, side: dict[str, Any]) -> None:
    """The proof of the corners: no draw is worse than the worst or better than the best."""
    there = proposal(side | {"jobs": side["jobs"] | {"gross": side["jobs"]["gross"] or 5}})
    project = replace(there, firms=project.firms, synergies=project.synergies)
    verdict, found = drawn(project)
    firms, territory = verdict.firms, verdict.territory
    assert firms is not None
    rows = [row for row in ROWS if firms.worst <= row <= min(firms.best, FirmLevel.F2)] or [
        FirmLevel.F2
    ]
    order = list(TerritoryLevel)
    columns = order[order.index(territory.worst) : order.index(territory.best) + 1]
    allowed = {LATTICE[row, column] for row in rows for column in columns}
    assert set(found) <= allowed
    assert sum(found.values()) == pytest.approx(1.0, abs=0.003)
    if verdict.necessary is verdict.possible and len(allowed) == 1:
        assert found == {verdict.label: 1.0}


def test_a_draw_wins_by_the_rounding_by_which_a_verdict_does():
    """Each of two firms gains 500.855: 501 as it is shown, though 1,002 are more than there is."""
    p = constants_of(sheet()).firms
    game = game_from_worths(np.array([0.0, 0.0, 0.0, 1_000.0]))
    moves = Moves(np.array([[0.0, 0.0, 0.0, 1.0]]), np.array([[1.71, 0.71, 1.2, 0.0]]))
    levels, gains = drawn_levels(game, moves, [0.0, 0.0], 4, p)
    assert gains.tolist() == [1_002, 1_001, 1_001, 1_000]
    assert levels.tolist() == [2, 1, 2, 1]


@FEW
@given(projects(), st.integers(0, 2**32 - 1))
def test_many_points_at_once_are_judged_as_each_one_alone(project: Proposal, seed: int) -> None:
    p = constants_of(sheet()).firms
    game = game_of(project, p.full_time_tolerance)
    random = np.random.default_rng(seed)
    worths = random.normal(0, 20_000, (8, len(project.synergies)))
    bit = {firm.id: 1 << i for i, firm in enumerate(game.firms)}
    masks = [sum(bit[firm] for firm in synergy.between) for synergy in project.synergies]
    rows = game.table.containing(masks) if masks else np.zeros((0, game.table.grand + 1))
    amounts = np.round(worths).T
    levels, gains = drawn_levels(
        game, Moves(rows, amounts), [own.central for own in game.own], 8, p
    )
    for d in range(8):
        certain = replace(
            project,
            synergies=tuple(
                replace(s, yearly=Estimate.exactly(s.yearly.central + amounts[i, d]))
                for i, s in enumerate(project.synergies)
                if s.yearly is not None
            ),
        )
        alone = firms_level(game_of(certain, p.full_time_tolerance), p)
        assert ROWS[levels[d]] is min(alone.level, FirmLevel.F2)
        assert gains[d] == round(alone.surplus[1], p.decimals)


@FEW
@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_draws_that_share_a_basis_are_judged_as_each_program_says(n: int, seed: int) -> None:
    """Everybody's pair synergies drawn wide around zero: many draws are close to the border."""
    p = constants_of(sheet()).firms
    random = np.random.default_rng(seed)
    table, count = coalitions(n), 2_000
    pairs = [1 << i | 1 << j for i, j in combinations(range(n), 2)]
    rows = table.containing([*pairs, table.grand])
    worths = rows.T @ random.normal(400, 900, (len(rows), 1))
    game = game_from_worths(worths[:, 0])
    amounts = random.normal(0, 1_500, (len(rows), count))
    levels, gains = drawn_levels(game, Moves(rows, amounts), [0.0] * n, count, p)
    drawn_worths = (worths + rows.T @ amounts).T
    enough = np.full((count, n), p.margin + p.unit)
    holds = needed_aids(drawn_worths, enough) <= p.tolerance_for(float(np.abs(worths).max()))
    # A sharing that wins by rounding alone is one the program does not know of.
    shapley = np.round(drawn_worths @ table.shapley / table.parts)
    near = (np.abs(shapley - enough) <= p.unit).any(axis=1)
    wanted = np.where(gains <= 0, 0, np.where(holds, 2, 1))
    assert (levels == wanted)[~near].all()


@FEW
@given(projects(), st.randoms(use_true_random=False))
def test_the_draws_do_not_depend_on_the_order_of_firms_and_synergies(
    project: Proposal, random: Any
) -> None:
    firms, synergies = list(project.firms), list(project.synergies)
    random.shuffle(firms)
    random.shuffle(synergies)
    shuffled = replace(project, firms=tuple(firms), synergies=tuple(synergies))
    assert drawn(shuffled) == (verdict_of(shuffled), drawn(project)[1])


def test_an_answer_that_was_not_given_is_told_from_an_uncertain_one():
    verdict = verdict_of(proposal_examples()["many-unknowns"])
    claim = branch(verdict)
    assert claim is not None
    codes = {c.about[0]: c.code for c in claim.because if c.about and c.about[0][:1] == "/"}
    assert codes["/jobs/displacement"] == "draws.input.unknown"
    assert codes["/jobs/gross"] == "draws.input.said"
    assert set(shares(claim)) <= set(VerdictLabel)


SENTENCES = {
    Language.ENGLISH: (
        "This verdict rests on 18 answers that were not given. The one that matters most is "
        "the effect on the technological and industrial potential."
    ),
    Language.FRENCH: (
        "Ce verdict repose sur 18 réponses qui n'ont pas été données. Celle qui compte le "
        "plus\u00a0: l'effet sur le potentiel technologique et industriel."
    ),
}


@pytest.mark.parametrize("language", Language)
def test_what_was_not_said_and_matters_most_is_named(language: Language) -> None:
    view = draws_view(verdict_of(proposal_examples()["many-unknowns"]), (), speech(language))
    assert view is not None
    assert view.rests.replace("\u2019", "'") == SENTENCES[language]
    assert len(view.verdicts) == 3
    assert view.sources[-1].what == {"en": "several answers together"}.get(
        language, "plusieurs réponses ensemble"
    )
