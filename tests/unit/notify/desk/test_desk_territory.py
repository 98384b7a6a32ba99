"""The page of a territory: totals, marks, activities, and the line of the file behind each."""

from dataclasses import replace
from hashlib import sha256

import pytest

from contracts.codec import encode
from contracts.events import TerritoryProfiled, VerdictIssued
from services.cli.evaluate import judge_here
from tests.spec.made_up import rouen_in_a_nation
from tests.spec.reading import proposal
from tests.support.chassis import MOMENT
from tests.support.desk import MEMBER, OFFICER, STRANGER, put_on_the_desk
from tests.support.employment import publisher_lines
from tests.support.halves import book
from tests.support.territories import profiled, put_the_territory


@pytest.fixture(name="profiled")
def the_profile() -> TerritoryProfiled:
    return profiled()


@pytest.fixture
def known(store):
    put_the_territory(store)


@pytest.mark.parametrize("account", [OFFICER, MEMBER])
def test_the_page_shows_totals_marks_and_source(known, visitor, account):
    visitor.sign_in(account)
    html = visitor.get("/en/territory").text
    for figure in ("183,731", "183,490", "218", "521", "0.761", "0.772", "Licence Ouverte"):
        assert figure in html
    french = visitor.get("/fr/territory").text
    assert "0,761" in french
    assert "Ce que vaut ici" in french


def test_an_activity_leads_to_the_lines_of_the_public_file(known, visitor, profiled):
    visitor.sign_in(MEMBER)
    assert 'href="/en/territory/1071C"' in visitor.get("/en/territory").text
    html = visitor.get("/en/territory/1071C").text
    activity = next(a for a in profiled.profile.activities if a.naf == "1071C")
    lines = publisher_lines()
    assert sum(row.employees for row in activity.rows) == activity.employees
    for row in activity.rows:
        cells = lines[row.line - 1].rsplit(";", 36)[1:]
        assert (cells[0], cells[1]) == (row.commune, "1071C")
        assert f">{row.line}</td>" in html


def test_all_activities_are_one_link_away(known, visitor):
    visitor.sign_in(MEMBER)
    first = visitor.get("/en/territory").text
    assert "/en/territory?all=yes" in first
    assert visitor.get("/en/territory?all=yes").text.count("/en/territory/") == 521


@pytest.mark.parametrize("path", ["territory", "territory/1071C"])
def test_nobody_sees_a_territory_that_is_not_theirs(known, visitor, path):
    assert visitor.get(f"/en/{path}").status_code == 303
    visitor.sign_in(STRANGER)
    assert visitor.get(f"/en/{path}").status_code == 404


def test_an_activity_the_territory_has_not_is_not_found(known, visitor):
    visitor.sign_in(MEMBER)
    assert visitor.get("/en/territory/9999Z").status_code == 404


# -- relatedness, complexity and what projects do -------------------------------------------------


def judged(title: str, **technology: object) -> VerdictIssued:
    """A project of firms of Rouen, judged with the tables of a made-up nation."""
    given = {
        "title": title,
        "firms": [
            {"id": name, "name": name.upper(), "own": 50_000, "staff": 10, "commune": "76540"}
            for name in ("a", "b", "c")
        ],
        "technology": technology,
    }
    event = judge_here(proposal(given), rouen_in_a_nation(), book(), MOMENT)
    return replace(event, proposal_id=sha256(title.encode()).hexdigest()[:32])


def test_without_the_nations_file_complexity_is_said_to_be_unknown(known, visitor):
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/territory").text
    assert "Complexity is not known here" in html
    assert "Related and complex" not in html
    assert "No project judged so far opens, deepens or loses an activity." in html


def test_the_four_quadrants_name_their_groups_of_activities(store, visitor):
    put_the_territory(store, rouen_in_a_nation())
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/territory").text
    assert "Among 305 employment areas at the end of 2022" in html
    for code, beside in (("265", "+1.2"), ("244", "\N{MINUS SIGN}1.0"), ("303", "0.5")):
        row = html[html.index(f">{code} <span") :].split("</tr>")[0]
        assert beside in row
    strong = html.index("What the territory is strong in")
    assert strong < html.index(">303 <span") < html.index("Related and complex")
    assert "Proches et complexes" in visitor.get("/fr/territory").text


def test_the_page_says_what_each_project_opens_deepens_or_loses(store, visitor):
    put_the_territory(store, rouen_in_a_nation())
    put_on_the_desk(
        store,
        [
            judged("Optics", opens=["2651B"]),
            judged("Bakers", deepens=["1071C"]),
            judged("Closure", activity_leaves=True, leaves=["3030Z"]),
        ],
    )
    put_on_the_desk(store, [judged("Gone", opens=["0892Z"])], withdrawn_at=MOMENT)
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/territory").text
    table = html[html.index('id="projects-heading"') : html.index('id="activities-heading"')]
    rows = {row.split("<bdi>")[1].split("<")[0]: row for row in table.split("<tr>")[2:]}
    assert set(rows) == {"Optics", "Bakers", "Closure"}, "a project taken back does nothing"
    for title, words in {
        "Optics": ("opens", "2651B", "related and complex"),
        "Bakers": ("deepens", "1071C", "not known"),
        "Closure": ("loses", "3030Z", "not known"),
    }.items():
        assert all(word in rows[title] for word in words), rows[title]
    assert "proposed, not known to be funded" in html


def test_a_profile_fits_into_a_message(profiled):
    assert len(encode(profiled)) < 1_000_000
