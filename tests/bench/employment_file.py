"""A synthetic employment file in the publisher's layout, as large as that of France.

``python -m tests.bench.employment_file FILE [ROWS]`` writes it, then imports one area from it and
says how long that took and how much memory it needed. Figures are drawn, codes are real.
"""

import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from contracts.geography import geography
from services.externalities.nomenclature import labels, sub_classes

ROWS = 1_230_000
YEARS = range(2006, 2026)
SEED = 20_261_125
FIGURES = 20_000
"""Different rows of figures: drawing each of a million anew takes longer than all the rest."""

HEAD = (
    "Région;Ancienne région;Département;Zone d'emploi;EPCI;Nom commune;Commune;"
    "Grand secteur d'activité;Secteur NA17;Secteur NA38;Secteur NA88;APE;Code région;"
    "Code ancienne région;Code département;Code zone d'emploi;Code EPCI;Code commune;Code APE"
)


def write(path: Path, rows: int) -> None:
    """Every commune has about as many activities as it takes to reach the number of rows."""
    drawn = random.Random(SEED)  # noqa: S311 - a file for a measurement, the same each time
    communes = list(geography().communes.values())
    activities = sorted(sub_classes())
    by_size = sum(max(1, place.population) ** 0.5 for place in communes)
    head = HEAD + "".join(
        f";Nombre d'établissements {year};Effectifs salariés {year}" for year in YEARS
    )
    middle = {
        naf: f"GS5 Services;JZ;JZ Information;{_text(naf[:2])};{_text(naf)}" for naf in activities
    }
    pool = [
        "".join(
            f";{n};{n * drawn.randrange(30)}" if (n := drawn.randrange(4)) else ";;" for _ in YEARS
        )
        for _ in range(FIGURES)
    ]
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(head + "\r\n")
        for place in communes:
            share = max(1, place.population) ** 0.5 / by_size
            count = min(len(activities), max(1, round(rows * share * 1.03)))
            left = (
                f"Région;Ancienne région;Département {place.department};Zone {place.department};"
                f"EPCI {place.epci};{place.name};{place.code} {place.name}"
            )
            for naf in sorted(drawn.sample(activities, count)):
                codes = (
                    f"28;23;{place.department};{_zone(place.department, place.epci)};{place.epci}"
                )
                figures = drawn.choice(pool)
                file.write(f"{left};{middle[naf]};{codes};{place.code};{naf}{figures}\r\n")
                written += 1
                if written == rows:
                    return


def _text(code: str) -> str:
    text = f"{code} {labels()[code]}"
    return f'"{text}"' if ";" in text else text


def _zone(department: str, epci: str | None) -> str:
    """Three areas a department or so: some three hundred, as France has."""
    number = int(department.replace("A", "1").replace("B", "2")) % 100
    return f"{number:02d}{int(epci or 0) % 3 + 1:02d}"


def main() -> None:
    path = Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else ROWS
    if not path.exists():
        write(path, rows)
    command = Path(sys.executable).with_name("winwinwin")
    start = time.perf_counter()
    subprocess.run(
        [command, "territory", "import-employment", path, "--area", "department:76",
         "--year", "2022", "--out", path.with_suffix(".json")],
        check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{path.stat().st_size / 1e6:,.0f} MB: {seconds:.1f} s, {peak:,.0f} MiB at most")


if __name__ == "__main__":
    main()
