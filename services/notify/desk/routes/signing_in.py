"""Signing in and out."""

import re
from datetime import timedelta
from math import ceil
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.chassis.web.problems import nul
from services.notify.committee.sessions import LIFETIME, cookie_name
from services.notify.desk.routes.dependencies import OWN_FORM, PageRoute, TheDesk, address_of
from services.notify.desk.routes.rendering import Page, redirect
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language, mark_plural

MAX_FORM_BYTES = 8_192
"""An address, a password and where to go next, percent-encoded, fit in a fraction of this."""

_OWN_PAGE = re.compile(r"/(fr|en)/[\w/?=&%.~-]*", re.ASCII)
"""Where signing in may lead: a page of the desk, never another host."""

router = APIRouter(route_class=PageRoute)


@router.get("/login")
def show_login(
    request: Request, language: Language, following: Annotated[str, Query(alias="next")] = ""
) -> Response:
    return _form(Page(request, language), following)


@router.post("/login", dependencies=[OWN_FORM])
async def login(request: Request, language: Language, desk: TheDesk) -> Response:
    page = Page(request, language)
    sent = await _sent(request)
    if sent is None:
        return page.render_problem(problems.too_large(page.voice))
    email, following = sent.get("email", ""), sent.get("next", "")
    outcome = await desk.sign_in.sign_in(email, sent.get("password", ""), address_of(request))
    if isinstance(outcome, timedelta):
        minutes = ceil(outcome / timedelta(minutes=1))
        problem = page.voice.count(
            mark_plural(
                "Too many failed attempts. Try again in %(n)s minute.",
                "Too many failed attempts. Try again in %(n)s minutes.",
            ),
            minutes,
        )
        answer = _form(page, following, email, problem, 429)
        answer.headers["Retry-After"] = str(ceil(outcome.total_seconds()))
        return answer
    if outcome is None:
        problem = page.voice.say(
            "The address or the password is not right. Check both and try again."
        )
        return _form(page, following, email, problem, 401)
    secure = desk.by_https(request)
    answer = redirect(page.root + (_own_page(following) or f"/{language.value}/verdicts"))
    answer.set_cookie(
        cookie_name(secure=secure),
        outcome,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/logout", dependencies=[OWN_FORM])
def logout(request: Request, language: Language, desk: TheDesk) -> Response:
    session_id, secure = desk.session_id(request), desk.by_https(request)
    if session_id:
        desk.sign_in.sign_out(session_id)
    answer = redirect(f"{Page(request, language).home}/login")
    answer.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True)
    return answer


def _form(
    page: Page, following: str, email: str = "", problem: str = "", status: int = 200
) -> Response:
    values = {"following": _own_page(following), "email": email, "problem": problem}
    return page.render("login.html", values, status=status)


def _own_page(address: str) -> str:
    return address if _OWN_PAGE.fullmatch(address) else ""


async def _sent(request: Request) -> dict[str, str] | None:
    """The fields of a small form, or None when it is larger than any of ours. Not FastAPI's
    ``Form``, which reads a body of any size, and before anybody was asked where it comes from.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    fields = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
    first = {name: values[0] for name, values in fields.items()}
    if any("\0" in value for value in first.values()):
        raise nul("form")
    return first
