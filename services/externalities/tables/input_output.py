"""An input-output table from a CSV file: technical coefficients, and a row of employment.

The header is ``branch`` and the code of each branch; a row a supplying branch, in any order; a row
``employment`` with jobs per unit of output. A branch is a section letter with divisions (``C10``),
divisions (``10``, ``10-12``, ``31+32``), or a code of the French national accounts (``JA``). The
publishers' own spellings are read as well: ``C10T12`` (OECD), ``CPA_C10-12`` and ``02_03``
(Eurostat); rows and columns may differ in them.
"""

import csv
import io
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from contracts.vocabulary.limits import MAX_BRANCHES
from contracts.vocabulary.territory_tables import Branch, InputOutputTable, TableScope
from services.externalities.csv_files import BadTable, Sheet, sheet_of
from services.externalities.nomenclature import labels
from services.method.territory.input_output import multipliers_of

EMPLOYMENT = "employment"
_PART = re.compile(r"[A-U]?([0-9]{2})(?:[-T][A-U]?([0-9]{2}))?")
_PREFIX = re.compile(r"(?:CPA|NACE)_")
_NEXT = 1
_DIVISION_LENGTH = 2


@cache
def accounts() -> Mapping[str, tuple[str, ...]]:
    """The divisions of each branch of the French national accounts (levels A17 and A38)."""
    text = (resources.files(__package__) / "branches.csv").read_text("utf-8")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    return MappingProxyType({row["branch"]: tuple(row["divisions"].split()) for row in rows})


@cache
def divisions() -> tuple[str, ...]:
    """The divisions of the nomenclature, in order."""
    return tuple(sorted(code for code in labels() if len(code) == _DIVISION_LENGTH))


def divisions_of(code: str) -> tuple[str, ...]:
    """The divisions that a branch's code names; none where nobody knows the code."""
    if code in accounts():
        return accounts()[code]
    bare = _PREFIX.sub("", code.strip().upper(), count=1)
    if bare in accounts():
        return accounts()[bare]
    found: list[str] = []
    for part in re.split(r"[+_]", bare):
        said = _PART.fullmatch(part.strip())
        if said is None:
            return ()
        first, last = said[1], said[2] or said[1]
        inside = [each for each in divisions() if first <= each <= last]
        if not inside or first not in inside or last not in inside:
            return ()
        if (
            "_" in bare
            and found
            and divisions().index(first) != divisions().index(found[-1]) + _NEXT
        ):
            # A range to some publishers, a list to others: the same only for neighbours.
            return ()
        found += inside
    return tuple(found)


def read_input_output(
    path: Path, *, year: int, scope: TableScope, source: str, licence: str
) -> InputOutputTable:
    """All or nothing. Raises ``BadTable`` naming each fault by line and column."""
    sheet = sheet_of(path, ("branch",), "an input-output table", more=True)
    codes = sheet.header[1:]
    _check_codes(sheet, codes)
    cells, employment = _cells(sheet, codes)
    sheet.stop_at_faults()
    table = InputOutputTable(
        file=path.name[:200],
        file_sha256=sheet.sha256,
        year=year,
        scope=scope,
        source=source,
        licence=licence,
        branches=tuple(
            Branch(
                code=code,
                divisions=divisions_of(code),
                inputs=tuple(cells[supplier, code] for supplier in codes),
                employment=employment[code],
            )
            for code in codes
        ),
    )
    try:
        multipliers_of(table)
    except ValueError as error:
        raise BadTable(f"{path}: nothing was loaded: {error}") from error
    return table


def _check_codes(sheet: Sheet, codes: list[str]) -> None:
    if not 1 <= len(codes) <= MAX_BRANCHES:
        sheet.fault(1, "", f"{len(codes)} branches; a table has 1 to {MAX_BRANCHES}")
    seen: dict[str, str] = {}
    for code in codes:
        inside = divisions_of(code)
        if not inside:
            sheet.fault(
                1,
                code,
                "is no branch: write divisions (10, 10-12, 31+32) or a code of the national "
                "accounts (C1, JA)",
            )
        for division in inside:
            if division in seen:
                sheet.fault(1, code, f"division {division} is in branch {seen[division]!r} too")
            seen[division] = code
    sheet.stop_at_faults()


def _cells(sheet: Sheet, codes: list[str]) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    cells: dict[tuple[str, str], float] = {}
    employment: dict[str, float] = {}
    seen: dict[str, int] = {}
    by_divisions = {divisions_of(code): code for code in codes}
    for line, (said, *values) in sheet.rows:
        name = EMPLOYMENT if said.lower() == EMPLOYMENT else by_divisions.get(divisions_of(said))
        if name is None:
            sheet.fault(line, "branch", f"{said!r} is no column of the header: it must be square")
            continue
        if (first := seen.setdefault(name, line)) != line:
            sheet.fault(line, "branch", f"{said!r} stands on line {first} as well")
            continue
        for code, text in zip(codes, values, strict=True):
            value = sheet.number(line, code, text)
            if value is not None and value < 0:
                sheet.fault(line, code, f"{text!r} is negative")
            elif value is not None and name == EMPLOYMENT:
                employment[code] = value
            elif value is not None:
                cells[name, code] = value
    for wanted in (*codes, EMPLOYMENT):
        if wanted not in seen:
            sheet.fault(1, "", f"the row {wanted!r} is missing")
    return cells, employment
