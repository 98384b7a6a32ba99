"""A file whose newest revision could not be judged: in the list, on its page, in the feed."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, update

from contracts.not_judged import not_judged
from contracts.vocabulary.identifiers import reference_of
from services.notify.storage import NOTICES, VERDICT_PAGES
from services.notify.verdict_rows import NOT_JUDGED
from tests.support.desk import MEMBER, OFFICER, STRANGER, Visitor, application, put_on_the_desk
from tests.support.verdicts import PROPOSAL_ID, winning

TITLE = "Un atelier <à> quatre"
LETTER = "0" * 28 + "1e77"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILE = {
    "proposal_id": "f" * 32,
    "reference": reference_of("f" * 32),
    "territory": OFFICER.territory,
    "partner": "cci-rouen",
    "title": TITLE,
    "stalled_reference": LETTER,
}
PAGE = {
    "revision": 0,
    "kind": winning().kind,
    "label": NOT_JUDGED,
    "necessary": NOT_JUDGED,
    "possible": NOT_JUDGED,
    "losers": "",
    "submitted_at": AT,
    "issued_at": AT,
    "body": b"",
    "stalled_revision": 2,
}
EVERYBODY = pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])


@pytest.fixture
def without_verdict(store) -> None:
    store.write(lambda c: c.execute(insert(VERDICT_PAGES).values(**FILE, **PAGE)) and None)


@pytest.fixture
def beside_a_verdict(store) -> None:
    put_on_the_desk(store, [winning()])
    stalled = update(VERDICT_PAGES).values(
        stalled_revision=winning().revision + 1, stalled_reference=LETTER
    )
    store.write(lambda c: c.execute(stalled) and None)


@EVERYBODY
def test_its_page_says_what_happened_and_what_to_do(visitor, without_verdict, account):
    visitor.sign_in(account)
    for language, decided in (("en", "Nothing can be decided"), ("fr", "Rien ne peut encore")):
        page = visitor.get(f"/{language}/verdicts/{'f' * 32}")
        assert page.status_code == 200
        assert "Un atelier &lt;à&gt; quatre" in page.text
        assert not_judged(language, 2, LETTER).replace("'", "&#39;") in page.text
        assert decided in page.text


def test_it_is_of_its_territory_only(visitor, without_verdict):
    visitor.sign_in(STRANGER)
    assert visitor.get(f"/en/verdicts/{'f' * 32}").status_code == 404
    assert "Un atelier" not in visitor.get("/en/verdicts").text


@EVERYBODY
def test_the_list_shows_it_and_can_show_nothing_else(store, visitor, without_verdict, account):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(account)
    everything = visitor.get("/fr/verdicts").text
    assert "Non examiné" in everything
    assert "Un atelier" in everything
    only = visitor.get(f"/en/verdicts?label={NOT_JUDGED}").text
    assert "Un atelier" in only
    assert winning().title not in only
    assert "Un atelier" not in visitor.get(f"/en/verdicts?label={winning().verdict.label}").text
    for sort in ("submitted", "reference", "title", "kind", "verdict"):
        assert visitor.get(f"/en/verdicts?sort={sort}&order=asc").status_code == 200


def test_a_list_with_nothing_else_is_shown(visitor, without_verdict):
    visitor.sign_in(MEMBER)
    assert "Un atelier" in visitor.get("/en/verdicts").text


@EVERYBODY
def test_beside_an_earlier_verdict_both_are_said(visitor, beside_a_verdict, account):
    visitor.sign_in(account)
    listed = visitor.get("/en/verdicts").text
    newest = winning().revision + 1
    assert f"Revision {newest} not judged" in listed
    assert "Win-Win-Win" in listed
    page = visitor.get(f"/en/verdicts/{PROPOSAL_ID}").text
    assert not_judged("en", newest, LETTER) in page
    assert f"The verdict below is that of revision {newest - 1}." in page
    only = visitor.get(f"/en/verdicts?label={NOT_JUDGED}").text
    assert winning().title in only


def test_the_paper_of_an_earlier_verdict_says_it_too(visitor, beside_a_verdict):
    visitor.sign_in(OFFICER)
    printed = visitor.get(f"/fr/verdicts/{PROPOSAL_ID}/verdict.pdf")
    (first, *_) = PdfReader(BytesIO(printed.content)).pages
    words = "".join(first.extract_text().split())
    assert LETTER in words
    assert f"celuidelarévision{winning().revision}." in words


def test_a_revision_that_was_judged_after_all_is_not_said_to_be_without(store, visitor):
    put_on_the_desk(store, [replace(winning(), revision=2)])
    stalled = update(VERDICT_PAGES).values(stalled_revision=2, stalled_reference=LETTER)
    store.write(lambda c: c.execute(stalled) and None)
    visitor.sign_in(MEMBER)
    assert "not judged</span>" not in visitor.get("/en/verdicts").text
    assert LETTER not in visitor.get(f"/en/verdicts/{PROPOSAL_ID}").text
    assert winning().title not in visitor.get(f"/en/verdicts?label={NOT_JUDGED}").text


def test_the_feed_tells_it_in_the_readers_language(store, the_desk, visitor):
    notice = {
        "event_id": "e-1", "revision": 2, "label": NOT_JUDGED, "correlation_id": "test-0001",
        "created_at": AT,
    }  # fmt: skip
    store.write(lambda c: c.execute(insert(NOTICES).values(**FILE, **notice)) and None)
    app = application(the_desk)
    signed_in = Visitor(app).sign_in(MEMBER)
    for language in ("fr", "en"):
        (item,) = signed_in.get(f"/{language}/feed.json").json()["items"]
        assert not_judged(language, 2, LETTER) in item["content_text"]
