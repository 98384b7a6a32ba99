"""Net jobs: what is left of the announced jobs once everything that is not additional is out.

``N = G (1 - D)(1 - L)(1 - Dp)(1 - S) M - destroyed``, or with a stated reference case
``N = G (1 - L)(1 - Dp)(1 - S) M - destroyed - reference`` (Additionality Guide, English
Partnerships 2008). Deadweight and reference case are two names of one thing, never both.
Every factor enters once and monotonically, so the two corners bound the interval.

A factor that was not said takes its whole sourced range: silence can hurt, never help.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import (
    AidKind,
    Firm,
    JobsClaim,
    MultiplierKind,
    ProjectKind,
    Survival,
)
from contracts.vocabulary.territory import TerritoryRef
from services.method.figures import estimate, range_of, rounded
from services.method.territory.chain import Chain
from services.method.territory.input_output import LOCAL_SHARE, TableMultiplier
from services.method.territory.variety import DIVISION

DEADWEIGHT = "jobs.deadweight"
DEADWEIGHT_INCUBATOR = "jobs.deadweight_incubator"
DISPLACEMENT = "jobs.displacement"
LEAKAGE = "jobs.leakage"
DISPLACEMENT_RETAIL = "jobs.displacement_retail"
DISPLACEMENT_EXPORTERS = "jobs.displacement_export_manufacturing"
CENTRAL_LOCAL_GROWTH = "jobs.central_local_growth"
CENTRAL_EMPLOYMENT = "jobs.central_employment_and_skills"
RETAIL = "jobs.retail_divisions"
MANUFACTURING = "jobs.manufacturing_divisions"
SUBSTITUTION = "jobs.substitution"
DESTROYED_SHARE = "jobs.destroyed_share"
LOCAL_MULTIPLIER = "jobs.local_multiplier"
MULTIPLIER_ACTIVITY_UNSAID = "jobs.multiplier_activity_unsaid"
LEVEL_ONE = "jobs.level_one"
LEVEL_TWO = "jobs.level_two"
LEVEL_TWO_SHARE = "jobs.level_two_share"
LEVEL_PARAMETERS = (LEVEL_ONE, LEVEL_TWO, LEVEL_TWO_SHARE)

NO_JOBS_SAID = LevelRange(-2, 0, 0, known=False)
"""Gross jobs have no default: nothing can be computed, and nothing is granted."""

_CENTRAL = MappingProxyType(
    {
        AidKind.LOCAL_GROWTH: CENTRAL_LOCAL_GROWTH,
        AidKind.EMPLOYMENT_AND_SKILLS: CENTRAL_EMPLOYMENT,
    }
)
_Range = tuple[Estimate, tuple[str, ...]]
_FACTOR_DECIMALS = 9
_ONE = Estimate(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class JobsParameters:
    """The day's values for the jobs dimension: ranges for what was not said, thresholds."""

    deadweight: Estimate
    deadweight_incubator: Estimate
    displacement: Estimate
    displacement_retail: Estimate
    displacement_exporters: Estimate
    central: Mapping[AidKind, tuple[float, float, float]]
    retail: tuple[int, int]
    manufacturing: tuple[int, int]
    leakage: Estimate
    substitution: Estimate
    destroyed_share: Estimate
    local_multiplier: Estimate
    local_share: Estimate
    multiplier_activity_unsaid: Estimate
    level_one: float
    level_two: float
    level_two_share: float
    decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "JobsParameters":
        return cls(
            deadweight=range_of(sheet, DEADWEIGHT),
            deadweight_incubator=range_of(sheet, DEADWEIGHT_INCUBATOR),
            displacement=range_of(sheet, DISPLACEMENT),
            displacement_retail=range_of(sheet, DISPLACEMENT_RETAIL),
            displacement_exporters=range_of(sheet, DISPLACEMENT_EXPORTERS),
            central={
                AidKind.LOCAL_GROWTH: _three(sheet, CENTRAL_LOCAL_GROWTH),
                AidKind.EMPLOYMENT_AND_SKILLS: _three(sheet, CENTRAL_EMPLOYMENT),
            },
            retail=_between(sheet, RETAIL),
            manufacturing=_between(sheet, MANUFACTURING),
            leakage=range_of(sheet, LEAKAGE),
            substitution=range_of(sheet, SUBSTITUTION),
            destroyed_share=range_of(sheet, DESTROYED_SHARE),
            local_multiplier=range_of(sheet, LOCAL_MULTIPLIER),
            local_share=range_of(sheet, LOCAL_SHARE),
            multiplier_activity_unsaid=range_of(sheet, MULTIPLIER_ACTIVITY_UNSAID),
            level_one=sheet.number(LEVEL_ONE),
            level_two=sheet.number(LEVEL_TWO),
            level_two_share=sheet.number(LEVEL_TWO_SHARE),
            decimals=int(sheet.number("rounding.jobs")),
        )


