"""A request body becomes a proposal, or a problem that says what, where, why and what to do."""

from collections.abc import Iterable

from pydantic import ValidationError

from contracts import codec, strict_json
from contracts.coherence import faults
from contracts.coherence_of_firms import settled
from contracts.fault import Fault
from contracts.vocabulary.proposal import Proposal
from services.chassis.web.places import At, once, why_not_json
from services.chassis.web.problems import MOST_ERRORS, Problem, not_json
from services.intake.validation_messages import places


def read_proposal(body: bytes) -> tuple[Proposal, tuple[At, ...]]:
    """The proposal in a body, with firms in communes of today, and a note of each code that was
    replaced. Raises ``Problem`` 400 for what is not JSON, 422 for the rest.
    """
    unseen = strict_json.faults(body)
    try:
        proposal = codec.read_proposal(body)
    except ValidationError as error:
        if (why := why_not_json(body, error)) is not None:
            raise not_json(why) from None
        raise invalid([*places(body, error), *_all_at(unseen)]) from None
    if found := _all_at((*unseen, *faults(proposal))):
        raise invalid(found)
    proposal, notes = settled(proposal)
    return proposal, _all_at(notes)


def invalid(errors: Iterable[At]) -> Problem:
    """422: the places in the body that must change."""
    errors = once(errors)
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


def _all_at(found: Iterable[Fault]) -> tuple[At, ...]:
    return tuple(At(each.pointer, each.why, each.fix) for each in found)
