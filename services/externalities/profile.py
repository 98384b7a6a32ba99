"""The profile of a territory: what its page shows, made of the snapshot and of its own past."""

from collections import defaultdict
from statistics import median

from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.territory import EmploymentRow, EmploymentTable, TerritorySnapshot
from contracts.vocabulary.territory_profile import (
    IndicatorMark,
    ProfileActivity,
    ProfileGroup,
    ProfileNation,
    ProfileRow,
    TerritoryProfile,
    YearTotal,
)
from contracts.vocabulary.territory_tables import NationalMap
from services.externalities.nomenclature import labels
from services.method import territory_knowledge
from services.method.territory.potential.panel import Claim
from services.method.territory.potential.past import Past
from services.method.territory.variety import (
    GROUP,
    employment_concentration,
    related_variety,
    unrelated_variety,
)

MOST_ROWS = 20_000
"""Rows an event carries: about 1.2 MB. Beyond, the page names the activities without their rows."""

_DECIMALS = 3


def profile_of(snapshot: TerritorySnapshot, sheet: ParameterSheet) -> TerritoryProfile | None:
    """None for a snapshot without the rows of the public file."""
    table = snapshot.employment
    if table is None:
        return None
    by_activity: dict[str, list[EmploymentRow]] = defaultdict(list)
    for row in table.rows:
        if row.establishments[-1] is not None:
            by_activity[row.naf].append(row)
    earlier: dict[str, int] = defaultdict(int)
    for row in table.rows:
        earlier[row.naf] += row.employees[0] or 0
    left_out = sum(map(len, by_activity.values())) > MOST_ROWS
    employment = {each.naf: float(each.employees) for each in snapshot.activities}
    return TerritoryProfile(
        parameters_on=sheet.on,
        file=table.file,
        file_sha256=table.file_sha256,
        totals=_totals(table),
        communes=table.communes,
        activities=tuple(
            ProfileActivity(
                naf=each.naf,
                label=labels().get(each.naf, each.naf)[:200],
                establishments=each.establishments,
                employees=each.employees,
                earlier=earlier[each.naf],
                rows=() if left_out else tuple(map(_row, by_activity[each.naf])),
            )
            for each in sorted(snapshot.activities, key=lambda a: (-a.employees, a.naf))
        ),
        related_variety=round(related_variety(employment), _DECIMALS),
        unrelated_variety=round(unrelated_variety(employment), _DECIMALS),
        concentration=round(employment_concentration(employment), 0),
        marks=_marks(territory_knowledge(snapshot, sheet).past),
        rows_left_out=left_out,
        nation=None if snapshot.nation is None else _on_the_map(snapshot.nation),
    )


def _on_the_map(nation: NationalMap) -> ProfileNation:
    """The groups of activities, by relatedness and complexity."""
    groups = [each for each in nation.activities if len(each.code) == GROUP]
    open_ = [each.density for each in groups if each.quotient < 1]
    middle = median(open_) if open_ else 0.0
    return ProfileNation(
        year=nation.year,
        places=nation.places,
        left_out=nation.left_out,
        source=nation.source,
        file_sha256=nation.file_sha256,
        groups=tuple(
            ProfileGroup(
                code=each.code,
                label=labels().get(each.code, each.code)[:200],
                quotient=each.quotient,
                density=each.density,
                complexity=each.complexity,
                related=each.density >= middle,
                complex=each.complexity >= 0,
            )
            for each in groups
        ),
    )


def _totals(table: EmploymentTable) -> tuple[YearTotal, ...]:
    return tuple(
        YearTotal(year=year, employees=sum(row.employees[i] or 0 for row in table.rows))
        for i, year in enumerate(table.years)
    )


def _row(row: EmploymentRow) -> ProfileRow:
    return ProfileRow(
        line=row.line,
        commune=row.commune,
        establishments=row.establishments[-1] or 0,
        employees=row.employees[-1] or 0,
    )


def _marks(past: Past | None) -> tuple[IndicatorMark, ...]:
    if past is None:
        return ()
    return tuple(
        IndicatorMark(
            claim=earned.claim,
            first=earned.first,
            second=earned.second,
            candidates=earned.candidates,
            came=earned.came,
            area=round(earned.area, _DECIMALS),
            error=round(earned.error, _DECIMALS),
            density=_rounded(earned.baselines["density"]),
            ubiquity=_rounded(earned.baselines["ubiquity"]),
        )
        for claim in (Claim.NEW, Claim.GROWN)
        if (earned := past.earned(claim)) is not None
        and earned.area is not None
        and earned.error is not None
    )


def _rounded(area: float | None) -> float | None:
    return None if area is None else round(area, _DECIMALS)
