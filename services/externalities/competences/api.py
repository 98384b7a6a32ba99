"""The authority's directory of competences: put in force, read again, asked "who here could …?"."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts import codec
from contracts.events import CompetencesPublished
from contracts.geography import geography
from contracts.vocabulary.competences import CompetenceDirectory, CompetenceEntry, Side
from contracts.vocabulary.limits import MAX_DIRECTORY_BYTES
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.auth import KeyRing
from services.chassis.web.places import At
from services.chassis.web.problems import Problem, read_words
from services.chassis.web.requests import JSON, ClosedRoute, authorization, read_json_body
from services.externalities.api import SCOPE
from services.externalities.competences.directory import directory_of, index_of, publish
from services.externalities.competences.sheet import placed
from services.externalities.storage import territories
from services.method.competences.asking import Answer, Answers, Index

LONGEST_QUESTION = 300
MOST_ANSWERS = 100

_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/CompetenceDirectory"}}},
    }
}
Asked = Annotated[str, Query(max_length=LONGEST_QUESTION)]
Most = Annotated[int, Query(ge=1, le=MOST_ANSWERS)]


def competences_router(store: Store, clock: Clock, source: str) -> APIRouter:
    """The routes under ``…/competences``. Every one of them asks for an authority's key."""
    routes = APIRouter(
        prefix="/v1/territories/{territory_id}/competences",
        tags=["competences"],
        route_class=ClosedRoute,
    )
    keys = KeyRing(store, clock)

    def authorize(request: Request) -> None:
        keys.verify(authorization(request), SCOPE)

    def directory(territory_id: str) -> tuple[int, bytes]:
        with store.read() as connection:
            found = directory_of(connection, territory_id)
        if found is None:
            raise Problem(
                404,
                "directory-not-found",
                "No directory of competences",
                f"{territory_id[:80]!r} has none: PUT its entries to …/competences.",
            )
        return found

    @routes.get("")
    def show(request: Request, territory_id: str) -> Response:
        """The directory in force."""
        authorize(request)
        revision, body = directory(territory_id)
        return Response(body, media_type=JSON, headers={"ETag": f'"{revision}"'})

    @routes.put("", openapi_extra=_BODY)
    async def load(request: Request, territory_id: str) -> Response:
        """Replace the directory, whole; the desk of the territory shows it within a second."""
        await run_in_threadpool(authorize, request)
        entries = await run_in_threadpool(_read, await read_json_body(request, MAX_DIRECTORY_BYTES))
        correlation_id: str = request.state.correlation_id

        def write(connection: Connection) -> CompetencesPublished:
            territory = territories(connection).get(territory_id)
            if territory is None:
                raise Problem(
                    404,
                    "territory-not-found",
                    "No such territory",
                    f"{territory_id[:80]!r} is not loaded: PUT its snapshot first.",
                )
            transaction = Transaction.begin(connection, clock, source)
            return publish(transaction, territory, entries, correlation_id)

        event = await store.awrite(write)
        return JSONResponse(
            {
                "territory": event.territory.id,
                "revision": event.revision,
                "entries": len(event.entries),
            }
        )

    @routes.get("/answers")
    def ask(
        request: Request,
        territory_id: str,
        q: Asked = "",
        among: Side = Side.OFFERS,
        limit: Most = 20,
    ) -> Response:
        """Who here could …? The entries that hold words of the question, best first, and which."""
        authorize(request)
        if not q.strip():
            raise Problem(
                422,
                "no-question",
                "Nothing is asked",
                "Give the question in plain words: …/answers?q=who+could+weld+aluminium",
            )
        _, body = directory(territory_id)
        return JSONResponse(answers_as_dict(index_of(body).ask(q, among, limit)))

    @routes.get("/meetings")
    def meet(request: Request, territory_id: str, limit: Most = 20) -> Response:
        """The needs that somebody else's offer may answer, the best answered first."""
        authorize(request)
        _, body = directory(territory_id)
        return JSONResponse(meetings_as_dict(index_of(body), limit))

    return routes


def answers_as_dict(found: Answers) -> dict[str, Any]:
    """The answers as JSON says them."""
    return {
        "counted": found.counted,
        "total": found.total,
        "answers": [_answer(each) for each in found.answers],
    }


def meetings_as_dict(index: Index, most: int) -> dict[str, Any]:
    """The needs that may be answered, as JSON says them."""
    found = index.meetings
    return {
        "total": len(found),
        "meetings": [
            {
                "entry": _entry(each.entry),
                "need": each.need,
                "answers": [_answer(answer) for answer in each.answers],
            }
            for each in found[:most]
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "entry": _entry(answer.entry),
        "words": answer.words,
        "missing": answer.missing,
        "phrases": [{"text": each.text, "words": each.words} for each in answer.phrases],
        "score": answer.score,
    }


def _entry(entry: CompetenceEntry) -> Any:
    return codec.adapter(CompetenceEntry).dump_python(entry, mode="json")


def _read(body: bytes) -> tuple[CompetenceEntry, ...]:
    said = read_words(CompetenceDirectory, body, _refused)
    entries, wrong = placed(said.entries, geography())
    if wrong:
        raise _refused([At(f"/entries/{i}/commune", *refusal) for i, refusal in wrong])
    return entries


def _refused(errors: Sequence[At]) -> Problem:
    return Problem(
        422,
        "invalid-directory",
        "The directory cannot be taken as it is",
        "Correct the places named in errors. Nothing was stored.",
        errors=errors,
    )
