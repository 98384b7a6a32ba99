"""The file's rows, read with DuckDB: every row of France for the reference, those of one area.

Nothing but text is taken from the file here; ``checking`` decides what the texts are worth. Two
passes: the first over the bytes (hash, encoding, number of lines), the second over the columns.
"""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING

from contracts.geography import geography
from services.externalities.employment.area import Area
from services.externalities.employment.faults import BadEmploymentFile, Fault, FaultKind
from services.externalities.employment.layout import SEPARATOR, Layout, layout_of

if TYPE_CHECKING:
    import duckdb

_CHUNK = 1 << 22
_LONGEST_LINE = 65_536
_MEMORY = "900MB"
_THREADS = 2
_ASKED_EVERY_SECONDS = 0.1
_GZIP_MAGIC = b"\x1f\x8b"

Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done (0 to 1)."""

_REJECTS = {
    "MISSING COLUMNS": FaultKind.ROW,
    "TOO MANY COLUMNS": FaultKind.ROW,
    "LINE SIZE OVER MAXIMUM": FaultKind.ROW,
    "UNQUOTED VALUE": FaultKind.QUOTE,
    "INVALID ENCODING": FaultKind.ENCODING,
    "INVALID STATE": FaultKind.QUOTE,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """One row of the area as it stands in the file; an empty cell is None."""

    line: int
    commune: str | None
    commune_name: str | None
    epci: str | None
    epci_name: str | None
    naf: str | None
    establishments: tuple[str | None, ...]
    employees: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Nation:
    """Every row of the file, summed: employees at the end of the last wanted year by employment
    area and activity, as texts of the file. ``left_out`` rows have a figure that is no count.
    """

    sums: tuple[tuple[str, str, int], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Read:
    """What one pass found: ``records`` rows in the file, those of the area, its name as the file
    has it, the whole file's sums, and the lines that could not be split into columns.
    """

    sha256: str
    bytes: int
    records: int
    rows: tuple[Texts, ...]
    area_name: str | None
    faults: tuple[Fault, ...]
    ends_whole: bool
    nation: Nation


@dataclass(frozen=True, slots=True)
class _Surveyed:
    sha256: str
    bytes: int
    lines: int
    ends_whole: bool


def header_of(path: Path) -> Layout:
    """The file's layout. Raises ``BadEmploymentFile``; ``OSError`` as usual."""
    with _opened(path) as file:
        try:
            line = file.readline(_LONGEST_LINE).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadEmploymentFile(
                f"{path}: line 1 is not UTF-8 text ({error.reason}): the publisher's file is; "
                f"download it again and do not save it from a spreadsheet"
            ) from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadEmploymentFile(
                f"{path}: the compressed file is cut short or damaged ({error}): download it again"
            ) from error
    if not line.strip():
        raise BadEmploymentFile(f"{path}: line 1 is empty: this is not the publisher's file")
    line = line.rstrip("\r\n")
    if "\r" in line or line.lower().startswith("sep="):
        raise BadEmploymentFile(
            f"{path}: line 1 is not as the publisher writes it, but as a spreadsheet saves it: "
            f"download the file again and do not open it before"
        )
    return layout_of(str(path), line)


def read(path: Path, layout: Layout, area: Area, years: Sequence[int], progress: Progress) -> Read:
    """Every row of the area. Raises ``BadEmploymentFile`` when the file as a whole cannot be read.

    Memory is bounded whatever the file: DuckDB holds the wanted columns of the wanted rows.
    """
    # Loading it takes a third of a second, which no other command should wait for.
    import duckdb  # noqa: PLC0415 - see above

    survey = _survey(path, progress)
    with duckdb.connect(config={"memory_limit": _MEMORY, "threads": _THREADS}) as db:
        with _watched(db, progress):
            _load(db, path, layout, area, years)
        (records,) = db.execute("SELECT count(*) FROM seen").fetchone() or (0,)
        rejected = _rejected(db, layout)
        found = db.execute("SELECT * FROM wanted ORDER BY record").fetchall()
        name = _area_name(db, area)
        nation = _nation(db, layout, years[-1])
    place = _lines(path, survey.lines, records, [fault.line for fault in rejected])
    if not found:
        raise BadEmploymentFile(
            f"{path}: no row belongs to {area.said!r} among {records:,}: check the code, or "
            f"download the file for an area that holds it"
        )
    count = len(years)
    rows = tuple(
        Texts(
            place(record, True), commune, commune_name, epci, epci_name, naf,
            tuple(values[:count]), tuple(values[count:]),
        )
        for record, commune, commune_name, epci, epci_name, naf, *values in found
    )  # fmt: skip
    faults = tuple(Fault(f.kind, place(f.line, False), f.column, f.found, f.why) for f in rejected)
    _stop_at_an_open_quote(path, faults)
    return Read(survey.sha256, survey.bytes, records, rows, name, faults, survey.ends_whole, nation)


