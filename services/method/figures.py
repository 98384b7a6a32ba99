"""Figures as they are shown: rounded first, compared afterwards (method, section 12).

What a reader sees is what was compared with the threshold he sees. ``round`` rounds a half to the
even digit, the same on every machine.
"""

from collections.abc import Iterable
from math import ceil

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.limits import MAX_AMOUNT
from contracts.vocabulary.parameters import ParameterSheet


def rounded(value: float, decimals: int) -> float:
    """``value`` as it is shown; never minus zero."""
    return round(value, decimals) + 0.0


def rounded_up(value: float, decimals: int, tolerance: float) -> float:
    """An amount of aid: half a euro short does not hold a group together, so never down."""
    unit = 10.0**-decimals
    return max(0.0, ceil((value - tolerance) / unit) * unit) if value > tolerance else 0.0


def estimate(low: float, central: float, high: float, decimals: int) -> Estimate:
    """Three computed points as they are shown.

    The contract carries no figure beyond ``MAX_AMOUNT``; a larger one is cut there and
    ``beyond_scale`` tells the reader.
    """
    if low < -MAX_AMOUNT or high > MAX_AMOUNT:
        low, central, high = (max(-MAX_AMOUNT, min(x, MAX_AMOUNT)) for x in (low, central, high))
    return Estimate(
        round(low, decimals) + 0.0, round(central, decimals) + 0.0, round(high, decimals) + 0.0
    )


def beyond_scale(estimates: Iterable[Estimate | None]) -> bool:
    """Whether one of the figures was cut at the largest amount of the contract."""
    return any(e is not None and (e.high >= MAX_AMOUNT or e.low <= -MAX_AMOUNT) for e in estimates)


def range_of(sheet: ParameterSheet, parameter_id: str) -> Estimate:
    """A parameter that is a range. Raises ``ValueError`` unless it is low, central, high."""
    points = sheet.numbers(parameter_id)
    try:
        low, central, high = points
        return Estimate(low, central, high)
    except ValueError as error:
        raise ValueError(
            f"parameter {parameter_id!r} must hold low, central and high in that order, "
            f"got {list(points)}"
        ) from error