@dataclass(frozen=True, slots=True)
class JobsAssessment:
    """Net jobs in full-time equivalents (None when gross was not said), level and reasons."""

    net: Estimate | None
    level: LevelRange
    claim: Claim
    warnings: tuple[str, ...]


def survival_deadweight(reference: float, supported: float) -> float:
    """Deadweight of an incubator: share of supported survivors that would have survived anyway.

    Ignores selection, so what is left is an upper bound on additionality.
    """
    return reference / supported


def level_two(territory: TerritoryRef, p: JobsParameters) -> float:
    """Net jobs above which the gain is large on this territory."""
    share = territory.private_employment * p.level_two_share
    return rounded(max(p.level_two, share), p.decimals)


def jobs_level(net: float, one: float, two: float) -> int:
    """Level of rounded net jobs.

    A figure equal to ``one`` or ``two`` is a tie and does not reach the level (section 12: in the
    applicant's disfavour). Zero is no tie: a project that claims no job does not lose any.
    """
    if net < 0:
        return -2
    if net <= one:
        return 0
    return 1 if net <= two else 2


def assess_jobs(
    jobs: JobsClaim,
    kind: ProjectKind,
    firms: Sequence[Firm],
    territory: TerritoryRef,
    p: JobsParameters,
    table: TableMultiplier | None = None,
) -> JobsAssessment:
    """Follow the announced jobs down the chain, at the worst, central and best corners at once.

    ``table`` is what the territory's input-output table says, where one is loaded: it replaces
    every other multiplier, also the applicant's.
    """
    gross = jobs.gross
    if gross is None:
        return JobsAssessment(None, NO_JOBS_SAID, Claim("jobs.gross.missing"), ())
    permanent = jobs.permanent_share
    chain = Chain(
        gross,
        p.decimals,
        () if permanent is None else (Claim("jobs.permanent.said", permanent, "share"),),
    )
    if jobs.full_time_share is not None:
        chain.multiply("jobs.full_time.said", jobs.full_time_share, ())
    ranges = _unsaid(jobs, kind, firms, p)
    if jobs.survival is not None:
        chain.take_share("jobs.deadweight", *_survived(jobs.survival), *ranges["deadweight"])
    elif jobs.reference_jobs is None:
        chain.take_share("jobs.deadweight", jobs.deadweight, (), *ranges["deadweight"])
    chain.take_share("jobs.leakage", jobs.leakage, (), *ranges["leakage"])
    chain.take_share("jobs.displacement", jobs.displacement, (), *ranges["displacement"])
    chain.take_share("jobs.substitution", jobs.substitution, (), p.substitution, (SUBSTITUTION,))
    chain.multiply(*_multiplier(jobs, p, table))
    if jobs.destroyed is None:
        chain.subtract_share_of_gross("jobs.destroyed.unknown", p.destroyed_share, DESTROYED_SHARE)
    else:
        chain.subtract("jobs.destroyed.said", jobs.destroyed)
    if jobs.reference_jobs is not None:
        chain.subtract("jobs.reference.said", jobs.reference_jobs)
    net = estimate(chain.low, chain.central, chain.high, p.decimals)

    one, two = p.level_one, level_two(territory, p)
    level = LevelRange(
        jobs_level(net.low, one, two),
        jobs_level(net.central, one, two),
        jobs_level(net.high, one, two),
    )
    warnings = []
    if net.central in (one, two):
        warnings.append("tie.jobs")
    if net.low <= 0 <= net.high and net.low < net.high:
        warnings.append("jobs.interval_contains_zero")
    if jobs.multiplier is not None and _by_table(jobs, table) is not None:
        warnings.append("jobs.multiplier_set_aside")
    elif _local_multiplier_without_tradable_jobs(jobs):
        warnings.append("jobs.local_multiplier_not_tradable")
    claim = Claim("jobs.net", net, "FTE", (), tuple(chain.claims), LEVEL_PARAMETERS)
    return JobsAssessment(net, level, claim, tuple(warnings))


