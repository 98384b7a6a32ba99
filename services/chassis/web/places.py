"""Where something that was given is wrong: places in it, for an answer or a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from services.chassis.web.languages import ENGLISH, told


@dataclass(frozen=True, slots=True)
class At:
    """One error inside a request: where (JSON pointer), why, and what to do."""

    pointer: str
    why: str
    fix: str = ""

    def as_dict(self, language: str = ENGLISH) -> dict[str, str]:
        said = {"pointer": self.pointer, "why": told(self.why, language)}
        return said | {"fix": told(self.fix, language)} if self.fix else said


def why_not_json(body: bytes, error: ValidationError) -> str | None:
    """Why a body cannot be read as JSON; None when it can, and its words are wrong."""
    first = error.errors(include_url=False)[0]
    if first["type"] != "json_invalid":
        return None
    try:
        body.decode()
    except UnicodeDecodeError as broken:
        return f"byte {broken.start} is not UTF-8"
    if "recursion" in first["msg"]:
        return "it is nested far deeper than anything that is read here"
    return first["msg"].removeprefix("Invalid JSON: ")


def errors_of(error: ValidationError) -> list[At]:
    """A validation error as places in the body; several errors of one place are said once."""
    found: dict[str, At] = {}
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        pointer = pointer_of(each["loc"])
        why = each["msg"].removeprefix("Value error, ")
        found.setdefault(pointer, At(pointer, why))
    return list(found.values())


def once(errors: Iterable[At]) -> list[At]:
    """The first error of each place."""
    found: dict[str, At] = {}
    for each in errors:
        found.setdefault(each.pointer, each)
    return list(found.values())


def pointer_of(place: Iterable[int | str]) -> str:
    """A place as a JSON pointer (RFC 6901)."""
    return "".join("/" + _token(part) for part in place)


def _token(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
