"""The rows of a table's file: cells by semicolons or commas, decimals with a point or a comma."""

import csv
import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MOST_FAULTS = 20
MOST_BYTES = 20_000_000
"""A table of all pairs of 272 groups takes two."""


class BadTable(Exception):
    """A table that cannot be used: each place by line and column. Nothing was loaded."""


@dataclass(slots=True)
class Sheet:
    """A file's rows with their lines; faults are collected and told together."""

    path: Path
    sha256: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    decimal_comma: bool
    faults: list[str] = field(default_factory=list)

    def fault(self, line: int, column: str, why: str) -> None:
        self.faults.append(f"line {line}" + (f", column {column!r}" if column else "") + f": {why}")

    def number(self, line: int, column: str, text: str) -> float | None:
        """The cell's number; None, and a fault, where it is none."""
        said = text.replace(",", ".") if self.decimal_comma else text
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(line, column, f"{text[:40]!r} is not a number")
            return None
        return value

    def stop_at_faults(self) -> None:
        """Raises ``BadTable`` when anything was wrong."""
        if not self.faults:
            return
        lines = [f"{self.path}: nothing was loaded:", *self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            lines.append(f"… and {len(self.faults) - MOST_FAULTS} more")
        raise BadTable("\n  ".join(lines))


def sheet_of(path: Path, columns: Sequence[str], what: str) -> Sheet:
    """The file's header and rows. Raises ``BadTable`` for a file that is no such table.

    ``columns`` are the names the header must begin with; ``what`` names the table.
    """
    body = path.read_bytes()
    if len(body) > MOST_BYTES:
        raise BadTable(f"{path} has {len(body):,} bytes, {what} at most {MOST_BYTES:,}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable(f"{path}: byte {error.start} is not UTF-8: save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    separator = ";" if ";" in first else ","
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise BadTable(f"{path}: line {reader.line_num}: {error}: nothing was loaded") from error
    header = rows[0][1] if rows else []
    if [name.lower() for name in header[: len(columns)]] != list(columns):
        begins = separator.join(columns)
        found = separator.join(header[:4])[:80] or "an empty file"
        raise BadTable(
            f"{path}: line 1: the header of {what} begins with {begins!r}; found: {found!r}"
        )
    sheet = Sheet(
        path, hashlib.sha256(body).hexdigest(), header, rows[1:], decimal_comma=separator == ";"
    )
    for line, cells in sheet.rows:
        if len(cells) != len(header):
            sheet.fault(line, "", f"{len(cells)} columns, the header has {len(header)}")
    sheet.stop_at_faults()
    return sheet
