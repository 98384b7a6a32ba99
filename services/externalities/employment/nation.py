"""The whole file as the nation's map, and the imported area on it."""

from collections.abc import Collection

import numpy as np

from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import NationalActivity, NationalMap
from services.externalities.employment.duckdb_import import Read
from services.method.territory.nation import on_the_map

SOURCE = (
    "Urssaf, établissements employeurs et effectifs salariés du secteur privé, par commune "
    "\N{MULTIPLICATION SIGN} APE, "
    "{places} zones d'emploi, fin décembre {year} (open.urssaf.fr)"
)


def map_of(
    found: Read,
    snapshot: TerritorySnapshot,
    activities: Collection[str],
    fewest_places: int,
    file: str,
) -> tuple[NationalMap | None, int]:
    """The map and the number of employment areas it is made of; no map where these are too few.

    Rows with an activity that is not in the nomenclature are left out, and counted by area and
    activity.
    """
    known = [(zone, naf, n) for zone, naf, n in found.nation.sums if naf in activities and n > 0]
    zones = sorted({zone for zone, _, _ in known})
    if len(zones) < fewest_places:
        return None, len(zones)
    codes = sorted({naf for _, naf, _ in known})
    row = {zone: i for i, zone in enumerate(zones)}
    column = {naf: i for i, naf in enumerate(codes)}
    employees = np.zeros((len(zones), len(codes)))
    for zone, naf, count in known:
        employees[row[zone], column[naf]] = count
    own = {each.naf: float(each.employees) for each in snapshot.activities}
    odd = sum(naf not in activities for _, naf, _ in found.nation.sums)
    return NationalMap(
        file=file,
        file_sha256=found.sha256,
        year=snapshot.year,
        places=len(zones),
        left_out=found.nation.left_out + odd,
        source=SOURCE.format(places=len(zones), year=snapshot.year),
        licence=snapshot.licence,
        activities=tuple(
            NationalActivity(
                code=each.code,
                complexity=each.complexity,
                ubiquity=each.ubiquity,
                quotient=each.quotient,
                density=each.density,
            )
            for each in on_the_map(employees, codes, own)
        ),
    ), len(zones)
