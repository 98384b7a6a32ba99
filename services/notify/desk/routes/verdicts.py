"""The list of verdicts, and one verdict as a page and on paper."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BeforeValidator
from starlette.responses import Response

from contracts.vocabulary.verdict import VerdictLabel
from services.notify.committee.accounts import Account
from services.notify.desk.print.verdict import verdict_pdf
from services.notify.desk.queries import BadCursorError, QueueQuery, Sort, StoredVerdict
from services.notify.desk.routes.dependencies import (
    AnswerInstead,
    AnyPage,
    Desk,
    PageRoute,
    SignedIn,
    TheDesk,
)
from services.notify.desk.routes.rendering import Page
from services.notify.desk.views.queue import queue_view
from services.notify.desk.views.relays import ask_instead, ask_view
from services.notify.desk.views.verdict import VerdictView, told, verdict_view
from services.notify.desk.wording import problems

router = APIRouter(route_class=PageRoute)

Label = Annotated[
    VerdictLabel | Literal["NOT_JUDGED"] | None, BeforeValidator(lambda given: given or None)
]
"""The form of the list sends an empty one for all of them."""


@router.get("/verdicts")
def list_verdicts(
    page: AnyPage,
    account: SignedIn,
    desk: TheDesk,
    label: Label = None,
    sort: Sort = Sort.SUBMITTED,
    order: Literal["asc", "desc"] = "desc",
    after: str = "",
) -> Response:
    query = QueueQuery(account.territory, label, sort, order == "desc", after or None)
    try:
        found = desk.queries.queue(query)
    except BadCursorError:
        return page.render_problem(problems.bad_address(page.voice))
    territory = desk.queries.territory_name(account.territory) or account.territory
    queue = queue_view(query, found, territory, desk.clock.now(), page.voice)
    return page.render("queue.html", {"queue": queue})


def _stored(proposal_id: str, page: AnyPage, account: SignedIn, desk: TheDesk) -> StoredVerdict:
    stored = desk.queries.verdict(proposal_id, account.territory)
    if stored is None:
        row = desk.queries.without_verdict(proposal_id, account.territory)
        stalled = None if row is None else row.stalled
        raise AnswerInstead(
            page.render_problem(
                problems.not_found(page.voice)
                if row is None or stalled is None
                else problems.not_judged(row.title, told(stalled, page.voice), page.voice)
            )
        )
    return stored


Stored = Annotated[StoredVerdict, Depends(_stored)]
"""The verdict that the address names; a page that says why where there is none to see."""


@router.get("/verdicts/{proposal_id}")
def show_verdict(stored: Stored, page: AnyPage, account: SignedIn, desk: TheDesk) -> Response:
    values = {
        "verdict": _read(stored, page, account, desk, "verdict"),
        "ask": ask_view(stored.event.whom_to_ask, page.voice),
        "instead": ask_instead(desk.contact, page.voice),
    }
    return page.render("verdict.html", values)


@router.get("/verdicts/{proposal_id}/verdict.pdf")
def print_verdict(stored: Stored, page: AnyPage, account: SignedIn, desk: TheDesk) -> Response:
    verdict = _read(stored, page, account, desk, "verdict on paper")
    ask = ask_view(stored.event.whom_to_ask, page.voice)
    paper = verdict_pdf(verdict, ask, desk.contact, desk.clock.now(), page.voice)
    return page.pdf(paper, f"{verdict.reference}-{page.language.value}-verdict")


def _read(
    stored: StoredVerdict, page: Page, account: Account, desk: Desk, read_as: str
) -> VerdictView:
    """The verdict for who reads it, which is written down."""
    parameters = desk.parameters_on(stored.event.verdict.parameters_on)
    seals = desk.note_reading(stored.event, account, read_as)
    return verdict_view(stored, account.role, parameters, page.voice, seals)
