"""Signing in and out, and which language answers."""

from datetime import timedelta

import pytest

from services.notify.committee.sessions import IDLE
from tests.support.desk import (
    OFFICER,
    PASSWORD,
    Visitor,
    application,
    desk,
    put_on_the_desk,
)
from tests.support.html import Outline
from tests.support.verdicts import (
    PROPOSAL_ID,
    winning,
)

VERDICT = f"/en/verdicts/{PROPOSAL_ID}"


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
def test_another_site_cannot_send_our_forms(visitor, the_desk, path, site):
    visitor.sign_in(OFFICER)
    answer = visitor.post(path, {"email": OFFICER.email, "password": PASSWORD}, site=site)
    assert answer.status_code == 403
    counted = the_desk.metrics.registry.get_sample_value("auth_failures_total", {"kind": "csrf"})
    assert counted == 1
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
    assert visitor.post("/en/login", b"email=%ff%fe&password=\xff").status_code == 401
    assert visitor.post("/en/login", b"").status_code == 401


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(store, clock, passwords):
    secure = Visitor(application(desk(store, clock, passwords, secure=True)), https=True)
    answer = secure.post("/en/login", {"email": OFFICER.email, "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if "session" in value)
    assert cookie.startswith("__Host-www_session=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


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
