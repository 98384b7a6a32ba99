"""What each veto and each warning rests on: the parameters whose source and day stand behind it.

Empty where no number decides: a rule of the method or an answer of the applicant is then the
source, and the desk says which.
"""

from collections.abc import Mapping
from types import MappingProxyType

from services.method.firms.found import ANNOUNCED_TOLERANCE, MARGIN, MARGIN_SHARE
from services.method.territory import carbon, concentration, jobs, nation, pollution, technology
from services.method.territory.image import LOWEST_ANCHOR
from services.method.territory.input_output import LOCAL_SHARE
from services.method.territory.potential import parameters as potential

_LINES = (
    concentration.INDEX_LOW,
    concentration.INDEX_HIGH,
    concentration.CHANGE_LOW,
    concentration.CHANGE_HIGH,
)

GROUNDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "veto.net_jobs_negative": (),
        "veto.technology_lost": (technology.ACTIVITY_LEAVES, technology.TRANSFERRED_OUT),
        "veto.operation_prohibited": (),
        "veto.carbon_without_appraisal": (pollution.VETO_TONNES,),
        "veto.carbon_above_share_of_gain": (
            pollution.VETO_SHARE,
            carbon.VALUE,
            carbon.VALUE_GROWTH,
            carbon.DISCOUNT_RATE,
        ),
        "announced_partly": (),
        "announced_sum_differs": (ANNOUNCED_TOLERANCE,),
        "beyond_scale": (),
        "carbon.path_extrapolated": (carbon.VALUE_LAST_YEAR, carbon.VALUE_GROWTH),
        "concentration.dominant_employer": (concentration.EMPLOYER_SHARE,),
        "concentration.to_be_examined": _LINES,
        "image.damage": (LOWEST_ANCHOR,),
        "image.evidence_in_the_future": (),
        "jobs.interval_contains_zero": (),
        "jobs.local_multiplier_not_tradable": (jobs.LOCAL_MULTIPLIER,),
        "jobs.multiplier_set_aside": (LOCAL_SHARE,),
        "technology.indicator_no_better": (potential.DEVIATES,),
        "technology.not_measured": (
            technology.OPENS_ACTIVITY,
            technology.DEEPENS_ACTIVITY,
            technology.ACTIVITY_LEAVES,
            nation.FEWEST_PLACES,
        ),
        "tie.carbon": pollution.LEVEL_PARAMETERS,
        "tie.concentration": _LINES,
        "tie.employer": (concentration.EMPLOYER_SHARE,),
        "tie.gain": ("rounding.euros",),
        "tie.jobs": jobs.LEVEL_PARAMETERS,
        "tie.margin": (MARGIN, MARGIN_SHARE),
    }
)
