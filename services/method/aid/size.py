"""How large an enterprise is in the sense of Recommendation 2003/361/EC.

Headcount below a limit, and turnover or balance-sheet total up to one; linked enterprises are
counted whole, partner enterprises in proportion. A figure that was not said may be anything, so the
answer is the smallest and the largest category that it may be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from contracts.vocabulary.enterprise import Accounts, RelatedEnterprise
from services.method.aid.parameters import AidParameters
from services.method.figures import rounded


class Size(StrEnum):
    """Categories of enterprise, the smallest first."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Tie(StrEnum):
    """What another enterprise is to a firm."""

    LINKED = "linked"
    PARTNER = "partner"
    AUTONOMOUS = "autonomous"


@dataclass(frozen=True, slots=True)
class Totals:
    """Headcount in annual work units, turnover and balance-sheet total in euros, of the firm with
    what is counted of others; None where some part was not said.
    """

    staff: float | None
    turnover: float | None
    balance_sheet: float | None


@dataclass(frozen=True, slots=True)
class SizeRange:
    """The smallest and the largest category that what was said allows, and the totals behind."""

    smallest: Size
    largest: Size
    totals: Totals

    @property
    def known(self) -> Size | None:
        return self.smallest if self.smallest is self.largest else None


def tie(related: RelatedEnterprise, p: AidParameters) -> Tie:
    """Linked by more than half or by control, partner from a quarter on."""
    if related.controls or related.share > p.linked_share:
        return Tie.LINKED
    return Tie.PARTNER if related.share >= p.partner_share else Tie.AUTONOMOUS


def weight(related: RelatedEnterprise, p: AidParameters) -> float:
    """The part of its figures that is counted: all, its share, or nothing."""
    kind = tie(related, p)
    if kind is Tie.LINKED:
        return 1.0
    return related.share if kind is Tie.PARTNER else 0.0


def size_of(
    own: Accounts, related: Sequence[RelatedEnterprise] | None, p: AidParameters
) -> SizeRange:
    """The category of a firm with these accounts; ``related`` None means that nothing was said of
    other enterprises, which can only make it larger.
    """
    counted = [(weight(each, p), each.accounts) for each in related or ()]
    parts = [(1.0, own), *((w, accounts) for w, accounts in counted if w > 0)]
    sums = [
        _bounds(((w, getattr(accounts, name)) for w, accounts in parts), decimals)
        for name, decimals in (
            ("staff", p.staff_decimals),
            ("turnover", p.decimals),
            ("balance_sheet", p.decimals),
        )
    ]
    smallest = _category([low for low, _ in sums], p)
    largest = Size.LARGE if related is None else _category([high for _, high in sums], p)
    return SizeRange(
        smallest, largest, Totals(*(low if low == high else None for low, high in sums))
    )


def _bounds(parts: Iterable[tuple[float, float | None]], decimals: int) -> tuple[float, float]:
    low, said = 0.0, True
    for share, figure in parts:
        low += 0.0 if figure is None else share * figure
        said = said and figure is not None
    low = rounded(low, decimals)
    return low, low if said else inf


def _category(figures: Sequence[float], p: AidParameters) -> Size:
    staff, turnover, balance_sheet = figures
    for size, below, up_to, total in zip(Size, p.staff, p.turnover, p.balance_sheet, strict=False):
        if staff < below and (turnover <= up_to or balance_sheet <= total):
            return size
    return Size.LARGE
