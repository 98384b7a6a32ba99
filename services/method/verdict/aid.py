"""What outside aid would cost per net job, beside what past schemes cost.

The comparison says below, within or above the reference range, never "defensible": that is for
the committee to say.
"""

from contracts.vocabulary.assessment import CarbonAssessment
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from services.method.figures import estimate, rounded

REFERENCE_COST = "aid.reference_cost"


def aid_claim(
    yearly_aid: float,
    net_jobs: Estimate | None,
    carbon: CarbonAssessment,
    reference: Estimate,
    decimals: int,
) -> Claim:
    """The yearly aid, its present value over the horizon per net job, and the reference cost.

    The three points of the cost per net job go with the most, the central and the fewest net jobs;
    only the central one is given when the fewest are none, and nothing when the central are none.
    """
    total = yearly_aid * carbon.gain_factor
    euros = f"EUR{carbon.price_year}"
    because = (
        Claim("aid.present_value", rounded(total, decimals), euros),
        *_per_net_job("aid.per_net_job", total, net_jobs, euros, reference, decimals),
    )
    return Claim("aid.needed", yearly_aid, "EUR/year", (), because)


def requested_claim(
    requested: float,
    net_jobs: Estimate | None,
    price_year: int,
    reference: Estimate,
    decimals: int,
) -> Claim:
    """The aid that was asked for, what it costs per net job, and the reference cost."""
    euros = f"EUR{price_year}"
    because = _per_net_job(
        "aid.requested_per_net_job", requested, net_jobs, euros, reference, decimals
    )
    return Claim("aid.requested", rounded(requested, decimals), euros, (), because)


def _per_net_job(
    code: str,
    total: float,
    net_jobs: Estimate | None,
    euros: str,
    reference: Estimate,
    decimals: int,
) -> tuple[Claim, ...]:
    if net_jobs is None or net_jobs.central <= 0:
        return (Claim("aid.no_net_job"),)
    per_job = total / net_jobs.central
    cost: Estimate | float = rounded(per_job, decimals)
    if net_jobs.low > 0:
        cost = estimate(total / net_jobs.high, per_job, total / net_jobs.low, decimals)
    where = _position(rounded(per_job, decimals), reference)
    return (
        Claim(code, cost, f"{euros} per net job"),
        Claim(where, reference, "EUR per net job", (), (), (REFERENCE_COST,)),
    )


def _position(per_job: float, reference: Estimate) -> str:
    if per_job < reference.low:
        return "aid.below_reference"
    return "aid.within_reference" if per_job <= reference.high else "aid.above_reference"
