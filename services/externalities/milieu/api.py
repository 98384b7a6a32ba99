"""The authority's door for the milieu: its relays, what an inquiry found, and what was funded."""

from collections.abc import Sequence
from datetime import UTC, date
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.geography import geography
from contracts.vocabulary.funded import FundedProjects
from contracts.vocabulary.milieu import Directory, Survey
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.auth import KeyRing
from services.chassis.web.places import At
from services.chassis.web.problems import Problem, read_words
from services.chassis.web.requests import JSON, ClosedRoute, authorization, read_json_body
from services.externalities.api import SCOPE
from services.externalities.milieu.records import keep_milieu, stored_milieu
from services.externalities.milieu.relays import misplaced, settled

MAX_BYTES = 2_000_000
"""A thousand relays take some 700 KB."""

W = TypeVar("W", Directory, Survey, FundedProjects)

_NAMES: dict[type[Any], str] = {
    Directory: "directory",
    Survey: "survey",
    FundedProjects: "funded",
}
"""What each body is called where the milieu is kept."""


def _body_of(name: str) -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def milieu_router(store: Store, clock: Clock, source: str) -> APIRouter:
    """Routes under ``/v1/territories/ID``. Every one of them asks for an authority's key."""
    routes = APIRouter(prefix="/v1/territories", tags=["milieu"], route_class=ClosedRoute)
    keys = KeyRing(store, clock)

    async def keep(request: Request, territory_id: str, kind: type[W]) -> Response:
        await run_in_threadpool(keys.verify, authorization(request), SCOPE)
        said = read_words(kind, await read_json_body(request, MAX_BYTES), _refused)
        correlation_id: str = request.state.correlation_id
        if isinstance(said, Directory):
            said = _placed(said)

        def write(connection: Connection) -> int | None:
            if isinstance(said, FundedProjects):
                relays = stored_milieu(connection, territory_id).directory
                _refuse_undecided(said, relays, clock.now().astimezone(UTC).date())
            transaction = Transaction.begin(connection, clock, source)
            new: dict[str, Any] = {_NAMES[kind]: said}
            revision = keep_milieu(transaction, territory_id, correlation_id, **new)
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
        found = getattr(stored, _NAMES[kind])
        if found is None:
            raise Problem(
                404,
                "milieu-not-found",
                "Nothing is loaded here",
                f"Nothing is loaded for {territory_id[:80]!r}: PUT it to this address.",
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

    @routes.get("/{territory_id}/funded")
    def show_funded(request: Request, territory_id: str) -> Response:
        """The funded projects that feed the milieu and the territory's page."""
        return show(request, territory_id, FundedProjects)

    @routes.put("/{territory_id}/funded", openapi_extra=_body_of("FundedProjects"))
    async def feed(request: Request, territory_id: str) -> Response:
        """Say which projects were funded, all of them: they tie institutions from now on, and the
        territory's page shows what they bring, apart from public data.
        """
        return await keep(request, territory_id, FundedProjects)

    return routes


def _placed(directory: Directory) -> Directory:
    places = geography()
    wrong = [
        At(f"/relays/{i}/{field}", *refusal)
        for i, field, refusal in misplaced(directory.relays, places)
    ]
    if wrong:
        raise _refused(wrong)
    return Directory(relays=tuple(settled(relay, places) for relay in directory.relays))


def _refuse_undecided(funded: FundedProjects, directory: Directory | None, today: date) -> None:
    """A decision has its day behind it, and institutions are entries of the directory."""
    relays = set() if directory is None else {relay.id for relay in directory.relays}
    wrong = [
        At(
            f"/projects/{i}/decided_on",
            f"{project.decided_on} is still to come",
            "leave the project out until the day of the decision",
        )
        for i, project in enumerate(funded.projects)
        if project.decided_on > today
    ] + [
        At(
            f"/projects/{i}/institutions/{j}",
            f"{relay!r} is no entry of the directory of relays",
            "load the directory first, or correct the id",
        )
        for i, project in enumerate(funded.projects)
        for j, relay in enumerate(project.institutions)
        if relay not in relays
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
