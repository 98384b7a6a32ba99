"""The whole import: from a file and an area to a snapshot and a report of what was read."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from contracts.geography import Geography
from contracts.vocabulary.territory import (
    ActivityEmployment,
    AreaCommune,
    EmploymentTable,
    TerritorySnapshot,
)
from services.externalities.employment.area import Area, area_of
from services.externalities.employment.checking import Checked, check
from services.externalities.employment.duckdb_import import Progress, Read, header_of, read
from services.externalities.employment.faults import BadEmploymentFile, Fault
from services.externalities.employment.layout import Layout, years_wanted
from services.externalities.employment.nation import map_of

SOURCE = (
    "Urssaf, établissements employeurs et effectifs salariés du secteur privé, par commune "
    "\N{MULTIPLICATION SIGN} APE, "
    "{area}, fin décembre {year} (open.urssaf.fr)"
)
LICENCE = "Licence Ouverte"
HISTORY_STEP = 5
"""Years between two kept years: what the technology indicator is fitted on and marked with."""

_AREA_WORDS = {
    "zone": "zone d'emploi {codes} {name}",
    "epci": "EPCI {codes} {name}",
    "department": "département {codes} {name}",
    "commune": "commune {codes} {name}",
}
_NAMED_AREA_CODES = 3


class BadRows(StrEnum):
    """What to do about a row of the area with something wrong in it."""

    REFUSE = "refuse"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what was left out, and why. ``places`` are the employment areas with
    employees in the whole file.
    """

    file: str
    records: int
    area_rows: int
    kept_rows: int
    skipped_rows: int
    faults: tuple[Fault, ...]
    years: tuple[int, ...]
    unsaid: int
    merged: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Imported:
    snapshot: TerritorySnapshot
    report: Report


def import_employment(
    path: Path,
    said_area: str,
    year: int,
    *,
    geography: Geography,
    activities: Collection[str],
    progress: Progress,
    territory_id: str | None = None,
    name: str | None = None,
    bad_rows: BadRows = BadRows.REFUSE,
    step: int = HISTORY_STEP,
    fewest_places: int,
) -> Imported:
    """Read the file for one area. All or nothing: what is returned is whole, and nothing is
    written here. A file of at least ``fewest_places`` employment areas is a nation's: the area is
    then placed on its map.

    Raises ``BadEmploymentFile`` (also for the first bad row, unless they are skipped),
    ``BadArea``, or ``OSError``.
    """
    area = area_of(said_area, geography)
    layout = header_of(path)
    years = years_wanted(str(path), layout, year, step)
    found = read(path, layout, area, years, progress)
    checked = check(found.rows, layout, years, geography, activities)
    faults = tuple(sorted((*found.faults, *checked.faults), key=lambda fault: fault.line))
    if faults and bad_rows is BadRows.REFUSE:
        raise BadEmploymentFile.because_of(str(path), faults)
    snapshot = _snapshot(path, area, found, checked, layout, years, territory_id, name, geography)
    progress("Placing the area on the nation's map", 0.0)
    nation, places = map_of(found, snapshot, activities, fewest_places, path.name)
    progress("Placing the area on the nation's map", 1.0)
    return Imported(
        replace(snapshot, nation=nation),
        _report(path, found, checked, faults, years, places, _held(area, found, geography)),
    )


def _snapshot(
    path: Path,
    area: Area,
    found: Read,
    checked: Checked,
    layout: Layout,
    years: tuple[int, ...],
    territory_id: str | None,
    name: str | None,
    geography: Geography,
) -> TerritorySnapshot:
    employees: Counter[str] = Counter()
    establishments: Counter[str] = Counter()
    for row in checked.rows:
        establishments[row.naf] += row.establishments[-1] or 0
        employees[row.naf] += row.employees[-1] or 0
    if not employees.total():
        raise BadEmploymentFile(
            f"{path}: {area.said!r} has no employee at the end of {years[-1]}: choose another "
            f"year with --year, one of {', '.join(map(str, layout.years))}"
        )
    chosen_id, chosen_name = territory_id or area.id, name or found.area_name
    if chosen_id is None or chosen_name is None:
        raise BadEmploymentFile(
            f"{area.said!r} is a list of communes, which has no name or id of its own: give both, "
            f"for example --id fr-list-my-valley --name 'My valley'"
        )
    communes = _communes(found, checked, geography)
    return TerritorySnapshot(
        id=chosen_id,
        name=chosen_name,
        year=years[-1],
        private_employment=employees.total(),
        communes=len(communes),
        source=SOURCE.format(area=_words(area, chosen_name), year=years[-1]),
        licence=LICENCE,
        activities=tuple(
            ActivityEmployment(
                naf=naf, establishments=establishments[naf], employees=employees[naf]
            )
            for naf in sorted(establishments)
            if establishments[naf]
        ),
        employment=EmploymentTable(
            file=path.name,
            file_sha256=found.sha256,
            years=years,
            communes=communes,
            rows=checked.rows,
            skipped=checked.faulty_rows,
        ),
    )


def _communes(found: Read, checked: Checked, geography: Geography) -> tuple[AreaCommune, ...]:
    """Every commune of the area in the file, also those without a row in the wanted years."""
    kept = {row.commune for row in checked.rows}
    communes = {}
    for row in found.rows:
        code = row.commune or ""
        if code in communes or (code not in kept and geography.current(code) is None):
            continue
        known = geography.communes.get(geography.current(code) or "")
        epci = row.epci if row.epci and row.epci.isdigit() else None
        name = row.commune_name or (known.name if known else code)
        communes[code] = AreaCommune(code=code, name=name, epci=epci)
    return tuple(communes[code] for code in sorted(communes))


def _held(area: Area, found: Read, geography: Geography) -> str | None:
    """How much of an area the file holds, where that is not all of it: one that was downloaded for
    an employment area holds a part of a department, and looks like the whole.
    """
    inside = {
        code
        for code, here in geography.communes.items()
        if {"department": here.department, "epci": here.epci}.get(area.kind) in area.codes
    }
    there = inside & {geography.current(row.commune or "") for row in found.rows}
    if inside == there:
        return None
    return (
        f"the file holds rows of {len(there):,} of the {len(inside):,} communes of {area.said}; "
        f"communes without a private employer have none, but a file downloaded for a smaller area "
        f"is not the whole"
    )


def _words(area: Area, name: str) -> str:
    codes = sorted(area.codes)
    if area.id is None or len(codes) > _NAMED_AREA_CODES:
        return f"{len(codes)} communes ({name})"
    return _AREA_WORDS[area.kind].format(codes=", ".join(codes), name=name)


def _report(
    path: Path,
    found: Read,
    checked: Checked,
    faults: tuple[Fault, ...],
    years: tuple[int, ...],
    places: int,
    held: str | None,
) -> Report:
    warnings = [] if held is None else [held]
    if not found.ends_whole:
        warnings.append(
            "the last line does not end with a line break: nobody can tell whether it is whole; "
            "compare its last figures with the publisher's"
        )
    return Report(
        file=path.name,
        records=found.records + len(found.faults),
        area_rows=len(found.rows),
        kept_rows=len(checked.rows),
        skipped_rows=checked.faulty_rows + len(found.faults),
        faults=faults,
        years=years,
        unsaid=checked.unsaid,
        merged=checked.merged,
        warnings=tuple(warnings),
        places=places,
    )
