"""One answer moved until the verdict changes: where it must be, and how far that is.

An answer moves on the digits with which it is shown (a job by 0.1, a share by 0.1 point, an amount
by one euro), so that what a reader is told is exactly what gives the promised verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, floor, inf, isfinite

from contracts.vocabulary.explanation import Claim

PUBLIC, GROUP, FIRM = "public", "group", "firm"
"""Whose figure it is: the territory's side, a total over the firms, or a firm's own."""

FARTHEST = "changes.farthest"

LEVER, SAFETY = "lever", "safety"
"""A move that gives a better verdict; the one at which the verdict falls."""

_AROUND = 4
_PART_DECIMALS = 3
_POINTS = 100


@dataclass(slots=True)
class Move:
    """One answer, what it is now, and what it must be (at least or at most, as ``kind`` says).

    Of a safety margin, ``then`` is the last figure at which the verdict still holds. ``then`` is
    None where the answer is a yes or a no. ``about`` holds identifiers of firms, or the pointer of
    the answer. ``of`` are the parts of a move of several answers, ``gain`` what the firms gain
    after a move on their side. ``by`` is the distance, ``part``
    the same as a share of the figure now; None of nothing, or of a yes or a no.
    """

    kind: str
    about: tuple[str, ...]
    unit: str = ""
    now: float | None = None
    then: float | None = None
    whose: str = PUBLIC
    decimals: int = 0
    parameters: tuple[str, ...] = ()
    of: tuple["Move", ...] = ()
    gain: float | None = None
    by: float = field(init=False, default=0.0)
    part: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.now is not None and self.then is not None:
            self.by = abs(self.then - self.now)
            if self.now:
                self.part = round(self.by / abs(self.now), _PART_DECIMALS)

    @property
    def rank(self) -> tuple[float, str, tuple[str, ...]]:
        """The smallest part first; a distance from nothing, then a yes or a no, at the end."""
        return (inf if self.part is None else self.part, self.kind, self.about)

    def claim(self, what: str) -> Claim:
        because = [part.claim(what) for part in self.of]
        if self.now is not None and self.then is not None and not self.of:
            by, unit, decimals = self.by, self.unit, self.decimals
            if unit == "share":
                by, unit, decimals = by * _POINTS, "percentage points", decimals - 2
            because += [
                Claim(f"change.now.{self.whose}", self.now, self.unit),
                Claim(f"change.by.{self.whose}", round(by, decimals), unit),
            ]
            if self.part is not None:
                because.append(Claim(f"change.part.{self.whose}", self.part, "share"))
        return Claim(
            f"{what}.{self.kind}", self.then, self.unit, self.about, tuple(because), self.parameters
        )


Holds = Callable[[float], bool]


def least_move(
    now: float, guess: float, decimals: int, up: bool, holds: Holds, ends: tuple[float, float]
) -> float | None:
    """The figure nearest to ``now``, on its digits and in one direction, at which ``holds`` is so.

    ``guess`` is where theory puts it; ``holds`` must be so from there on. None where the figure
    cannot go that far.
    """
    sign, scale = (1, 10**decimals) if up else (-1, 10**decimals)
    if not isfinite(guess):
        return None
    first = floor(now * scale) + 1 if up else ceil(now * scale) - 1
    start = (floor(guess * scale) if up else ceil(guess * scale)) - sign
    at = max(first, start) if up else min(first, start)
    for _ in range(_AROUND):
        figure = float(round(at / scale, decimals)) + 0.0
        if not ends[0] <= figure <= ends[1]:
            return None
        if holds(figure):
            return figure
        at += sign
    return None


def last_move(
    now: float, guess: float, decimals: int, up: bool, holds: Holds, ends: tuple[float, float]
) -> float | None:
    """The figure farthest from ``now``, on its digits and in one direction, at which ``holds`` is
    still so. None where it is so as far as the figure can go.
    """
    beyond = least_move(now, guess, decimals, up, lambda figure: not holds(figure), ends)
    if beyond is None:
        return None
    last = float(round(beyond + (-1 if up else 1) * 10**-decimals, decimals)) + 0.0
    return max(last, now) if up else min(last, now)
