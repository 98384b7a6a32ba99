"""The addresses of what the law asks for: the sheet of a verdict, and the processing in general."""

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.notify.committee.accounts import Account
from services.notify.desk.print.document import MEDIA_TYPE, legal_pdf
from services.notify.desk.routes.pages import Desk, DeskRoute, to_login
from services.notify.desk.routes.web import HEADERS, render, render_problem
from services.notify.desk.views.legal import Copy, LegalSheet, copies, legal_sheet, processing
from services.notify.desk.wording import problems
from services.notify.desk.wording.language import Language, speech


def router(desk: Desk) -> APIRouter:
    """To be included before the desk's other pages, which answer every address that is left."""
    pages = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for language in Language:
        pages.include_router(_of(desk, language), prefix=f"/{language.value}")
    return pages


def _of(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)
    headers = {**HEADERS, "Content-Language": language.value}

    def with_sheet(
        request: Request,
        proposal_id: str,
        made: Callable[[LegalSheet, Account, tuple[Copy, ...]], Response],
    ) -> Response:
        """What is made of the sheet for who is signed in; else the way to the login, or 404.

        ``?for=`` asks for a copy to hand over, which is the instructing officer's to make.
        """
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        stored = desk.verdicts.get(proposal_id, account.territory)
        if stored is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        handed = copies(stored, account.role, voice)
        copy_for = request.query_params.get("for", "")
        if copy_for and urlencode({"for": copy_for}) not in {each.query for each in handed}:
            return render_problem(request, language, problems.not_found(voice), account=account)
        parameters = desk.parameters_on(stored.event.verdict.parameters_on)
        page = f"legal sheet, copy for {copy_for}" if copy_for else "legal sheet"
        seals = desk.note_reading(stored.event, account, page)
        said = legal_sheet(stored, account.role, parameters, voice, desk.contact, seals, copy_for)
        return made(said, account, handed)

    @pages.get("/processing")
    def show_processing(request: Request) -> Response:
        today = desk.clock.now().date()
        said = processing(desk.parameters_on(today), today, voice, desk.contact)
        account = desk.account(request)
        return render(request, language, "processing.html", {"said": said}, account=account)

    @pages.get("/verdicts/{proposal_id}/legal")
    def show_sheet(request: Request, proposal_id: str) -> Response:
        def page(sheet: LegalSheet, account: Account, handed: tuple[Copy, ...]) -> Response:
            query = f"?{request.url.query}" if sheet.copy else ""
            values = {"sheet": sheet, "proposal_id": proposal_id, "copies": handed, "query": query}
            return render(request, language, "legal.html", values, account=account)

        return with_sheet(request, proposal_id, page)

    @pages.get("/verdicts/{proposal_id}/legal.json")
    def give_sheet(request: Request, proposal_id: str) -> Response:
        def data(sheet: LegalSheet, _account: Account, _handed: tuple[Copy, ...]) -> Response:
            return JSONResponse(asdict(sheet), headers=headers)

        return with_sheet(request, proposal_id, data)

    @pages.get("/verdicts/{proposal_id}/legal.pdf")
    def print_sheet(request: Request, proposal_id: str) -> Response:
        def document(sheet: LegalSheet, _account: Account, _handed: tuple[Copy, ...]) -> Response:
            name = f"winwinwin-{sheet.reference}-{language.value}.pdf"
            return Response(
                legal_pdf(sheet, desk.clock.now(), voice),
                media_type=MEDIA_TYPE,
                headers={**headers, "Content-Disposition": f'inline; filename="{name}"'},
            )

        return with_sheet(request, proposal_id, document)

    return pages
