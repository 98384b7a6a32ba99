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
    because = [Claim("aid.present_value", rounded(total, decimals), f"EUR{carbon.price_year}")]
    if net_jobs is not None and net_jobs.central > 0:
        per_job = total / net_jobs.central
        cost: Estimate | float = rounded(per_job, decimals)
        if net_jobs.low > 0:
            cost = estimate(total / net_jobs.high, per_job, total / net_jobs.low, decimals)
        because.append(Claim("aid.per_net_job", cost, f"EUR{carbon.price_year} per net job"))
        because.append(
            Claim(
                _position(rounded(per_job, decimals), reference),
                reference,
                "EUR per net job",
                (),
                (),
                (REFERENCE_COST,),
            )
        )
    else:
        because.append(Claim("aid.no_net_job"))
    return Claim("aid.needed", yearly_aid, "EUR/year", (), tuple(because))


def _position(per_job: float, reference: Estimate) -> str:
    if per_job < reference.low:
        return "aid.below_reference"
    return "aid.within_reference" if per_job <= reference.high else "aid.above_reference"
