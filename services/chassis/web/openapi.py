"""The OpenAPI document of a service: what FastAPI finds, and what it cannot see.

Bodies are read as bytes and validated by the contract's own words, so their schemas are added
here; so are the key every route asks for and the problem every route may answer.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from services.chassis.web.problems import MEDIA_TYPE

_REF = "#/components/schemas/{model}"
_OPEN = ("/healthz", "/readyz")

_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details: what was wrong, where, why, and what to do; in "
    "French where Accept-Language asks for it.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable name of the problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "why"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "why": {"type": "string"},
                    "fix": {"type": "string"},
                },
            },
        },
    },
}


def describe(app: FastAPI, bodies: Mapping[str, TypeAdapter[Any]]) -> None:
    """Complete the document of ``app``. ``bodies`` are the schemas its routes refer to by name."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            components = document.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for name, adapter in bodies.items():
                schema = adapter.json_schema(ref_template=_REF)
                schemas |= schema.pop("$defs", {}) | {name: schema}
            schemas["Problem"] = _PROBLEM
            components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            for path, operations in document["paths"].items():
                for operation in operations.values():
                    _complete_operation(path, operation)
        schema_document: dict[str, Any] = app.openapi_schema or document
        return schema_document

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI documents this way


def _complete_operation(path: str, operation: dict[str, Any]) -> None:
    if path in _OPEN:
        return
    operation["security"] = [{"key": []}]
    # What FastAPI would answer by itself is a problem here like every other error.
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "Anything else is a problem that says what to do.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
    }
