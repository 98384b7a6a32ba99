"""What would change a verdict, as a committee reads it."""

from services.notify.accounts import Role
from services.notify.desk.changes_view import ChangesView, changes_view
from services.notify.desk.language import Language, speech
from services.notify.desk.readers import Reader
from tests.support.judged import judged_examples

OFFICER = Reader(Role.OFFICER, totals=True)


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
        "“Need of the shared post of Aéraulique Exemple du Rouvray, at most 0.25 of a full-time "
        "post”, which is what it is now: no room."
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
    leaving = said("shared-manager-oversized").without
    assert len(leaving) == 4, "a firm that leaves for the better is named each time"
