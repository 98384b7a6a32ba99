"""The level of pollution: carbon against the firms' gain, judged at the join.

A rise in net emissions is a veto when it is large and nobody appraised it, or when it costs
society more than half of what it brings the firms over the same horizon. The share is judged only
where the firms' gain is positive: without a gain there is nothing to set the cost against.

The gain used is the one of the interval that is worst for the corner judged: a rise in emissions
weighs most against the smallest positive gain (an interval that crosses zero lets the share grow
without bound), a fall weighs least against the largest one. At the best corner an interval that
reaches down to no gain at all is judged without one, too.
"""

from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.assessment import CarbonAssessment, LevelRange
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from services.method.figures import rounded
from services.method.firms.coalitions import Array

SIGNIFICANT = "carbon.significant"
VETO_TONNES = "carbon.veto_tonnes"
VETO_SHARE = "carbon.veto_share_of_gain"
STRONG_SHARE = "carbon.strong_share_of_gain"
LEVEL_PARAMETERS = (SIGNIFICANT, VETO_TONNES, VETO_SHARE, STRONG_SHARE)

VETO_ABSOLUTE_CODE = "veto.carbon_without_appraisal"
VETO_SHARE_CODE = "veto.carbon_above_share_of_gain"

_VANISHING = 1e-9
"""Euros: stands for the smallest positive gain of an interval that crosses zero."""

_UNKNOWN = LevelRange(-2, 0, 0, known=False)


@dataclass(frozen=True, slots=True)
class PollutionParameters:
    significant: float
    veto_tonnes: float
    veto_share: float
    strong_share: float
    share_decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "PollutionParameters":
        return cls(
            significant=sheet.number(SIGNIFICANT),
            veto_tonnes=sheet.number(VETO_TONNES),
            veto_share=sheet.number(VETO_SHARE),
            strong_share=sheet.number(STRONG_SHARE),
            share_decimals=int(sheet.number("rounding.shares")),
        )


@dataclass(frozen=True, slots=True)
class PollutionPoint:
    """The level at one point, the veto behind it and the cost as a share of the firms' gain."""

    level: int
    veto: str | None = None
    share: float | None = None
    tie: bool = False


@dataclass(frozen=True, slots=True)
class Pollution:
    level: LevelRange
    central: PollutionPoint


def judge_pollution(
    carbon: CarbonAssessment, yearly_gain: Estimate | None, p: PollutionParameters
) -> Pollution:
    """Level at the three points. ``yearly_gain`` is None when the firm level was not computed:
    then only the absolute threshold can veto.
    """
    net, cost = carbon.net_t_per_year, carbon.present_value
    if net is None or cost is None:
        return Pollution(_UNKNOWN, PollutionPoint(0))
    appraised = carbon.appraised is True
    factor = carbon.gain_factor
    smallest = largest = central_gain = None
    if yearly_gain is not None:
        smallest = _smallest_positive(yearly_gain) * factor
        largest = yearly_gain.high * factor
        central_gain = yearly_gain.central * factor
    worst = pollution_point(
        net.high, cost.high, smallest if net.high > 0 else largest, appraised, p
    )
    central = pollution_point(net.central, cost.central, central_gain, appraised, p)
    best = pollution_point(net.low, cost.low, largest if net.low > 0 else smallest, appraised, p)
    highest = best.level
    if yearly_gain is not None and yearly_gain.low <= 0:
        # Without a gain there is no share to be too large: better than any small gain.
        highest = max(highest, pollution_point(net.low, cost.low, None, appraised, p).level)
    return Pollution(LevelRange(worst.level, central.level, highest), central)


def pollution_point(
    net: float, cost: float, gain: float | None, appraised: bool, p: PollutionParameters
) -> PollutionPoint:
    """Judge one point: rounded net tonnes a year, their present value, the firms' gain likewise.

    A figure equal to its threshold is a tie and counts against the project.
    """
    share = None
    if gain is not None and gain > 0:
        share = rounded(abs(cost) / gain, p.share_decimals)
    if net <= -p.significant:
        if net == -p.significant:
            return PollutionPoint(0, share=share, tie=True)
        strong = share is not None and share > p.strong_share
        return PollutionPoint(2 if strong else 1, share=share, tie=share == p.strong_share)
    if net < p.significant:
        return PollutionPoint(0, share=share)
    if net >= p.veto_tonnes and not appraised:
        return PollutionPoint(-2, VETO_ABSOLUTE_CODE, share, tie=net == p.veto_tonnes)
    if share is not None and share >= p.veto_share:
        return PollutionPoint(-2, VETO_SHARE_CODE, share, tie=share == p.veto_share)
    return PollutionPoint(-1, share=share, tie=net == p.significant)


def drawn_pollution(
    net: Array | float,
    cost: Array | float,
    gain: Array | float,
    appraised: bool,
    p: PollutionParameters,
) -> Array:
    """The level of ``pollution_point`` at many points; ``gain`` is the firms' over the horizon."""
    positive = np.asarray(gain) > 0
    share = np.round(np.abs(cost) / np.where(positive, gain, 1.0), p.share_decimals)
    falls = np.where(positive & (share > p.strong_share), 2, 1)
    vetoed = positive & (share >= p.veto_share)
    if not appraised:
        vetoed = vetoed | (np.asarray(net) >= p.veto_tonnes)
    rises = np.where(vetoed, -2, -1)
    level: Array = np.where(net < -p.significant, falls, np.where(net < p.significant, 0, rises))
    return level


def _smallest_positive(gain: Estimate) -> float:
    if gain.low > 0:
        return gain.low
    return _VANISHING if gain.high > 0 else 0.0
