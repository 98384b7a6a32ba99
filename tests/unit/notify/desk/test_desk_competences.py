"""The page "Who here could …?": a question in either language, and why an entry answers."""

from dataclasses import replace

import pytest

from contracts.codec import encode
from services.notify.handlers import REACTIONS
from services.notify.storage import COMPETENCE_DIRECTORIES
from tests.support.chassis import rows
from tests.support.desk import MEMBER, OFFICER, STRANGER
from tests.support.html import Outline
from tests.support.listener import Listener
from tests.support.territories import listed, put_the_directory


@pytest.fixture
def known(store):
    put_the_directory(store)


@pytest.mark.parametrize("account", [OFFICER, MEMBER])
def test_a_question_is_answered_with_the_words_that_answer(known, visitor, account):
    visitor.sign_in(account)
    html = visitor.get("/fr/competences?q=Qui+pourrait+souder+du+titane+%3F").text
    assert "Chaudronnerie de l&#39;Exemple" in html
    assert "<mark>Soudage</mark>" in html
    assert "Trouvé\u00a0: «\u00a0souder\u00a0»." in html
    assert "Non trouvé\u00a0: «\u00a0titane\u00a0»." in html
    assert "Biscuiterie" not in html
    english = visitor.get("/en/competences?q=weld").text
    assert "<mark>Soudage</mark>" in english
    assert "Found: “weld”." in english


def test_without_a_question_all_entries_and_what_may_meet_are_shown(known, visitor):
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/competences").text
    for entry in listed().entries:
        assert f'id="entry-{entry.id}"' in html
    assert "Needs that somebody here may answer" in html
    assert "<mark>" not in html


def test_those_who_need_it_are_asked_by_the_same_form(known, visitor):
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/competences?q=aluminium&among=needs").text
    assert "Club Déchets" in html
    assert "Chaudronnerie" not in html
    (chosen,) = [tag for tag in Outline(html).all("option") if "selected" in tag]
    assert chosen["value"] == "needs"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=who+could", "No word of the question says what is asked"),
        ("q=uranium", "Nobody here says “uranium”"),
        (f"q={'x' * 301}", "at most 300 characters"),
    ],
)
def test_a_question_without_answer_says_what_to_do(known, visitor, query, said):
    visitor.sign_in(MEMBER)
    html = visitor.get(f"/en/competences?{query}").text
    assert said in html
    assert "<article" not in html


def test_what_people_write_is_text_and_never_markup(store, visitor):
    said = listed()
    nasty = replace(said.entries[0], name="<b>x</b>", offers=("<i>laser</i> & verre",))
    put = replace(said, entries=(nasty,))
    row = {"territory": put.territory.id, "revision": 1, "body": encode(put)}
    store.write(lambda c: c.execute(COMPETENCE_DIRECTORIES.insert(), [row]) and None)
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/competences?q=laser+%3Cscript%3E").text
    assert "&lt;b&gt;x" in html
    assert "&lt;i&gt;<mark>laser</mark>&lt;/i&gt; &amp; verre" in html
    assert "<script" not in html


def test_nobody_sees_the_directory_of_another_territory(known, visitor):
    assert visitor.get("/en/competences?q=weld").status_code == 303
    visitor.sign_in(STRANGER)
    answer = visitor.get("/en/competences?q=weld")
    assert answer.status_code == 200
    assert "Chaudronnerie" not in answer.text
    assert "winwinwin competences import" in answer.text


def test_an_address_the_page_does_not_know_is_said(known, visitor):
    visitor.sign_in(MEMBER)
    assert visitor.get("/en/competences?q=a&among=all").status_code == 400


def test_every_part_of_the_desk_leads_to_the_others_and_says_where_one_is(known, visitor):
    visitor.sign_in(MEMBER)
    links = [
        (link["href"], link.get("aria-current"))
        for link in Outline(visitor.get("/fr/competences?q=eau").text).all("a")
    ]
    assert ("/fr/competences", "page") in links
    assert ("/fr/territory", None) in links
    assert "/fr/competences" not in visitor.get("/fr/login").text.replace("?next", "")


def test_the_newest_directory_is_kept(databases):
    notify = Listener(databases, "notify", lambda: REACTIONS)
    said = listed()
    notify.hear(replace(said, revision=2))
    notify.hear(said)
    table = COMPETENCE_DIRECTORIES.c
    assert [tuple(r) for r in rows(notify.store, table.territory, table.revision)] == [
        (said.territory.id, 2)
    ]
    notify.store.close()
