"""The directory of competences as a file: read whole or not at all, written as it is read."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.geography import Geography
from contracts.vocabulary.competences import CompetenceEntry
from contracts.vocabulary.limits import MAX_COMPETENCES, MAX_DIRECTORY_BYTES
from services.externalities.csv_files import BadTable, escape_formulas, sheet_of, unescape_formulas

SEPARATOR = ";"
BETWEEN = " | "
"""Stands between two offers, or two needs, in one cell."""

COLUMNS = ("id", "kind", "name", "contact", "commune", "offers", "needs", "since", "source")
_LISTS = ("offers", "needs")


def read_competences(path: Path, geography: Geography) -> tuple[CompetenceEntry, ...]:
    """All or nothing. Raises ``BadTable`` naming each fault by line and column."""
    sheet = sheet_of(path, COLUMNS, "a directory of competences", most_bytes=MAX_DIRECTORY_BYTES)
    entries: list[CompetenceEntry] = []
    seen: dict[str, int] = {}
    for line, cells in sheet.rows:
        said: dict[str, Any] = dict(zip(COLUMNS, unescape_formulas(cells), strict=True))
        for column in _LISTS:
            parts = said[column].split(BETWEEN.strip())
            said[column] = [part.strip() for part in parts if part.strip()]
        entry = sheet.words(line, CompetenceEntry, said, {})
        if entry is None:
            continue
        if (first := seen.setdefault(entry.id, line)) != line:
            sheet.fault(line, "id", f"{entry.id!r} stands on line {first} already")
        there, wrong = placed([entry], geography)
        for _, (why, fix) in wrong:
            sheet.fault(line, "commune", f"{why}: {fix}")
        entries += there
    if not sheet.faults and len(entries) > MAX_COMPETENCES:
        sheet.fault(
            sheet.rows[-1][0], "", f"{len(entries):,} entries; at most {MAX_COMPETENCES:,} are read"
        )
    sheet.stop_at_faults()
    if not entries:
        raise BadTable(f"{path}: no entry stands in it")
    return tuple(entries)


def written_competences(entries: Sequence[CompetenceEntry]) -> str:
    """The directory as CSV, as it is read; a cell that a spreadsheet would compute is escaped."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        said = codec.adapter(CompetenceEntry).dump_python(entry, mode="json")
        cells = [BETWEEN.join(said[c]) if c in _LISTS else said[c] for c in COLUMNS]
        writer.writerow(escape_formulas(cells))
    return text.getvalue()


def placed(
    entries: Sequence[CompetenceEntry], geography: Geography
) -> tuple[tuple[CompetenceEntry, ...], list[tuple[int, tuple[str, str]]]]:
    """The entries with the name of their commune, and those whose commune is none: their position,
    why and what to write.
    """
    found, wrong = [], []
    for position, entry in enumerate(entries):
        code = geography.current(entry.commune)
        if code is None:
            wrong.append((position, geography.refusal(entry.commune) or ("", "")))
        else:
            found.append(replace(entry, place=geography.communes[code].name))
    return tuple(found), wrong
