"""Errors a caller can act on: RFC 9457 problem details."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from contracts import codec, strict_json
from services.chassis.errors import StoreUnavailable
from services.chassis.web.http_semantics import allowed
from services.chassis.web.languages import ENGLISH, language_asked, sentences, told
from services.chassis.web.places import At, errors_of, once, pointer_of, why_not_json

log = structlog.get_logger()
W = TypeVar("W")

TYPE_PREFIX = "urn:winwinwin:problem:"
"""Problem types are names, not addresses: an installation has no canonical host."""

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
METHOD_NOT_ALLOWED = 405

MOST_ERRORS = 50
"""Errors listed in one answer; a body with more is not read further by a person either."""


class Problem(Exception):
    """An answer that is an error. ``kind`` is stable and documented; ``detail`` says what was
    wrong and what to do; ``errors`` name each place in the body.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[At] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self, instance: str = "", language: str = ENGLISH) -> Response:
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kind,
            "title": told(self.title, language),
            "status": self.status,
            "detail": told(self.detail, language),
        }
        if instance:
            body["instance"] = instance
        if self.errors:
            body["errors"] = [each.as_dict(language) for each in self.errors[:MOST_ERRORS]]
        return Response(
            json.dumps(body, ensure_ascii=False),
            self.status,
            media_type=MEDIA_TYPE,
            headers={**self.headers, "Content-Language": language, "Vary": "Accept-Language"},
        )

    def answer(self, headers: Headers, instance: str = "") -> Response:
        """The response to a request with these headers, in the language that it asks for."""
        return self.response(instance, language_asked(headers.get("accept-language", "")))


def note_unavailable(request: Request, error: StoreUnavailable) -> str:
    """Log why the database cannot be used; answers the reference under which that is found, for
    whoever calls: the reason names hosts, roles and files.
    """
    log.warning("answered 503", path=request.url.path, why=str(error))
    reference: str = request.state.correlation_id
    return reference


def unavailable(reference: str) -> Problem:
    """503 for a database that cannot be used; nothing was stored."""
    return Problem(
        503,
        "store-unavailable",
        "Try again in a moment",
        "Nothing was stored. A part of the service is not available; if that lasts, give the "
        f"operator this reference: {reference}.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def nul(where: str) -> Problem:
    """400 for a NUL character, which no database of ours keeps and nobody writes."""
    return Problem(
        400,
        "nul-character",
        "A character cannot be used",
        f"There is a NUL character (U+0000) in the {where}. Nothing was done: leave it out.",
    )


def not_json(why: str) -> Problem:
    """400 for a body that is not JSON at all."""
    return Problem(
        400,
        "not-json",
        "The body is not JSON",
        f"It cannot be read: {why}. Nothing was stored. Send one JSON object in UTF-8.",
    )


def read_words(words: type[W], body: bytes, refused: Callable[[Sequence[At]], Problem]) -> W:
    """The words in a JSON body. Raises ``Problem``: 400 for what is not JSON, and what ``refused``
    makes of the places that are wrong.
    """
    found = [At(each.pointer, each.why, each.fix) for each in strict_json.faults(body)]
    try:
        said: W = codec.adapter(words).validate_json(body)
    except ValidationError as error:
        if (why := why_not_json(body, error)) is not None:
            raise not_json(why) from None
        raise refused(once([*errors_of(error), *found])) from None
    if found:
        raise refused(once(found))
    return said


def install(app: FastAPI) -> None:
    """Make every error of this application a problem."""
    # Read before the first error in French, which would wait for it on the event loop.
    sentences()

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        return problem.answer(request.headers, request.url.path)

    @app.exception_handler(StoreUnavailable)
    async def _store(request: Request, error: StoreUnavailable) -> Response:
        return unavailable(note_unavailable(request, error)).answer(
            request.headers, request.url.path
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        kind = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
        headers = dict(error.headers or {})
        if error.status_code == METHOD_NOT_ALLOWED:
            headers["Allow"] = allowed(request)
        problem = Problem(
            error.status_code,
            kind,
            str(error.detail),
            f"{request.method} {request.url.path[:200]}: {error.detail}. "
            f"What there is: /openapi.json of this service.",
            headers=headers,
        )
        return problem.answer(request.headers, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [At(pointer_of(each["loc"]), each["msg"]) for each in error.errors()]
        return Problem(
            422,
            "invalid-request",
            "The request is not valid",
            "Correct the places named in errors.",
            errors=errors,
        ).answer(request.headers, request.url.path)
