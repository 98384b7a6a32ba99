import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI

from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.errors import StoreUnavailable
from services.notify.desk.reading import PAGE_SIZE, Query
from services.notify.sessions import IDLE
from tests.support.desk import (
    MEMBER,
    OFFICER,
    PASSWORD,
    STRANGER,
    Visitor,
    application,
    desk,
    put_on_the_desk,
)
from tests.support.verdicts import (
    EVERY_STATE,
    PARAMETERS,
    PROPOSAL_ID,
    crowded,
    firm_shares,
    firms_judgement,
    issued,
    verdict,
    vetoed,
    winning,
)

VERDICT = f"/en/verdicts/{PROPOSAL_ID}"


class Outline(HTMLParser):
    """Tags with their attributes, and the ids a page declares."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def every_page(visitor: Visitor) -> dict[str, str]:
    """Each page of the desk in each language, by path."""
    paths = ["login", "verdicts", "verdicts?label=lose", f"verdicts/{PROPOSAL_ID}", "nothing"]
    return {
        f"/{language}/{path}": visitor.get(f"/{language}/{path}").text
        for language in ("fr", "en")
        for path in paths
    }


# Ways in and out


@pytest.mark.parametrize("path", ["/fr/verdicts?label=lose", f"/fr/verdicts/{PROPOSAL_ID}"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(store, visitor, path):
    put_on_the_desk(store, [winning()])
    answer = visitor.get(path)
    assert answer.status_code == 303
    login = answer.headers["location"]
    assert login.startswith("/fr/login?next=")
    following = Outline(visitor.get(login).text).all("input")[0]["value"]
    form = {"email": OFFICER.email, "password": PASSWORD, "next": following}
    back = visitor.post("/fr/login", form)
    assert back.status_code == 303
    assert back.headers["location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/fr/",
        "https://evil.example",
        "/\\evil",
        "/fr/\n",
        "javascript:1",
    ],
)
def test_signing_in_never_leads_to_another_host(visitor, elsewhere):
    form = {"email": OFFICER.email, "password": PASSWORD, "next": elsewhere}
    location = visitor.post("/en/login", form).headers["location"]
    assert location == "/en/verdicts"


def test_a_wrong_password_and_an_unknown_address_look_alike(visitor):
    wrong = visitor.post("/en/login", {"email": OFFICER.email, "password": "x"})
    unknown = visitor.post("/en/login", {"email": "nobody@example.org", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(OFFICER.email, "") == unknown.text.replace("nobody@example.org", "")
    assert "www_session" not in visitor.cookies


def test_too_many_failures_say_how_long_to_wait(visitor, clock):
    for _ in range(5):
        visitor.post("/fr/login", {"email": OFFICER.email, "password": "x"})
    answer = visitor.post("/fr/login", {"email": OFFICER.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "15 minutes" in answer.text
    clock.advance(timedelta(minutes=15))
    visitor.sign_in(OFFICER)


def test_signing_out_ends_the_session_on_the_server(store, visitor):
    visitor.sign_in(OFFICER)
    session = visitor.cookies["www_session"]
    assert visitor.post("/en/logout").status_code == 303
    visitor.cookies.set("www_session", session)
    assert visitor.get("/en/verdicts").status_code == 303


def test_a_session_left_alone_ends(visitor, clock):
    visitor.sign_in(OFFICER)
    clock.advance(IDLE - timedelta(minutes=1))
    assert visitor.get("/en/verdicts").status_code == 200
    clock.advance(IDLE - timedelta(minutes=1))
    assert visitor.get("/en/verdicts").status_code == 200, "its last use was written down"
    clock.advance(IDLE)
    assert visitor.get("/en/verdicts").status_code == 303


@pytest.mark.parametrize("path", ["/en/login", "/en/logout"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_send_our_forms(visitor, path, site):
    visitor.sign_in(OFFICER)
    answer = visitor.post(path, {"email": OFFICER.email, "password": PASSWORD}, site=site)
    assert answer.status_code == 403
    assert "You have no right" in answer.text
    assert visitor.get("/en/verdicts").status_code == 200, "still signed in"


def test_signing_out_is_never_a_link(visitor):
    visitor.sign_in(OFFICER)
    assert visitor.get("/en/logout").status_code == 404
    assert visitor.get("/en/verdicts").status_code == 200


def test_a_form_larger_than_any_of_ours_is_refused(visitor):
    answer = visitor.post("/en/login", b"email=" + b"x" * 100_000)
    assert answer.status_code == 413


def test_a_form_of_broken_bytes_is_a_failed_attempt_not_an_error(visitor):
    assert visitor.post("/en/login", b"email=%ff%fe&password=\xff\x00").status_code == 401
    assert visitor.post("/en/login", b"").status_code == 401


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(store, clock, passwords):
    secure = Visitor(application(desk(store, clock, passwords, secure=True)), https=True)
    answer = secure.post("/en/login", {"email": OFFICER.email, "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if "session" in value)
    assert cookie.startswith("__Host-www_session=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


# Languages


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5,fr;q=0.8", "fr"),
        ("de", "fr"),
        ("en;q=bad,*", "fr"),
    ],
)
def test_the_front_door_speaks_the_browser_s_language(visitor, accepted, language):
    answer = visitor.get("/", **{"Accept-Language": accepted})
    assert answer.headers["location"] == f"/{language}/verdicts"


def test_a_language_chosen_before_wins(visitor):
    visitor.get("/en/login")
    assert visitor.get("/", **{"Accept-Language": "fr"}).headers["location"] == "/en/verdicts"


def test_the_switch_leads_to_the_same_page_in_the_other_language(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(OFFICER)
    query = "verdicts?label=win_win&sort=title"
    for path in (f"verdicts/{PROPOSAL_ID}", query, "login?next=%2Ffr%2F"):
        links = [
            link for link in Outline(visitor.get(f"/en/{path}").text).all("a") if "hreflang" in link
        ]
        assert [link["href"] for link in links] == [f"/fr/{path}", f"/en/{path}"]
        assert links[1]["aria-current"] == "true"


def test_every_page_says_its_language(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(OFFICER)
    for path, html in every_page(visitor).items():
        assert Outline(html).all("html")[0]["lang"] == path[1:3]


# Rights


def test_a_member_sees_only_the_verdicts_of_their_territory(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(STRANGER)
    assert winning().title not in visitor.get("/en/verdicts").text
    refused = visitor.get(VERDICT)
    missing = visitor.get("/en/verdicts/" + "0" * 32)
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace(PROPOSAL_ID, "0" * 32) == missing.text


# The list


def test_an_empty_list_says_what_to_do(visitor):
    visitor.sign_in(OFFICER)
    assert "winwinwin submit project.yaml" in visitor.get("/en/verdicts").text
    assert "Show all verdicts" in visitor.get("/en/verdicts?label=lose").text


def test_the_list_names_who_does_not_win(store, visitor):
    events = [make() for make in EVERY_STATE.values()]
    put_on_the_desk(
        store, [replace(event, proposal_id=f"{n:032x}") for n, event in enumerate(events)]
    )
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/verdicts").text
    for words in ("Fromagerie Lecœur et filles", "the territory", "nobody", "not known yet"):
        assert words in html


def test_a_fragile_group_in_which_everyone_would_win_is_not_said_to_lose_nobody(store, visitor):
    put_on_the_desk(
        store, [issued(verdict(VerdictLabel.FRAGILE_WIN, firms=firms_judgement(firm_shares())))]
    )
    visitor.sign_in(MEMBER)
    assert "the group, which does not hold" in visitor.get("/en/verdicts").text


def test_the_list_can_be_walked_by_its_links(store, visitor):
    put_on_the_desk(
        store,
        [
            issued(verdict(), proposal_id=f"{n:032x}", title=f"Projet {n}")
            for n in range(PAGE_SIZE + 3)
        ],
    )
    visitor.sign_in(OFFICER)
    seen: set[str] = set()
    path = "/en/verdicts?label=win_win_win&sort=title&order=asc"
    for _ in range(2):
        html = visitor.get(path).text
        seen |= set(re.findall(r"Projet \d+", html))
        following = re.search(r'href="([^"]+)">Next page', html)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == PAGE_SIZE + 3
    assert "Back to the first page" in html
    assert "label=win_win_win" in html


@pytest.mark.parametrize(
    "query",
    [
        "label=best",
        "sort=size",
        "order=up",
        "after=xyz",
        "after=%F0%9F%98%80",
        "sort=title&after=WyJcdWQ4MDAiLCAiYiJd",
    ],
)
def test_an_address_that_was_changed_is_explained(visitor, query):
    visitor.sign_in(OFFICER)
    answer = visitor.get(f"/en/verdicts?{query}")
    assert answer.status_code == 400
    assert "Start again from the first page" in answer.text


# The verdict page


@pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", EVERY_STATE)
def test_every_state_of_a_verdict_has_a_page(store, visitor, state, language, account):
    event = EVERY_STATE[state]()
    put_on_the_desk(store, [event])
    visitor.sign_in(account)
    answer = visitor.get(f"/{language}/verdicts/{event.proposal_id}")
    assert answer.status_code == 200
    assert "%(" not in answer.text
    assert "None" not in re.sub(r"<[^>]+>", "", answer.text)


def test_a_withdrawn_project_says_so(store, visitor):
    put_on_the_desk(store, [winning()], withdrawn_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    visitor.sign_in(OFFICER)
    assert "withdrew this project on 2 Mar 2026, 09:00" in visitor.get(VERDICT).text
    assert "withdrawn" in visitor.get("/en/verdicts").text


def test_vetoes_are_said_in_words(store, visitor):
    put_on_the_desk(store, [vetoed()])
    visitor.sign_in(MEMBER)
    assert "no carbon appraisal has been published" in visitor.get(VERDICT).text


def test_any_parameter_leads_to_its_source_and_the_day_it_was_checked(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    html = visitor.get(VERDICT).text
    assert "Displacement, when not said: 0% · 25% · 75%" in html
    assert "econstack-data, midpoints of published ranges" in html
    assert "since 1 January 2025, checked on 23 November 2026" in html


def test_a_parameter_of_a_newer_version_does_not_break_the_page(store, visitor, the_desk):
    the_desk.parameters_on = lambda _day: {"jobs.displacement": PARAMETERS["jobs.displacement"]}
    put_on_the_desk(store, [winning()])
    visitor.sign_in(OFFICER)
    assert "not among the parameters of this version" in visitor.get(VERDICT).text


def test_the_page_says_what_is_needed_to_compute_the_verdict_again(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    html = visitor.get(VERDICT).text
    made = winning().verdict
    for word in (
        made.method_version,
        made.inputs_sha256,
        made.territory_ref.snapshot_sha256,
        "2 March 2026",
    ):
        assert word in html


def test_names_are_text_whatever_they_look_like(store, visitor):
    put_on_the_desk(store, [crowded()])
    visitor.sign_in(OFFICER)
    for path in (VERDICT, "/en/verdicts"):
        html = visitor.get(path).text
        tags = Outline(html).tags
        assert "<script>alert" not in html
        assert {tag for tag, _ in tags} & {"script", "img"} == set()
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "&lt;script&gt;alert" in html


def test_names_from_right_to_left_cannot_reorder_what_stands_beside_them(store, visitor):
    put_on_the_desk(store, [crowded()])
    visitor.sign_in(OFFICER)
    html = visitor.get(VERDICT).text
    assert "<bdi>חברת יצוא ושיווק</bdi>" in html


# What every page keeps


def test_every_page_forbids_what_it_does_not_need(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(OFFICER)
    for path in every_page(visitor):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_no_page_has_script_style_or_an_address_of_another_host(store, visitor):
    put_on_the_desk(store, [winning()])
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
    put_on_the_desk(store, [winning()])
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

    def fail(_query: Query) -> None:
        raise StoreUnavailable("the store notify cannot be used: its disk is full")

    monkeypatch.setattr(the_desk.verdicts, "page", fail)
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
