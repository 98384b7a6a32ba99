"""The desk's addresses, all of them, and the order in which they are tried.

Handlers that only read are plain functions, run beside the event loop, because they wait for the
database.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.notify.desk.routes import competences, legal, signing_in, territory, verdicts
from services.notify.desk.routes.dependencies import AnyPage, PageRoute
from services.notify.desk.routes.rendering import (
    STATIC_FILES,
    Page,
    preferred_language,
    redirect,
    root,
    static_file,
)
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def home(request: Request) -> Response:
    return redirect(f"{root(request)}/{preferred_language(request).value}/verdicts")


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    if name not in STATIC_FILES:
        page = Page(request, preferred_language(request))
        return page.render_problem(problems.not_found(page.voice))
    return static_file(name)


@router.get("/{language}")
def front(request: Request, language: Language) -> Response:
    return redirect(f"{Page(request, language).home}/verdicts")


for part in (signing_in, verdicts, legal, territory, competences):
    router.include_router(part.router, prefix="/{language}")


# Last: it answers every address that is left.
@router.get("/{language}/{rest:path}")
def nowhere(page: AnyPage, rest: str) -> Response:  # noqa: ARG001 - the route needs its name
    return page.render_problem(problems.not_found(page.voice))
