"""Every word the method says, and what it means: the desk translates from this list.

A code is a claim of the explanation tree, a warning of the verdict, or a veto (which is also a
claim). ``about``, ``value`` and ``unit`` say what those fields of the claim hold; empty means that
the field is empty. A code ending in ``.said`` is the applicant's own figure, in ``.unknown`` the
sourced range that stands for an answer not given.
"""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.vocabulary.verdict import SharingRule, VerdictLabel
from services.method.codes_aid import AID_AND_GLOCALISATION
from services.method.codes_changes import CHANGES
from services.method.codes_draws import DRAWS
from services.method.codes_image import IMAGE_FIGURES
from services.method.codes_nation import ABSENT, JOBS_TABLE, NATION, WARNED
from services.method.codes_partnership import PARTNERSHIP
from services.method.meanings import CodeKind, Meaning
from services.method.meanings import claim as _claim
from services.method.meanings import veto as _veto
from services.method.meanings import warning as _warning

__all__ = ["CODES", "CodeKind", "Meaning"]


_EUR = "EUR/year"
_ESTIMATE, _NUMBER = "estimate", "number"
_CO2 = "tCO2e/year"

_VERDICT = {
    f"verdict.{label}": _claim("The verdict; see VerdictLabel.") for label in VerdictLabel
} | {
    "verdict.missing": _claim(
        "Answers without default that were not given.", about="JSON pointers into the proposal"
    ),
}

_FIRMS = {
    "firms.no_gain": _claim("F0: the group gains nothing over staying alone."),
    "firms.unstable": _claim("F1: the group gains, but some of its members gain more apart."),
    "firms.not_every_firm_gains": _claim(
        "F1: the group holds, but no stable sharing lets every firm gain more than its margin."
    ),
    "firms.win_under_contract": _claim("F2: every firm gains under a sharing contract."),
    "firms.win_as_announced": _claim("F3: every firm gains with the announced results."),
    "firms.not_computed": _claim(
        "More firms than a game can hold: the firm level was not computed.", _NUMBER, "firms"
    ),
    "firms.missing": _claim(
        "A result or a synergy was not said: the firm level could not be computed.",
        about="JSON pointers into the proposal",
    ),
    "firms.gain": _claim("What the group has over its members alone.", _ESTIMATE, _EUR),
    "firms.synergies": _claim("Sum of the declared synergies and conflicts.", _ESTIMATE, _EUR),
    "firms.shared_cost_saved": _claim(
        "What sharing the function saves (negative: costs) against each one alone.", _NUMBER, _EUR
    ),
    "firms.blocking": _claim(
        "The subgroup that would do better apart, and by how much more than the shown sharing "
        "gives it.",
        _NUMBER,
        _EUR,
        "identifiers of the firms",
    ),
    "firms.gets_nothing": _claim(
        "Firms that gain no more than the margin in every stable sharing.",
        about="identifiers of the firms",
    ),
    "firms.cost_of_stability": _claim(
        "Least yearly payment from outside after which the group holds.", _NUMBER, _EUR
    ),
    "firms.needed_aid": _claim(
        "Least yearly payment from outside after which it holds and every firm wins.",
        _NUMBER,
        _EUR,
    ),
    "firms.least_core": _claim(
        "Least yearly cost of leaving after which no subgroup would leave.", _NUMBER, _EUR
    ),
    "firms.proof": _claim(
        "Proof that no sharing is stable: what the subgroups below have beyond the whole group, "
        "each counted with its weight; every firm is then counted exactly once.",
        _NUMBER,
        _EUR,
    ),
    "firms.proof_group": _claim(
        "A subgroup of the proof and its weight.", _NUMBER, "weight", "identifiers of the firms"
    ),
    "firms.proof_surplus": _claim("What that subgroup has over its members alone.", _NUMBER, _EUR),
    "firms.excluded_groups": _claim(
        "Subgroups that law or contract forbids to act without the others.", _NUMBER, "groups"
    ),
    "firms.notions_not_computed": _claim(
        "The group is too large for every subgroup to be enumerated: notions no longer computed.",
        about="notions",
    ),
    "firms.search_ended": _claim(
        "The search for the worst cut of a large group ended without an answer: the firm level was "
        "not computed.",
        _NUMBER,
        "firms",
    ),
    "firms.announced.partly": _claim(
        "Some firms announced a result and others did not.",
        about="identifiers of the firms that announced none",
    ),
    "firms.announced.sum_differs": _claim(
        "Announced results do not add up to the group's result: announced minus computed.",
        _NUMBER,
        _EUR,
    ),
    "firms.firm_wins": _claim(
        "This firm's gain in the shown sharing is above its margin.",
        _NUMBER,
        _EUR,
        "identifier of the firm",
    ),
    "firms.firm_does_not_win": _claim(
        "This firm's gain in the shown sharing is not above its margin.",
        _NUMBER,
        _EUR,
        "identifier of the firm",
    ),
} | {
    f"firms.sharing.{rule}": _claim("The sharing shown, by this rule; one branch a firm.")
    for rule in SharingRule
}

