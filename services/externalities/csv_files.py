"""The one reader of CSV files that people keep: as the trade saves them, or refused with the place.

Semicolons, tabs or commas (also named by Excel's ``sep=;``); UTF-8, UTF-16 with its mark, or the
Windows-1252 that French spreadsheets write; any line ends; empty rows and cells at the end. Only
the publisher's employment file, a million rows long, has a reader of its own.
"""

import codecs
import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from contracts import codec, strict_json
from services.chassis.errors import BadData

W = TypeVar("W")

MOST_FAULTS = 20
MOST_BYTES = 20_000_000
"""A table of all pairs of 272 groups takes two."""

_SEPARATORS = (";", "\t", ",")
_SAID_SEPARATOR = re.compile(r"sep=(.)\n", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WITH_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_WITH_POINT = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
"""A number that may be grouped by thousands: 1.250 is 1250 to who writes decimals with a comma."""


class BadTable(BadData):
    """A table that cannot be used: each place by line and column. Nothing was loaded."""


@dataclass(slots=True)
class Sheet:
    """A file's rows, each with the line on which it begins; faults are collected and told
    together. ``separator`` stands between its cells.
    """

    path: Path
    sha256: str
    separator: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    faults: list[str] = field(default_factory=list)
    _comma: bool | None = None
    _point: bool = False

    def fault(self, line: int, column: str, why: str) -> None:
        self.faults.append(f"line {line}" + (f", column {column!r}" if column else "") + f": {why}")

    def number(self, line: int, column: str, text: str) -> float | None:
        """The cell's number; None, and a fault, where it is none or may be two."""
        if self._comma is None:
            cells = [cell for _, row in self.rows for cell in row]
            self._comma = self.separator != "," and any(map(_WITH_COMMA.fullmatch, cells))
            self._point = any(_WITH_POINT.fullmatch(c) and not _GROUPED.fullmatch(c) for c in cells)
        why = None
        if not _NUMBER.fullmatch(text) or ("," in text and not self._comma):
            why = "is not a number: write digits alone, with at most one decimal sign"
        elif "." in text and self._comma:
            why = "is not a number here: the file writes decimals with a comma"
        elif self.separator != "," and not self._point and _GROUPED.fullmatch(text):
            why = f"may be {text.replace('.', '')} or {float(text):g}: write one of the two"
        value = math.inf if why else float(text.replace(",", "."))
        if not math.isfinite(value):
            self.fault(line, column, f"{text[:40]!r} {why or 'is too large a number'}")
            return None
        return value

    def words(
        self, line: int, words: type[W], said: Mapping[str, Any], fixes: Mapping[str, str]
    ) -> W | None:
        """The row as words of the vocabulary, cells by their columns; None, and a fault for each
        column, where they are not. ``fixes`` say what to write in a column.
        """
        body: bytes = codec.adapter(dict[str, Any]).dump_json(dict(said))
        wrong: dict[str, str] = {}
        entry: W | None = None
        try:
            entry = codec.adapter(words).validate_json(body)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                column = str(each["loc"][0]) if each["loc"] else ""
                why = each["msg"].removeprefix("Value error, ")
                wrong.setdefault(column, fixes.get(column, why))
        for unseen in strict_json.faults(body):
            wrong.setdefault(unseen.pointer.split("/")[1], unseen.why)
        for column, why in wrong.items():
            cell = said.get(column, "")
            shown = cell if isinstance(cell, str) else " ".join(map(str, _listed(cell)))
            self.fault(line, column, f"{shown[:80]!r}: {why}" if column else why)
        return None if wrong else entry

    def stop_at_faults(self) -> None:
        """Raises ``BadTable`` when anything was wrong."""
        if not self.faults:
            return
        lines = [f"{self.path}: nothing was loaded:", *self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            lines.append(f"… and {len(self.faults) - MOST_FAULTS} more")
        raise BadTable("\n  ".join(lines))


def sheet_of(
    path: Path,
    columns: Sequence[str],
    what: str,
    *,
    more: bool = False,
    most_bytes: int = MOST_BYTES,
) -> Sheet:
    """The file's header and rows. Raises ``BadTable`` for a file that is no such table.

    ``columns`` are the names of the header, in any case; ``more`` may follow. ``what`` names the
    table.
    """
    text = text_of(path, what, most_bytes)
    said = _SAID_SEPARATOR.match(text)
    first, _, _ = text[said.end() if said else 0 :].partition("\n")
    separator = said[1] if said else next((s for s in _SEPARATORS if s in first), ",")
    # Strict, so that a quote left open is a fault and does not swallow the rest of the file.
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for cells in reader:
            # A cell may hold line breaks: a row is named by the line on which it begins.
            begins, line = line + 1, reader.line_num
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not (said and begins == 1):
                rows.append((begins, stripped))
    except csv.Error as error:
        raise BadTable(
            f"{path}: line {reader.line_num}: it is no CSV: {error}: nothing was loaded"
        ) from error
    at, header = rows[0] if rows else (1, [])
    while header and not header[-1]:
        header = header[:-1]
    names = [name.lower() for name in header]
    if names[: len(columns)] != list(columns) or (len(names) > len(columns) and not more):
        begins_with = "begins with" if more else "is"
        found = separator.join(header[:9])[:120] or "an empty file"
        raise BadTable(
            f"{path}: line {at}: the header of {what} {begins_with} {';'.join(columns)!r}, with "
            f"semicolons; found: {found!r}"
        )
    sheet = Sheet(path, hashlib.sha256(path.read_bytes()).hexdigest(), separator, header, [])
    for begins, cells in rows[1:]:
        if any(cells[len(header) :]) or len(cells) < len(header):
            sheet.fault(begins, "", f"{len(cells)} columns, the header has {len(header)}")
        sheet.rows.append((begins, cells[: len(header)]))
    sheet.stop_at_faults()
    return sheet


def text_of(path: Path, what: str, most_bytes: int = MOST_BYTES) -> str:
    """The file's text, its line ends all alike. Raises ``BadTable`` where it is none or too long.

    What is not UTF-8 is Windows-1252, unless parts of it are UTF-8: then it is damaged, and to read
    it as the other would make names of nobody.
    """
    body = path.read_bytes()
    if len(body) > most_bytes:
        raise BadTable(f"{path} has {len(body):,} bytes, {what} at most {most_bytes:,}")
    try:
        if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = body.decode("utf-16")
        else:
            text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(body[: error.start].splitlines()) or 1
        refused = f"{path}: line {line} is not UTF-8: save the file as CSV UTF-8"
        if not body.decode("utf-8", "ignore").isascii():
            raise BadTable(refused) from error
        try:
            text = body.decode("cp1252")
        except UnicodeDecodeError:
            raise BadTable(refused) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _listed(cell: Any) -> Sequence[Any]:
    return cell if isinstance(cell, list | tuple) else [cell]


_FORMULA = re.compile("'*[=+@-]")
"""How a cell begins that a spreadsheet would compute, however often it was quoted already."""

_QUOTE = "'"


def escape_formulas(cells: Iterable[str]) -> list[str]:
    """Each cell with a quote before it where a spreadsheet would compute it: it shows as text."""
    return [_QUOTE + cell if _FORMULA.match(cell) else cell for cell in cells]


def unescape_formulas(cells: Iterable[str]) -> list[str]:
    """Each cell as it was before its formula was escaped."""
    return [
        cell[1:] if cell.startswith(_QUOTE) and _FORMULA.match(cell[1:]) else cell for cell in cells
    ]
