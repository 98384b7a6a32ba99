"""The partner's window: where each file stands, and its verdict."""

import json
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from starlette.responses import Response

from contracts import codec
from contracts.mention import LANGUAGES, ask_instead, mention
from contracts.not_judged import not_judged
from contracts.vocabulary.milieu import WhomToAsk
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.web.auth import Holder
from services.chassis.web.dependencies import Key, PartsOf
from services.chassis.web.openapi import headers, problems
from services.chassis.web.problems import Problem
from services.chassis.web.requests import JSON, ClosedRoute
from services.intake.acceptance import find_id, load, not_found
from services.intake.answers import (
    InLanguages,
    Links,
    Mentions,
    NotJudged,
    ProposalPage,
    ProposalShown,
    ProposalSummary,
    RevisionShown,
    VerdictShown,
)
from services.intake.api import SCOPE, ProposalNamed
from services.intake.proposal_state import Dossier, State
from services.intake.storage import PROPOSALS, REVISIONS, VERDICTS, newest_revision

RETRY_VERDICT_SECONDS = 1
MOST_PER_PAGE = 100

Partner = Annotated[Holder, Depends(Key(SCOPE))]


async def _contact(request: Request) -> str:
    contact: str = request.app.state.contact
    return contact


Contact = Annotated[str, Depends(_contact)]
"""To whom a partner writes who wants to know how a verdict was reached."""

routes = APIRouter(prefix="/v1", tags=["proposals"], route_class=ClosedRoute)


@routes.get("/proposals", responses=problems(422) | {200: {"headers": headers()}})
def list_proposals(
    partner: Partner,
    parts: PartsOf,
    after: Annotated[str | None, Query(max_length=32, description="Cursor from next.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Proposals at most.")] = 50,
) -> ProposalPage:
    """Your proposals, newest first."""
    query = _SUMMARY.where(PROPOSALS.c.partner == partner.name).order_by(PROPOSALS.c.id.desc())
    if after is not None:
        query = query.where(PROPOSALS.c.id < after)
    with parts.store.read() as connection:
        rows = connection.execute(query.limit(limit + 1)).all()
    more = f"/v1/proposals?limit={limit}&after={rows[limit - 1].id}" if len(rows) > limit else None
    summaries = tuple(ProposalSummary(**_summary(row)) for row in rows[:limit])
    return ProposalPage(proposals=summaries, next=more)


@routes.get(
    "/proposals/{proposal_id}",
    responses=problems(404, 409) | {200: {"headers": headers("ETag")}},
)
def show_proposal(
    proposal_id: ProposalNamed, partner: Partner, parts: PartsOf, contact: Contact, answer: Response
) -> ProposalShown:
    """Where the file stands: state, revisions, which answers are missing, whom to ask, and the
    right to be told how it was examined.
    """
    with parts.store.read() as connection:
        found = find_id(connection, proposal_id, partner.name)
        row = connection.execute(
            _SUMMARY.where(PROPOSALS.c.id == found, PROPOSALS.c.partner == partner.name)
        ).one_or_none()
        if row is None:
            raise not_found(found)
        revisions = connection.execute(_REVISIONS.where(REVISIONS.c.proposal_id == found)).all()
        judged = connection.execute(
            select(VERDICTS.c.body)
            .where(VERDICTS.c.proposal_id == found)
            .order_by(VERDICTS.c.revision.desc())
            .limit(1)
        ).scalar_one_or_none()
    asked = _whom_to_ask(judged)
    answer.headers["ETag"] = f'"{row.revision}"'
    return ProposalShown(
        **_summary(row),
        whom_to_ask=asked,
        ask_instead=None
        if asked
        else InLanguages(**{each: ask_instead(each, contact) for each in LANGUAGES}),
        missing=tuple(json.loads(revisions[-1].missing)),
        revisions=tuple(
            RevisionShown(
                revision=each.revision,
                submitted_at=each.submitted_at,
                sha256=each.sha256,
                verdict=each.label and VerdictLabel(each.label),
                not_judged=None if each.label else _not_judged(each.revision, each.not_judged),
            )
            for each in revisions
        ),
        mention=_mentions(contact, judged=judged is not None),
    )


@routes.get(
    "/proposals/{proposal_id}/verdict",
    response_model=VerdictShown,
    responses=problems(404, 409) | {200: {"headers": headers("ETag")}},
)
def show_verdict(
    proposal_id: ProposalNamed, partner: Partner, parts: PartsOf, contact: Contact
) -> Response:
    """The verdict of the newest revision, explained, or 404 until it is there; its last field
    is the mention of the right to be told how it was reached.
    """
    with parts.store.read() as connection:
        found = find_id(connection, proposal_id, partner.name)
        dossier = load(connection, found, partner.name)
        body = connection.execute(
            select(VERDICTS.c.body).where(
                VERDICTS.c.proposal_id == found,
                VERDICTS.c.revision == dossier.revision,
            )
        ).scalar_one_or_none()
    if body is not None:
        # The verdict goes out as scoring issued it, and is not read for it.
        told = body.rstrip().removesuffix(b"}") + _mention_behind(contact)
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


def _mentions(contact: str, *, judged: bool) -> Mentions:
    """The mention in every language: who reads the answer may be French or not."""
    return Mentions(**{each: mention(each, contact, judged=judged) for each in LANGUAGES})


@cache
def _mention_behind(contact: str) -> bytes:
    """The mention as the last field of an answer, and the answer's end."""
    told = json.dumps(asdict(_mentions(contact, judged=True)), ensure_ascii=False)
    return b',"mention":' + told.encode() + b"}"


def _whom_to_ask(judged: bytes | None) -> WhomToAsk | None:
    """The relays of the newest verdict; None before it, and where no directory is loaded."""
    said = None if judged is None else json.loads(judged).get("whom_to_ask")
    if said is None:
        return None
    asked: WhomToAsk = codec.adapter(WhomToAsk).validate_json(json.dumps(said))
    return asked


def _not_judged(revision: int, reference: str | None) -> NotJudged | None:
    """That a revision could not be judged, in every language, and the reference to give."""
    if reference is None:
        return None
    told = {each: not_judged(each, revision, reference) for each in LANGUAGES}
    return NotJudged(reference=reference, **told)


_REVISIONS = (
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
    .order_by(REVISIONS.c.revision)
)
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
    """The fields of a ``ProposalSummary``."""
    dossier = Dossier(
        row.revision, row.judged_revision or 0, row.withdrawn_at is not None, row.not_judged
    )
    stalled = dossier.state is State.NOT_JUDGED
    return {
        "id": row.id,
        "reference": row.reference,
        "title": row.title,
        "kind": ProjectKind(row.kind),
        "territory": row.territory,
        "state": dossier.state,
        "revision": row.revision,
        "verdict": row.verdict and VerdictLabel(row.verdict),
        "not_judged": _not_judged(row.revision, row.not_judged) if stalled else None,
        "created_at": row.created_at,
        "links": Links(f"/v1/proposals/{row.id}", f"/v1/proposals/{row.id}/verdict"),
    }
