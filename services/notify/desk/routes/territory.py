"""A territory: its profile, one of its activities, its milieu."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.notify.desk.routes.dependencies import AnyPage, PageRoute, SignedIn, TheDesk
from services.notify.desk.views.funded import funded_of, funded_view, not_funded
from services.notify.desk.views.milieu import milieu_view
from services.notify.desk.views.nation import PROJECTS, nation_view, project_lines
from services.notify.desk.views.profile import activity_view, profile_view
from services.notify.desk.views.relays import ask_instead
from services.notify.desk.wording import problems

router = APIRouter(route_class=PageRoute)


@router.get("/territory")
def show_territory(
    page: AnyPage,
    account: SignedIn,
    desk: TheDesk,
    everything: Annotated[str, Query(alias="all")] = "",
) -> Response:
    said = desk.queries.profile(account.territory)
    if said is None:
        return page.render_problem(problems.not_found(page.voice))
    around = desk.queries.milieu(account.territory)
    milieu = None if around is None else around.milieu
    funded = funded_of(milieu)
    decided = desk.queries.some([each.proposal_id for each in funded], account.territory)
    latest = not_funded(desk.queries.latest(account.territory, PROJECTS), funded)
    values = {
        "profile": profile_view(said, everything == "yes", page.voice),
        "nation": nation_view(said.profile.nation, page.voice),
        "funded": funded_view(milieu, decided, said.territory.year, page.voice),
        "projects": project_lines(latest, page.voice),
    }
    return page.render("territory.html", values)


@router.get("/milieu")
def show_milieu(
    page: AnyPage, account: SignedIn, desk: TheDesk, need: str = "", commune: str = ""
) -> Response:
    instead = ask_instead(desk.contact, page.voice)
    said = desk.queries.milieu(account.territory)
    if said is None:
        return page.render_problem(problems.no_milieu(instead, page.voice))
    name = desk.queries.territory_name(account.territory) or account.territory
    funded = [each.proposal_id for each in funded_of(said.milieu)]
    titles = {
        each.event.proposal_id: each.event.title
        for each in desk.queries.some(funded, account.territory)
    }
    milieu = milieu_view(said, name, need, commune, titles, page.voice)
    return page.render("milieu.html", {"milieu": milieu, "instead": instead})


@router.get("/territory/{naf}")
def show_activity(naf: str, page: AnyPage, account: SignedIn, desk: TheDesk) -> Response:
    said = desk.queries.profile(account.territory)
    activity = None if said is None else activity_view(said, naf, page.voice)
    if activity is None:
        return page.render_problem(problems.not_found(page.voice))
    return page.render("activity.html", {"activity": activity})
