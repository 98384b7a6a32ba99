"""The addresses of what the law asks for: the sheet of a verdict, and the processing in general."""

from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.notify.accounts import Account
from services.notify.desk import problems
from services.notify.desk.document import MEDIA_TYPE, legal_pdf
from services.notify.desk.language import Language, speech
from services.notify.desk.legal_view import LegalSheet, legal_sheet, processing
from services.notify.desk.pages import Desk, DeskRoute, to_login
from services.notify.desk.web import HEADERS, render, render_problem


def router(desk: Desk) -> APIRouter:
    """To be included before the desk's other pages, which answer every address that is left."""
    pages = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for language in Language:
        pages.include_router(_of(desk, language), prefix=f"/{language.value}")
    return pages


def _of(desk: Desk, language: Language) -> APIRouter:
    pages = APIRouter(route_class=DeskRoute)
    voice = speech(language)

    def sheet(proposal_id: str, account: Account) -> LegalSheet | None:
        stored = desk.verdicts.get(proposal_id, account.territory)
        if stored is None:
            return None
        parameters = desk.parameters_on(stored.event.verdict.parameters_on)
        seals = desk.note_reading(stored.event, account, "legal sheet")
        return legal_sheet(stored, account.role, parameters, voice, desk.contact, seals)

    @pages.get("/processing")
    def show_processing(request: Request) -> Response:
        today = desk.clock.now().date()
        said = processing(desk.parameters_on(today), today, voice, desk.contact)
        account = desk.account(request)
        return render(request, language, "processing.html", {"said": said}, account=account)

    @pages.get("/verdicts/{proposal_id}/legal")
    def show_sheet(request: Request, proposal_id: str) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = sheet(proposal_id, account)
        if said is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        values = {"sheet": said, "proposal_id": proposal_id}
        return render(request, language, "legal.html", values, account=account)

    @pages.get("/verdicts/{proposal_id}/legal.json")
    def give_sheet(request: Request, proposal_id: str) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = sheet(proposal_id, account)
        if said is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        return JSONResponse(asdict(said), headers={**HEADERS, "Content-Language": language.value})

    @pages.get("/verdicts/{proposal_id}/legal.pdf")
    def print_sheet(request: Request, proposal_id: str) -> Response:
        account = desk.account(request)
        if account is None:
            return to_login(request, language)
        said = sheet(proposal_id, account)
        if said is None:
            return render_problem(request, language, problems.not_found(voice), account=account)
        named = f'inline; filename="winwinwin-{said.reference}-{language.value}.pdf"'
        return Response(
            legal_pdf(said, desk.clock.now(), voice),
            media_type=MEDIA_TYPE,
            headers={**HEADERS, "Content-Language": language.value, "Content-Disposition": named},
        )

    return pages
