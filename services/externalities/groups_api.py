"""The authority's question: which groups could these firms form?"""

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts.coherence_of_firms import registry_faults
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.registry import Registry
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.parameters import ParameterBook
from services.chassis.web.auth import KeyRing
from services.chassis.web.places import At, once
from services.chassis.web.problems import Problem, read_words
from services.chassis.web.requests import JSON, ClosedRoute, authorization, read_json_body
from services.externalities.api import SCOPE
from services.method.constants import constants_of
from services.method.firms.proposed import proposed_groups

LONGEST_SEARCH_SECONDS = 20.0

_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Registry"}}},
    }
}


def groups_router(store: Store, clock: Clock, book: ParameterBook) -> APIRouter:
    """The route that proposes groups. It asks for an authority's key and stores nothing."""
    routes = APIRouter(prefix="/v1/territories", tags=["groups"], route_class=ClosedRoute)
    keys = KeyRing(store, clock)

    @routes.post("/{territory_id}/groups", openapi_extra=_BODY)
    async def propose(request: Request, territory_id: str) -> Response:  # noqa: ARG001 - the address
        """Admissible groups of the firms in the body, and the best set that shares no firm."""
        header = authorization(request)
        await run_in_threadpool(keys.verify, header, SCOPE)
        registry = _read(await read_json_body(request, MAX_BODY_BYTES))
        constants = constants_of(book.on(clock.now().date()))
        try:
            found = await run_in_threadpool(
                proposed_groups,
                registry,
                constants.firms,
                constants.factors,
                seconds=LONGEST_SEARCH_SECONDS,
            )
        except ValueError as error:
            raise _refused([At("", str(error))]) from None
        return JSONResponse(asdict(found))

    return routes


def _read(body: bytes) -> Registry:
    registry = read_words(Registry, body, _refused)
    if wrong := registry_faults(registry):
        raise _refused(once(At(each.pointer, each.why, each.fix) for each in wrong))
    return registry


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-registry",
        "No groups can be proposed from this registry as it is",
        "Correct the places named in errors.",
        errors=errors,
    )
