"""Who may see which figure: decided here, before anything reaches a template.

A firm's own result, share, gain, threshold and transfer are its business secrets (CRPA L311-6).
The instructing officer sees them. A member of the committee sees whether the firm wins, and the
order of size of its gain. The threshold is withheld too: one per cent of the firm's own result,
it would give that result away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from contracts.vocabulary.verdict import FirmShare
from services.notify.accounts import Role

BAND_EDGES = (0, 1_000, 5_000, 20_000, 50_000, 100_000, 500_000)
"""Edges, in euros a year, of the orders of size shown instead of a firm's exact gain."""

MIN_CONTRIBUTORS = 3
MAX_DOMINANCE = 0.85
"""A total is shown when at least three firms make it up and none for more than 85 %: the rule of
French statistical secrecy for figures of firms. With two firms the total is twice each share."""


class Secrecy(Enum):
    """Whose figure it is."""

    PUBLIC = auto()
    """The territory's side, and rules anyone may know."""
    GROUP = auto()
    """A total over the firms: shown to all where it does not give a firm away."""
    FIRM = auto()
    """A firm's own, or that of a pair: for the instructing officer only."""
    WHOLE = auto()
    """The same, words included (who granted an aid, who owns a part): others do not read it."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a figure lies, in euros a year; an open side is None."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of one verdict: what they may see of it."""

    role: Role
    totals: bool
    """Whether totals over the firms may be shown to this reader."""

    def sees(self, secrecy: Secrecy) -> bool:
        if secrecy is Secrecy.PUBLIC or self.role is Role.OFFICER:
            return True
        return secrecy is Secrecy.GROUP and self.totals


def reader(role: Role, shares: Sequence[FirmShare]) -> Reader:
    """The reader that an account is for a verdict with these firms."""
    return Reader(role, totals=role is Role.OFFICER or not _gives_a_firm_away(shares))


def band(value: float) -> Band:
    """The order of size of a yearly amount."""
    if value < BAND_EDGES[0]:
        return Band(None, BAND_EDGES[0])
    for low, high in pairwise(BAND_EDGES):
        if value < high:
            return Band(low, high)
    return Band(BAND_EDGES[-1], None)


def _gives_a_firm_away(shares: Sequence[FirmShare]) -> bool:
    gains = [abs(share.gain) for share in shares]
    return len(gains) < MIN_CONTRIBUTORS or max(gains) > MAX_DOMINANCE * sum(gains)
