"""The page of the milieu, and whom to ask on a verdict's page."""

from dataclasses import replace

import pytest

from contracts.vocabulary.milieu import Answer, Question, RelayKind, ResourceKind
from services.notify.desk.wording import words_milieu as words
from tests.support.desk import MEMBER, OFFICER, STRANGER, put_on_the_desk
from tests.support.territories import milieu, put_the_milieu, whom
from tests.support.verdicts import PROPOSAL_ID, winning


@pytest.fixture
def known(store, visitor):
    put_the_milieu(store)
    visitor.sign_in(MEMBER)
    return visitor


def test_the_nearest_competent_relay_is_named_with_phone_mandate_and_distance(known):
    html = known.get("/en/milieu?need=export&commune=76575").text
    asked = html[html.index("ask-heading") : html.index("four-heading")]
    assert asked.index("Club export") < asked.index("Banque Exemple") < asked.index("Guichet")
    assert "01\u00a099\u00a000\u00a012\u00a003" in asked
    assert "its mandate covers the group of communes" in asked
    french = known.get("/fr/milieu?need=export&commune=76575").text
    assert "son ressort couvre le département" in french


@pytest.mark.parametrize("asked", ["?need=nuclear&commune=76540", "?need=export&commune=nowhere"])
def test_what_nobody_serves_or_nobody_knows_is_no_dead_end(known, asked):
    html = known.get(f"/en/milieu{asked}").text
    assert "01\u00a099\u00a000" in html[html.index("ask-heading") : html.index("four-heading")]


def test_what_can_be_counted_is_counted_and_the_rest_is_answered_or_not_known(known):
    html = known.get("/en/milieu").text
    figures = milieu().milieu
    assert figures.density == pytest.approx(6 / 14_978 * 1000, abs=0.001)
    assert figures.interaction is not None
    assert (figures.interaction.ties, figures.interaction.institutions) == (4, 6)
    for said in (
        "5 kinds of relay out of 16",
        "4 between 6 institutions: 26.7% of those possible",
        "66.7% of the institutions",
        "yes · Comité export Exemple (fictif)",
        "30 June 2026",
        "not known",
        "credit insurer",
        "specific: to be had only here",
        "Clubs Exemple d&#39;Europe",
        "1 project",
        "Salon professionnel partagé (exemple) · funded",
    ):
        assert said in html, said
    assert "Salon professionnel partagé (exemple) · financé" in known.get("/fr/milieu").text


def test_without_a_survey_nothing_is_invented(store, visitor):
    bare = replace(milieu(), milieu=replace(milieu().milieu, survey=None, interaction=None))
    put_the_milieu(store, bare)
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/milieu").text
    assert "not known: no joint project is named" in html
    assert html.count("<bdi>not known</bdi>") == len(Question)


def test_nobody_sees_a_milieu_that_is_not_theirs_and_an_empty_one_says_what_to_do(known, visitor):
    visitor.post("/en/logout")
    assert visitor.get("/en/milieu").status_code == 303
    visitor.sign_in(STRANGER)
    answer = visitor.get("/en/milieu")
    assert answer.status_code == 404
    assert "load-relays" in answer.text


def test_where_no_relay_is_known_every_page_still_names_somebody(the_desk, store, visitor):
    the_desk.contact = "Mairie Exemple (fictive)"
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    for path in (f"verdicts/{PROPOSAL_ID}", "milieu"):
        html = visitor.get(f"/en/{path}").text
        assert "Ask Mairie Exemple (fictive); above it, the regional council" in html, path
    put_the_milieu(store, replace(milieu(), milieu=replace(milieu().milieu, relays=())))
    assert "Mairie Exemple (fictive)" in visitor.get("/en/milieu").text


def test_every_page_leads_to_the_milieu(known):
    for path in ("verdicts", "milieu", "competences", "nothing"):
        assert 'href="/en/milieu"' in known.get(f"/en/{path}").text


@pytest.mark.parametrize("account", [OFFICER, MEMBER])
def test_a_verdict_says_whom_to_ask(store, visitor, account):
    put_on_the_desk(store, [replace(winning(), whom_to_ask=whom())])
    visitor.sign_in(account)
    html = visitor.get(f"/en/verdicts/{PROPOSAL_ID}").text
    assert "For export, from Saint-Étienne-du-Rouvray" in html
    assert "01\u00a099\u00a000\u00a012\u00a003" in html


def test_every_word_of_the_closed_lists_is_said():
    assert set(words.RELAY_KINDS) == set(RelayKind)
    assert set(words.QUESTIONS) == set(Question)
    assert set(words.ANSWERS) == set(Answer)
    assert set(words.RESOURCES) == set(ResourceKind)
    grouped = (*words.DYNAMICS, *words.DIRECTIONALITY, *words.COALITION, *words.ENTERPRISE)
    assert sorted(grouped) == sorted(Question)
