"""Technological and industrial potential: what the project does to what the territory can do.

Where the territory's rows are known, an activity that is opened or deepened is measured by what
came in its own past (``potential/``). Elsewhere declared facts are read as far as they go: a
departure may cost the specialisation (-2) or not (-1), a new activity may be related and complex
(+2) or not (0). Complexity needs the whole nation's map and stays open without it; with it, a new
activity lies in one of the quadrants relatedness x complexity. The harm decides when both are
declared: nothing compensates a potential that leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.proposal import Firm, TechnologyClaim
from services.method.figures import estimate, range_of, rounded
from services.method.territory.nation import FEWEST_PLACES
from services.method.territory.potential.knowledge import Knowledge, NationKnown
from services.method.territory.potential.panel import Claim as PastClaim
from services.method.territory.potential.parameters import DEVIATES, PLACE_SIZE, SECTIONS
from services.method.territory.potential.past import Past, Prospect
from services.method.territory.skills import Skills
from services.method.territory.variety import GROUP, quadrant

ASSET_OPEN = "technology.asset_open_to_others"
ACTIVITY_LEAVES = "technology.activity_leaves"
TRANSFERRED_OUT = "technology.transferred_out"
OPENS_ACTIVITY = "technology.opens_activity"
DEEPENS_ACTIVITY = "technology.deepens_activity"
UNSAID = "technology.unsaid"

_MEASURED = (PLACE_SIZE, SECTIONS, DEVIATES)
_SHARE_DECIMALS = _AREA_DECIMALS = 3
_MEAN = 0.0
"""Complexity is told in standard deviations from the mean of all activities."""

_BOTH = 2
"""Level of a new activity that is related and complex."""


@dataclass(frozen=True, slots=True)
class TechnologyParameters:
    """Levels of the declared facts, low, central and high."""

    asset_open: int
    activity_leaves: LevelRange
    transferred_out: int
    opens_activity: LevelRange
    deepens_activity: LevelRange
    unsaid: LevelRange

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "TechnologyParameters":
        return cls(
            asset_open=int(sheet.number(ASSET_OPEN)),
            activity_leaves=_levels(sheet, ACTIVITY_LEAVES),
            transferred_out=int(sheet.number(TRANSFERRED_OUT)),
            opens_activity=_levels(sheet, OPENS_ACTIVITY),
            deepens_activity=_levels(sheet, DEEPENS_ACTIVITY),
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
        and not (technology.opens or technology.deepens or technology.leaves)
    )


def assess_technology(
    technology: TechnologyClaim,
    firms: Sequence[Firm],
    knowledge: Knowledge | None,
    p: TechnologyParameters,
) -> TechnologyAssessment:
    """Level of the declared facts; a harm that was not denied stays possible at the worst point."""
    marks = _marks(technology, knowledge)
    if nothing_said(technology):
        level = LevelRange(p.unsaid.low, p.unsaid.central, p.unsaid.high, known=False)
        because = (Claim("technology.unknown", parameters=(UNSAID,)), *marks)
        return TechnologyAssessment(level, _claim(level, because), ())

    claims: list[Claim] = []
    warnings: list[str] = []
    low = central = high = 0
    if technology.shared_asset_open_to_others:
        low = central = high = p.asset_open
        claims.append(Claim("technology.asset_open", parameters=(ASSET_OPEN,)))
    communes = tuple(sorted({firm.commune for firm in firms if firm.commune is not None}))
    for code, activities, declared in (
        ("technology.opens", technology.opens, p.opens_activity),
        ("technology.deepens", technology.deepens, p.deepens_activity),
    ):
        for naf in activities:
            level, claim, warning = _gained(code, naf, declared, communes, knowledge)
            low, central = max(low, level.low), max(central, level.central)
            high = max(high, level.high)
            claims.append(claim)
            warnings += [warning] if warning and warning not in warnings else []
    leaves = technology.activity_leaves or bool(technology.leaves)
    if technology.transferred_out:
        low = central = high = p.transferred_out
        claims.append(Claim("technology.transferred_out", parameters=(TRANSFERRED_OUT,)))
    elif leaves:
        lost, claim = _lost(technology.leaves, communes, knowledge, p)
        low, central, high = (
            min(low, lost.low),
            min(central, lost.central),
            min(high, lost.high),
        )
        claims.append(claim)
        warnings += [] if "technology.not_measured" in warnings else ["technology.not_measured"]
    if technology.transferred_out is None or (technology.activity_leaves is None and not leaves):
        low = min(low, p.unsaid.low)
        claims.append(Claim("technology.harm_unknown", parameters=(UNSAID,)))
    if not claims:
        claims.append(Claim("technology.no_effect"))

    level = LevelRange(low, central, high)
    return TechnologyAssessment(level, _claim(level, (*claims, *marks)), tuple(warnings))


def _gained(
    code: str,
    naf: str,
    declared: LevelRange,
    communes: Sequence[str],
    knowledge: Knowledge | None,
) -> tuple[LevelRange, Claim, str | None]:
    """What an activity that is opened or deepened brings: +1 where such activities came more often
    than usual in the territory's past, and +1 for a new one that is complex; a complexity that is
    not known stays open.
    """
    past, nation = (knowledge.past, knowledge.nation) if knowledge else (None, None)
    prospect = past.prospect(naf, communes) if past else None
    complexity = _complexity(naf, nation)
    if past is None or prospect is None:
        parameter = OPENS_ACTIVITY if code == "technology.opens" else DEEPENS_ACTIVITY
        known = (complexity.claim,) if complexity.known else ()
        claim = Claim(code, about=(naf,), because=known, parameters=(parameter,))
        return _narrowed(declared, complexity), claim, "technology.not_measured"
    about = naf, prospect.commune
    if prospect.claim is None:
        claim = Claim("technology.already_special", about=about, parameters=_MEASURED)
        return LevelRange(0, 0, 0), claim, None
    came = prospect.came
    low, central, high = (
        int(share > prospect.usual) for share in (came.low, came.central, came.high)
    )
    warning = None
    if not past.reliable(prospect.claim):
        low, warning = 0, "technology.indicator_no_better"
    quadrants: tuple[Claim, ...] = ()
    if prospect.claim is PastClaim.NEW:
        low, central = low + complexity.sure, central + complexity.sure
        high += complexity.possible
        quadrants = (complexity.claim, *_quadrant(naf, prospect, complexity))
    shown = estimate(came.low, came.central, came.high, _SHARE_DECIMALS)
    side = "related" if prospect.related else "unrelated"
    median = rounded(prospect.median, _SHARE_DECIMALS)
    because = (
        Claim("technology.usual_share", rounded(prospect.usual, _SHARE_DECIMALS), "share"),
        Claim(
            f"technology.{side}",
            rounded(prospect.density, _SHARE_DECIMALS),
            "share",
            (),
            (Claim("technology.relatedness_median", median, "share"),),
        ),
        *_by_skills(prospect, past, knowledge.skills if knowledge else None),
        *quadrants,
    )
    claim = Claim(f"{code}.{prospect.claim}", shown, "share", about, because, parameters=_MEASURED)
    return LevelRange(low, central, high), claim, warning


@dataclass(frozen=True, slots=True)
class _Complexity:
    """``value`` in standard deviations from the mean of all activities; None where not known."""

    value: float | None
    claim: Claim

    @property
    def known(self) -> bool:
        return self.value is not None

    @property
    def sure(self) -> int:
        return int(self.value is not None and self.value >= _MEAN)

    @property
    def possible(self) -> int:
        return int(self.value is None or self.value >= _MEAN)


def _complexity(naf: str, nation: NationKnown | None) -> _Complexity:
    found = nation.activity(naf) if nation else None
    if nation is None or found is None:
        return _Complexity(None, Claim("technology.complexity_unknown"))
    side = "complex" if found.complexity >= _MEAN else "simple"
    about = (found.code, str(nation.table.places), str(nation.table.year), nation.table.source)
    claim = Claim(
        f"technology.{side}",
        found.complexity,
        "standard deviations",
        about,
        parameters=(FEWEST_PLACES,),
    )
    return _Complexity(found.complexity, claim)


def _quadrant(naf: str, prospect: Prospect, complexity: _Complexity) -> tuple[Claim, ...]:
    if complexity.value is None:
        return ()
    where = quadrant(
        prospect.density,
        complexity.value,
        median_density=prospect.median,
        mean_complexity=_MEAN,
    )
    return (Claim(f"technology.quadrant.{where}", about=(naf,)),)


def _by_skills(prospect: Prospect, past: Past, skills: Skills | None) -> tuple[Claim, ...]:
    """The same question asked of skills; shown where a table is loaded, and changes no level."""
    if skills is None:
        return ()
    special = past.specialities(prospect.commune)
    density = skills.density(prospect.naf[:GROUP], past.terms.activities, special)
    if density is None:
        return ()
    about = (skills.table.source, str(skills.table.year))
    shown = rounded(density, _SHARE_DECIMALS)
    return (Claim("technology.skill_density", shown, "share", about),)


def _narrowed(declared: LevelRange, complexity: _Complexity) -> LevelRange:
    """A declared range where one of the two conditions of its +2 is known."""
    if not complexity.known or declared.high < _BOTH:
        return declared
    if complexity.sure:
        return LevelRange(max(declared.low, 1), max(declared.central, 1), declared.high)
    one = declared.high - 1
    return LevelRange(min(declared.low, one), min(declared.central, one), one)


def _lost(
    leaves: Sequence[str],
    communes: Sequence[str],
    knowledge: Knowledge | None,
    p: TechnologyParameters,
) -> tuple[LevelRange, Claim]:
    """What a departure costs: it can cost a specialisation only where there is one, be it of a
    commune in its territory or of the territory in its nation.
    """
    past, nation = (knowledge.past, knowledge.nation) if knowledge else (None, None)
    found = [past.prospect(naf, communes) if past else None for naf in leaves]
    on_the_map = [nation.activity(naf) if nation else None for naf in leaves]
    because = tuple(
        Claim("technology.quotient_in_nation", each.quotient, "quotient", (each.code,))
        for each in on_the_map
        if each is not None
    )
    strong = any(each is not None and each.quotient >= 1 for each in on_the_map)
    elsewhere = all(prospect is not None and prospect.claim is not None for prospect in found)
    about = tuple(leaves)
    if found and elsewhere and not strong:
        worst = p.activity_leaves.high
        code = "technology.leaves_no_speciality"
        claim = Claim(code, None, "", about, because, parameters=_MEASURED)
        return LevelRange(worst, worst, worst), claim
    code = "technology.activity_leaves"
    return p.activity_leaves, Claim(code, None, "", about, because, (ACTIVITY_LEAVES,))


def _marks(technology: TechnologyClaim, knowledge: Knowledge | None) -> tuple[Claim, ...]:
    """How much the score of this project's claim has earned in the territory's own past."""
    past = knowledge.past if knowledge else None
    if past is None:
        return (Claim("technology.indicator_untested"),)
    claim = PastClaim.GROWN if technology.deepens and not technology.opens else PastClaim.NEW
    earned = past.earned(claim)
    if earned is None or earned.area is None:
        return (Claim("technology.indicator_untested"),)
    baselines = tuple(
        Claim(f"technology.baseline_{name}", rounded(area, _AREA_DECIMALS), "area")
        for name, area in earned.baselines.items()
        if area is not None
    )
    about = (str(earned.first), str(earned.second))
    area = rounded(earned.area, _AREA_DECIMALS)
    return (
        Claim(f"technology.earned.{claim}", area, "area", about, baselines, parameters=_MEASURED),
    )


def _claim(level: LevelRange, because: tuple[Claim, ...]) -> Claim:
    return Claim("technology.level", float(level.central), "level", (), because)


def _levels(sheet: ParameterSheet, parameter_id: str) -> LevelRange:
    points = range_of(sheet, parameter_id)
    return LevelRange(int(points.low), int(points.central), int(points.high))
