"""The partner's door: submit, revise, withdraw.

The hot path: bodies are read as bytes and the caller is looked up by hand, so that no proposal
waits for a thread or pays for dependencies. OpenAPI is told by ``openapi_extra``.
"""

import json
import re
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Path, Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.geography import geography
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.proposal import Proposal
from services.chassis.clock import Clock, new_id
from services.chassis.database.store import Store
from services.chassis.web.auth import Holder, KeyRing
from services.chassis.web.dependencies import BEARER
from services.chassis.web.openapi import OF_A_BODY, Responses, headers, problems, takes
from services.chassis.web.problems import Problem
from services.chassis.web.requests import JSON, ClosedRoute, authorization, read_json_body
from services.intake.acceptance import Acceptance
from services.intake.admission import Admission
from services.intake.answers import ReceiptShown, Withdrawn
from services.intake.parsing import read_proposal, unknown_territory
from services.intake.storage import TERRITORIES
from services.intake.submission import Submission
from services.method import missing

log = structlog.get_logger()

SCOPE = "partner"
"""Scope of the keys this API takes."""

_IDEMPOTENCY_KEY = re.compile(r'(?P<quote>"?)(?P<key>[\x21\x23-\x7e]{1,200})(?P=quote)')
_ETAG = re.compile(r'(?:W/)?("?)(?P<revision>[0-9]{1,6})(?:(?:--?|;)[a-z]{1,10})?\1')
"""A revision as ``ETag`` gave it, also where a proxy that compresses made it weak (``W/"2"``) or
wrote its own mark behind it (``"2-gzip"``)."""

ProposalNamed = Annotated[
    str,
    Path(
        description="Id of the proposal, or its reference.",
        examples=["0193a1c2d3e4f5061728394a5b6c7d8e", "5B6C-7D8E"],
    ),
]
_KEY: dict[str, Any] = {"security": [{BEARER.scheme_name: []}]}
_SUBMISSION = {
    **_KEY,
    **takes(Proposal),
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Repeats one request, for 24 hours: the first answer comes again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
    ],
}
_ACCEPTED: Responses = {
    202: {"description": "Stored for good.", "headers": headers("Location", "ETag")}
}


class Territories:
    """Territories that can be judged, remembered: they are only ever added."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: frozenset[str] = frozenset()

    def has(self, territory: str) -> bool:
        """Known without asking the database."""
        return territory in self._known

    def ask(self) -> frozenset[str]:
        with self._store.read() as connection:
            self._known = frozenset(connection.execute(select(TERRITORIES.c.id)).scalars())
        return self._known


def router(
    store: Store, keys: KeyRing, clock: Clock, acceptance: Acceptance, admission: Admission
) -> APIRouter:
    """The writing routes under ``/v1``. Every one of them asks for a partner's key."""
    # Read before the first proposal comes, which would wait for it on the event loop.
    geography()
    routes = APIRouter(prefix="/v1", tags=["proposals"], route_class=ClosedRoute)
    territories = Territories(store)

    async def partner_of(request: Request) -> Holder:
        header = authorization(request)
        holder = keys.recall(header)
        if holder is None or holder.scope != SCOPE:
            # Only a key not seen for a while costs a look into the database.
            holder = await run_in_threadpool(keys.verify, header, SCOPE)
        return holder

    async def submission_of(request: Request, partner: str, proposal_id: str) -> Submission:
        proposal, notes = read_proposal(await read_json_body(request, MAX_BODY_BYTES))
        if not territories.has(proposal.territory):
            known = await run_in_threadpool(territories.ask)
            if proposal.territory not in known:
                raise unknown_territory(proposal.territory, known)
        return Submission(
            proposal_id,
            partner,
            proposal,
            codec.adapter(Proposal).dump_json(proposal),
            missing(proposal),
            request.state.correlation_id,
            _idempotency_key(request),
            notes,
        )

    @routes.post(
        "/proposals",
        status_code=202,
        response_model=ReceiptShown,
        openapi_extra=_SUBMISSION,
        responses=problems(*OF_A_BODY, 429) | _ACCEPTED,
    )
    async def submit(request: Request) -> Response:
        """Submit a proposal.

        202 means: stored for good, and the verdict follows. Repeat with the same
        ``Idempotency-Key`` (kept 24 hours) to be sure that it is stored once.
        """
        partner = await partner_of(request)
        admission.check()
        submission = await submission_of(request, partner.name, new_id(clock))
        answer = await store.abulk(acceptance, submission)
        if isinstance(answer, Problem):
            raise answer
        answered = _accepted(answer)
        log.info("proposal accepted", address=answered.headers["location"], partner=partner.name)
        return answered

    @routes.put(
        "/proposals/{proposal_id}",
        status_code=202,
        response_model=ReceiptShown,
        openapi_extra=_SUBMISSION,
        responses=problems(404, 409, 412, *OF_A_BODY, 429) | _ACCEPTED,
    )
    async def revise(
        request: Request,
        proposal_id: ProposalNamed,
        if_match: Annotated[str | None, Header(description='Newest revision you know: "2"')] = None,
    ) -> Response:
        """Submit a new revision; it is judged anew. ``If-Match`` guards against a lost update, an
        ``Idempotency-Key`` against a second revision where the first answer was lost.
        """
        partner = await partner_of(request)
        admission.check()
        submission = await submission_of(request, partner.name, proposal_id)
        expected = _revisions_of(if_match)
        receipt = await store.awrite(
            lambda connection: acceptance.revise(connection, submission, expected)
        )
        return _accepted(receipt)

    @routes.post(
        "/proposals/{proposal_id}/withdrawal",
        status_code=202,
        response_model=Withdrawn,
        openapi_extra=_KEY,
        responses=problems(404, 409) | {202: {"headers": headers()}},
    )
    async def withdraw(request: Request, proposal_id: ProposalNamed) -> Response:
        """Withdraw a proposal for good. Doing it twice changes nothing."""
        partner = await partner_of(request)
        correlation_id: str = request.state.correlation_id
        found, dossier = await store.awrite(
            lambda connection: acceptance.withdraw(
                connection, proposal_id, partner.name, correlation_id
            )
        )
        return JSONResponse({"id": found, "state": dossier.state}, 202)

    return routes


def _accepted(receipt: bytes) -> Response:
    # Both are the receipt's: of the first one where a key is repeated, and in full where the
    # address named the proposal by its reference.
    said = json.loads(receipt)
    carried = {"Location": f"/v1/proposals/{said['id']}", "ETag": f'"{said["revision"]}"'}
    return Response(receipt, 202, media_type=JSON, headers=carried)


def _idempotency_key(request: Request) -> str | None:
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    found = _IDEMPOTENCY_KEY.fullmatch(header)
    if found is None:
        raise Problem(
            400,
            "bad-idempotency-key",
            "The Idempotency-Key cannot be used",
            "Use 1 to 200 visible ASCII characters, for example a UUID.",
        )
    return found["key"]


def _revisions_of(if_match: str | None) -> frozenset[int] | None:
    """The revisions ``If-Match`` names, of which one must be the newest; None for any."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = [_ETAG.fullmatch(each.strip()) for each in if_match.split(",")]
    if not all(found):
        raise Problem(
            400,
            "bad-if-match",
            "If-Match cannot be read",
            'Send the revision as ETag gave it: "2".',
        )
    return frozenset(int(each["revision"]) for each in found if each is not None)
