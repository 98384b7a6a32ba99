"""The header of the publisher's file: which column is what, and which years there are.

The same columns come in two styles, labels (``Code commune``) and technical names
(``code_commune``). The last year differs from one download to the next.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.externalities.employment.faults import BadEmploymentFile

SEPARATOR = ";"
_OTHER_SEPARATORS = {",": "commas", "\t": "tabs", "|": "vertical bars"}
_FEWEST_COLUMNS = 5
"""A header split by the right separator has more than this; one that is not has one column."""

CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "department": ("Code département", "code_departement"),
        "zone": ("Code zone d'emploi", "code_zone_d_emploi"),
        "epci": ("Code EPCI", "code_epci"),
        "commune": ("Code commune", "code_commune"),
        "naf": ("Code APE", "code_ape"),
        "department_name": ("Département", "departement"),
        "zone_name": ("Zone d'emploi", "zone_d_emploi"),
        "epci_name": ("EPCI", "epci"),
        "commune_name": ("Nom commune", "intitule_commune"),
    }
)
"""The columns that are read, in both styles. The others repeat what these say."""

_YEAR = re.compile(
    r"(?:(?P<e>Nombre d'établissements|nombre_d_etablissements)"
    r"|(?P<j>Effectifs salariés|effectifs_salaries))[ _](?P<year>[12][0-9]{3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions (from 0) of the columns, ``names`` as the file writes them."""

    names: tuple[str, ...]
    codes: Mapping[str, int]
    establishments: Mapping[int, int]
    employees: Mapping[int, int]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted(self.establishments))


def layout_of(path: str, header: str) -> Layout:
    """The layout that a header line says.

    Raises ``BadEmploymentFile`` for a wrong separator, a missing or a repeated column, half a
    pair of year columns.
    """
    names = _names(header)
    folded = [name.casefold() for name in names]
    if len(names) < _FEWEST_COLUMNS:
        raise BadEmploymentFile(_wrong_separator(path, header))
    repeated = [name for i, name in enumerate(names) if folded.index(folded[i]) < i]
    if repeated:
        raise BadEmploymentFile(f"{path}: line 1: column {repeated[0]!r} stands there twice")
    codes = {}
    missing = []
    for field, styles in CODES.items():
        found = [folded.index(each) for style in styles if (each := style.casefold()) in folded]
        if found:
            codes[field] = found[0]
        else:
            missing.append(" or ".join(repr(style) for style in styles))
    establishments, employees = _year_columns(names)
    missing += [
        f"the {what} of {year}"
        for what, have, other in (
            ("establishments", establishments, employees),
            ("employees", employees, establishments),
        )
        for year in sorted(set(other) - set(have))
    ]
    if not missing and not establishments:
        missing.append("'Nombre d'établissements …' and 'Effectifs salariés …' of any year")
    if missing:
        raise BadEmploymentFile(
            f"{path}: line 1: missing column{'s' if len(missing) > 1 else ''}: "
            f"{'; '.join(missing)}. The header has {len(names)} columns: "
            f"{', '.join(names[:6])}… Download the file again as CSV with all columns"
        )
    return Layout(tuple(names), codes, establishments, employees)


def years_wanted(path: str, layout: Layout, year: int, step: int) -> tuple[int, ...]:
    """The year and every ``step`` years before it, as far as the file goes back.

    Raises ``BadEmploymentFile`` when the file does not hold the year.
    """
    if year not in layout.years:
        first, last = layout.years[0], layout.years[-1]
        raise BadEmploymentFile(
            f"{path}: line 1: there is no year {year}; the file holds {first} to {last}: choose "
            f"one of these with --year"
        )
    return tuple(each for each in layout.years if each <= year and (year - each) % step == 0)


def _names(header: str) -> list[str]:
    read: Sequence[Sequence[str]] = list(csv.reader([header], delimiter=SEPARATOR))
    return [name.strip() for name in read[0]] if read else []


def _year_columns(names: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    establishments: dict[int, int] = {}
    employees: dict[int, int] = {}
    for position, name in enumerate(names):
        if (found := _YEAR.fullmatch(name)) is not None:
            kind = establishments if found["e"] else employees
            kind[int(found["year"])] = position
    return establishments, employees


def _wrong_separator(path: str, header: str) -> str:
    by = next((word for sign, word in _OTHER_SEPARATORS.items() if header.count(sign) > 1), None)
    found = f"its columns are separated by {by}" if by else "it has no columns"
    return (
        f"{path}: line 1: {found}, the publisher's file separates them by {SEPARATOR!r}: download "
        f"the CSV again and do not save it from a spreadsheet"
    )