def _unsaid(
    jobs: JobsClaim, kind: ProjectKind, firms: Sequence[Firm], p: JobsParameters
) -> dict[str, _Range]:
    """The range of each factor that was not said, with the parameters it comes from.

    The kind of aid moves the central value inside the range, never its ends; the activity of the
    firms, where all of them are of one kind, chooses the range of displacement.
    """
    deadweight: _Range = (p.deadweight, (DEADWEIGHT,))
    displacement: _Range = (p.displacement, (DISPLACEMENT,))
    leakage: _Range = (p.leakage, (LEAKAGE,))
    if jobs.aid_kind is not None:
        name = _CENTRAL[jobs.aid_kind]
        d, dp, lost = p.central[jobs.aid_kind]
        deadweight = _around(d, *deadweight, name)
        displacement = _around(dp, *displacement, name)
        leakage = _around(lost, *leakage, name)
    if kind is ProjectKind.INCUBATOR:
        deadweight = p.deadweight_incubator, (DEADWEIGHT_INCUBATOR,)
    retail, manufacturing = all_alike(firms, p)
    if retail:
        displacement = p.displacement_retail, (DISPLACEMENT_RETAIL, RETAIL)
    elif jobs.tradable and manufacturing:
        displacement = p.displacement_exporters, (DISPLACEMENT_EXPORTERS, MANUFACTURING)
    return {"deadweight": deadweight, "displacement": displacement, "leakage": leakage}


def all_alike(firms: Sequence[Firm], p: JobsParameters) -> tuple[bool, bool]:
    """Whether all firms are in retail trade, or all in manufacturing: all that net jobs depend on
    of the firms' side.
    """
    return _all_in(firms, p.retail), _all_in(firms, p.manufacturing)


def _around(central: float, range_: Estimate, parameters: tuple[str, ...], name: str) -> _Range:
    kept = min(max(central, range_.low), range_.high)
    return Estimate(range_.low, kept, range_.high), (*parameters, name)


def _all_in(firms: Sequence[Firm], divisions: tuple[int, int]) -> bool:
    """Whether every firm says its activity, and it lies in these divisions."""
    first, last = divisions
    return all(firm.naf is not None and first <= int(firm.naf[:DIVISION]) <= last for firm in firms)


def _survived(survival: Survival) -> tuple[Estimate, tuple[Claim, ...]]:
    """Deadweight of supported firms: what would have survived over what did, at most all."""
    reference, supported = survival.reference, survival.supported
    points = (
        survival_deadweight(reference.low, supported.high),
        survival_deadweight(reference.central, supported.central),
        survival_deadweight(reference.high, supported.low),
    )
    low, central, high = (min(1.0, point) for point in points)
    about = (str(survival.years), survival.source)
    because = (
        Claim("jobs.survival.supported", supported, "share", about),
        Claim("jobs.survival.reference", reference, "share", about),
    )
    return estimate(low, central, high, _FACTOR_DECIMALS), because


def _three(sheet: ParameterSheet, parameter_id: str) -> tuple[float, float, float]:
    deadweight, displacement, leakage = sheet.numbers(parameter_id)
    return deadweight, displacement, leakage


def _between(sheet: ParameterSheet, parameter_id: str) -> tuple[int, int]:
    first, last = sheet.numbers(parameter_id)
    return int(first), int(last)


_Factor = tuple[str, Estimate, tuple[str, ...], tuple[Claim, ...]]


def _multiplier(jobs: JobsClaim, p: JobsParameters, table: TableMultiplier | None) -> _Factor:
    said = jobs.multiplier
    if (by_table := _by_table(jobs, table)) is not None and table is not None:
        aside = () if said is None else (Claim("jobs.multiplier.set_aside", said.value, "factor"),)
        because = (*table.because, *aside)
        return "jobs.multiplier.table", by_table, (LOCAL_SHARE,), because
    lacks = table.because if table is not None and table.factor is None else ()
    if said is not None:
        composite = said.kind is MultiplierKind.COMPOSITE
        factor = said.value if composite else _one_plus(said.value)
        return "jobs.multiplier.said", factor, (), lacks
    if jobs.tradable is None:
        factor = p.multiplier_activity_unsaid
        return "jobs.multiplier.unknown", factor, (MULTIPLIER_ACTIVITY_UNSAID,), lacks
    if jobs.tradable:
        factor = _one_plus(p.local_multiplier)
        return "jobs.multiplier.unknown", factor, (LOCAL_MULTIPLIER,), lacks
    return "jobs.multiplier.none", _ONE, (), ()


def _by_table(jobs: JobsClaim, table: TableMultiplier | None) -> Estimate | None:
    """The table's factor. Jobs said not to be tradable bring none, and where nobody said so the
    worst and the central point grant none: silence never helps.
    """
    if table is None or table.factor is None or jobs.tradable is False:
        return None
    return table.factor if jobs.tradable else Estimate(1.0, 1.0, table.factor.high)


def _one_plus(extra: Estimate) -> Estimate:
    # Rounded, so that 1 + 0.64 reads 1.64.
    return estimate(1 + extra.low, 1 + extra.central, 1 + extra.high, _FACTOR_DECIMALS)


def _local_multiplier_without_tradable_jobs(jobs: JobsClaim) -> bool:
    said = jobs.multiplier
    return (
        jobs.tradable is False
        and said is not None
        and said.kind is MultiplierKind.LOCAL
        and said.value.high > 0
    )
