"""What a verdict was computed from, kept so that it can be computed again years later.

The territory's data are kept by externalities under their hash; the parameters of the day are kept
here under theirs, because a file of parameters may be corrected after the verdict.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import BindParameter, Connection, Date, String, bindparam, insert, select

from contracts.events import VerdictIssued
from contracts.vocabulary.parameters import Parameter, ParameterSheet
from services.chassis.database.upsert import Upsert
from services.scoring.storage import BASES, SHEETS, SUBMITTED

_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_THERE = select(SHEETS.c.sha256).where(SHEETS.c.sha256.in_(_IDS))
_KEEP_SHEET = Upsert(SHEETS)
# The revision is copied where it lies: its half is stored already, and need not be written anew.
_KEEP = insert(BASES).from_select(
    [
        "proposal_id",
        "revision",
        "body",
        "snapshot_sha256",
        "parameters_on",
        "parameters_sha256",
        "method_version",
    ],
    select(
        SUBMITTED.c.proposal_id,
        SUBMITTED.c.revision,
        SUBMITTED.c.body,
        bindparam("snapshot", type_=String),
        bindparam("day", type_=Date),
        bindparam("sheet", type_=String),
        bindparam("version", type_=String),
    ).where(SUBMITTED.c.proposal_id == bindparam("id"), SUBMITTED.c.revision == bindparam("rev")),
)


def sheet_json(sheet: ParameterSheet) -> bytes:
    """Each parameter's value, unit, first day and source, by name. Labels and the day of the last
    check are left out: no verdict depends on them.
    """
    values = {
        name: {
            "value": parameter.value,
            "unit": parameter.unit,
            "since": parameter.since.isoformat(),
            "source": parameter.source,
        }
        for name, parameter in sorted(sheet.items())
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def sheet_of(day: date, body: bytes, now: ParameterSheet) -> ParameterSheet:
    """The sheet that was kept. What it does not have yet, because the parameter is younger than
    the verdict, comes from ``now``, the same day's sheet of this version.
    """
    kept = {
        name: Parameter(
            id=name,
            value=tuple(said["value"]) if isinstance(said["value"], list) else said["value"],
            unit=said["unit"],
            since=date.fromisoformat(said["since"]),
            source=said["source"],
            checked_on=date.fromisoformat(said["since"]),
            label_en=name,
            label_fr=name,
        )
        for name, said in json.loads(body).items()
    }
    return ParameterSheet(day, {**now, **kept})


def keep_bases(
    connection: Connection, issued: Sequence[VerdictIssued], sheets: Iterable[ParameterSheet]
) -> None:
    """Store what these verdicts were computed from; ``sheets`` are those they were judged with.
    Their halves must be stored already, in this transaction or before.
    """
    if not issued:
        return
    bodies = {sheet.on: sheet_json(sheet) for sheet in sheets}
    hashes = {day: hashlib.sha256(body).hexdigest() for day, body in bodies.items()}
    there = set(connection.execute(_THERE, {"ids": list(hashes.values())}).scalars())
    missing = {sha: bodies[day] for day, sha in hashes.items() if sha not in there}
    if missing:
        rows = [{"sha256": sha, "body": body} for sha, body in missing.items()]
        connection.execute(_KEEP_SHEET.on(connection), rows)
    connection.execute(
        _KEEP,
        [
            {
                "id": event.proposal_id,
                "rev": event.revision,
                "snapshot": event.verdict.territory_ref.snapshot_sha256,
                "day": event.verdict.parameters_on,
                "sheet": hashes[event.verdict.parameters_on],
                "version": event.verdict.method_version,
            }
            for event in issued
        ],
    )
