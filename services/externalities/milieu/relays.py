"""The directory of local relays as a CSV file that a spreadsheet can keep."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.geography import Commune, Geography, spot_of
from contracts.vocabulary.milieu import Relay, RelayKind, Spot
from services.externalities.csv_files import BadTable, escape_formulas, sheet_of, unescape_formulas

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


def read_relays(path: Path, geography: Geography) -> tuple[Relay, ...]:
    """All or nothing. Raises ``BadTable`` naming each fault by line and column."""
    sheet = sheet_of(path, COLUMNS, "a directory of relays")
    relays: list[Relay] = []
    seen: dict[str, int] = {}
    for line, cells in sheet.rows:
        said: dict[str, Any] = dict(zip(COLUMNS, unescape_formulas(cells), strict=True))
        said |= {name: said[name].split() for name in _LISTS}
        relay = sheet.words(line, Relay, said, _FIXES)
        if relay is None:
            continue
        if (first := seen.setdefault(relay.id, line)) != line:
            sheet.fault(line, "id", f"{relay.id!r} stands on line {first} already")
        for _, field, (why, fix) in misplaced([relay], geography):
            sheet.fault(line, field.split("/")[0], f"{why}: {fix}")
        relays.append(relay)
    sheet.stop_at_faults()
    if not relays:
        raise BadTable(f"{path}: no relay stands in it")
    return tuple(settled(relay, geography) for relay in relays)


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
        writer.writerow(escape_formulas(value[name] for name in COLUMNS))
    return text.getvalue()


def misplaced(
    relays: Iterable[Relay], geography: Geography
) -> Iterator[tuple[int, str, tuple[str, str]]]:
    """Communes and mandates that do not exist: the relay's position, the field, why and what to
    write.
    """
    for i, relay in enumerate(relays):
        if refusal := geography.refusal(relay.commune):
            yield i, "commune", refusal
        for j, mandate in enumerate(relay.mandate):
            if refusal := geography.mandate_refusal(mandate):
                yield i, f"mandate/{j}", refusal


def settled(relay: Relay, geography: Geography) -> Relay:
    """The relay with mandates over communes of today: a merged one is part of another's mandate."""
    found = tuple(
        f"commune:{geography.current(code)}" if kind == "commune" else mandate
        for mandate in relay.mandate
        for kind, _, code in [mandate.partition(":")]
    )
    return relay if found == relay.mandate else replace(relay, mandate=found)


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
