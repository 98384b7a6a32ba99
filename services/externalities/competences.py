"""The directory of competences as a file: read whole or not at all, written as it is read."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from contracts import codec
from contracts.vocabulary.competences import CompetenceEntry
from contracts.vocabulary.limits import MAX_COMPETENCES, MAX_DIRECTORY_BYTES
from services.externalities.cells import defused, meant
from services.externalities.geography import Geography

SEPARATOR = ";"
BETWEEN = " | "
"""Stands between two offers, or two needs, in one cell."""

COLUMNS = ("id", "kind", "name", "contact", "commune", "offers", "needs", "since", "source")
_LISTS = ("offers", "needs")


class BadCompetences(Exception):
    """A directory that cannot be used: each place by line and column."""


def read_competences(path: Path, geography: Geography) -> tuple[CompetenceEntry, ...]:
    """All or nothing. Raises ``BadCompetences`` naming each fault by line and column."""
    # Strict, so that a quote left open is a fault and does not swallow the rest of the file.
    text = io.StringIO(_text(path), newline="")
    rows = csv.reader(text, delimiter=SEPARATOR, strict=True)
    try:
        return _read(path, rows, geography)
    except csv.Error as error:
        raise BadCompetences(f"{path}: line {rows.line_num}: it is no CSV: {error}") from error


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_DIRECTORY_BYTES:
        raise BadCompetences(f"{path}: it is larger than {MAX_DIRECTORY_BYTES:,} bytes: split it")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCompetences(f"{path}: it is not UTF-8 ({error}): save it as CSV UTF-8") from error


def _read(path: Path, rows: Any, geography: Geography) -> tuple[CompetenceEntry, ...]:
    header = [cell.strip() for cell in next(rows, [])]
    if tuple(header) != COLUMNS:
        raise BadCompetences(
            f"{path}: line 1: the columns must be {SEPARATOR.join(COLUMNS)}, with semicolons"
        )
    entries: list[CompetenceEntry] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    line = rows.line_num
    for cells in rows:
        # A cell may hold line breaks: a row is named by the line on which it begins.
        begins, line = line + 1, rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(COLUMNS):
            faults.append(f"line {begins}: {len(cells)} columns instead of {len(COLUMNS)}")
            continue
        entry, wrong = _entry(meant(cell.strip() for cell in cells), geography)
        faults += [f"line {begins}, {why}" for why in wrong]
        if entry is None:
            continue
        if entry.id in seen:
            faults.append(
                f"line {begins}, column 'id': {entry.id!r} stands on line {seen[entry.id]} already"
            )
        seen.setdefault(entry.id, begins)
        entries.append(entry)
    if not faults and len(entries) > MAX_COMPETENCES:
        faults.append(
            f"line {line}: {len(entries):,} entries; at most {MAX_COMPETENCES:,} are read"
        )
    if faults:
        raise BadCompetences("\n  ".join([f"{path}: nothing was read:", *faults]))
    if not entries:
        raise BadCompetences(f"{path}: no entry stands in it")
    return tuple(entries)


def written_competences(entries: Sequence[CompetenceEntry]) -> str:
    """The directory as CSV, as it is read; a cell that a spreadsheet would compute is defused."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        said = codec.adapter(CompetenceEntry).dump_python(entry, mode="json")
        cells = [BETWEEN.join(said[c]) if c in _LISTS else said[c] for c in COLUMNS]
        writer.writerow(defused(cells))
    return text.getvalue()


def placed(
    entries: Sequence[CompetenceEntry], geography: Geography
) -> tuple[tuple[CompetenceEntry, ...], list[tuple[int, str]]]:
    """The entries with the name of their commune, and those whose commune is none: their position
    and why.
    """
    found, wrong = [], []
    for position, entry in enumerate(entries):
        code = geography.current(entry.commune)
        if code is None:
            wrong.append((position, f"{entry.commune!r} is no commune: write its INSEE code"))
        else:
            found.append(replace(entry, place=geography.communes[code].name))
    return tuple(found), wrong


def _entry(cells: Sequence[str], geography: Geography) -> tuple[CompetenceEntry | None, list[str]]:
    said: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
    for column in _LISTS:
        said[column] = [
            part.strip() for part in said[column].split(BETWEEN.strip()) if part.strip()
        ]
    words: TypeAdapter[CompetenceEntry] = codec.adapter(CompetenceEntry)
    try:
        entry = words.validate_json(_json(said))
    except ValidationError as error:
        return None, [_named(each, said) for each in error.errors()]
    (there, wrong) = placed([entry], geography)
    if wrong:
        return None, [f"column 'commune': {wrong[0][1]}"]
    return there[0], []


def _json(said: dict[str, Any]) -> bytes:
    dumped: bytes = codec.adapter(dict[str, Any]).dump_json(said)
    return dumped


def _named(error: Any, said: dict[str, Any]) -> str:
    """One fault by its column, with what stands there."""
    message = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return f"columns 'offers' and 'needs': {message}"
    column = error["loc"][0]
    value = said.get(column, "")
    return f"column {column!r}: {str(value)[:80]!r}: {message}"