_AID = {
    "aid.needed": _claim("The group would hold, and every firm win, with this.", _NUMBER, _EUR),
    "aid.present_value": _claim(
        "The same over the horizon, at the discount rate.", _NUMBER, "EUR and its year"
    ),
    "aid.per_net_job": _claim(
        "Present value of the aid per net job; a single number when net jobs may be none.",
        "estimate or number",
        "EUR and its year per net job",
    ),
    "aid.requested": _claim(
        "The aid requested, over the whole project.", _NUMBER, "EUR and its year"
    ),
    "aid.requested_per_net_job": _claim(
        "The aid requested per net job; a single number when net jobs may be none.",
        "estimate or number",
        "EUR and its year per net job",
    ),
    "aid.no_net_job": _claim("No net job at the central point: no cost per net job."),
} | {
    f"aid.{position}_reference": _claim(
        f"The central cost per net job is {position} the range of past schemes (the value).",
        _ESTIMATE,
        "EUR per net job",
    )
    for position in ("below", "within", "above")
}

_TERRITORY = {
    "territory.loses": _claim("T-: at least one veto."),
    "territory.indifferent": _claim("T0: no veto, and neither jobs nor technology gain."),
    "territory.wins": _claim("T+: no veto, and jobs or technology gain."),
    "territory.wins_twice": _claim("T++: at least two dimensions gain and none loses."),
    "veto.net_jobs_negative": _veto("The territory loses jobs."),
    "veto.technology_lost": _veto("The territory loses an activity or a technology it had."),
    "veto.operation_prohibited": _veto("The competition authority has prohibited the operation."),
    "veto.carbon_without_appraisal": _veto("Large net emissions, without a published appraisal."),
    "veto.carbon_above_share_of_gain": _veto(
        "The cost of carbon is too large a share of what the firms gain."
    ),
}

