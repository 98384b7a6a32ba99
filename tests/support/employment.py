"""Small employment files in the publisher's layout, whole or broken in one place."""

import gzip
from pathlib import Path

from contracts import samples

CRLF = "\r\n"
COMMUNE, NAF, FIRST_YEAR = 17, 18, 2006


def publisher_lines() -> list[str]:
    """The published extract of the area of Rouen, line by line, without its byte-order mark."""
    text = gzip.decompress(samples.employment_file().read_bytes()).decode("utf-8-sig")
    return text.removesuffix(CRLF).split(CRLF)


def few_lines(count: int = 40) -> list[str]:
    """Header and the first rows, which are all of one commune."""
    return publisher_lines()[: count + 1]


def technical(header: str) -> str:
    """The same header in the publisher's other style."""
    known = {
        "Région": "region",
        "Ancienne région": "ancienne_region",
        "Département": "departement",
        "Zone d'emploi": "zone_d_emploi",
        "EPCI": "epci",
        "Nom commune": "intitule_commune",
        "Commune": "commune",
        "Grand secteur d'activité": "grand_secteur_d_activite",
        "Secteur NA17": "secteur_na17",
        "Secteur NA38": "secteur_na38",
        "Secteur NA88": "secteur_na88",
        "APE": "ape",
        "Code région": "code_region",
        "Code ancienne région": "code_ancienne_region",
        "Code département": "code_departement",
        "Code zone d'emploi": "code_zone_d_emploi",
        "Code EPCI": "code_epci",
        "Code commune": "code_commune",
        "Code APE": "code_ape",
    }
    names = []
    for name in header.split(";"):
        if name in known:
            names.append(known[name])
        else:
            what, year = name.rsplit(" ", 1)
            word = "nombre_d_etablissements" if what.startswith("Nombre") else "effectifs_salaries"
            names.append(f"{word}_{year}")
    return ";".join(names)


def changed(line: str, column: int, value: str) -> str:
    """The line with another text in one column. The text must hold no quoted separator."""
    cells = line.split(";")
    cells[column] = value
    return ";".join(cells)


def column_of(year: int, *, employees: bool) -> int:
    return 19 + 2 * (year - FIRST_YEAR) + employees


def written(
    path: Path, lines: list[str], *, end: str = CRLF, bom: bool = False, last_end: bool = True
) -> Path:
    text = end.join(lines) + (end if last_end else "")
    path.write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))
    return path
