"""What the law asks for: the sheet of a verdict, and the processing in general."""

from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse, Response

from services.notify.desk.print.document import legal_pdf
from services.notify.desk.routes.dependencies import (
    AnswerInstead,
    AnyPage,
    PageRoute,
    SignedIn,
    TheDesk,
)
from services.notify.desk.views.legal import Copy, LegalSheet, copies, legal_sheet, processing
from services.notify.desk.wording import problems

router = APIRouter(route_class=PageRoute)


@router.get("/processing")
def show_processing(page: AnyPage, desk: TheDesk) -> Response:
    today = desk.clock.now().date()
    said = processing(desk.parameters_on(today), today, page.voice, desk.contact)
    return page.render("processing.html", {"said": said})


@dataclass(frozen=True, slots=True)
class Handed:
    """A sheet, and the copies that whoever reads it may hand over."""

    sheet: LegalSheet
    copies: tuple[Copy, ...]


def _handed(
    proposal_id: str,
    page: AnyPage,
    account: SignedIn,
    desk: TheDesk,
    copy_for: Annotated[str, Query(alias="for")] = "",
) -> Handed:
    """The sheet for who is signed in, whose reading is written down.

    ``?for=`` asks for a copy to hand over, which is the instructing officer's to make.
    """
    stored = desk.queries.verdict(proposal_id, account.territory)
    handed = () if stored is None else copies(stored, account.role, page.voice)
    known = not copy_for or urlencode({"for": copy_for}) in {each.query for each in handed}
    if stored is None or not known:
        raise AnswerInstead(page.render_problem(problems.not_found(page.voice)))
    parameters = desk.parameters_on(stored.event.verdict.parameters_on)
    read_as = f"legal sheet, copy for {copy_for}" if copy_for else "legal sheet"
    seals = desk.note_reading(stored.event, account, read_as)
    sheet = legal_sheet(stored, account.role, parameters, page.voice, desk.contact, seals, copy_for)
    return Handed(sheet, handed)


Sheet = Annotated[Handed, Depends(_handed)]


@router.get("/verdicts/{proposal_id}/legal")
def show_sheet(proposal_id: str, handed: Sheet, page: AnyPage) -> Response:
    query = f"?{page.request.url.query}" if handed.sheet.copy else ""
    values = {
        "sheet": handed.sheet,
        "proposal_id": proposal_id,
        "copies": handed.copies,
        "query": query,
    }
    return page.render("legal.html", values)


@router.get("/verdicts/{proposal_id}/legal.json")
def give_sheet(handed: Sheet, page: AnyPage) -> Response:
    return JSONResponse(asdict(handed.sheet), headers=page.headers)


@router.get("/verdicts/{proposal_id}/legal.pdf")
def print_sheet(handed: Sheet, page: AnyPage, desk: TheDesk) -> Response:
    paper = legal_pdf(handed.sheet, desk.clock.now(), page.voice)
    return page.pdf(paper, f"{handed.sheet.reference}-{page.language.value}")