_JOBS = {
    **JOBS_TABLE,
    "jobs.net": _claim("Net jobs for the territory at the end of the horizon.", _ESTIMATE, "FTE"),
    "jobs.gross.said": _claim("Jobs announced.", _ESTIMATE, "FTE"),
    "jobs.gross.missing": _claim("Jobs were not announced, and have no default."),
    "jobs.multiplier.said": _claim("Multiplier of the applicant.", _ESTIMATE, "factor"),
    "jobs.multiplier.unknown": _claim("Multiplier not said: sourced range.", _ESTIMATE, "factor"),
    "jobs.multiplier.none": _claim("Not a tradable activity: no induced job.", _ESTIMATE, "factor"),
    "jobs.destroyed.said": _claim("Jobs the project ends.", _ESTIMATE, "FTE"),
    "jobs.destroyed.unknown": _claim(
        "Jobs the project ends were not said: sourced range, as a share of gross jobs.",
        _ESTIMATE,
        "share",
    ),
    "jobs.reference.said": _claim("Net jobs of the reference case.", _ESTIMATE, "FTE"),
    "jobs.full_time.said": _claim(
        "Full-time equivalents of one announced job.", _ESTIMATE, "factor"
    ),
    "jobs.permanent.said": _claim("Announced jobs that are permanent.", _ESTIMATE, "share"),
    "jobs.survival.supported": _claim(
        "Supported firms that live on.", _ESTIMATE, "share", "years, source"
    ),
    "jobs.survival.reference": _claim(
        "Firms that live on without support.", _ESTIMATE, "share", "years, source"
    ),
    "jobs.remaining": _claim("Jobs left after this step of the chain.", _ESTIMATE, "FTE"),
}
for _factor, _what in {
    "deadweight": "would have come anyway",
    "leakage": "go to people outside the area",
    "displacement": "are taken from other firms of the area",
    "substitution": "replace jobs of the firms themselves",
}.items():
    _JOBS[f"jobs.{_factor}.said"] = _claim(f"Jobs that {_what}.", _ESTIMATE, "share")
    _JOBS[f"jobs.{_factor}.unknown"] = _claim(
        f"Jobs that {_what}: not said, sourced range.", _ESTIMATE, "share"
    )

_DIMENSIONS = {
    "technology.level": _claim("Level of technology, central point.", _NUMBER, "level"),
    "technology.unknown": _claim("Nothing was said about technology."),
    "technology.asset_open": _claim("A shared research or test asset is open to non-members."),
    "technology.opens": _claim(
        "New activities are announced; relatedness and complexity were not measured.",
        about="NAF codes",
    ),
    "technology.deepens": _claim(
        "Activities are made larger; their score was not computed.", about="NAF codes"
    ),
    "technology.already_special": _claim(
        "The commune is specialised in the activity already.", about="NAF code, commune"
    ),
    "technology.usual_share": _claim(
        "Of all candidates of the past, how many came.", _NUMBER, "share"
    ),
    "technology.related": _claim(
        "Upper side of the relatedness axis: share of what is related to the activity that the "
        "commune is specialised in.",
        _NUMBER,
        "share",
    ),
    "technology.unrelated": _claim("The same, lower side.", _NUMBER, "share"),
    "technology.relatedness_median": _claim(
        "Median of that share over all candidates of the territory.", _NUMBER, "share"
    ),
    **NATION,
    "technology.leaves_no_speciality": _claim(
        "An activity leaves that no commune of the firms is specialised in.", about="NAF codes"
    ),
    "technology.indicator_untested": _claim("The past of the territory was not asked."),
    "technology.transferred_out": _claim("A technology is transferred out of the territory."),
    "technology.activity_leaves": _claim(
        "An activity leaves the territory.", about="NAF codes, where they were said"
    ),
    "technology.harm_unknown": _claim("It was not said that nothing leaves or is transferred."),
    "technology.no_effect": _claim("Said to have no effect on technology."),
    "image.level": _claim("Level of image, central point.", _NUMBER, "level"),
    "image.evidence": _claim(
        "A dated document and the level of its anchor.",
        _NUMBER,
        "level",
        "anchor, title, source, date",
    ),
    "image.unknown": _claim("Nothing was said about image: level 0 marked unknown."),
    "image.no_evidence": _claim("No dated document: level 0."),
    **IMAGE_FIGURES,
    **ABSENT,
    "pollution.level": _claim("Level of pollution, central point.", _NUMBER, "level"),
    "pollution.share_of_gain": _claim(
        "Present value of carbon as a share of that of the firms' gain.", _NUMBER, "share"
    ),
    "carbon.net": _claim("Net emissions.", _ESTIMATE, _CO2),
    "carbon.unknown": _claim("Emissions were not said."),
    "carbon.emitted.said": _claim("Emissions of the applicant.", _ESTIMATE, _CO2),
    "carbon.avoided.said": _claim("Avoided emissions of the applicant.", _ESTIMATE, _CO2),
    "carbon.avoided.unknown": _claim("Avoided emissions were not said: none counted."),
    "carbon.present_value": _claim(
        "What net emissions cost society over the horizon.", _ESTIMATE, "EUR and its year"
    ),
    "concentration.level": _claim("Level of concentration, central point.", _NUMBER, "level"),
    "concentration.market_unknown": _claim("No market was defined with its source."),
    "concentration.staff_unknown": _claim("The staff of some firm was not said."),
    "concentration.prohibited": _claim("The competition authority has prohibited the operation."),
    "concentration.prohibition_unknown": _claim("It was not said whether it is prohibited."),
    "concentration.index_after": _claim(
        "Herfindahl-Hirschman index after.", _NUMBER, "HHI points", "definition, source"
    ),
    "concentration.index_change": _claim(
        "Change of the index; an upper bound for firms that only contract.", _NUMBER, "HHI points"
    ),
    "concentration.employment_before": _claim(
        "Concentration of the area's employment over activities.", _NUMBER, "HHI points"
    ),
    "concentration.employment_after": _claim(
        "The same with the announced jobs, spread evenly over these activities.",
        _NUMBER,
        "HHI points",
        "NAF codes",
    ),
    "concentration.employer_share": _claim(
        "Share of the area's private employment in one firm.", _NUMBER, "share"
    ),
}

