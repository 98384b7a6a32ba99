"""The partner's window: where each file stands, and its verdict."""

import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import select
from starlette.responses import JSONResponse, Response

from contracts.mention import LANGUAGES, ask_instead, mention
from contracts.not_judged import not_judged
from services.chassis.database.store import Store
from services.chassis.web.auth import KeyRing
from services.chassis.web.problems import Problem
from services.chassis.web.requests import JSON, ClosedRoute, authorization
from services.intake.acceptance import find_id, load, not_found
from services.intake.api import SCOPE
from services.intake.proposal_state import Dossier, State
from services.intake.storage import PROPOSALS, REVISIONS, VERDICTS, newest_revision

RETRY_VERDICT_SECONDS = 1
MOST_PER_PAGE = 100


_MENTION_SCHEMA = {
    "type": "object",
    "properties": {language: {"$ref": "#/components/schemas/Mention"} for language in LANGUAGES},
    "description": "The mention of article R311-3-1-1, in French and in English.",
}
_WITH_MENTION: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "With the mention the law asks for.",
        "content": {
            JSON: {"schema": {"type": "object", "properties": {"mention": _MENTION_SCHEMA}}}
        },
    }
}


def router(store: Store, keys: KeyRing, contact: str) -> APIRouter:
    """The reading routes under ``/v1``. Every one of them asks for a partner's key. ``contact`` is
    to whom a partner writes who wants to know how a verdict was reached.
    """
    routes = APIRouter(prefix="/v1", tags=["proposals"], route_class=ClosedRoute)
    examined = _mentions(contact, judged=True)
    all_examined = _mentions(contact, judged=False)
    instead = {each: ask_instead(each, contact) for each in LANGUAGES}
    # Spliced in as bytes: the verdict goes out as scoring issued it, and is not read for it.
    tail = b',"mention":' + json.dumps(examined, ensure_ascii=False).encode() + b"}"

    @routes.get("/proposals")
    def listing(
        request: Request,
        after: Annotated[str | None, Query(max_length=32, description="Cursor from next")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = 50,
    ) -> Response:
        """Your proposals, newest first."""
        partner = keys.verify(authorization(request), SCOPE).name
        query = _SUMMARY.where(PROPOSALS.c.partner == partner).order_by(PROPOSALS.c.id.desc())
        if after is not None:
            query = query.where(PROPOSALS.c.id < after)
        with store.read() as connection:
            rows = connection.execute(query.limit(limit + 1)).all()
        body: dict[str, Any] = {"proposals": [_summary(row) for row in rows[:limit]]}
        if len(rows) > limit:
            body["next"] = f"/v1/proposals?limit={limit}&after={rows[limit - 1].id}"
        return JSONResponse(body)

    @routes.get("/proposals/{proposal_id}", responses=_WITH_MENTION)
    def show(request: Request, proposal_id: str) -> Response:
        """Where the file stands: state, revisions, which answers are missing, whom to ask, and the
        right to be told how it was examined.
        """
        partner = keys.verify(authorization(request), SCOPE).name
        with store.read() as connection:
            proposal_id = find_id(connection, proposal_id, partner)
            row = connection.execute(
                _SUMMARY.where(PROPOSALS.c.id == proposal_id, PROPOSALS.c.partner == partner)
            ).one_or_none()
            if row is None:
                raise not_found(proposal_id)
            revisions = connection.execute(
                select(
                    REVISIONS.c.revision,
                    REVISIONS.c.submitted_at,
                    REVISIONS.c.sha256,
                    REVISIONS.c.missing,
                    REVISIONS.c.not_judged,
                    VERDICTS.c.label,
                )
                .outerjoin(
                    VERDICTS,
                    (VERDICTS.c.proposal_id == REVISIONS.c.proposal_id)
                    & (VERDICTS.c.revision == REVISIONS.c.revision),
                )
                .where(REVISIONS.c.proposal_id == proposal_id)
                .order_by(REVISIONS.c.revision)
            ).all()
            judged = connection.execute(
                select(VERDICTS.c.body)
                .where(VERDICTS.c.proposal_id == proposal_id)
                .order_by(VERDICTS.c.revision.desc())
                .limit(1)
            ).scalar_one_or_none()
        asked = _whom_to_ask(judged)
        body = _summary(row) | {
            "whom_to_ask": asked,
            "ask_instead": None if asked else instead,
            "missing": json.loads(revisions[-1].missing),
            "revisions": [
                {
                    "revision": each.revision,
                    "submitted_at": each.submitted_at.isoformat(),
                    "sha256": each.sha256,
                    "verdict": each.label,
                    "not_judged": None
                    if each.label
                    else _not_judged(each.revision, each.not_judged),
                }
                for each in revisions
            ],
            "mention": all_examined if judged is None else examined,
        }
        return JSONResponse(body, headers={"ETag": f'"{row.revision}"'})

    @routes.get("/proposals/{proposal_id}/verdict", responses=_WITH_MENTION)
    def verdict(request: Request, proposal_id: str) -> Response:
        """The verdict of the newest revision, explained, or 404 until it is there; its last field
        is the mention of the right to be told how it was reached.
        """
        partner = keys.verify(authorization(request), SCOPE).name
        with store.read() as connection:
            proposal_id = find_id(connection, proposal_id, partner)
            dossier = load(connection, proposal_id, partner)
            body = connection.execute(
                select(VERDICTS.c.body).where(
                    VERDICTS.c.proposal_id == proposal_id,
                    VERDICTS.c.revision == dossier.revision,
                )
            ).scalar_one_or_none()
        if body is not None:
            told = body.rstrip().removesuffix(b"}") + tail
            return Response(told, media_type=JSON, headers={"ETag": f'"{dossier.revision}"'})
        if dossier.withdrawn:
            raise Problem(
                404, "withdrawn", "The proposal was withdrawn", "It was withdrawn before a verdict."
            )
        if dossier.state is State.NOT_JUDGED and dossier.not_judged is not None:
            raise Problem(
                409,
                "not-judged",
                "This revision could not be judged",
                not_judged("en", dossier.revision, dossier.not_judged),
            )
        raise Problem(
            404,
            "verdict-pending",
            "The verdict is not there yet",
            f"Revision {dossier.revision} is accepted and being judged: ask again in a moment.",
            headers={"Retry-After": str(RETRY_VERDICT_SECONDS)},
        )

    return routes


def _mentions(contact: str, *, judged: bool) -> dict[str, dict[str, str]]:
    """The mention in every language: who reads the answer may be French or not."""
    return {each: asdict(mention(each, contact, judged=judged)) for each in LANGUAGES}


def _whom_to_ask(judged: bytes | None) -> Any:
    """The relays of the newest verdict; None before it, and where no directory is loaded."""
    return None if judged is None else json.loads(judged).get("whom_to_ask")


def _not_judged(revision: int, reference: str | None) -> dict[str, str] | None:
    """That a revision could not be judged, in every language, and the reference to give."""
    if reference is None:
        return None
    told = {each: not_judged(each, revision, reference) for each in LANGUAGES}
    return {"reference": reference, **told}


_SUMMARY = select(
    PROPOSALS.c.id,
    PROPOSALS.c.reference,
    PROPOSALS.c.title,
    PROPOSALS.c.kind,
    PROPOSALS.c.territory,
    PROPOSALS.c.revision,
    PROPOSALS.c.created_at,
    PROPOSALS.c.withdrawn_at,
    VERDICTS.c.revision.label("judged_revision"),
    VERDICTS.c.label.label("verdict"),
    REVISIONS.c.not_judged,
).select_from(
    PROPOSALS.join(REVISIONS, newest_revision()).outerjoin(
        VERDICTS,
        (VERDICTS.c.proposal_id == PROPOSALS.c.id) & (VERDICTS.c.revision == PROPOSALS.c.revision),
    )
)


def _summary(row: Any) -> dict[str, Any]:
    dossier = Dossier(
        row.revision, row.judged_revision or 0, row.withdrawn_at is not None, row.not_judged
    )
    return {
        "id": row.id,
        "reference": row.reference,
        "title": row.title,
        "kind": row.kind,
        "territory": row.territory,
        "state": dossier.state,
        "revision": row.revision,
        "verdict": row.verdict,
        "not_judged": _not_judged(row.revision, row.not_judged)
        if dossier.state is State.NOT_JUDGED
        else None,
        "created_at": row.created_at.isoformat(),
        "links": {
            "self": f"/v1/proposals/{row.id}",
            "verdict": f"/v1/proposals/{row.id}/verdict",
        },
    }
