"""The directory of competences: a question by GET, so that it can be shared."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from contracts.vocabulary.competences import Side
from services.notify.desk.routes.dependencies import AnyPage, PageRoute, SignedIn, TheDesk
from services.notify.desk.views.competences import competences_view

router = APIRouter(route_class=PageRoute)


@router.get("/competences")
def show_competences(
    page: AnyPage,
    account: SignedIn,
    desk: TheDesk,
    q: str = "",
    among: Side = Side.OFFERS,
    everything: Annotated[str, Query(alias="all")] = "",
) -> Response:
    directory = desk.queries.competences(account.territory)
    view = (
        None
        if directory is None
        else competences_view(directory, q, among, everything == "yes", page.voice)
    )
    return page.render("competences.html", {"competences": view, "territory": account.territory})
