"""The notices of a territory as a JSON Feed, for whoever is signed in there."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from contracts import codec
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.verdict import VerdictLabel
from services.notify.feed import MOST
from services.notify.storage import NOTICES
from tests.support.desk import MEMBER, OFFICER, STRANGER, Visitor, application
from tests.support.refusals import problem_of
from tests.support.territories import whom

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def visitor(the_desk) -> Visitor:
    return Visitor(application(the_desk))


def notices(store, count: int, territory: str = OFFICER.territory) -> None:
    made = [
        {
            "event_id": f"{territory}-{number}",
            "proposal_id": f"{number:032x}",
            "reference": f"0000-{number:04X}",
            "revision": 1,
            "partner": "cci-rouen",
            "territory": territory,
            "title": f"Projet {number} <b>é</b>",
            "label": VerdictLabel.WIN_WIN,
            "correlation_id": "test-0001",
            "created_at": AT,
            "console_at": None,
        }
        for number in range(1, count + 1)
    ]
    store.write(lambda connection: connection.execute(insert(NOTICES), made) and None)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("Mairie Exemple, 01 99 00 00 00", "Ask Mairie Exemple, 01 99 00 00 00; above it, the reg"),
        ("", "Ask the authority to which the project was submitted; above it, the reg"),
    ],
)
def test_without_a_directory_a_notice_still_names_somebody(the_desk, visitor, store, contact, said):
    the_desk.contact = contact
    notices(store, 1)
    (item,) = visitor.sign_in(MEMBER).get("/en/feed.json").json()["items"]
    assert said in item["content_text"]
    (french,) = visitor.get("/fr/feed.json").json()["items"]
    assert "au conseil régional" in french["content_text"]


def test_without_a_session_there_is_no_feed(visitor, store):
    notices(store, 1)
    problem = problem_of(visitor.get("/en/feed.json"), 401)
    assert problem["type"] == "urn:winwinwin:problem:not-signed-in"
    assert "/en/login" in problem["detail"]
    visitor.cookies.set("www_session", "invented")
    problem_of(visitor.get("/fr/feed.json"), 401)


@pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_feed_is_a_json_feed(visitor, store, account, language):
    notices(store, 2)
    answer = visitor.sign_in(account).get(f"/{language}/feed.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/feed+json"
    read = answer.json()
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["language"] == language
    assert read["title"]
    assert read["home_page_url"] == f"/{language}/verdicts"
    assert read["feed_url"] == f"/{language}/feed.json"
    assert "next_url" not in read
    newest, oldest = read["items"]
    assert newest["id"] != oldest["id"]
    assert newest["url"] == f"/{language}/verdicts/{2:032x}"
    assert newest["title"] == "Projet 2 <b>é</b>"
    assert newest["content_text"].startswith("0000-0002 ")
    assert datetime.fromisoformat(newest["date_published"]) == AT


def test_the_words_are_those_of_the_language(visitor, store):
    notices(store, 1)
    visitor.sign_in(OFFICER)
    said = {
        language: visitor.get(f"/{language}/feed.json").json()["items"][0]["content_text"]
        for language in ("fr", "en")
    }
    assert said["fr"] != said["en"]


def test_every_notice_carries_the_mention_the_law_asks_for(visitor, store):
    notices(store, 2)
    visitor.sign_in(OFFICER)
    for item in visitor.get("/fr/feed.json").json()["items"]:
        for said in ("instruit à l", "R311-3-1-1", "(CADA)", "écrivez à la collectivité"):
            assert said in item["content_text"]


def test_only_the_notices_of_ones_own_territory_are_there(visitor, store):
    notices(store, 2)
    notices(store, 3, STRANGER.territory)
    mine = visitor.sign_in(OFFICER).get("/en/feed.json")
    assert len(mine.json()["items"]) == 2
    assert STRANGER.territory not in mine.text


@pytest.mark.parametrize("count", [0, MOST - 1, MOST, MOST + 1, 2 * MOST, 2 * MOST + 1])
def test_every_notice_is_on_exactly_one_page_newest_first(visitor, store, count):
    if count:
        notices(store, count)
    visitor.sign_in(OFFICER)
    seen, lengths, address = [], [], "/en/feed.json"
    while address is not None:
        page = visitor.get(address).json()
        seen += [each["id"] for each in page["items"]]
        lengths.append(len(page["items"]))
        address = page.get("next_url")
    assert seen == [f"{OFFICER.territory}-{number}" for number in range(count, 0, -1)]
    assert all(0 < each <= MOST for each in lengths) or lengths == [0]


@pytest.mark.parametrize("before", ["0", "-1", "one", "9" * 30, ""])
def test_a_page_that_cannot_be_is_a_clear_refusal(visitor, store, before):
    visitor.sign_in(OFFICER)
    problem = problem_of(visitor.get(f"/en/feed.json?before={before}"), 422)
    assert json.dumps(problem["errors"]).count("/query/before") == 1


def test_a_notice_names_the_relay_to_ask(visitor, store):
    notices(store, 1)
    said = codec.adapter(WhomToAsk).dump_json(whom()).decode()
    store.write(
        lambda connection: connection.execute(NOTICES.update().values(whom_to_ask=said)) and None
    )
    visitor.sign_in(MEMBER)
    (item,) = visitor.get("/fr/feed.json").json()["items"]
    assert "Club export Exemple (fictif), Secrétariat, 01 99 00 12 03" in item["content_text"]