for _claimed, _meant in {"new": "new to the commune", "grown": "present there"}.items():
    for _how in ("opens", "deepens"):
        _DIMENSIONS[f"technology.{_how}.{_claimed}"] = _claim(
            f"Of activities {_meant} with such a score, how many came within five years.",
            _ESTIMATE,
            "share",
            "NAF code, commune",
        )
    _DIMENSIONS[f"technology.earned.{_claimed}"] = _claim(
        f"How often, in this territory's past, the score of activities {_meant} put what came "
        "before what did not.",
        _NUMBER,
        "area",
        "first year, last year",
    )
for _baseline in ("density", "ubiquity", "diversity"):
    _DIMENSIONS[f"technology.baseline_{_baseline}"] = _claim(
        f"The same for {_baseline} alone.", _NUMBER, "area"
    )

_WARNINGS = {
    "announced_partly": _warning("Only some firms announced a result: F3 cannot be judged."),
    "announced_sum_differs": _warning("Announced results do not add up to the group's result."),
    "beyond_scale": _warning("A figure beyond what the product can carry was cut there."),
    "carbon.path_extrapolated": _warning("The horizon goes beyond the published carbon path."),
    "concentration.dominant_employer": _warning("One firm holds a large share of local jobs."),
    "concentration.to_be_examined": _warning("To be examined by the competition authority."),
    "image.damage": _warning("Documented damage to the territory's image."),
    "image.evidence_in_the_future": _warning("A document dated after the decision is not read."),
    "jobs.interval_contains_zero": _warning("Net jobs may be negative, or none."),
    "jobs.local_multiplier_not_tradable": _warning(
        "A local multiplier is claimed for jobs said not to be tradable."
    ),
    **WARNED,
    "technology.indicator_no_better": _warning(
        "In this territory's past the indicator was not surely better than a plain count."
    ),
    "technology.not_measured": _warning("Relatedness and complexity were not measured."),
    "tie.carbon": _warning("Carbon equals a threshold: judged against the project."),
    "tie.concentration": _warning("Concentration equals a threshold: judged against the project."),
    "tie.employer": _warning("The employer's share equals the threshold: judged against it."),
    "tie.gain": _warning("The group's gain rounds to nothing: judged as none."),
    "tie.jobs": _warning("Net jobs equal a threshold: the higher level is not reached."),
    "tie.margin": _warning("A firm's gain equals its margin: it is not said to win."),
}

CODES: Mapping[str, Meaning] = MappingProxyType(
    _VERDICT
    | _FIRMS
    | _AID
    | _TERRITORY
    | _JOBS
    | _DIMENSIONS
    | _WARNINGS
    | PARTNERSHIP
    | DRAWS
    | AID_AND_GLOCALISATION
    | CHANGES
)
"""Code by code, what the method says."""