def _stop_at_an_open_quote(path: Path, faults: Sequence[Fault]) -> None:
    """A quote that is never closed swallows the rows after it: they could not be counted as left
    out. Raises ``BadEmploymentFile``, whatever the user chose for single rows.
    """
    for fault in faults:
        if fault.kind is FaultKind.QUOTE:
            raise BadEmploymentFile(
                f"{path}: {fault}\n  Nobody can tell which rows this quote swallows: nothing was "
                f"imported, nor can rows be left out: close the quote, or download the "
                f"file again"
            )


def _survey(path: Path, progress: Progress) -> _Surveyed:
    """Hash, lines and encoding in one pass. Raises ``BadEmploymentFile`` naming the first line
    that is not UTF-8.
    """
    size, length, lines, last = path.stat().st_size, 0, 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as raw, _inflated(raw) as file:
        try:
            while chunk := file.read(_CHUNK):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    line = lines + chunk[: error.start].count(b"\n") + 1
                    raise BadEmploymentFile(
                        f"{path}: line {line} is not UTF-8 ({error.reason}): the publisher's file "
                        f"is; download it again and do not save it from a spreadsheet"
                    ) from error
                length += len(chunk)
                lines += chunk.count(b"\n")
                last = chunk[-1:]
                progress("Looking through the file", raw.tell() / size if size else 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadEmploymentFile(
                f"{path}: the compressed file is cut short or damaged ({error}): download it again"
            ) from error
    return _Surveyed(_sha256(path), length, lines + (last != b"\n"), last == b"\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(
    db: "duckdb.DuckDBPyConnection", path: Path, layout: Layout, area: Area, years: Sequence[int]
) -> None:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.names)))
    at = {field: f"c{position}" for field, position in layout.codes.items()}
    values = [f"c{layout.establishments[year]}" for year in years]
    values += [f"c{layout.employees[year]}" for year in years]
    # Everything is interpolated from positions and constants; the path is a parameter.
    db.execute(
        f"""
        CREATE TEMP TABLE seen AS
        SELECT {at[area.kind]} AS area, {", ".join(at.values())}, {", ".join(values)}
        FROM read_csv(
            ?, delim='{SEPARATOR}', quote='"', escape='"', header=true, auto_detect=false,
            columns={{{columns}}}, nullstr='', store_rejects=true, strict_mode=true,
            max_line_size={_LONGEST_LINE}, compression=?
        )
        """,  # noqa: S608 - see above
        [str(path), "gzip" if _is_gzip(path) else "none"],
    )
    db.execute("CREATE TEMP TABLE codes (code VARCHAR)")
    db.executemany("INSERT INTO codes VALUES (?)", [[code] for code in sorted(_asked(area))])
    name = at[f"{area.kind}_name"]
    db.execute(
        f"""
        CREATE TEMP TABLE wanted AS
        SELECT rowid AS record, {at["commune"]}, {at["commune_name"]}, {at["epci"]},
               {at["epci_name"]}, {at["naf"]}, {", ".join(values)}
        FROM seen WHERE area IN (SELECT code FROM codes)
        """  # noqa: S608 - see above
    )
    db.execute(
        f"CREATE TEMP TABLE names AS SELECT DISTINCT {name} AS name FROM seen "  # noqa: S608 - see above
        "WHERE area IN (SELECT code FROM codes)"
    )


