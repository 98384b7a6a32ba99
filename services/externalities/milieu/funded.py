"""The list of funded projects as a CSV file that an officer keeps: a decision a row."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.vocabulary.funded import FundedProject, FundedProjects
from contracts.vocabulary.limits import MAX_FUNDED
from services.externalities.csv_files import escape_formulas, sheet_of, unescape_formulas

COLUMNS = ("proposal_id", "revision", "decided_on", "source", "institutions")

_NUMBER = re.compile(r"[0-9]{1,6}")
_FIXES = {
    "proposal_id": "write the 32 characters that stand in the address of the verdict's page",
    "revision": "write the number of the revision that was decided on: 1",
    "decided_on": "write the day as 2026-11-24",
    "source": "name the deliberation, in at most 200 characters",
    "institutions": "write ids of the directory of relays, at most 12, separated by blanks",
}


def read_funded(path: Path) -> FundedProjects:
    """All or nothing. Raises ``BadTable`` naming each fault by line and column."""
    sheet = sheet_of(path, COLUMNS, "a list of funded projects")
    if len(sheet.rows) > MAX_FUNDED:
        sheet.fault(1, "", f"{len(sheet.rows):,} projects; a list holds at most {MAX_FUNDED:,}")
    sheet.stop_at_faults()
    projects: list[FundedProject] = []
    seen: dict[str, int] = {}
    for line, cells in sheet.rows:
        said: dict[str, Any] = dict(zip(COLUMNS, unescape_formulas(cells), strict=True))
        if _NUMBER.fullmatch(said["revision"]):
            said["revision"] = int(said["revision"])
        said["institutions"] = said["institutions"].split()
        project = sheet.words(line, FundedProject, said, _FIXES)
        if project is None:
            continue
        if (first := seen.setdefault(project.proposal_id, line)) != line:
            sheet.fault(line, COLUMNS[0], f"{project.proposal_id!r} stands on line {first} as well")
        projects.append(project)
    sheet.stop_at_faults()
    return FundedProjects(projects=tuple(projects))


def written(funded: FundedProjects) -> str:
    """The list as CSV, as ``read_funded`` reads it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for project in funded.projects:
        value = codec.adapter(FundedProject).dump_python(project, mode="json")
        value["institutions"] = " ".join(value["institutions"])
        writer.writerow(escape_formulas(str(value[name]) for name in COLUMNS))
    return text.getvalue()
