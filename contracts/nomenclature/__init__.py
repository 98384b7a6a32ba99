"""The nomenclatures that proposals use, as published; ``README.md`` says where they come from."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_HEADING_LENGTHS = (4, 3, 2)
"""Characters of a class, a group and a division at the beginning of a sub-class."""

_LETTERS_OF_2025 = tuple("GHJKLY")
"""How the sub-classes of NAF 2025 end; those of NAF rev. 2 end in A to F or Z. No code is of both
(Insee, structure of NAF 2025)."""


def is_of_2025(code: str) -> bool:
    """Whether a code is written as those of NAF 2025 are, in force from 1 January 2027."""
    return code.endswith(_LETTERS_OF_2025)


@cache
def naf_labels() -> Mapping[str, str]:
    """The sub-classes of NAF rev. 2, ``1071C``, with their French labels."""
    text = (files(__package__) / "naf_rev2.csv").read_text("utf-8")
    return MappingProxyType(
        {row["code"]: row["label"] for row in csv.DictReader(text.splitlines())}
    )


@cache
def word_families() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Trade words of one meaning: per family its French words, then its English ones."""
    text = (files(__package__) / "word_families.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return tuple((tuple(row["fr"].split()), tuple(row["en"].split())) for row in rows)


def nearest_naf(code: str, count: int = 3) -> list[str]:
    """The sub-classes most like a wrong code: few changes of characters, then the same heading."""
    return sorted(naf_labels(), key=lambda real: (_changes(code, real), _apart(code, real), real))[
        :count
    ]


def _apart(code: str, real: str) -> int:
    return sum(code[:length] != real[:length] for length in _HEADING_LENGTHS)


def _changes(one: str, other: str) -> int:
    """Damerau-Levenshtein distance: characters changed, added, left out, or two exchanged."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
