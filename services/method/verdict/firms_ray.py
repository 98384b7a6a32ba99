"""One figure of the firms and the direction in which it moves."""

from dataclasses import dataclass

from contracts.vocabulary.limits import MAX_AMOUNT
from services.method.firms.coalitions import Array


@dataclass(frozen=True, slots=True)
class Ray:
    """One figure and one direction: ``sign`` is how it moves per unit of the ray."""

    kind: str
    about: tuple[str, ...]
    now: float
    sign: int
    worths: Array
    floors: Array
    limit: float = MAX_AMOUNT
    convex_until: float = -1.0
