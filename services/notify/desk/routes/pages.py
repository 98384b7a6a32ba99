"""The desk's addresses: sign in, the list of verdicts, one verdict, in each language.

Handlers that only read are plain functions, run beside the event loop, because they wait for the
database.
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from contracts.events import VerdictIssued
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.errors import StoreUnavailable
from services.chassis.ops.metrics import Metrics
from services.chassis.web.problems import RETRY_AFTER_SECONDS, note_unavailable, nul
from services.notify.committee.accounts import Account, Passwords
from services.notify.committee.journal import Kind, Said, append, entry_of_verdict
from services.notify.committee.sessions import (
    LIFETIME,
    close_session,
    cookie_name,
    find_session,
    from_this_site,
    touch_session,
)
from services.notify.committee.signing import SignIn
from services.notify.desk.print.document import MEDIA_TYPE
from services.notify.desk.print.verdict import verdict_pdf
from services.notify.desk.queries import NOT_JUDGED, Query, Sort, VerdictPages
from services.notify.desk.routes.web import (
    HEADERS,
    STATIC_FILES,
    local_path,
    preferred_language,
    redirect,
    render,
    render_problem,
    root,
    static_file,
)
from services.notify.desk.views.queue import queue_view
from services.notify.desk.views.relays import AskView, ask_instead, ask_view
from services.notify.desk.views.verdict import Seals, VerdictView, told, verdict_view
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language, mark_plural, speech

MAX_FORM_BYTES = 8_192
"""An address, a password and where to go next, percent-encoded, fit in a fraction of this."""

_OWN_PAGE = re.compile(r"/(fr|en)/[\w/?=&%.~-]*", re.ASCII)
"""Where signing in may lead: a page of the desk, never another host."""


@dataclass(slots=True)
class Desk:
    """What the pages need. ``parameters_on`` gives the parameters in force on a day."""

    store: Store
    verdicts: VerdictPages
    parameters_on: Callable[[date], Mapping[str, Parameter]]
    clock: Clock
    secure: bool
    """Whether browsers reach the desk by https, also where no trusted proxy says so."""

    contact: str = ""
    """Where a citizen writes to exercise a right: the authority's name and address."""
    public_url: str = ""
    """Address under which people reach the desk, without a slash at its end; may be unknown."""

    passwords: Passwords = field(default_factory=Passwords)
    metrics: Metrics = field(default_factory=Metrics)
    door: SignIn = field(init=False)

    def __post_init__(self) -> None:
        self.door = SignIn(self.store, self.passwords, self.clock, self.metrics)

    def by_https(self, request: Request) -> bool:
        """Whether this browser speaks https to us, or to a trusted proxy before us."""
        return self.secure or request.url.scheme == "https"

    def session_id(self, request: Request) -> str | None:
        """What the browser holds of its session."""
        return request.cookies.get(cookie_name(secure=self.by_https(request)))

    def ours(self, request: Request) -> bool:
        """Whether a POST comes from a page of ours; counts and logs one that does not."""
        if from_this_site(request.headers):
            return True
        self.door.refused("csrf", "", address_of(request))
        return False

    def account(self, request: Request) -> Account | None:
        """Who is signed in, None when nobody is. Waits for the database."""
        session_id = self.session_id(request)
        if not session_id:
            return None
        now = self.clock.now()
        with self.store.read() as connection:
            session = find_session(connection, session_id, now)
        if session is None:
            return None
        if session.stale:
            self.store.write(lambda connection: touch_session(connection, session_id, now))
        return session.account

    def note_reading(self, event: VerdictIssued, account: Account, page: str) -> Seals:
        """Write down that this account reads this page of a verdict. Waits for the database.

        Raises ``StoreUnavailable``: what cannot be written down is not shown.
        """
        said = Said(
            Kind.ACCESS,
            event.proposal_id,
            event.revision,
            account.email,
            {"role": account.role, "page": page},
        )

        def write(connection: Connection) -> Seals:
            (reading,) = append(connection, self.clock.now(), [said])
            heard = entry_of_verdict(connection, event.proposal_id, event.revision)
            return Seals(heard, reading)

        return self.store.write(write)


def address_of(request: Request) -> str:
    """Where the browser is, as far as trusted proxies say."""
    return request.client.host if request.client is not None else ""


def router(desk: Desk) -> APIRouter:
    """The pages, to be included in the service's application."""
    pages = APIRouter(include_in_schema=False, route_class=DeskRoute)

    @pages.get("/")
    def home(request: Request) -> Response:
        return redirect(f"{root(request)}/{preferred_language(request).value}/verdicts")

    @pages.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        if name not in STATIC_FILES:
            language = preferred_language(request)
            return render_problem(request, language, problems.not_found(speech(language)))
        return static_file(name)

    for language in Language:
        pages.include_router(_signing(desk, language), prefix=f"/{language.value}")
        pages.include_router(_reading(desk, language), prefix=f"/{language.value}")
    return pages


