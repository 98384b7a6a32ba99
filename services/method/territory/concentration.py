"""Concentration: on the market as the applicant defines it, and of jobs with one employer.

Herfindahl-Hirschman index (sum of squared shares in per cent, 0 to 10,000) against the line of
the European guidelines of 2004. Above it is a *warning*: the guidelines see there a first
indicator, with no presumption either way. Only a prohibition by the authority is a veto. Firms of
a contractual group do not merge their shares, so the change is an upper bound.

A prohibition is a public act: unsaid, it is level 0 marked unknown. A market unsaid stays open
down to -1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import ConcentrationClaim, Firm, Market
from contracts.vocabulary.territory import TerritoryRef
from services.method.figures import rounded
from services.method.territory.variety import Employment

INDEX_LOW = "concentration.index_low"
INDEX_HIGH = "concentration.index_high"
CHANGE_LOW = "concentration.change_low"
CHANGE_HIGH = "concentration.change_high"
EMPLOYER_SHARE = "concentration.employer_share"
_LINES = (INDEX_LOW, INDEX_HIGH, CHANGE_LOW, CHANGE_HIGH)


_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ConcentrationParameters:
    index_low: float
    index_high: float
    change_low: float
    change_high: float
    employer_share: float
    index_decimals: int
    share_decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "ConcentrationParameters":
        return cls(
            index_low=sheet.number(INDEX_LOW),
            index_high=sheet.number(INDEX_HIGH),
            change_low=sheet.number(CHANGE_LOW),
            change_high=sheet.number(CHANGE_HIGH),
            employer_share=sheet.number(EMPLOYER_SHARE),
            index_decimals=int(sheet.number("rounding.indices")),
            share_decimals=int(sheet.number("rounding.shares")),
        )


@dataclass(frozen=True, slots=True)
class ConcentrationAssessment:
    level: LevelRange
    claim: Claim
    warnings: tuple[str, ...]


def herfindahl_hirschman(shares: Sequence[float]) -> float:
    """Sum of squared market shares in per cent: 10,000 is a monopoly."""
    return sum(share * share for share in shares)


def of_concern(after: float, change: float, p: ConcentrationParameters) -> bool:
    """Whether the authority would look at it: EU guidelines of 2004, points 19 and 20."""
    if after < p.index_low:
        return False
    return change >= _line(after, p)


def _line(after: float, p: ConcentrationParameters) -> float:
    # An index that equals the higher line is a tie: the stricter change applies.
    return p.change_low if after < p.index_high else p.change_high


def assess_concentration(
    concentration: ConcentrationClaim,
    firms: Sequence[Firm],
    territory: TerritoryRef,
    p: ConcentrationParameters,
    jobs: Mapping[str, float] = _NOTHING,
    employment: Employment | None = None,
) -> ConcentrationAssessment:
    """Level -2 when prohibited, -1 above the line or with a dominant employer, 0 otherwise.

    ``employment`` is the territory's by activity and ``jobs`` what the project announces there:
    how concentrated employment is before and after is shown and changes no level.
    """
    claims: list[Claim] = []
    warnings: list[str] = []
    low = central = high = 0
    known = False

    market = concentration.market
    if market is None:
        low = -1
        claims.append(Claim("concentration.market_unknown"))
    else:
        known = True
        if _market(market, p, claims, warnings):
            low = central = high = -1

    staff = [firm.staff for firm in firms if firm.staff is not None]
    if len(staff) < len(firms):
        low = min(low, -1)
        claims.append(Claim("concentration.staff_unknown"))
    if staff and _employer(max(staff), territory, p, claims, warnings):
        known = True
        low = central = high = -1

    if concentration.prohibited:
        known = True
        low = central = high = -2
        claims.append(Claim("concentration.prohibited"))
    elif concentration.prohibited is None:
        claims.append(Claim("concentration.prohibition_unknown"))

    if employment is not None and employment.by_activity:
        claims += _employment(employment, jobs, p)

    level = LevelRange(low, central, high, known)
    claim = Claim("concentration.level", float(central), "level", (), tuple(claims))
    return ConcentrationAssessment(level, claim, tuple(warnings))


def _employment(
    employment: Employment, jobs: Mapping[str, float], p: ConcentrationParameters
) -> list[Claim]:
    """Dependence on few activities, before and with the announced jobs; before alone without."""
    before = employment.concentration(_NOTHING, p.index_decimals)
    claims = [Claim("concentration.employment_before", before, "HHI points")]
    if jobs:
        after = employment.concentration(jobs, p.index_decimals)
        claims.append(
            Claim("concentration.employment_after", after, "HHI points", tuple(sorted(jobs)))
        )
    return claims


def _market(
    market: Market, p: ConcentrationParameters, claims: list[Claim], warnings: list[str]
) -> bool:
    after = herfindahl_hirschman(market.shares_after)
    change = rounded(after - herfindahl_hirschman(market.shares_before), p.index_decimals)
    after = rounded(after, p.index_decimals)
    about = (market.definition, market.source)
    claims.append(Claim("concentration.index_after", after, "HHI points", about, (), _LINES))
    claims.append(Claim("concentration.index_change", change, "HHI points", (), (), _LINES))
    if not of_concern(after, change, p):
        return False
    warnings.append("concentration.to_be_examined")
    if change == _line(after, p) or after in (p.index_low, p.index_high):
        warnings.append("tie.concentration")
    return True


def _employer(
    largest: float,
    territory: TerritoryRef,
    p: ConcentrationParameters,
    claims: list[Claim],
    warnings: list[str],
) -> bool:
    share = rounded(largest / territory.private_employment, p.share_decimals)
    if share < p.employer_share:
        return False
    claims.append(Claim("concentration.employer_share", share, "share", (), (), (EMPLOYER_SHARE,)))
    warnings.append("concentration.dominant_employer")
    if share == p.employer_share:
        warnings.append("tie.employer")
    return True
