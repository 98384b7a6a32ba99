"""How a check stands. None of the answers is a decision: each is to be verified by a person."""

from collections.abc import Iterable
from enum import StrEnum

from contracts.vocabulary.explanation import Claim


class Check(StrEnum):
    NO_OBJECTION = "no_objection"
    """Nothing that was said speaks against it."""
    OBJECTION = "objection"
    """What was said speaks against it."""
    OPEN = "open"
    """Not enough was said."""


def said(answer: bool | None) -> Check:
    """A question whose *yes* speaks against the aid."""
    if answer is None:
        return Check.OPEN
    return Check.OBJECTION if answer else Check.NO_OBJECTION


def check(
    name: str,
    state: Check,
    because: Iterable[Claim] = (),
    parameters: tuple[str, ...] = (),
    about: Iterable[str] = (),
) -> Claim:
    """One check as a claim; its value is how it stands."""
    return Claim(f"check.{name}", state.value, "check", tuple(about), tuple(because), parameters)
