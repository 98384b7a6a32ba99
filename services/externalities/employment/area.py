"""Which rows of the file are wanted: an employment area, an EPCI, a department, communes."""

import re
from dataclasses import dataclass
from pathlib import Path

from contracts.geography import Geography
from services.chassis.errors import BadData
from services.externalities.csv_files import MOST_FAULTS, text_of

_SHAPES = {
    "zone": re.compile(r"[0-9]{4}"),
    "epci": re.compile(r"[0-9]{9}"),
    "department": re.compile(r"2[AB]|[0-9]{2}|97[0-9]"),
    "commune": re.compile(r"(2[AB]|[0-9]{2})[0-9]{3}"),
}
_SHORT = {"zone": "ze", "epci": "epci", "department": "dep", "commune": "com"}
_CODE_IN_A_LINE = re.compile(r"\s*\"?((?:2[AB]|[0-9]{2})[0-9]{3})\b")
_EMPTY = re.compile(r"[\s;,\"]*(?:#.*)?")
_HEADER = re.compile(r"\s*\"?[^\W\d]")
_SEPARATOR = "sep="


class BadArea(BadData, ValueError):
    """An area that cannot be read; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class Area:
    """``kind`` is the column that decides, ``codes`` what it must hold.

    ``id`` and ``name`` are None where the command line has to give them (a list of communes).
    ``merged`` names the communes that were asked for and are part of another one now.
    """

    kind: str
    codes: frozenset[str]
    id: str | None
    said: str
    merged: tuple[tuple[str, str], ...] = ()


def area_of(said: str, geography: Geography) -> Area:
    """``zone:2815``, ``epci:200023414``, ``department:76``, ``commune:76540`` or a file with one
    commune code at the start of each line. Raises ``BadArea``.
    """
    kind, colon, code = said.partition(":")
    if colon and kind in _SHAPES:
        code = code.strip().upper()
        if not _SHAPES[kind].fullmatch(code):
            raise BadArea(
                f"{said!r}: {code!r} is not the code of a {kind}; write for example zone:2815, "
                f"epci:200023414, department:76 or commune:76540"
            )
        if kind == "commune":
            return _communes([code], said, geography, f"fr-com-{code.lower()}")
        return Area(kind, frozenset({code}), f"fr-{_SHORT[kind]}-{code.lower()}", said)
    path = Path(said)
    if not path.is_file():
        raise BadArea(
            f"{said!r} is neither zone:CODE, epci:CODE, department:CODE or commune:CODE, nor a "
            f"file of commune codes"
        )
    return _communes(_codes_in(path), said, geography, None)


def _codes_in(path: Path) -> list[str]:
    codes = []
    header = True
    for number, line in enumerate(text_of(path, "a list of communes").split("\n"), start=1):
        if _EMPTY.fullmatch(line) or line.lower().startswith(_SEPARATOR):
            continue
        found = _CODE_IN_A_LINE.match(line)
        if found is not None:
            codes.append(found[1])
        elif not header or not _HEADER.match(line):
            # The first line may name the columns; a code that lost its zero is no name.
            raise BadArea(
                f"{path}: line {number}: {line.strip()[:40]!r} starts with no code of a commune: "
                f"five characters, with the leading zero"
            )
        header = False
    if not codes:
        raise BadArea(f"{path} holds no commune code: write one at the start of each line")
    return codes


def _communes(codes: list[str], said: str, geography: Geography, id_: str | None) -> Area:
    unknown = [": ".join(why) for code in codes if (why := geography.refusal(code))]
    if unknown:
        lines = [f"{said}: {len(unknown)} of {len(codes)} codes are of no commune:", *unknown]
        raise BadArea("\n  ".join(lines[: MOST_FAULTS + 1]))
    now = {code: geography.current(code) or code for code in codes}
    merged = tuple(sorted((old, new) for old, new in now.items() if old != new))
    return Area("commune", frozenset(now.values()), id_, said, merged)
