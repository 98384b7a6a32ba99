"""The authority's door for the milieu: the directory of relays, and what an inquiry found."""

from collections.abc import Sequence
from typing import TypeVar

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.vocabulary.milieu import Directory, Survey
from services.chassis.auth import KeyRing
from services.chassis.clock import Clock
from services.chassis.problems import At, Problem, errors_of, not_json, why_not_json
from services.chassis.requests import JSON, authorization, read_json_body
from services.chassis.store import Store
from services.chassis.transaction import Transaction
from services.externalities.api import SCOPE
from services.externalities.geography import geography
from services.externalities.milieu import keep_milieu, stored_milieu
from services.externalities.relays import misplaced

MAX_BYTES = 2_000_000
"""A thousand relays take some 700 KB."""

W = TypeVar("W", Directory, Survey)


def _body_of(name: str) -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def milieu_router(store: Store, clock: Clock, source: str) -> APIRouter:
    """Routes under ``/v1/territories/ID``. Every one of them asks for an authority's key."""
    routes = APIRouter(prefix="/v1/territories", tags=["milieu"])
    keys = KeyRing(store, clock)

    async def keep(request: Request, territory_id: str, kind: type[W]) -> Response:
        await run_in_threadpool(keys.verify, authorization(request), SCOPE)
        said = _read(await read_json_body(request, MAX_BYTES), kind)
        correlation_id: str = request.state.correlation_id
        if isinstance(said, Directory):
            _refuse_misplaced(said)

        def write(connection: Connection) -> int | None:
            transaction = Transaction.begin(connection, clock, source)
            revision = keep_milieu(
                transaction,
                territory_id,
                correlation_id,
                directory=said if isinstance(said, Directory) else None,
                survey=said if isinstance(said, Survey) else None,
            )
            transaction.flush()
            return revision

        revision = await store.awrite(write)
        if revision is None:
            raise _not_loaded(territory_id)
        return JSONResponse({"id": territory_id, "revision": revision})

    def show(request: Request, territory_id: str, kind: type[W]) -> Response:
        keys.verify(authorization(request), SCOPE)
        with store.read() as connection:
            stored = stored_milieu(connection, territory_id)
        found = stored.directory if kind is Directory else stored.survey
        if found is None:
            raise Problem(
                404,
                "milieu-not-found",
                "Nothing is loaded here",
                f"No {kind.__name__.lower()} of {territory_id[:80]!r} is loaded: PUT it to this "
                f"address.",
            )
        return Response(codec.adapter(kind).dump_json(found), media_type=JSON)

    @routes.get("/{territory_id}/relays")
    def show_relays(request: Request, territory_id: str) -> Response:
        """The directory of relays in force."""
        return show(request, territory_id, Directory)

    @routes.put("/{territory_id}/relays", openapi_extra=_body_of("Directory"))
    async def load_relays(request: Request, territory_id: str) -> Response:
        """Put a directory of relays in force; from now on verdicts name whom to ask."""
        return await keep(request, territory_id, Directory)

    @routes.get("/{territory_id}/survey")
    def show_survey(request: Request, territory_id: str) -> Response:
        """What the last inquiry into the milieu found."""
        return show(request, territory_id, Survey)

    @routes.put("/{territory_id}/survey", openapi_extra=_body_of("Survey"))
    async def load_survey(request: Request, territory_id: str) -> Response:
        """Put the answers of an inquiry in force; the territory's page shows them."""
        return await keep(request, territory_id, Survey)

    return routes


def _read(body: bytes, kind: type[W]) -> W:
    try:
        said: W = codec.adapter(kind).validate_json(body)
    except ValidationError as error:
        if (why := why_not_json(body, error)) is not None:
            raise not_json(why) from None
        raise _refused(errors_of(error)) from None
    return said


def _refuse_misplaced(directory: Directory) -> None:
    wrong = [
        At(f"/relays/{i}/commune", why, "give the code of a commune of today or of one merged")
        for i, why in misplaced(directory.relays, geography())
    ]
    if wrong:
        raise _refused(wrong)


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-milieu",
        "It cannot be loaded as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )


def _not_loaded(territory_id: str) -> Problem:
    return Problem(
        404,
        "territory-not-found",
        "No such territory",
        f"{territory_id[:80]!r} is not loaded: PUT its data to /v1/territories first.",
    )
