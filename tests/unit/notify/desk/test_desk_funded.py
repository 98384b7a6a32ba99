"""What funded projects bring stands on the territory's page, apart from public data, added once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.events import MilieuProfiled, VerdictIssued
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.funded import FundedProject
from tests.support.desk import MEMBER, put_on_the_desk
from tests.support.territories import milieu, put_the_milieu, put_the_territory
from tests.support.verdicts import issued, verdict
from tests.unit.notify.desk.test_desk_territory import judged

FIRST, SECOND, THIRD = "1" * 32, "2" * 32, "3" * 32
TAKEN_BACK = datetime(2026, 5, 4, tzinfo=UTC)


def decided(proposal_id: str = FIRST, **changes: object) -> FundedProject:
    project = FundedProject(
        proposal_id=proposal_id,
        revision=2,
        decided_on=date(2026, 3, 12),
        source="Délibération 12",
        institutions=("cci-exemple", "club-exemple"),
    )
    return replace(project, **changes)


def fed(*projects: FundedProject) -> MilieuProfiled:
    return replace(milieu(), milieu=replace(milieu().milieu, funded=projects))


def project(proposal_id: str, title: str, jobs: Estimate | None) -> VerdictIssued:
    return issued(verdict(net_jobs=jobs), proposal_id=proposal_id, title=title)


@pytest.fixture
def page(store, visitor):
    """The part of the page of the territory on funded projects, by language."""
    put_the_territory(store)

    def read(language: str = "en") -> str:
        visitor.sign_in(MEMBER)
        html = visitor.get(f"/{language}/territory").text
        assert ("funded-heading" in html) is ('id="funded-heading"' in html)
        begin = html.find('id="funded-heading"')
        return "" if begin < 0 else html[begin : html.index('id="projects-heading"')]

    return read


def line_of(html: str, title: str) -> str:
    return next(row for row in html.split("<tr>") if title in row)


def test_each_project_stands_with_its_decision_its_figures_and_its_institutions(store, page):
    put_the_milieu(store, fed(decided()))
    put_on_the_desk(store, [project(FIRST, "Stand", Estimate(2, 5, 9))])
    html = page()
    row = line_of(html, "Stand")
    for words in (
        f"/en/verdicts/{FIRST}",
        "5.0 (between 2.0 and 9.0) full-time jobs",
        "Délibération 12, 12 March 2026, on revision 2",
        "Chambre de commerce Exemple (fictive) and Club export Exemple",
        ">counted<",
    ):
        assert words in row, words
    assert "Net jobs of those counted (1)" in html
    french = page("fr")
    assert "Issu des projets financés, non des données publiques" in french
    assert "sur la révision\u00a02" in french


def test_net_jobs_are_added_up_and_only_those_that_count(store, page):
    put_the_milieu(
        store,
        fed(
            decided(FIRST),
            decided(SECOND),
            decided(THIRD, decided_on=date(2022, 12, 31)),
            decided("4" * 32, revision=1),
            decided("5" * 32),
            decided("6" * 32),
            decided("7" * 32),
        ),
    )
    put_on_the_desk(
        store,
        [
            project(FIRST, "Counted one", Estimate(2, 5, 9)),
            project(SECOND, "Counted two", Estimate(-1, 1.5, 3)),
            project(THIRD, "Before the file", Estimate(100, 100, 100)),
            project("4" * 32, "Other revision", Estimate(100, 100, 100)),
            project("5" * 32, "No figure", None),
        ],
    )
    gone = project("6" * 32, "Taken back", Estimate(100, 100, 100))
    put_on_the_desk(store, [gone], withdrawn_at=TAKEN_BACK)
    html = page()
    assert "Net jobs of those counted (2)" in html
    assert "6.5 (between 1.0 and 12.0) full-time jobs" in html
    for title, why in {
        "Before the file": "the public figures of the end of 2022 may hold what it brought",
        "Other revision": "revision 1 was funded, the desk has the verdict of revision 2",
        "No figure": "its verdict has no figure of net jobs",
        "Taken back": "the partner took the proposal back on",
        "File 7777-7777": "the desk has no verdict of this proposal",
    }.items():
        assert f"not counted: {why}" in line_of(html, title), title
    assert "not known" in line_of(html, "Other revision"), "no figure of another revision"


def test_a_project_of_the_year_after_the_public_figures_is_counted(store, page):
    put_the_milieu(store, fed(decided(decided_on=date(2023, 1, 1))))
    put_on_the_desk(store, [project(FIRST, "Stand", Estimate.exactly(4))])
    assert ">counted<" in line_of(page(), "Stand")


def test_a_funded_project_says_what_it_opens_and_is_no_longer_among_the_proposed(
    store, page, visitor
):
    event = replace(judged("Optics", opens=["2651B"]), revision=2)
    put_the_milieu(store, fed(decided(event.proposal_id)))
    put_on_the_desk(store, [event, replace(judged("Bakers", deepens=["1071C"]), revision=1)])
    assert "opens 2651B" in line_of(page(), "Optics")
    html = visitor.get("/en/territory").text
    proposed = html[html.index('id="projects-heading"') : html.index('id="activities-heading"')]
    assert "Bakers" in proposed
    assert "Optics" not in proposed


def test_nothing_is_said_where_nothing_is_known_to_be_funded(store, page):
    assert page() == ""
    put_the_milieu(store, fed())
    assert page() == ""


def test_a_project_of_another_territory_is_not_read(store, page):
    elsewhere = verdict(net_jobs=Estimate.exactly(9))
    other = replace(elsewhere, territory_ref=replace(elsewhere.territory_ref, id="fr-ze-1"))
    put_the_milieu(store, fed(decided()))
    put_on_the_desk(store, [issued(other, proposal_id=FIRST, title="Elsewhere")])
    html = page()
    assert "Elsewhere" not in html
    assert "the desk has no verdict of this proposal" in html


def test_the_milieu_names_funded_projects_among_the_joint_ones(store, visitor):
    put_the_milieu(store, fed(decided(), decided(SECOND, institutions=())))
    put_on_the_desk(store, [project(FIRST, "Stand", None)])
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/milieu").text
    assert "Stand · funded" in html
    assert "Délibération 12, 12 March 2026, on revision 2" in html
    assert "no institution named" in line_of(html, "File 2222-2222")
