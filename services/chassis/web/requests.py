"""What requests bring: bodies, bounded, keys, and no parameter that means nothing here."""

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from contracts import strict_json
from services.chassis.web.problems import Problem, nul

JSON = "application/json"

_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of a NUL, and not a backslash that is followed by those letters."""


class ClosedRoute(APIRoute):
    """A route of an API: it refuses query parameters it does not have. Whoever sends
    ``?dry_run=true`` must not believe that it was heard.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = {each.alias for each in self.dependant.query_params}

        async def refuse_or_handle(request: Request) -> Response:
            if request.scope["query_string"]:
                _refuse_unknown(request, known)
            return await handle(request)

        return refuse_or_handle


def _refuse_unknown(request: Request, known: set[str]) -> None:
    unknown = sorted(set(request.query_params) - known)
    if not unknown:
        return
    there = f"There are: {', '.join(sorted(known))}." if known else "This address takes none."
    raise Problem(
        400,
        "unknown-query-parameter",
        "A query parameter is not known here",
        f"Nothing was done: {unknown[0][:60]!r} is not a parameter of {request.method} "
        f"{request.url.path[:200]}. {there} Correct or leave out what stands behind the question "
        f"mark.",
    )


def refuse_nul(scope: Scope) -> None:
    """Raise ``Problem`` 400 for a NUL in a path, a query or a header: SQLite finds nothing for it,
    PostgreSQL raises, and both would be answers to something that nobody asked.
    """
    for where, said in (
        ("path", scope["path"].encode("utf-8", "replace")),
        ("query", unquote_to_bytes(scope["query_string"])),
        *(("headers", value) for _, value in scope["headers"]),
    ):
        if b"\0" in said:
            raise nul(where)


def authorization(request: Request) -> bytes | None:
    """The Authorization header as it came; None when there is none."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            return bytes(value)
    return None


async def read_json_body(request: Request, most_bytes: int) -> bytes:
    """A JSON body of at most ``most_bytes``, not yet parsed, without a byte-order mark.

    Raises ``Problem`` 413 or 415, and 400 for a NUL in one of its strings.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Problem(
            415,
            "wrong-content-type",
            "The body must be JSON",
            f"{_said(media_type)}: send Content-Type: {JSON}.",
        )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    if _NUL_IN_JSON.search(body):
        raise nul("body")
    return strict_json.without_mark(bytes(body))


def _said(media_type: str) -> str:
    return f"The Content-Type is {media_type[:100]!r}" if media_type else "There is no Content-Type"


def _too_large(most_bytes: int) -> Problem:
    return Problem(
        413,
        "too-large",
        "The body is too large",
        f"At most {most_bytes:,} bytes are read here. Nothing was stored: shorten or split it.",
        headers={"Connection": "close"},
    )
