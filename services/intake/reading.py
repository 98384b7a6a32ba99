"""A request body becomes a proposal, or a problem that says what, where, why and what to do."""

from collections.abc import Iterable

from pydantic import ValidationError

from contracts import codec
from contracts.coherence import faults
from contracts.vocabulary.proposal import Proposal
from services.chassis.problems import MOST_ERRORS, At, Problem, not_json, why_not_json
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
    why = why_not_json(body, error)
    return invalid(places(body, error)) if why is None else not_json(why)
