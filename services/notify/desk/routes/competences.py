"""The address of the directory of competences: a question by GET, so that it can be shared."""

from fastapi import APIRouter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from contracts.vocabulary.competences import Side
from services.notify.desk.routes.pages import Desk, DeskRoute, to_login
from services.notify.desk.routes.web import render, render_problem
from services.notify.desk.views.competences import competences_view
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language, speech
from services.notify.storage import COMPETENCE_DIRECTORIES


def router(desk: Desk) -> APIRouter:
    """To be included before the desk's other pages, which answer every address that is left."""
    pages = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for language in Language:
        pages.include_router(_of(desk, language), prefix=f"/{language.value}")
    return pages


def _of(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)

    def directory(territory: str) -> bytes | None:
        table = COMPETENCE_DIRECTORIES.c
        with desk.store.read() as connection:
            body = connection.execute(
                select(table.body).where(table.territory == territory)
            ).scalar_one_or_none()
        return None if body is None else bytes(body)

    @pages.get("/competences")
    def show_competences(request: Request) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = request.query_params
        try:
            among = Side(said.get("among", Side.OFFERS))
        except ValueError:
            problem = problems.bad_address(voice)
            return render_problem(request, language, problem, account=account)
        body = directory(account.territory)
        view = (
            None
            if body is None
            else competences_view(body, said.get("q", ""), among, said.get("all") == "yes", voice)
        )
        values = {"competences": view, "territory": account.territory}
        return render(request, language, "competences.html", values, account=account)

    return pages
