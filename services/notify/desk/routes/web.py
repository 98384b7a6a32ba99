"""From a view to an HTML answer: templates, headers, languages, static files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.chassis.web.languages import accepted
from services.notify.committee.accounts import Account
from services.notify.committee.roles import Role
from services.notify.desk.wording.language import Language, mark, speech
from services.notify.desk.wording.problems import PageProblem

STATIC = resources.files("services.notify.desk") / "static"
STATIC_FILES: Mapping[str, str] = MappingProxyType(
    {"desk.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
)
LANGUAGE_COOKIE = "www_language"
A_YEAR = 365 * 24 * 3600
LANGUAGE_NAMES: Mapping[Language, str] = MappingProxyType(
    {Language.FRENCH: "Français", Language.ENGLISH: "English"}
)
ROLES: Mapping[Role, str] = MappingProxyType(
    {Role.OFFICER: mark("instructing officer"), Role.MEMBER: mark("committee member")}
)
ROOMS: Mapping[str, str] = MappingProxyType(
    {
        "verdicts": mark("Verdicts"),
        "territory": mark("Territory"),
        "milieu": mark("Whom to ask"),
        "competences": mark("Competences"),
    }
)
"""The parts of the desk, by the first word of their addresses."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'self'; base-uri 'none'; object-src 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        # What a person with rights has seen must not come back to somebody else's screen.
        "Cache-Control": "no-store",
    }
)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RoomLink:
    """A part of the desk; ``here`` is aria-current's value, empty when the page is in another."""

    name: str
    address: str
    here: str


@dataclass(frozen=True, slots=True)
class Page:
    """What every page needs: its language, where the desk lives, who is signed in."""

    language: Language
    home: str
    stylesheet: str
    icon: str
    languages: tuple[LanguageLink, ...]
    account: Account | None
    role: str
    rooms: tuple[RoomLink, ...]


def render(
    request: Request,
    language: Language,
    template: str,
    values: Mapping[str, object],
    *,
    account: Account | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """One page in one language, with the headers every page of the desk has."""
    page = _page(request, language, account)
    html = _environment(language).get_template(template).render(page=page, **values)
    response = HTMLResponse(
        html,
        status_code=status,
        headers={**HEADERS, "Content-Language": language.value, **(headers or {})},
    )
    if request.cookies.get(LANGUAGE_COOKIE) != language.value:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language.value,
            max_age=A_YEAR,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return response


def render_problem(
    request: Request,
    language: Language,
    problem: PageProblem,
    *,
    account: Account | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page that says why there is no other."""
    return render(
        request,
        language,
        "problem.html",
        {"problem": problem},
        account=account,
        status=problem.status,
        headers=headers,
    )


def redirect(address: str) -> RedirectResponse:
    """Go there by GET, whatever the method was."""
    return RedirectResponse(address, status_code=303, headers=dict(HEADERS))


def root(request: Request) -> str:
    """The path under which the service is mounted, empty when it has a host of its own."""
    prefix: str = request.scope.get("root_path", "")
    return prefix.rstrip("/")


def local_path(request: Request) -> str:
    """The page's path inside the service, as its routes know it."""
    return request.url.path.removeprefix(root(request))


def preferred_language(request: Request) -> Language:
    """The reader's language: the one chosen before, else the browser's, else French."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    for code in (chosen, *accepted(request.headers.get("accept-language", ""))):
        if code in set(Language):
            return Language(code)
    return Language.FRENCH


def static_file(name: str) -> Response:
    """A file of the desk. Its address changes with its content, so it may be kept for ever."""
    return Response(
        (STATIC / name).read_bytes(),
        media_type=STATIC_FILES[name],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _page(request: Request, language: Language, account: Account | None) -> Page:
    base = root(request)
    return Page(
        language=language,
        home=f"{base}/{language.value}",
        stylesheet=f"{base}/static/desk.css?{_fingerprint('desk.css')}",
        icon=f"{base}/static/mark.svg?{_fingerprint('mark.svg')}",
        languages=tuple(
            LanguageLink(
                other.value,
                LANGUAGE_NAMES[other],
                _same_page(request, other),
                other is language,
            )
            for other in Language
        ),
        account=account,
        role=speech(language).say(ROLES[account.role]) if account is not None else "",
        rooms=_rooms(request, language) if account is not None else (),
    )


def _rooms(request: Request, language: Language) -> tuple[RoomLink, ...]:
    _empty, _language, place, *rest = [*local_path(request).split("/"), ""]
    return tuple(
        RoomLink(
            speech(language).say(name),
            f"{root(request)}/{language.value}/{path}",
            "" if place != path else "true" if any(rest) else "page",
        )
        for path, name in ROOMS.items()
    )


def _same_page(request: Request, language: Language) -> str:
    """This page in another language. A form that was refused links to the empty form."""
    _empty, _current, *rest = local_path(request).split("/")
    query = urlencode(request.query_params.multi_items())
    return f"{root(request)}/{'/'.join([language.value, *rest])}" + (f"?{query}" if query else "")


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("services.notify.desk", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # added by the i18n extension
    install(speech(language).messages, newstyle=True)
    return environment


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
