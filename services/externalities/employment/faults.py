"""What is wrong with a file, each thing named by its line and column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.chassis.errors import BadData

SHOWN = 20
"""Faults listed one by one; the rest is counted by kind."""


class FaultKind(StrEnum):
    """Kinds of faults in one row. A file with any other fault cannot be read at all."""

    ROW = "wrong number of columns"
    QUOTE = "quote that is not closed"
    ENCODING = "not UTF-8"
    CODE = "unknown code"
    NUMBER = "not a count"
    HALF = "employees without establishments"
    TWICE = "two rows for one cell"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: line of the file (the header is 1), column as the file names it, what
    stands there, and what should.
    """

    kind: FaultKind
    line: int
    column: str
    found: str
    why: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column!r}" if self.column else "")
        found = f": {self.found[:60]!r}" if self.found else ""
        return f"{where}{found} {self.why}"


class BadEmploymentFile(BadData):
    """The file cannot be imported. The message says where, why and what to do; nothing was kept."""

    @classmethod
    def because_of(cls, path: str, faults: Sequence[Fault]) -> "BadEmploymentFile":
        """The refusal of a file that has faults in some of its rows."""
        lines = [f"{path}: {summary(faults)}. Nothing was imported."]
        lines += [f"  {fault}" for fault in faults[:SHOWN]]
        if len(faults) > SHOWN:
            lines.append(f"  … and {len(faults) - SHOWN} more")
        lines.append(
            "  → correct the file or download it again; or leave these rows out and have them "
            "counted with --bad-rows skip"
        )
        return cls("\n".join(lines))


def summary(faults: Iterable[Fault]) -> str:
    """``3 faults: 2 not a count, 1 unknown code``."""
    count = Counter(fault.kind for fault in faults)
    total = sum(count.values())
    kinds = ", ".join(f"{number} {kind}" for kind, number in count.most_common())
    return f"{total} fault{'s' if total != 1 else ''}" + (f": {kinds}" if total else "")
