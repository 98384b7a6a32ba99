"""From a view to an answer: templates, headers, languages, static files."""

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
from services.notify.desk.print.document import MEDIA_TYPE as PDF
from services.notify.desk.wording.language import Language, Speech, mark, speech
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
NAV_ITEMS: Mapping[str, str] = MappingProxyType(
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
class NavItem:
    """A part of the desk; ``here`` is aria-current's value, empty when the page is in another."""

    name: str
    address: str
    here: str


@dataclass(frozen=True, slots=True)
class Page:
    """What every page needs: its language, where the desk lives, who is signed in. Templates know
    it as ``page``.
    """

    request: Request
    language: Language
    account: Account | None = None

    @property
    def voice(self) -> Speech:
        return speech(self.language)

    @property
    def root(self) -> str:
        return root(self.request)

    @property
    def home(self) -> str:
        return f"{self.root}/{self.language.value}"

    @property
    def stylesheet(self) -> str:
        return f"{self.root}/static/desk.css?{_fingerprint('desk.css')}"

    @property
    def icon(self) -> str:
        return f"{self.root}/static/mark.svg?{_fingerprint('mark.svg')}"

    @property
    def languages(self) -> tuple[LanguageLink, ...]:
        return tuple(
            LanguageLink(code.value, name, _same_page(self.request, code), code is self.language)
            for code, name in LANGUAGE_NAMES.items()
        )

    @property
    def role(self) -> str:
        return self.voice.say(ROLES[self.account.role]) if self.account is not None else ""

    @property
    def nav_items(self) -> tuple[NavItem, ...]:
        if self.account is None:
            return ()
        _empty, _language, part, *rest = [*local_path(self.request).split("/"), ""]
        return tuple(
            NavItem(
                self.voice.say(name),
                f"{self.home}/{path}",
                "" if part != path else "true" if any(rest) else "page",
            )
            for path, name in NAV_ITEMS.items()
        )

    @property
    def headers(self) -> dict[str, str]:
        return {**HEADERS, "Content-Language": self.language.value}

    def render(
        self,
        template: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> HTMLResponse:
        """One page, with the headers every page of the desk has."""
        html = _environment(self.language).get_template(template).render(page=self, **values)
        response = HTMLResponse(html, status_code=status, headers={**self.headers, **headers})
        if self.request.cookies.get(LANGUAGE_COOKIE) != self.language.value:
            response.set_cookie(
                LANGUAGE_COOKIE,
                self.language.value,
                max_age=A_YEAR,
                httponly=True,
                samesite="lax",
                secure=self.request.url.scheme == "https",
            )
        return response

    def render_problem(
        self, problem: PageProblem, headers: Mapping[str, str] = MappingProxyType({})
    ) -> HTMLResponse:
        """A page that says why there is no other."""
        values = {"problem": problem}
        return self.render("problem.html", values, status=problem.status, headers=headers)

    def pdf(self, document: bytes, name: str) -> Response:
        """A paper, shown in the browser; ``name`` is what it is saved under."""
        disposition = {"Content-Disposition": f'inline; filename="winwinwin-{name}.pdf"'}
        return Response(document, media_type=PDF, headers={**self.headers, **disposition})


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
