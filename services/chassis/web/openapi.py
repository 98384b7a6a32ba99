"""What FastAPI cannot see of an operation: problems, headers, and bodies that are read as bytes.

A route says with ``problems`` which errors it answers, with ``headers`` what an answer carries and
with ``takes`` which words its body holds; ``describe`` adds their schemas to the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import Field, TypeAdapter

from contracts.vocabulary.said import WhenSaid
from services.chassis.web.problems import MEDIA_TYPE
from services.chassis.web.requests import JSON

Responses = dict[int | str, dict[str, Any]]

_REF = "#/components/schemas/{model}"
_TEXT = {"type": "string"}
_HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Cache-Control": ("`no-store`: no answer is kept by a cache.", _TEXT),
    "Content-Language": ("Language of the problem, `en` or `fr`.", _TEXT),
    "ETag": ('The revision, for `If-Match`: `"2"`.', _TEXT),
    "Location": ("Address of the proposal.", _TEXT),
    "Retry-After": ("Seconds after which to ask again.", {"type": "integer", "minimum": 0}),
    "WWW-Authenticate": ("How to say who you are.", _TEXT),
    "X-Request-Id": ("Name of this request in the logs: yours, where you sent one.", _TEXT),
}
_WHEN: Mapping[int | str, tuple[str, tuple[str, ...]]] = {
    400: ("It cannot be read, or a parameter means nothing here.", ()),
    401: ("There is no valid key.", ("WWW-Authenticate",)),
    403: ("The key is for something else.", ()),
    404: ("It is not there, or not yours.", ()),
    409: ("Its state does not allow it, or the reference means several.", ()),
    412: ("Another revision came first.", ()),
    413: ("The body is too large.", ()),
    415: ("The body is not declared as JSON.", ()),
    422: ("It cannot be taken as it is: each place is named in errors.", ()),
    429: ("Verdicts are late: nothing was stored.", ("Retry-After",)),
    500: ("Something went wrong on our side.", ()),
    503: ("It cannot be stored or read now: nothing was changed.", ("Retry-After",)),
    "default": ("Anything else is a problem too.", ()),
}
OF_EVERY_ROUTE: tuple[int | str, ...] = (400, 401, 403, 500, 503, "default")
OF_A_BODY = (413, 415, 422)


@dataclass(frozen=True, slots=True)
class PlaceInBody:
    """One thing that must change."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) into the body.")]
    why: str
    fix: WhenSaid[str] = None


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457 problem details: what was wrong, where, why, and what to do; in French where
    Accept-Language asks for it.
    """

    type: Annotated[str, Field(description="Stable name of the problem.")]
    title: str
    status: int
    detail: str
    instance: WhenSaid[str] = None
    errors: WhenSaid[tuple[PlaceInBody, ...]] = None


def problems(*statuses: int) -> Responses:
    """The problems that an operation answers, beside those of every operation."""
    schema = {"schema": {"$ref": _REF.format(model="Problem")}}
    return {
        status: {
            "description": _WHEN[status][0],
            "content": {MEDIA_TYPE: schema},
            "headers": headers("Content-Language", *_WHEN[status][1]),
        }
        for status in (*OF_EVERY_ROUTE, *statuses)
    }


def headers(*names: str) -> dict[str, Any]:
    """What an answer carries, beside the headers of every answer."""
    return {
        name: {"description": _HEADERS[name][0], "schema": _HEADERS[name][1]}
        for name in ("Cache-Control", "X-Request-Id", *names)
    }


def takes(words: type[Any]) -> dict[str, Any]:
    """A JSON body of these words, for ``openapi_extra``: FastAPI would read it as Python's values,
    and the words are strict about JSON's.
    """
    schema = {"$ref": _REF.format(model=words.__name__)}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def describe(app: FastAPI, *bodies: TypeAdapter[Any]) -> None:
    """Add to the document of ``app`` the schemas of the problem and of the bodies it takes."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = plain().setdefault("components", {}).setdefault("schemas", {})
            for adapter in (TypeAdapter(Problem), *bodies):
                schema = adapter.json_schema(ref_template=_REF)
                for name, each in {**schema.pop("$defs", {}), schema["title"]: schema}.items():
                    there = schemas.setdefault(name, each)
                    if there.get("properties", {}).keys() != each.get("properties", {}).keys():
                        raise ValueError(f"two schemas are called {name}: rename one of the words")
        return plain()

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI documents this way
