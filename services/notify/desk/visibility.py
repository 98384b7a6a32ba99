"""Who may see which figure: decided here, before anything reaches a template.

A firm's own result, share, gain, threshold and transfer are its business secrets (CRPA L311-6).
The instructing officer and the firm itself see them. A member of the committee, another firm and
anyone who asks see whether the firm wins, and the order of size of its gain. The threshold is
withheld too: one per cent of the firm's own result, it would give that result away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.identifiers import FirmId
from contracts.vocabulary.verdict import FirmShare
from services.method.claims import Visibility
from services.notify.committee.roles import Role

BAND_EDGES = (0, 1_000, 5_000, 20_000, 50_000, 100_000, 500_000)
"""Edges, in euros a year, of the orders of size shown instead of a firm's exact gain."""

MIN_CONTRIBUTORS = 3
MAX_DOMINANCE = 0.85
"""A total is shown when at least three firms make it up and none for more than 85 %: the rule of
French statistical secrecy for figures of firms. With two firms the total is twice each share."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a figure lies, in euros a year; an open side is None."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """One reader of one verdict: what they may see of it."""

    role: Role
    totals: bool
    """Whether totals over the firms may be shown to this reader."""

    firm: FirmId | None = None
    """The firm that reads, where one does."""

    firms: frozenset[FirmId] = frozenset()
    """All firms of the project, where one of them reads."""

    own: bool = False
    """Whether what is read here is about the reading firm alone."""

    def sees(self, secrecy: Visibility) -> bool:
        if secrecy is Visibility.PUBLIC or self.role is Role.OFFICER:
            return True
        if secrecy is Visibility.GROUP:
            return self.totals
        return self.own

    def at(self, claim: Claim) -> "Viewer":
        """The same reader at this claim: what is below it belongs to the firms it is about."""
        concerned = self.firms.intersection(claim.about)
        return replace(self, own=concerned == {self.firm}) if concerned else self


def reader(role: Role, shares: Sequence[FirmShare]) -> Viewer:
    """The reader that an account is for a verdict with these firms."""
    return Viewer(role, totals=role is Role.OFFICER or not _gives_a_firm_away(shares))


def firm_reader(firm: FirmId, shares: Sequence[FirmShare]) -> Viewer:
    """One firm of the project as a reader of its verdict.

    It knows its own part of a total: totals are shown where the rest gives no other firm away.
    """
    others = [share for share in shares if share.firm != firm]
    everyone = frozenset(share.firm for share in shares)
    return Viewer(Role.MEMBER, totals=not _gives_a_firm_away(others), firm=firm, firms=everyone)


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
