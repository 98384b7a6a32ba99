"""What would change a verdict, as a committee reads it."""

import pytest

from contracts.vocabulary.verdict import Verdict
from services.notify.committee.roles import Role
from services.notify.desk.views.changes import ChangesView, changes_view
from services.notify.desk.visibility import Viewer, reader
from services.notify.desk.wording.language import Language, speech
from tests.spec.reading import verdict_of
from tests.support.judged import judged_examples
from tests.support.random_projects import random_project

EXAMPLES = judged_examples()
NEAR_NOTHING = 12
"""A random project in which two firms lose 98 euros together."""
OFFICER = Viewer(Role.OFFICER, totals=True)


def said(example: str, language: Language = Language.ENGLISH) -> ChangesView:
    verdict = judged_examples()[example].verdict
    assert verdict.firms is not None
    names = {share.firm: share.name for share in verdict.firms.shares}
    view = changes_view(verdict, names, OFFICER, speech(language))
    assert view is not None
    return view


def test_a_figure_that_may_not_move_at_all_is_said_to_have_no_room():
    view = said("shared-export-manager")
    assert view.worse.endswith(
        "“Need of the shared post of Aéraulique Exemple du Rouvray, at most 0.25 full-time "
        "posts”, which is what it is now: no room."
    )
    assert [row.by for row in view.rows[:5]] == ["no room"] * 4 + ["€18,333 a year (11.1%)"]


def test_all_the_firms_of_a_large_group_are_not_named_one_by_one():
    whats = [row.what for row in said("export-group-nine").rows]
    assert "What all the firms gain together, at least" in whats
    four = next(what for what in whats if "Torréfaction" in what)
    assert four.count(" Exemple ") == 4, "a subgroup is named"
    levers = said("carrier-one-seat").needs[0].levers
    assert any(lever.startswith("What Flexibles Exemple du Nord and") for lever in levers)


def test_the_same_end_whoever_leaves_is_one_sentence():
    (only,) = said("export-group-nine", Language.FRENCH).without
    assert only == (
        "Quelle que soit l\u2019entreprise qui partirait, les autres et le territoire restant "
        "comme aujourd\u2019hui\u00a0: «\u00a0Perdant\u00a0»"
    )
    (better,) = said("shared-manager-oversized").without
    assert (
        better == "Whichever firm left, the others and the territory staying as now: “Win-Win-Win”"
    )
    some = said("carrier-one-seat").without
    assert [one.split(" left,")[0] for one in some] == [
        "If Flexibles Exemple du Nord",
        "If Flexibles Exemple du Sud",
    ], "where not all may leave, those who may are named"


def view(verdict: Verdict, role: Role, language: Language) -> ChangesView:
    assert verdict.firms is not None
    shares = verdict.firms.shares
    names = {share.firm: share.name for share in shares}
    found = changes_view(verdict, names, reader(role, shares), speech(language))
    assert found is not None
    return found


def example(name: str, role: Role = Role.OFFICER) -> ChangesView:
    return view(EXAMPLES[name].verdict, role, Language.ENGLISH)


def lever(found: ChangesView, start: str) -> str:
    (said,) = (one for need in found.needs for one in need.levers if one.startswith(start))
    return said


def test_several_synergies_are_one_sentence_with_their_total_and_each_part():
    said = lever(example("shared-manager-oversized"), "Several synergies")
    assert said.startswith(
        "Several synergies together, by the smallest total (€125,000 a year in all): what "
    )
    assert said.count("gain together, at least") == said.count(";") + 1 == 3


def test_a_member_reads_orders_of_size_of_each_part_and_no_amount():
    said = lever(example("shared-manager-oversized", Role.MEMBER), "Several synergies")
    assert "(€100,000 to €500,000 a year in all)" in said
    assert "at least … (distance: €50,000 to €100,000 a year)" in said
    assert "125,000" not in said
    assert "60,000" not in said


def test_the_gain_below_which_carbon_is_a_veto_is_said_where_nobody_gains():
    (note,) = example("subsidised-test-bench").notes
    assert note.endswith("the gain of the group from which it is none: €21,903 a year")


@pytest.mark.parametrize("language", Language)
def test_a_distance_that_is_many_times_a_figure_near_nothing_is_told_without_the_share(language):
    found = view(verdict_of(random_project(NEAR_NOTHING)), Role.OFFICER, language)
    levers = [one for need in found.needs for one in need.levers]
    assert any("642" in one for one in levers)
    assert not any("7,241" in one or "9,893" in one or "9\u202f893" in one for one in levers)
