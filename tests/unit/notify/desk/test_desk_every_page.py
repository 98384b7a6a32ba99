"""What holds for every page of the desk."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from services.chassis.database.store import Store
from services.chassis.errors import StoreUnavailable
from services.notify.desk.queries import QueueQuery
from tests.support.desk import (
    OFFICER,
    PASSWORD,
    Visitor,
    application,
    put_on_the_desk,
)
from tests.support.desk_pages import addresses, pages
from tests.support.html import Outline
from tests.support.territories import put_the_directory, put_the_milieu, put_the_territory, whom
from tests.support.verdicts import (
    PROPOSAL_ID,
    winning,
)

VERDICT = f"/en/verdicts/{PROPOSAL_ID}"


def every_page(visitor: Visitor) -> dict[str, str]:
    """Each page of the desk in each language, by path."""
    paths = [path for language in ("fr", "en") for path in pages(visitor.app, language)]
    return {path: visitor.get(path).text for path in paths}


def everything_on_the_desk(store: Store) -> None:
    put_on_the_desk(store, [replace(winning(), whom_to_ask=whom())])
    put_the_territory(store)
    put_the_milieu(store)
    put_the_directory(store)


def test_every_page_can_be_shown_when_everything_is_on_the_desk(store, visitor):
    """So that no test of every page reads pages that say that there is nothing."""
    everything_on_the_desk(store)
    visitor.sign_in(OFFICER)
    for language in ("fr", "en"):
        walked = pages(visitor.app, language)
        answers = {path: visitor.get(path) for path in addresses(visitor.app, language)}
        refused = {path for path, answer in answers.items() if answer.status_code >= 400}
        assert refused == {f"/{language}/nothing", f"/{language}/verdicts?sort=nothing"}
        html = {
            path
            for path, answer in answers.items()
            if answer.headers["content-type"].startswith("text/html")
        }
        assert html == set(walked)


def test_a_page_that_is_added_is_walked(the_desk):
    app = application(the_desk)
    before = pages(app, "fr")
    app.get("/{language}/new")(lambda language: language)
    assert set(pages(app, "fr")) - set(before) == {"/fr/new"}
    app.get("/{language}/new/{other}")(lambda language, other: language + other)
    with pytest.raises(AssertionError, match=r"say in .* what \{other} of /new/\{other} may be"):
        pages(app, "fr")


def test_every_page_forbids_what_it_does_not_need(store, visitor):
    everything_on_the_desk(store)
    visitor.sign_in(OFFICER)
    for path in every_page(visitor):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_no_page_has_script_style_or_an_address_of_another_host(store, visitor):
    everything_on_the_desk(store)
    visitor.sign_in(OFFICER)
    for path, html in every_page(visitor).items():
        tags = Outline(html).tags
        assert not [tag for tag, _ in tags if tag in {"script", "style", "iframe"}], path
        assert not [attributes for _, attributes in tags if "style" in attributes], path
        addresses = [
            address
            for _, attributes in tags
            for name in ("href", "src", "action")
            if (address := attributes.get(name)) is not None
        ]
        assert all(re.match(r"/(?!/)|#", address) for address in addresses), path


def test_every_label_points_at_what_it_names_and_no_id_is_used_twice(store, visitor):
    everything_on_the_desk(store)
    visitor.sign_in(OFFICER)
    for path, html in every_page(visitor).items():
        tags = Outline(html).tags
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        wanted = [
            word
            for _, attributes in tags
            for name in ("for", "aria-labelledby")
            if name in attributes
            for word in attributes[name].split()
        ]
        assert set(wanted) <= set(ids), path


def test_the_style_sheet_may_be_kept_because_its_address_changes_with_it(visitor):
    link = Outline(visitor.get("/fr/login").text).all("link")[0]["href"]
    answer = visitor.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert visitor.get("/static/../pages.py").status_code == 404
    assert visitor.get("/static/pages.py").status_code == 404


def test_a_database_that_cannot_be_used_is_a_page_for_a_person(visitor, the_desk, monkeypatch):
    visitor.sign_in(OFFICER)

    def fail(_query: QueueQuery) -> None:
        raise StoreUnavailable("the store notify cannot be used: its disk is full")

    monkeypatch.setattr(the_desk.queries, "queue", fail)
    answer = visitor.get("/fr/verdicts")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "Le bureau ne peut pas répondre" in answer.text


def test_under_another_path_every_link_stays_there(store, the_desk):
    outer = FastAPI()
    outer.mount("/desk", application(the_desk))
    put_on_the_desk(store, [winning()])
    visitor = Visitor(outer)
    assert visitor.get("/desk/").headers["location"].startswith("/desk/")
    visitor.post("/desk/en/login", {"email": OFFICER.email, "password": PASSWORD})
    html = visitor.get(f"/desk{VERDICT}").text
    links = [link["href"] for link in Outline(html).all("a") + Outline(html).all("link")]
    assert all(link.startswith(("/desk/", "#")) for link in links)


def test_every_page_says_its_language(store, visitor):
    everything_on_the_desk(store)
    visitor.sign_in(OFFICER)
    for path, html in every_page(visitor).items():
        assert Outline(html).all("html")[0]["lang"] == path[1:3]
