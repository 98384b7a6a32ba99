"""The authority's door: load the territories that are judged here."""

from collections.abc import Sequence
from datetime import UTC

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.events import TerritoryPublished
from contracts.geography import geography
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.messaging.transaction import Transaction
from services.chassis.parameters import ParameterBook
from services.chassis.web.auth import KeyRing
from services.chassis.web.places import At
from services.chassis.web.problems import Problem, read_words
from services.chassis.web.requests import JSON, ClosedRoute, authorization, read_json_body
from services.externalities.milieu.records import keep_milieu
from services.externalities.profile import profile_of
from services.externalities.storage import load_snapshot, snapshot_of, territories
from services.method.territory.input_output import multipliers_of

SCOPE = "authority"
"""Scope of the keys this API takes."""

MAX_SNAPSHOT_BYTES = 32_000_000
"""The rows of the area of Rouen take 1.1 MB, those of a region of 200,000 rows some 26 MB."""


_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/TerritorySnapshot"}}},
    }
}


def router(store: Store, clock: Clock, source: str, book: ParameterBook) -> APIRouter:
    """The routes under ``/v1/territories``. Every one of them asks for an authority's key."""
    routes = APIRouter(prefix="/v1/territories", tags=["territories"], route_class=ClosedRoute)
    keys = KeyRing(store, clock)

    def authorize(request: Request) -> None:
        keys.verify(authorization(request), SCOPE)

    @routes.get("")
    def listing(request: Request) -> Response:
        """The territories that can be judged here."""
        authorize(request)
        with store.read() as connection:
            found = territories(connection)
        return JSONResponse(
            {"territories": [codec.adapter(TerritoryRef).dump_python(t) for t in found.values()]}
        )

    @routes.get("/{territory_id}")
    def show(request: Request, territory_id: str) -> Response:
        """The data a territory is judged with, with their source and licence."""
        authorize(request)
        with store.read() as connection:
            body = snapshot_of(connection, territory_id)
        if body is None:
            raise Problem(
                404,
                "territory-not-found",
                "No such territory",
                f"{territory_id[:80]!r} is not loaded: PUT its snapshot to this address.",
            )
        return Response(body, media_type="application/json")

    @routes.put("/{territory_id}", openapi_extra=_BODY)
    async def load(request: Request, territory_id: str) -> Response:
        """Put a snapshot of public data in force; proposals are judged with it from now on."""
        await run_in_threadpool(authorize, request)
        body = await read_json_body(request, MAX_SNAPSHOT_BYTES)
        snapshot = await run_in_threadpool(_read, body, territory_id)
        correlation_id: str = request.state.correlation_id
        # The past of a territory takes a quarter of a second: not on the event loop.
        sheet = book.on(clock.now().astimezone(UTC).date())
        profile = await run_in_threadpool(profile_of, snapshot, sheet)

        def write(connection: Connection) -> TerritoryPublished:
            transaction = Transaction.begin(connection, clock, source)
            event = load_snapshot(transaction, snapshot, correlation_id, profile)
            keep_milieu(transaction, snapshot.id, correlation_id)
            transaction.flush()
            return event

        event = await store.awrite(write)
        return JSONResponse(
            {
                "id": event.territory.id,
                "name": event.territory.name,
                "revision": event.revision,
                "snapshot_sha256": event.territory.snapshot_sha256,
            }
        )

    return routes


def _read(body: bytes, territory_id: str) -> TerritorySnapshot:
    snapshot = read_words(TerritorySnapshot, body, _refused)
    if snapshot.id != territory_id:
        raise _refused(
            [At("/id", f"it is {snapshot.id!r}, the address says {territory_id[:80]!r}")]
        )
    _check_communes(snapshot)
    _check_tables(snapshot)
    return snapshot


def _check_communes(snapshot: TerritorySnapshot) -> None:
    """The rows keep the codes of their file, of today or merged since; others are of no place."""
    table, places = snapshot.employment, geography()
    wrong = [
        At(f"/employment/communes/{i}/code", *refusal)
        for i, commune in enumerate(() if table is None else table.communes)
        if (refusal := places.refusal(commune.code))
    ]
    if wrong:
        raise _refused(wrong)


def _check_tables(snapshot: TerritorySnapshot) -> None:
    """A table that has no multipliers must not wait for the first proposal to be found out."""
    if snapshot.input_output is None:
        return
    try:
        multipliers_of(snapshot.input_output)
    except ValueError as error:
        raise _refused([At("/input_output/branches", str(error))]) from error


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-territory",
        "The territory cannot be loaded as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )
