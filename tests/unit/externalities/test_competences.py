"""A directory is read whole or not at all, each fault by line and column, and survives the way."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.geography import geography
from contracts.samples import competences_file
from contracts.vocabulary.limits import MAX_COMPETENCES
from services.externalities.competences.csv_file import (
    BadTable,
    read_competences,
    written_competences,
)

FILE = competences_file()
HEADER, FIRST, *_ = FILE.read_text("utf-8").splitlines()


def read(folder: Path, text: str, encoding: str = "utf-8"):
    file = folder / "directory.csv"
    file.write_bytes(text.encode(encoding))
    return read_competences(file, geography())


def row(**cells: str) -> str:
    said = dict(zip(HEADER.split(";"), FIRST.split(";"), strict=True)) | cells
    return ";".join('"' + cell.replace('"', '""') + '"' for cell in said.values())


def test_the_demo_is_fictitious_and_written_as_it_is_read(tmp_path: Path):
    entries = read_competences(FILE, geography())
    assert all(re.search("fict", entry.name) for entry in entries)
    assert all(re.search(r", 02 61 91 \d\d \d\d$", entry.contact) for entry in entries)
    assert written_competences(entries) == FILE.read_text("utf-8")


def test_the_commune_is_named(tmp_path: Path):
    (entry,) = read(tmp_path, "\n".join([HEADER, FIRST]))
    assert (entry.commune, entry.place) == ("76575", "Saint-Étienne-du-Rouvray")


@pytest.mark.parametrize("cell", ["=1+1", "+33 2 35", "-10 %", "@sum", "'=1", "''@x", "'quoted"])
def test_what_a_spreadsheet_would_compute_is_harmless_there_and_survives(tmp_path: Path, cell):
    (entry,) = read(tmp_path, "\n".join([HEADER, row(name="x", offers=f"{cell} | @b")]))
    # Written by hand, '=1 is what an escaped =1 looks like; all else is as it was written.
    meant = cell[1:] if cell.startswith(("'=", "''@")) else cell
    assert entry.offers == (meant, "@b")
    text = written_competences([entry])
    for cells in csv.reader(text.splitlines(), delimiter=";"):
        assert not any(each.startswith(("=", "+", "-", "@")) for each in cells)
    assert read(tmp_path, text) == (entry,)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("=+-@'\";,\u00e9 ab0", min_size=1, max_size=12).filter(
        lambda s: s.strip() == s and any(map(str.isalnum, s))
    )
)
def test_any_name_survives_the_way_to_a_file_and_back(tmp_path: Path, name):
    (entry,) = read(tmp_path, "\n".join([HEADER, FIRST]))
    entry = type(entry)(**{slot: getattr(entry, slot) for slot in entry.__slots__} | {"name": name})
    assert read(tmp_path, written_competences([entry])) == (entry,)


def test_the_mark_of_utf_8_and_empty_lines_are_no_fault(tmp_path: Path):
    assert len(read(tmp_path, f"{HEADER}\r\n{FIRST}\r\n;;;;;;;;\r\n\r\n", "utf-8-sig")) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (row(kind="labo"), "line 2, column 'kind': 'labo'"),
        (row(commune="99999"), "line 2, column 'commune': no commune has or had the INSEE code"),
        (row(commune="76000"), "line 2, column 'commune': '76000' is a post code, not the INSEE"),
        (row(name="\u200b"), "line 2, column 'name': '\\u200b': has no letter and no digit to see"),
        (row(commune="Rouen"), "line 2, column 'commune': 'Rouen'"),
        (row(since="hier"), "line 2, column 'since': 'hier'"),
        (row(name=" "), "line 2, column 'name': ''"),
        (row(name="x" * 201), "line 2, column 'name'"),
        (row(name="a\u202eb"), "line 2, column 'name'"),
        (
            row(offers="", needs=" | "),
            "line 2: 'labo-vibrations' neither offers nor needs anything",
        ),
        (row(offers=" | ".join("abcdefghijklm")), "line 2, column 'offers'"),
        (row(id="Majuscule"), "line 2, column 'id': 'Majuscule'"),
        ("a;b", "line 2: 2 columns, the header has 9"),
        (f"{row()}\n{row()}", "line 3, column 'id': 'labo-vibrations' stands on line 2 already"),
        (row(name="two\nlines"), "line 2, column 'name'"),
        (f'{row(offers="a")}\n"open', "unexpected end of data"),
        ("", "no entry stands in it"),
    ],
)
def test_a_fault_is_named_by_line_and_column(tmp_path: Path, text, said):
    with pytest.raises(BadTable, match=re.escape(said)):
        read(tmp_path, f"{HEADER}\n{text}")


def test_every_fault_is_named_at_once(tmp_path: Path):
    with pytest.raises(BadTable) as refused:
        read(tmp_path, "\n".join([HEADER, row(kind="x"), FIRST, row(id="b", since="x", name="")]))
    assert [line.strip()[:23] for line in str(refused.value).splitlines()[1:]] == [
        "line 2, column 'kind': ",
        "line 4, column 'name': ",
        "line 4, column 'since':",
    ]


def test_a_wrong_header_and_too_much_are_refused(tmp_path: Path):
    with pytest.raises(BadTable, match=r"line 1: the header of .* is 'id;kind;name"):
        read(tmp_path, HEADER.replace("kind;", "sort;"))
    many = "\n".join(row(id=f"e{n}") for n in range(MAX_COMPETENCES + 1))
    with pytest.raises(BadTable, match="at most 1,000 are read"):
        read(tmp_path, f"{HEADER}\n{many}")
