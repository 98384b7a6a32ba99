"""What the pages depend on: the desk, who is there, the page they are asked for."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from contracts.events import VerdictIssued
from contracts.vocabulary.parameters import Parameter
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.errors import StoreUnavailable
from services.chassis.ops.metrics import Metrics
from services.chassis.web.problems import RETRY_AFTER_SECONDS, note_unavailable
from services.notify.committee.accounts import Account
from services.notify.committee.journal import Kind, Said, note_access
from services.notify.committee.passwords import Passwords
from services.notify.committee.sessions import cookie_name, from_this_site
from services.notify.committee.signing import SignIn
from services.notify.desk.queries import Queries
from services.notify.desk.routes.rendering import Page, local_path, preferred_language, redirect
from services.notify.desk.views.verdict import Seals
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language


@dataclass(slots=True)
class Desk:
    """What the pages need. ``parameters_on`` gives the parameters in force on a day."""

    store: Store
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
    queries: Queries = field(init=False)
    sign_in: SignIn = field(init=False)

    def __post_init__(self) -> None:
        self.queries = Queries(self.store)
        self.sign_in = SignIn(self.store, self.passwords, self.clock, self.metrics)

    def by_https(self, request: Request) -> bool:
        """Whether this browser speaks https to us, or to a trusted proxy before us."""
        return self.secure or request.url.scheme == "https"

    def session_id(self, request: Request) -> str | None:
        """What the browser holds of its session."""
        return request.cookies.get(cookie_name(secure=self.by_https(request)))

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
        return Seals(*note_access(self.store, self.clock.now(), said))


class AnswerInstead(Exception):
    """Ends a dependency or a route with another answer than the page that was asked for."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]


def _account(request: Request, language: Language, desk: TheDesk) -> Account | None:  # noqa: ARG001 - looks nobody up for an address that does not exist
    """Who is signed in, None when nobody is. Waits for the database."""
    session_id = desk.session_id(request)
    return desk.sign_in.who_is(session_id) if session_id else None


Whoever = Annotated[Account | None, Depends(_account)]


async def _page(request: Request, language: Language, account: Whoever) -> Page:
    request.state.page = Page(request, language, account)
    page: Page = request.state.page
    return page


AnyPage = Annotated[Page, Depends(_page)]
"""A page that everybody may see; it knows who is signed in."""


async def _signed_in(page: AnyPage) -> Account:
    if page.account is None:
        wanted = local_path(page.request)
        if page.request.url.query:
            wanted += f"?{page.request.url.query}"
        raise AnswerInstead(redirect(f"{page.home}/login?next={quote(wanted, safe='')}"))
    return page.account


SignedIn = Annotated[Account, Depends(_signed_in)]
"""Who is signed in; whoever is not goes to the login, and from there back to the page."""


async def _own_form(request: Request, language: Language, desk: TheDesk) -> None:
    """Refuse, count and log a POST that does not come from a page of ours."""
    if not from_this_site(request.headers):
        desk.sign_in.refused("csrf", "", address_of(request))
        page = Page(request, language)
        raise AnswerInstead(page.render_problem(problems.refused(page.voice)))


OWN_FORM = Depends(_own_form)


def address_of(request: Request) -> str:
    """Where the browser is, as far as trusted proxies say."""
    return request.client.host if request.client is not None else ""


class PageRoute(APIRoute):
    """A page for a person also where there is none to show, not the API's JSON problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except AnswerInstead as instead:
                return instead.response
            except RequestValidationError as error:
                if any(each["loc"][0] == "path" for each in error.errors()):
                    # Of what stands in a path only the language is not read as it comes.
                    raise HTTPException(404) from None
                asked: Page = request.state.page
                return asked.render_problem(problems.bad_address(asked.voice))
            except StoreUnavailable as error:
                page = Page(request, _language(request))
                reference = note_unavailable(request, error)
                return page.render_problem(
                    problems.unavailable(reference, page.voice),
                    {"Retry-After": str(RETRY_AFTER_SECONDS)},
                )

        return handle_or_explain


def _language(request: Request) -> Language:
    code = request.path_params.get("language")
    return Language(code) if code in set(Language) else preferred_language(request)
