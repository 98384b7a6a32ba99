"""Sums over any three years, counted from day to day.

A window of three years that ends on a day holds that day and not the same day three years before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """An aid: the day it was granted and its amount in euros."""

    day: date
    amount: float


def leaves_on(day: date, years: int) -> date:
    """First day on which an aid granted on ``day`` no longer counts."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February, in a year that has none.
        return date(day.year + years, 3, 1)


def counted(grants: Sequence[Grant], on: date, years: int) -> list[Grant]:
    """The aids inside the window that ends on this day."""
    return [grant for grant in grants if grant.day <= on < leaves_on(grant.day, years)]


def total(grants: Sequence[Grant], on: date, years: int) -> float:
    """What was granted inside the window that ends on this day, euros."""
    return sum(grant.amount for grant in counted(grants, on, years))


def fullest(grants: Sequence[Grant], planned: date, years: int) -> tuple[date, float]:
    """The window with most in it among those that would hold an aid granted on ``planned``: the day
    it ends, and what is in it besides. A window may be fuller later, where other aid is granted
    after the planned day.
    """
    ends = [planned, *(g.day for g in grants if planned < g.day < leaves_on(planned, years))]
    return max(((end, total(grants, end, years)) for end in ends), key=lambda each: each[1])


def fits_from(
    grants: Sequence[Grant], planned: date, asked: float, ceiling: float, years: int
) -> date | None:
    """First day, from ``planned`` on, on which the aid would stay within the ceiling in every
    window; None where it never would.
    """
    days = {planned, *(leaves_on(g.day, years) for g in grants)}
    for day in sorted(day for day in days if day >= planned):
        if fullest(grants, day, years)[1] + asked <= ceiling:
            return day
    return None
