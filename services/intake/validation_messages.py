"""What is wrong with a body, in words a partner can act on, at places that are in the body."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from pydantic import StringConstraints, ValidationError
from pydantic_core import ErrorDetails, from_json

from contracts.vocabulary import identifiers, text
from services.chassis.web.places import At

NUMBER_OR_THREE = "must be one number, or three as {low, central, high}"


def _pattern(words: Any) -> str:
    constraints = next(each for each in get_args(words) if isinstance(each, StringConstraints))
    return str(constraints.pattern)


SHAPES: Mapping[str, str] = MappingProxyType(
    {
        _pattern(text.ShortText): "must be one line of text with something to read in it, "
        "without control characters",
        _pattern(text.Text): "must not hold control characters other than line breaks and tabs",
        _pattern(identifiers.TerritoryId): "must be country, kind and code, such as 'fr-ze-2815'",
        _pattern(identifiers.FirmId): "must be 1 to 32 lower-case letters, digits and hyphens, "
        "not starting with a hyphen",
        _pattern(identifiers.NafCode): "must be a sub-class of NAF rev. 2 without its dot, such as "
        "'1071C'",
        _pattern(identifiers.CommuneCode): "must be a commune's INSEE code, such as '76540'",
        _pattern(identifiers.Siren): "must be nine digits",
        _pattern(identifiers.Pointer): "must be a JSON pointer into the proposal, such as "
        "'/firms/2/own'",
    }
)
"""What each pattern of the vocabulary asks for: nobody should have to read one."""


def places(body: bytes, error: ValidationError) -> list[At]:
    """A validation error of a body that is JSON, as places in it; each place is said once.

    One number may stand for three (low, central, high): what is wrong with it is then said of the
    number, for the three are nowhere in the body.
    """
    sent = from_json(body)
    found: dict[str, At] = {}
    for each in error.errors(include_url=False, include_input=False):
        if each["type"] == "too_short" and _long_enough(sent, each):
            continue
        pointer = _pointer(_inside(sent, each["loc"]))
        found.setdefault(pointer, _reworded(each, pointer))
    return list(found.values())


def _long_enough(sent: Any, error: ErrorDetails) -> bool:
    """Whether the list is too short only because what is wrong inside it was not counted."""
    for step in _inside(sent, error["loc"]):
        sent = sent[step]
    return isinstance(sent, list) and len(sent) >= error["ctx"]["min_length"]


def _reworded(error: ErrorDetails, pointer: str) -> At:
    context = error.get("ctx", {})
    match error["type"]:
        case "unexpected_keyword_argument":
            return At(pointer, "no field has this name here", "correct its name or leave it out")
        case "string_pattern_mismatch" if context["pattern"] in SHAPES:
            return At(pointer, SHAPES[context["pattern"]])
        case "too_long":
            most, there = context["max_length"], context["actual_length"]
            return At(pointer, f"has {there} entries, at most {most} are read")
        case "too_short":
            least, there = context["min_length"], context["actual_length"]
            return At(pointer, f"needs {least} entries or more, has {there}")
        case "missing":
            return At(pointer, "is missing", "add it")
        case "float_type":
            return At(pointer, "must be a number, written without quotation marks")
        case "int_type" | "int_from_float":
            return At(pointer, "must be a whole number, written without quotation marks")
        case "dataclass_type" if context["class_name"] == "Estimate":
            return At(pointer, NUMBER_OR_THREE)
        case "dataclass_type":
            return At(pointer, "must be an object with named fields")
    said = error["msg"].removeprefix("Value error, ")
    return At(pointer, said.replace("Input should", "must", 1))


def _inside(sent: Any, way: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part of the way that is in what was sent; a missing or unknown field ends it."""
    for steps, step in enumerate(way):
        if isinstance(sent, dict):
            sent = sent.get(step)
        elif isinstance(sent, list) and isinstance(step, int) and step < len(sent):
            sent = sent[step]
        else:
            return way[:steps]
    return way


def _pointer(way: tuple[int | str, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in way)
