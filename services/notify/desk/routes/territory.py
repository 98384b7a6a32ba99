"""The addresses of a territory: its profile, one of its activities, its milieu."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.notify.desk.routes.pages import Desk, DeskRoute, to_login
from services.notify.desk.routes.web import render, render_problem
from services.notify.desk.views.funded import funded_of, funded_view, not_funded
from services.notify.desk.views.milieu import milieu_in, milieu_view
from services.notify.desk.views.nation import PROJECTS, nation_view, project_lines
from services.notify.desk.views.profile import activity_view, profile_in, profile_view
from services.notify.desk.views.relays import ask_instead
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language, speech
from services.notify.storage import TERRITORY_MILIEUX, TERRITORY_PROFILES


def router(desk: Desk) -> APIRouter:
    """To be included before the desk's other pages, which answer every address that is left."""
    pages = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for language in Language:
        pages.include_router(_of(desk, language), prefix=f"/{language.value}")
    return pages


def _of(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)

    @pages.get("/territory")
    def show_territory(request: Request) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = profile_in(desk.store, TERRITORY_PROFILES, account.territory)
        if said is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        everything = request.query_params.get("all") == "yes"
        around = milieu_in(desk.store, TERRITORY_MILIEUX, account.territory)
        milieu = None if around is None else around.milieu
        funded = funded_of(milieu)
        decided = desk.verdicts.some([each.proposal_id for each in funded], account.territory)
        latest = not_funded(desk.verdicts.latest(account.territory, PROJECTS), funded)
        values = {
            "profile": profile_view(said, everything, voice),
            "nation": nation_view(said.profile.nation, voice),
            "funded": funded_view(milieu, decided, said.territory.year, voice),
            "projects": project_lines(latest, voice),
        }
        return render(request, language, "territory.html", values, account=account)

    @pages.get("/milieu")
    def show_milieu(request: Request) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = milieu_in(desk.store, TERRITORY_MILIEUX, account.territory)
        if said is None:
            problem = problems.no_milieu(ask_instead(desk.contact, voice), voice)
            return render_problem(request, language, problem, account=account)
        name = desk.verdicts.territory_name(account.territory) or account.territory
        asked = request.query_params
        funded = [each.proposal_id for each in funded_of(said.milieu)]
        titles = {
            each.event.proposal_id: each.event.title
            for each in desk.verdicts.some(funded, account.territory)
        }
        need, commune = asked.get("need", ""), asked.get("commune", "")
        milieu = milieu_view(said, name, need, commune, titles, voice)
        values = {"milieu": milieu, "instead": ask_instead(desk.contact, voice)}
        return render(request, language, "milieu.html", values, account=account)

    @pages.get("/territory/{naf}")
    def show_activity(request: Request, naf: str) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = profile_in(desk.store, TERRITORY_PROFILES, account.territory)
        activity = None if said is None else activity_view(said, naf, voice)
        if activity is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        return render(request, language, "activity.html", {"activity": activity}, account=account)

    return pages
