"""The directory of local relays, in CSV, and the nearest one that is competent.

Whose mandate covers the place comes first, distance second: a public platform once sent people to
the nearest office that was not competent. There is always a next one up, and a sentence says so.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.externalities.cells import defused, meant
from services.externalities.geography import Commune, Geography, distance_km

SEPARATOR = ";"
_MANDATE = re.compile(r"commune:\w{5}|epci:\d{9}|department:(2[AB]|\d{2,3})|country:fr")
_WIDTH = {"commune": 0, "epci": 1, "department": 2, "country": 3}


class RelayKind(StrEnum):
    """The kinds of relay that the paper lists (section 2.1)."""

    CHAMBER = "chamber"
    FOREIGN_TRADE_OFFICE = "foreign_trade_office"
    FOREIGN_TRADE_ADVISER = "foreign_trade_adviser"
    EXPORT_CLUB = "export_club"
    CREDIT_INSURER = "credit_insurer"
    FORWARDER = "forwarder"
    TRADING_FIRM = "trading_firm"
    BANK = "bank"
    TRAINING = "training"
    LABORATORY = "laboratory"
    PORT_OR_AIRPORT = "port_or_airport"
    CERTIFIED_FIRM = "certified_firm"
    MULTINATIONAL = "multinational"
    FOREIGN_COMMUNITY = "foreign_community"
    INCUBATOR = "incubator"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Relay:
    """``competences`` and ``mandate`` are separated by blanks in the file: ``export financing``,
    ``epci:200023414``. ``function`` is a named post, not a person.
    """

    id: str
    kind: str
    name: str
    function: str
    competences: str
    mandate: str
    commune: str
    address: str
    opening: str
    phone: str
    network: str
    country: str
    since: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A relay with why it was chosen: ``level`` of its mandate, distance (None when unknown) and
    how precise the coordinates are.
    """

    relay: Relay
    level: str
    km: float | None
    precision: str


class BadRelays(Exception):
    """A directory that cannot be used: each place by line and column."""


COLUMNS = tuple(field.name for field in fields(Relay))


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


def _read(path: Path, reader: Any, geography: Geography) -> tuple[Relay, ...]:
    header: list[str] = next(reader, [])
    if tuple(header) != COLUMNS:
        raise BadRelays(f"{path}: line 1: the columns must be {SEPARATOR.join(COLUMNS)}")
    relays, faults, seen = [], [], set()
    for cells in reader:
        line = reader.line_num
        if len(cells) != len(COLUMNS):
            faults.append(f"line {line}: {len(cells)} columns instead of {len(COLUMNS)}")
            continue
        relay = Relay(*meant(cell.strip() for cell in cells))
        faults += [f"line {line}, {why}" for why in _faults(relay, geography)]
        if relay.id in seen:
            faults.append(f"line {line}, column 'id': {relay.id!r} stands there twice")
        seen.add(relay.id)
        relays.append(relay)
    if faults:
        raise BadRelays("\n  ".join([f"{path}: nothing was read:", *faults]))
    if not relays:
        raise BadRelays(f"{path}: no relay stands in it")
    return tuple(relays)


def written(relays: Sequence[Relay]) -> str:
    """The directory as CSV. A cell that a spreadsheet would compute is quoted, so that it shows as
    text there; ``read_relays`` takes the quote off again, so that nothing changes on the way.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\n")
    writer.writerow(COLUMNS)
    for relay in relays:
        writer.writerow(defused(astuple(relay)))
    return text.getvalue()


def nearest(
    relays: Sequence[Relay], need: str, place: Commune, geography: Geography
) -> tuple[Nearest, ...]:
    """The relays competent for the need, best first: those with a mandate over the place, the
    narrowest mandate first, then by distance; then those next in line without the mandate; where
    nobody is competent, those of any competence with a mandate. Never empty.
    """
    competent = [each for each in relays if need in each.competences.split()]
    found = [_near(each, place, geography) for each in competent or relays]
    return tuple(sorted(found, key=_order))


def _near(relay: Relay, place: Commune, geography: Geography) -> Nearest:
    there = geography.communes.get(geography.current(relay.commune) or "")
    covering = [m.partition(":")[0] for m in relay.mandate.split() if _covers(m, place)]
    level = min(covering, key=_WIDTH.__getitem__, default="none")
    known = there is not None and bool(there.precision)
    worst = (
        "department" if "department" in (place.precision, there and there.precision) else "commune"
    )
    return Nearest(
        relay,
        level,
        None if there is None else distance_km(place, there),
        worst if known and place.precision else "unknown",
    )


def _order(each: Nearest) -> tuple[int, float, str]:
    width = _WIDTH.get(each.level, len(_WIDTH))
    return width, float("inf") if each.km is None else each.km, each.relay.id


def _covers(mandate: str, place: Commune) -> bool:
    kind, _, code = mandate.partition(":")
    return {
        "commune": code == place.code,
        "epci": code == place.epci,
        "department": code == place.department,
        "country": True,
    }[kind]


def _faults(relay: Relay, geography: Geography) -> list[str]:
    found = []
    if relay.kind not in set(RelayKind):
        found.append(f"column 'kind': {relay.kind!r} is none of {', '.join(RelayKind)}")
    if geography.current(relay.commune) is None:
        found.append(f"column 'commune': {relay.commune!r} is no commune")
    wrong = [m for m in relay.mandate.split() if not _MANDATE.fullmatch(m)]
    if wrong or not relay.mandate:
        found.append(
            f"column 'mandate': {relay.mandate!r}: write commune:76540, epci:200023414, "
            f"department:76 or country:fr"
        )
    if not relay.id or not relay.name or not relay.competences:
        found.append("column 'id', 'name' or 'competences' is empty")
    return found
