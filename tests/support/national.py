"""A nation in the publisher's layout: the area of Rouen and made-up areas beside it."""

import random
from collections.abc import Sequence
from pathlib import Path

from tests.support.employment import FIRST_YEAR, NAF, column_of, publisher_lines, written

ZONE = 15
ZONES = tuple(f"{code}" for code in range(9001, 9013))
ACTIVITIES = ("0111Z", "1071C", "2511Z", "2562B", "2651B", "3030Z", "4711D", "6201Z", "7211Z")
COUNT = column_of(2022, employees=True)


def national_lines(zones: Sequence[str] = ZONES) -> list[str]:
    """Every row of Rouen, then these areas with some of nine activities each, drawn once."""
    lines = publisher_lines()
    drawn = random.Random(7)  # noqa: S311 - a file for a test, the same each time
    for zone in zones:
        for naf in drawn.sample(ACTIVITIES, drawn.randrange(2, len(ACTIVITIES))):
            cells = ["x"] * (COUNT + 1)
            cells[ZONE], cells[NAF] = zone, naf
            for year in range(FIRST_YEAR, 2023):
                cells[column_of(year, employees=False)] = "3"
                cells[column_of(year, employees=True)] = str(drawn.randrange(5, 5000))
            lines.append(";".join(cells))
    return lines


def national_file(path: Path, zones: Sequence[str] = ZONES) -> Path:
    return written(path, national_lines(zones))
