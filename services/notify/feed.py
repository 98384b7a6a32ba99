"""The feed channel: the territory's notices as a JSON Feed 1.1, for whoever is signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.mention import mention
from contracts.not_judged import not_judged
from contracts.vocabulary.milieu import WhomToAsk
from services.chassis.web.problems import Problem
from services.chassis.web.requests import ClosedRoute
from services.notify.desk.routes.dependencies import TheDesk, Whoever
from services.notify.desk.routes.rendering import root
from services.notify.desk.views.relays import ask_instead, in_one_line
from services.notify.desk.wording.language import Language, Speech, speech
from services.notify.desk.wording.words import LABELS

MEDIA_TYPE = "application/feed+json"
MOST = 100
"""Notices on one page."""

LAST = 2**63 - 1
"""Largest sequence number a database can hold."""

router = APIRouter(tags=["notices"], route_class=ClosedRoute)


@router.get("/{language}/feed.json")
def feed(
    request: Request,
    language: Language,
    account: Whoever,
    desk: TheDesk,
    before: Annotated[int | None, Query(ge=1, le=LAST)] = None,
) -> Response:
    """Notices of your territory, newest first. Needs the desk's session cookie."""
    if account is None:
        raise Problem(
            401,
            "not-signed-in",
            "Sign in first",
            f"Sign in at /{language}/login, then ask again.",
        )
    found = desk.queries.notices(account.territory, before, MOST + 1)
    rows = found[:MOST]
    voice = speech(language)
    legal = mention(language, desk.contact)
    # Never the host that the request names: it is a proxy's or anybody's.
    base = desk.public_url or root(request)
    here = f"{base}/{language}/feed.json"
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Winwinwin",
        "language": language.value,
        "home_page_url": f"{base}/{language}/verdicts",
        "feed_url": here,
        "items": [
            {
                "id": row.event_id,
                "url": f"{base}/{language}/verdicts/{row.proposal_id}",
                "title": row.title,
                "content_text": f"{_text(row, desk.contact, voice)}\n\n{legal}",
                "date_published": row.created_at.isoformat(),
            }
            for row in rows
        ],
    }
    if len(found) > MOST:
        body["next_url"] = f"{here}?before={rows[-1].seq}"
    return JSONResponse(body, media_type=MEDIA_TYPE)


def _text(row: Any, contact: str, voice: Speech) -> str:
    """The verdict in a word, and the relay to ask, or who is there where none is known."""
    if row.stalled_reference is not None:
        told = not_judged(voice.language, row.revision, row.stalled_reference)
        return f"{row.reference}: {told}"
    text = f"{row.reference} ({row.revision}): {voice.say(LABELS[row.label])}"
    if row.whom_to_ask is None:
        return f"{text}. {ask_instead(contact, voice)}"
    asked: WhomToAsk = codec.adapter(WhomToAsk).validate_json(row.whom_to_ask)
    return f"{text}. {in_one_line(asked, voice)}"