def _nation(db: "duckdb.DuckDBPyConnection", layout: Layout, year: int) -> Nation:
    zone, naf = (f"c{layout.codes[field]}" for field in ("zone", "naf"))
    count = f"c{layout.employees[year]}"
    # Everything is interpolated from positions.
    usable = f"regexp_full_match({count}, '[0-9]{{1,10}}') AND {zone} IS NOT NULL"
    sums = db.execute(
        f"SELECT {zone}, {naf}, sum({count}::BIGINT)::BIGINT FROM seen "  # noqa: S608 - see above
        f"WHERE {usable} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    (left_out,) = db.execute(
        f"SELECT count(*) FROM seen WHERE {count} IS NOT NULL AND NOT ({usable})"  # noqa: S608 - see above
    ).fetchone() or (0,)
    return Nation(tuple((zone, naf or "", int(total)) for zone, naf, total in sums), left_out)


def _asked(area: Area) -> frozenset[str]:
    """The codes the file may hold for the area: for communes, those merged into them as well."""
    if area.kind != "commune":
        return area.codes
    return area.codes | {old for old, new in geography().merged.items() if new in area.codes}


def _area_name(db: "duckdb.DuckDBPyConnection", area: Area) -> str | None:
    names = [name for (name,) in db.execute("SELECT name FROM names").fetchall() if name]
    # A zone that crosses regions has one name; a list of communes has none of its own.
    return names[0] if len(names) == 1 or (names and area.kind != "commune") else None


def _rejected(db: "duckdb.DuckDBPyConnection", layout: Layout) -> list[Fault]:
    """One fault a line that was not a row; DuckDB writes one a column."""
    found = db.execute(
        """
        SELECT line, min_by(error_type, column_idx), min(column_idx),
               min_by(csv_line, column_idx), min_by(error_message, column_idx)
        FROM reject_errors GROUP BY line ORDER BY line
        """
    ).fetchall()
    faults = []
    for line, kind, column, text, message in found:
        count = len(layout.names)
        name = layout.names[column - 1] if 0 < (column or 0) <= count else ""
        if kind == "MISSING COLUMNS":
            why = f"the row ends before this column; a row has {count}"
        elif kind == "TOO MANY COLUMNS":
            why = f"the row has more than the {count} columns of the header"
        else:
            why = str(message)
        faults.append(
            Fault(_REJECTS.get(kind, FaultKind.ROW), int(line), name, (text or "").strip(), why)
        )
    return faults


def _lines(
    path: Path, lines: int, records: int, rejected: Sequence[int]
) -> Callable[[int, bool], int]:
    """From a record to its line. Accepted records count from 0, rejected ones as DuckDB does: the
    header is 1. Both differ from lines only where a quoted field holds line breaks.
    """
    bad = sorted(set(rejected))

    def record_number(record: int, accepted: bool) -> int:
        if not accepted:
            return record
        number = record + 2
        for each in bad:
            if each <= number:
                number += 1
        return number

    if lines == records + len(bad) + 1:
        return record_number
    last_lines = [0, *_ends_of_records(path)]

    def line(record: int, accepted: bool) -> int:
        number = record_number(record, accepted)
        return last_lines[min(number - 1, len(last_lines) - 1)] + 1

    return line


def _ends_of_records(path: Path) -> Iterator[int]:
    with _opened(path) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=SEPARATOR)
        for row in reader:
            if row:
                yield reader.line_num


@contextmanager
def _watched(db: "duckdb.DuckDBPyConnection", progress: Progress) -> Iterator[None]:
    """Ask the running query how far it is, from a second thread."""
    over = Event()

    def ask() -> None:
        while not over.wait(_ASKED_EVERY_SECONDS):
            share = db.query_progress()
            if share >= 0:
                progress("Reading the rows", share / 100)

    thread = Thread(target=ask, name="import-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        progress("Reading the rows", 1.0)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC


@contextmanager
def _opened(path: Path) -> Iterator[gzip.GzipFile | IO[bytes]]:
    with path.open("rb") as raw, _inflated(raw) as file:
        yield file


@contextmanager
def _inflated(raw: IO[bytes]) -> Iterator[gzip.GzipFile | IO[bytes]]:
    packed = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    raw.seek(0)
    if not packed:
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as file:
        yield file
