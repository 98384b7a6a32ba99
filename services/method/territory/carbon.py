"""Carbon: net tonnes a year, and what they cost society over the life of the project.

Valued with the French *valeur de l'action pour le climat* (path of 2025),
``256 EUR2023 x 1.032^(year - 2025)``, discounted at 3.2 % to the year of the decision, brought to
the euros of the firms' figures. The level waits for the join, which knows the firms' gain.
"""

from dataclasses import dataclass
from functools import lru_cache

from contracts.vocabulary.assessment import CarbonAssessment
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import CarbonClaim, Proposal
from services.method.figures import estimate

VALUE = "carbon.value"
VALUE_GROWTH = "carbon.value_growth"
VALUE_FIRST_YEAR = "carbon.value_first_year"
VALUE_LAST_YEAR = "carbon.value_last_year"
VALUE_PRICE_YEAR = "carbon.value_price_year"


DISCOUNT_RATE = "carbon.discount_rate"
INFLATION = "carbon.inflation"
_PRESENT_VALUE = (VALUE, VALUE_GROWTH, VALUE_FIRST_YEAR, VALUE_PRICE_YEAR, DISCOUNT_RATE, INFLATION)
_FACTOR_DECIMALS = 9
_NOTHING = Estimate(0.0, 0.0, 0.0)


# Compared by identity: there is one per sheet, and it is the key of a cache on the hot path.
@dataclass(frozen=True, slots=True, eq=False)
class CarbonParameters:
    value: float
    growth: float
    first_year: int
    last_year: int
    price_year: int
    discount_rate: float
    inflation: float
    tonne_decimals: int
    euro_decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "CarbonParameters":
        return cls(
            value=sheet.number(VALUE),
            growth=sheet.number(VALUE_GROWTH),
            first_year=int(sheet.number(VALUE_FIRST_YEAR)),
            last_year=int(sheet.number(VALUE_LAST_YEAR)),
            price_year=int(sheet.number(VALUE_PRICE_YEAR)),
            discount_rate=sheet.number(DISCOUNT_RATE),
            inflation=sheet.number(INFLATION),
            tonne_decimals=int(sheet.number("rounding.tonnes")),
            euro_decimals=int(sheet.number("rounding.euros")),
        )


@dataclass(frozen=True, slots=True)
class CarbonFindings:
    """The carbon of a project with its reasons."""

    assessment: CarbonAssessment
    claim: Claim
    warnings: tuple[str, ...]


def climate_action_value(year: float, p: CarbonParameters) -> float:
    """Euros (of the path's price year) a tonne emitted that year costs, path of 2025."""
    value: float = p.value * (1 + p.growth) ** (year - p.first_year)
    return value


def annuity(first_year: int, years: int, base_year: int, rate: float) -> float:
    """Present value in ``base_year`` of one unit in each of ``years`` years."""
    return sum((1 + rate) ** (base_year - year) for year in range(first_year, first_year + years))


def present_value_of_a_yearly_tonne(
    first_year: int, years: int, base_year: int, p: CarbonParameters, rate: float
) -> float:
    """What one tonne in each of ``years`` years costs, in euros of the path's price year."""
    return sum(
        climate_action_value(year, p) * (1 + rate) ** (base_year - year)
        for year in range(first_year, first_year + years)
    )


@lru_cache(maxsize=4096)
def horizon(
    first_year: int, years: int, base_year: int, price_year: int, p: CarbonParameters
) -> tuple[float, float]:
    """What one tonne a year costs over the horizon, in euros of ``price_year``, and what turns a
    yearly amount of euros into its present value.
    """
    deflator = (1 + p.inflation) ** (price_year - p.price_year)
    tonne = present_value_of_a_yearly_tonne(first_year, years, base_year, p, p.discount_rate)
    factor = annuity(first_year, years, base_year, p.discount_rate)
    # The factor travels in the assessment: rounded, so that its last bits hash alike everywhere.
    return tonne * deflator, round(factor, _FACTOR_DECIMALS)


def assess_carbon(proposal: Proposal, base_year: int, p: CarbonParameters) -> CarbonFindings:
    """Net tonnes and their present value; both None when emissions were not said.

    What is avoided counts only when it is said: silence never helps.
    """
    carbon = proposal.carbon
    price_year = base_year if proposal.price_year is None else proposal.price_year
    first_year, years = proposal.starts_on.year, proposal.horizon_years
    tonne, gain_factor = horizon(first_year, years, base_year, price_year, p)
    net = _net_tonnes(carbon)
    tonnes = value = None
    claim = Claim("carbon.unknown")
    warnings: tuple[str, ...] = ()
    if net is not None:
        tonnes = estimate(net.low, net.central, net.high, p.tonne_decimals)
        value = estimate(net.low * tonne, net.central * tonne, net.high * tonne, p.euro_decimals)
        claim = _claim(carbon, tonnes, value, price_year)
        if first_year + years - 1 > p.last_year:
            warnings = ("carbon.path_extrapolated",)
    assessment = CarbonAssessment(
        net_t_per_year=tonnes,
        present_value=value,
        appraised=carbon.appraised,
        gain_factor=gain_factor,
        base_year=base_year,
        price_year=price_year,
    )
    return CarbonFindings(assessment, claim, warnings)


def _net_tonnes(carbon: CarbonClaim) -> Estimate | None:
    emitted = carbon.emitted_t_per_year
    if emitted is None:
        return None
    avoided = carbon.avoided_t_per_year or _NOTHING
    return Estimate(
        emitted.low - avoided.high, emitted.central - avoided.central, emitted.high - avoided.low
    )


def _claim(carbon: CarbonClaim, tonnes: Estimate, value: Estimate, price_year: int) -> Claim:
    avoided = carbon.avoided_t_per_year
    because = (
        Claim("carbon.emitted.said", carbon.emitted_t_per_year, "tCO2e/year"),
        Claim("carbon.avoided.unknown")
        if avoided is None
        else Claim("carbon.avoided.said", avoided, "tCO2e/year"),
        Claim("carbon.present_value", value, f"EUR{price_year}", (), (), _PRESENT_VALUE),
    )
    return Claim("carbon.net", tonnes, "tCO2e/year", (), because)
