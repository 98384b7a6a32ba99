"""The authority's door: load the territories that are judged here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from contracts.events import TerritoryPublished
from contracts.geography import geography
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from services.chassis.messaging.transaction import Transaction
from services.chassis.parameters import ParameterBook
from services.chassis.web.dependencies import CommitOf, JsonBody, Key, PartsOf
from services.chassis.web.openapi import OF_A_BODY, headers, problems, takes
from services.chassis.web.places import At
from services.chassis.web.problems import Problem
from services.chassis.web.requests import JSON, ClosedRoute
from services.externalities.milieu.records import keep_milieu
from services.externalities.profile import profile_of
from services.externalities.storage import load_snapshot, snapshot_of, territories
from services.method.territory.input_output import multipliers_of

SCOPE = "authority"
"""Scope of the keys this API takes."""

MAX_SNAPSHOT_BYTES = 32_000_000
"""The rows of the area of Rouen take 1.1 MB, those of a region of 200,000 rows some 26 MB."""

TerritoryIs = Annotated[str, Path(description="Id of a territory.", examples=["fr-ze-2815"])]


@dataclass(frozen=True, slots=True)
class Territories:
    """The territories that can be judged."""

    territories: tuple[TerritoryRef, ...]


@dataclass(frozen=True, slots=True)
class TerritoryLoaded:
    """What is in force from now on: the revision grows by one where the data differ."""

    id: str
    name: str
    revision: int
    snapshot_sha256: str


def authority_routes(tag: str) -> APIRouter:
    """Routes under ``/v1/territories``. Every one of them asks for an authority's key."""
    return APIRouter(
        prefix="/v1/territories",
        tags=[tag],
        route_class=ClosedRoute,
        dependencies=[Depends(Key(SCOPE))],
        responses=problems() | {200: {"headers": headers()}},
    )


async def _book(request: Request) -> ParameterBook:
    book: ParameterBook = request.app.state.book
    return book


BookOf = Annotated[ParameterBook, Depends(_book)]


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-territory",
        "The territory cannot be loaded as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )


Snapshot = Annotated[
    TerritorySnapshot, Depends(JsonBody(TerritorySnapshot, MAX_SNAPSHOT_BYTES, _refused))
]
routes = authority_routes("territories")


@routes.get("")
def list_territories(parts: PartsOf) -> Territories:
    """The territories that can be judged here."""
    with parts.store.read() as connection:
        return Territories(tuple(territories(connection).values()))


@routes.get("/{territory_id}", response_model=TerritorySnapshot, responses=problems(404))
def show_territory(territory_id: TerritoryIs, parts: PartsOf) -> Response:
    """The data a territory is judged with, with their source and licence."""
    with parts.store.read() as connection:
        body = snapshot_of(connection, territory_id)
    if body is None:
        raise Problem(
            404,
            "territory-not-found",
            "No such territory",
            f"{territory_id[:80]!r} is not loaded: PUT its snapshot to this address.",
        )
    return Response(body, media_type=JSON)


@routes.put(
    "/{territory_id}", openapi_extra=takes(TerritorySnapshot), responses=problems(*OF_A_BODY)
)
def load_territory(
    territory_id: TerritoryIs, snapshot: Snapshot, parts: PartsOf, book: BookOf, commit: CommitOf
) -> TerritoryLoaded:
    """Put a snapshot of public data in force; proposals are judged with it from now on."""
    _check(snapshot, territory_id)
    profile = profile_of(snapshot, book.on(parts.clock.now().astimezone(UTC).date()))

    def load(transaction: Transaction) -> TerritoryPublished:
        event = load_snapshot(transaction, snapshot, commit.correlation_id, profile)
        keep_milieu(transaction, snapshot.id, commit.correlation_id)
        return event

    event = commit(load)
    ref = event.territory
    return TerritoryLoaded(ref.id, ref.name, event.revision, ref.snapshot_sha256)


def _check(snapshot: TerritorySnapshot, territory_id: str) -> None:
    """Raises ``Problem`` 422 for what no schema sees."""
    if snapshot.id != territory_id:
        raise _refused(
            [At("/id", f"it is {snapshot.id!r}, the address says {territory_id[:80]!r}")]
        )
    _check_communes(snapshot)
    _check_tables(snapshot)


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
