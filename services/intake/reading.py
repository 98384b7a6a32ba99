"""A request body becomes a proposal, or a problem that says what, where, why and what to do."""

from collections.abc import Iterable

from pydantic import ValidationError

from contracts import codec
from contracts.vocabulary.limits import MAX_JSON_DEPTH
from contracts.vocabulary.proposal import Proposal, faults
from services.chassis.problems import MOST_ERRORS, At, Problem
from services.intake.wording import places


def read_proposal(body: bytes) -> Proposal:
    """The proposal in a body. Raises ``Problem`` 400 for what is not JSON, 422 for the rest."""
    try:
        proposal = codec.read_proposal(body)
    except ValidationError as error:
        raise _refusal(body, error) from None
    found = [At(each.pointer, each.why, each.fix) for each in faults(proposal)]
    if found:
        raise invalid(found)
    return proposal


def not_json(body: bytes, error: ValidationError) -> str | None:
    """Why a body cannot be read as JSON; None when it can, and its words are wrong."""
    first = error.errors(include_url=False)[0]
    if first["type"] != "json_invalid":
        return None
    try:
        body.decode()
    except UnicodeDecodeError as broken:
        return f"byte {broken.start} is not UTF-8"
    if "recursion" in first["msg"]:
        return f"it is nested far deeper than the {MAX_JSON_DEPTH} levels a proposal can have"
    return first["msg"].removeprefix("Invalid JSON: ")


def invalid(errors: list[At]) -> Problem:
    """422: the places in the body that must change."""
    count = "One thing" if len(errors) == 1 else f"{len(errors)} things"
    named = "each is" if len(errors) <= MOST_ERRORS else f"the first {MOST_ERRORS} are"
    return Problem(
        422,
        "invalid-proposal",
        "The proposal cannot be accepted as it is",
        f"{count} must change; {named} named in errors. Nothing was stored.",
        errors=errors,
    )


def unknown_territory(territory: str, known: Iterable[str]) -> Problem:
    """422: nobody can judge this territory here."""
    names = ", ".join(sorted(known))
    fix = f"use one of: {names}" if names else "ask the authority to load its territory first"
    return invalid([At("/territory", f"no territory {territory!r} is loaded here", fix)])


def _refusal(body: bytes, error: ValidationError) -> Problem:
    why = not_json(body, error)
    if why is None:
        return invalid(places(body, error))
    return Problem(
        400,
        "not-json",
        "The body is not JSON",
        f"It cannot be read: {why}. Nothing was stored. Send one JSON object in UTF-8.",
    )
