"""The explanation is what the computation leaves behind: a tree of claims."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.vocabulary.estimates import CLOSED, Estimate
from contracts.vocabulary.identifiers import ParameterId


@dataclass(frozen=True, slots=True)
class Claim:
    """One step: what is claimed (``code``), about whom, its value and unit, because of what.

    ``code`` is a word of the machine (``jobs.net``); the desk turns it into French and English.
    ``about`` lists firm ids or other names the sentence needs. ``value`` is None where nothing
    could be computed. ``parameters`` names the dated, sourced parameters used by this step.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    code: str
    value: Estimate | float | str | None = None
    unit: str = ""
    about: tuple[str, ...] = ()
    because: tuple["Claim", ...] = ()
    parameters: tuple[ParameterId, ...] = ()
