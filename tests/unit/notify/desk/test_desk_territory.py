"""The page of a territory: totals, marks, activities, and the line of the file behind each."""

import pytest

from contracts.codec import encode
from contracts.events import TerritoryProfiled
from tests.support.desk import MEMBER, OFFICER, STRANGER
from tests.support.employment import publisher_lines
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


def test_a_profile_fits_into_a_message(profiled):
    assert len(encode(profiled)) < 1_000_000
