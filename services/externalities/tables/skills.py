"""Skill relatedness from a CSV file: ``one;other;relatedness``, a pair of activities a row.

Codes are divisions or groups, all of one level, with or without a dot. A pair that stands there
both ways round is made symmetric by the mean; the same pair twice the same way is refused.
"""

import re
from enum import StrEnum
from pathlib import Path

from contracts.vocabulary.limits import MAX_SKILL_PAIRS
from contracts.vocabulary.territory_tables import SkillPair, SkillTable
from services.externalities.csv_files import Sheet, sheet_of
from services.externalities.nomenclature import labels
from services.method.firms.closeness import normalised_relatedness

COLUMNS = ("one", "other", "relatedness")
_CODE = re.compile(r"[0-9]{2}(?:\.?[0-9])?")
_LOST_ZERO = re.compile(r"[0-9](?:\.[0-9])?")
_DECIMALS = 6


class Measure(StrEnum):
    """What the file's figures are."""

    NORMALISED = "normalised"
    """(SR - 1) / (SR + 1), from -1 to 1."""
    RATIO = "ratio"
    """Observed over expected flows, from 0 on."""


def read_skills(
    path: Path, *, year: int, source: str, licence: str, measure: Measure = Measure.NORMALISED
) -> SkillTable:
    """All or nothing. Raises ``BadTable`` naming each fault by line and column."""
    sheet = sheet_of(path, COLUMNS, "a table of skill relatedness", more=True)
    if not sheet.rows:
        sheet.fault(1, "", "the table has no pair")
    if len(sheet.rows) > MAX_SKILL_PAIRS:
        sheet.fault(1, "", f"{len(sheet.rows):,} pairs; a table has at most {MAX_SKILL_PAIRS:,}")
    sheet.stop_at_faults()
    level = len(sheet.rows[0][1][0].replace(".", ""))
    found: dict[tuple[str, str], float] = {}
    for line, cells in sheet.rows:
        pair = _pair(sheet, line, cells, level)
        value = _value(sheet, line, cells[2], measure)
        if pair is None or value is None:
            continue
        if pair in found:
            sheet.fault(line, "", f"{pair[0]} and {pair[1]} stand there twice")
        found[pair] = value
    sheet.stop_at_faults()
    ways: dict[tuple[str, str], list[float]] = {}
    for (one, other), value in found.items():
        ways.setdefault((min(one, other), max(one, other)), []).append(value)
    return SkillTable(
        file=path.name[:200],
        file_sha256=sheet.sha256,
        year=year,
        source=source,
        licence=licence,
        level=level,
        pairs=tuple(
            SkillPair(one=one, other=other, relatedness=round(sum(v) / len(v), _DECIMALS))
            for (one, other), v in sorted(ways.items())
        ),
    )


def _pair(sheet: Sheet, line: int, cells: list[str], level: int) -> tuple[str, str] | None:
    codes = []
    for column, text in zip(COLUMNS[:2], cells[:2], strict=True):
        code = text.replace(".", "")
        if _LOST_ZERO.fullmatch(text):
            sheet.fault(line, column, f"{text!r} has lost its leading zero: write 0{text}, as text")
        elif not _CODE.fullmatch(text) or code not in labels():
            sheet.fault(
                line, column, f"{text[:20]!r} is neither a division (25) nor a group (25.6)"
            )
        elif len(code) != level:
            sheet.fault(line, column, f"{text!r} is of another level than the first row's codes")
        else:
            codes.append(code)
    return (codes[0], codes[1]) if len(codes) == len(COLUMNS[:2]) else None


def _value(sheet: Sheet, line: int, text: str, measure: Measure) -> float | None:
    value = sheet.number(line, COLUMNS[2], text)
    if value is None:
        return None
    if measure is Measure.RATIO:
        if value < 0:
            sheet.fault(line, COLUMNS[2], f"{text!r} is negative; a ratio is 0 or more")
            return None
        return normalised_relatedness(value)
    if not -1 <= value <= 1:
        sheet.fault(
            line,
            COLUMNS[2],
            f"{text!r} is not between -1 and 1; observed over expected flows are loaded with "
            f"--measure ratio",
        )
        return None
    return value