def _signing(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)

    def form(request: Request, following: str, email: str, problem: str, status: int) -> Response:
        values = {"following": following, "email": email, "problem": problem}
        return render(request, language, "login.html", values, status=status)

    @pages.get("")
    def front(request: Request) -> Response:
        return redirect(f"{root(request)}/{language.value}/verdicts")

    @pages.get("/login")
    def show_login(request: Request) -> Response:
        return form(request, _own_page(request.query_params.get("next", "")), "", "", 200)

    @pages.post("/login")
    async def login(request: Request) -> Response:
        if not desk.ours(request):
            return render_problem(request, language, problems.refused(voice))
        sent = await _form(request)
        if sent is None:
            return render_problem(request, language, problems.too_large(voice))
        email, following = sent.get("email", ""), _own_page(sent.get("next", ""))
        outcome = await desk.door.sign_in(email, sent.get("password", ""), address_of(request))
        if isinstance(outcome, timedelta):
            minutes = ceil(outcome / timedelta(minutes=1))
            problem = voice.count(
                mark_plural(
                    "Too many failed attempts. Try again in %(n)s minute.",
                    "Too many failed attempts. Try again in %(n)s minutes.",
                ),
                minutes,
            )
            answer = form(request, following, email, problem, 429)
            answer.headers["Retry-After"] = str(ceil(outcome.total_seconds()))
            return answer
        if outcome is None:
            problem = voice.say(
                "The address or the password is not right. Check both and try again."
            )
            return form(request, following, email, problem, 401)
        secure = desk.by_https(request)
        answer = redirect(root(request) + (following or f"/{language.value}/verdicts"))
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

    @pages.post("/logout")
    def logout(request: Request) -> Response:
        if not desk.ours(request):
            return render_problem(request, language, problems.refused(voice))
        session_id, secure = desk.session_id(request), desk.by_https(request)
        if session_id:
            desk.store.write(lambda connection: close_session(connection, session_id))
        answer = redirect(f"{root(request)}/{language.value}/login")
        answer.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True)
        return answer

    return pages


def _reading(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)

    @pages.get("/verdicts")
    def list_verdicts(request: Request) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        try:
            query = _query(request, account.territory)
            page = desk.verdicts.page(query)
        except ValueError:
            problem = problems.bad_address(voice)
            return render_problem(request, language, problem, account=account)
        territory = desk.verdicts.territory_name(account.territory) or account.territory
        queue = queue_view(query, page, territory, desk.clock.now(), voice)
        return render(request, language, "queue.html", {"queue": queue}, account=account)

    def with_verdict(
        request: Request,
        proposal_id: str,
        page: str,
        made: Callable[[VerdictView, AskView | None, Account], Response],
    ) -> Response:
        """What is made of the verdict for who is signed in; else the way to the login, or 404."""
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        stored = desk.verdicts.get(proposal_id, account.territory)
        if stored is None:
            row = desk.verdicts.without_verdict(proposal_id, account.territory)
            stalled = None if row is None else row.stalled
            problem = (
                problems.not_found(voice)
                if row is None or stalled is None
                else problems.not_judged(row.title, told(stalled, voice), voice)
            )
            return render_problem(request, language, problem, account=account)
        parameters = desk.parameters_on(stored.event.verdict.parameters_on)
        seals = desk.note_reading(stored.event, account, page)
        verdict = verdict_view(stored, account.role, parameters, voice, seals)
        return made(verdict, ask_view(stored.event.whom_to_ask, voice), account)

    @pages.get("/verdicts/{proposal_id}")
    def show_verdict(request: Request, proposal_id: str) -> Response:
        def page(verdict: VerdictView, ask: AskView | None, account: Account) -> Response:
            instead = ask_instead(desk.contact, voice)
            values = {"verdict": verdict, "ask": ask, "instead": instead}
            return render(request, language, "verdict.html", values, account=account)

        return with_verdict(request, proposal_id, "verdict", page)

    @pages.get("/verdicts/{proposal_id}/verdict.pdf")
    def print_verdict(request: Request, proposal_id: str) -> Response:
        def paper(verdict: VerdictView, ask: AskView | None, _account: Account) -> Response:
            name = f"winwinwin-{verdict.reference}-{language.value}-verdict.pdf"
            return Response(
                verdict_pdf(verdict, ask, desk.contact, desk.clock.now(), voice),
                media_type=MEDIA_TYPE,
                headers={
                    **HEADERS,
                    "Content-Language": language.value,
                    "Content-Disposition": f'inline; filename="{name}"',
                },
            )

        return with_verdict(request, proposal_id, "verdict on paper", paper)

    @pages.get("/{rest:path}")
    def nowhere(request: Request, rest: str) -> Response:  # noqa: ARG001 - the route needs its name
        account = desk.account(request)
        return render_problem(request, language, problems.not_found(voice), account=account)

    return pages


class DeskRoute(APIRoute):
    """A page for a person also when the database cannot be used, not the API's JSON problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except StoreUnavailable as error:
                language = _path_language(request)
                reference = note_unavailable(request, error)
                return render_problem(
                    request,
                    language,
                    problems.unavailable(reference, speech(language)),
                    headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
                )

        return handle_or_explain


def _path_language(request: Request) -> Language:
    code = local_path(request).split("/")[1]
    return Language(code) if code in set(Language) else preferred_language(request)


def to_login(request: Request, language: Language) -> Response:
    """Sign in first, then come back to this page."""
    wanted = local_path(request) + (f"?{request.url.query}" if request.url.query else "")
    return redirect(f"{root(request)}/{language.value}/login?next={quote(wanted, safe='')}")


def _own_page(address: str) -> str:
    return address if _OWN_PAGE.fullmatch(address) else ""


def _query(request: Request, territory: str) -> Query:
    """The list's address. Raises ``ValueError`` for a filter or an order that does not exist."""
    said = request.query_params
    order = said.get("order", "desc")
    if order not in {"asc", "desc"}:
        raise ValueError(f"order is {order!r}: use asc or desc")
    return Query(
        territory=territory,
        label=_label(said["label"]) if said.get("label") else None,
        sort=Sort(said.get("sort", Sort.SUBMITTED)),
        descending=order == "desc",
        cursor=said.get("after") or None,
    )


def _label(said: str) -> str:
    return said if said == NOT_JUDGED else VerdictLabel(said)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a small form, or None when it is larger than any of ours."""
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
