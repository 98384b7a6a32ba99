"""The directory of local relays as a CSV file that a spreadsheet can keep."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts import codec
from contracts.vocabulary.milieu import Relay, RelayKind, Spot
from services.externalities.cells import defused, meant
from services.externalities.geography import Commune, Geography, spot_of

SEPARATOR = ";"
COLUMNS = tuple(field.name for field in fields(Relay))
_LISTS = ("competences", "mandate")
"""Cells that hold several words, separated by blanks: ``export financing``."""


_FIXES = {
    "kind": f"is none of {', '.join(RelayKind)}",
    "mandate": "write commune:76540, epci:200023414, department:76 or country:fr",
    "competences": "write words such as export financing, separated by blanks",
    "checked_on": "write the day as 2026-11-24",
}


class BadRelays(Exception):
    """A directory that cannot be used: each place by line and column."""


def read_relays(path: Path, geography: Geography) -> tuple[Relay, ...]:
    """All or nothing. Raises ``BadRelays`` naming each fault by line and column."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRelays(
            f"{path}: byte {error.start} is not UTF-8: save the file as CSV UTF-8"
        ) from error
    # Strict, so that a quote left open is a fault and does not swallow the rest of the file.
    reader = csv.reader(io.StringIO(text), delimiter=SEPARATOR, strict=True)
    try:
        return _read(path, reader, geography)
    except csv.Error as error:
        raise BadRelays(f"{path}: line {reader.line_num}: {error}: nothing was read") from error


def written(relays: Sequence[Relay]) -> str:
    """The directory as CSV. A cell that a spreadsheet would compute is quoted, so that it shows as
    text there; ``read_relays`` takes the quote off again, so that nothing changes on the way.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\n")
    writer.writerow(COLUMNS)
    for relay in relays:
        value = codec.adapter(Relay).dump_python(relay, mode="json")
        value |= {name: " ".join(value[name]) for name in _LISTS}
        writer.writerow(defused(value[name] for name in COLUMNS))
    return text.getvalue()


def misplaced(relays: Iterable[Relay], geography: Geography) -> Iterator[tuple[int, str]]:
    """Relays whose commune does not exist: the position of each, and why."""
    for i, relay in enumerate(relays):
        if geography.current(relay.commune) is None:
            yield i, f"{relay.commune!r} is no commune"


def place_of(codes: Iterable[str], geography: Geography) -> Spot | None:
    """Where most of these communes are, the first where there is a tie; None without any."""
    known = [now for code in codes if (now := geography.current(code)) is not None]
    if not known:
        return None
    return spot_of(geography.communes[max(known, key=known.count)])


def spots(relays: Iterable[Relay], geography: Geography) -> dict[str, Spot]:
    """Where the relays are, by the code of the commune that each entry names."""
    found: dict[str, Spot] = {}
    for relay in relays:
        here: Commune | None = geography.communes.get(geography.current(relay.commune) or "")
        if here is not None:
            found[relay.commune] = spot_of(here)
    return found


def _read(path: Path, reader: Any, geography: Geography) -> tuple[Relay, ...]:
    header: list[str] = next(reader, [])
    if tuple(header) != COLUMNS:
        raise BadRelays(f"{path}: line 1: the columns must be {SEPARATOR.join(COLUMNS)}")
    relays: list[Relay] = []
    faults: list[str] = []
    seen: set[str] = set()
    for cells in reader:
        line = reader.line_num
        if len(cells) != len(COLUMNS):
            faults.append(f"line {line}: {len(cells)} columns instead of {len(COLUMNS)}")
            continue
        row = dict(zip(COLUMNS, meant(cell.strip() for cell in cells), strict=True))
        if row["id"] in seen:
            faults.append(f"line {line}, column 'id': {row['id']!r} stands there twice")
        seen.add(row["id"])
        try:
            relay = _relay(row)
        except ValidationError as error:
            faults += [f"line {line}, {why}" for why in _reasons(row, error)]
            continue
        faults += [
            f"line {line}, column 'commune': {why}" for _, why in misplaced([relay], geography)
        ]
        relays.append(relay)
    if faults:
        raise BadRelays("\n  ".join([f"{path}: nothing was read:", *faults]))
    if not relays:
        raise BadRelays(f"{path}: no relay stands in it")
    return tuple(relays)


def _relay(row: dict[str, str]) -> Relay:
    value = row | {name: row[name].split() for name in _LISTS}
    relay: Relay = codec.adapter(Relay).validate_json(json.dumps(value))
    return relay


def _reasons(row: dict[str, str], error: ValidationError) -> Iterator[str]:
    columns = dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_url=False))
    said = {str(each["loc"][0]): each["msg"] for each in error.errors(include_url=False)}
    for column in columns:
        why = _FIXES.get(column, said[column])
        yield f"column {column!r}: {row[column]!r}: {why}"
