"""Technological and industrial potential: what the project does to what the territory can do.

The levels need location quotients before and after (method, section 4), which one territory's
reference does not give. Declared facts are read as far as they go: a departure may cost the
specialisation (-2) or not (-1), a new activity may be related and complex (+2) or not (0). The
harm decides when both are declared: nothing compensates a potential that leaves.
"""

from dataclasses import dataclass

from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import TechnologyClaim
from services.method.figures import range_of

ASSET_OPEN = "technology.asset_open_to_others"
ACTIVITY_LEAVES = "technology.activity_leaves"
TRANSFERRED_OUT = "technology.transferred_out"
OPENS_ACTIVITY = "technology.opens_activity"
UNSAID = "technology.unsaid"


@dataclass(frozen=True, slots=True)
class TechnologyParameters:
    """Levels of the declared facts, low, central and high."""

    asset_open: int
    activity_leaves: LevelRange
    transferred_out: int
    opens_activity: LevelRange
    unsaid: LevelRange

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "TechnologyParameters":
        return cls(
            asset_open=int(sheet.number(ASSET_OPEN)),
            activity_leaves=_levels(sheet, ACTIVITY_LEAVES),
            transferred_out=int(sheet.number(TRANSFERRED_OUT)),
            opens_activity=_levels(sheet, OPENS_ACTIVITY),
            unsaid=_levels(sheet, UNSAID),
        )


@dataclass(frozen=True, slots=True)
class TechnologyAssessment:
    level: LevelRange
    claim: Claim
    warnings: tuple[str, ...]


def nothing_said(technology: TechnologyClaim) -> bool:
    return (
        technology.shared_asset_open_to_others is None
        and technology.activity_leaves is None
        and technology.transferred_out is None
        and not technology.opens
    )


def assess_technology(technology: TechnologyClaim, p: TechnologyParameters) -> TechnologyAssessment:
    """Level of the declared facts; a harm that was not denied stays possible at the worst point."""
    if nothing_said(technology):
        level = LevelRange(p.unsaid.low, p.unsaid.central, p.unsaid.high, known=False)
        because = (Claim("technology.unknown", parameters=(UNSAID,)),)
        return TechnologyAssessment(level, _claim(level, because), ())

    claims: list[Claim] = []
    low = central = high = 0
    if technology.shared_asset_open_to_others:
        low = central = high = p.asset_open
        claims.append(Claim("technology.asset_open", parameters=(ASSET_OPEN,)))
    if technology.opens:
        low = max(low, p.opens_activity.low)
        central = max(central, p.opens_activity.central)
        high = max(high, p.opens_activity.high)
        claims.append(
            Claim("technology.opens", about=technology.opens, parameters=(OPENS_ACTIVITY,))
        )
    if technology.transferred_out:
        low = central = high = p.transferred_out
        claims.append(Claim("technology.transferred_out", parameters=(TRANSFERRED_OUT,)))
    elif technology.activity_leaves:
        low, central, high = (
            min(low, p.activity_leaves.low),
            min(central, p.activity_leaves.central),
            min(high, p.activity_leaves.high),
        )
        claims.append(Claim("technology.activity_leaves", parameters=(ACTIVITY_LEAVES,)))
    if technology.transferred_out is None or technology.activity_leaves is None:
        low = min(low, p.unsaid.low)
        claims.append(Claim("technology.harm_unknown", parameters=(UNSAID,)))
    if not claims:
        claims.append(Claim("technology.no_effect"))

    level = LevelRange(low, central, high)
    measured = not technology.opens and not technology.activity_leaves
    warnings = () if measured else ("technology.not_measured",)
    return TechnologyAssessment(level, _claim(level, tuple(claims)), warnings)


def _claim(level: LevelRange, because: tuple[Claim, ...]) -> Claim:
    return Claim("technology.level", float(level.central), "level", (), because)


def _levels(sheet: ParameterSheet, parameter_id: str) -> LevelRange:
    points = range_of(sheet, parameter_id)
    return LevelRange(int(points.low), int(points.central), int(points.high))
