"""The employment file as it is downloaded: what is read, and how each bad place is named."""

from pathlib import Path

import pytest

from contracts import codec, samples
from contracts.geography import geography
from contracts.vocabulary.territory import TerritorySnapshot
from services.cli.files import snapshot_text
from services.externalities.employment.area import BadArea, area_of
from services.externalities.employment.faults import BadEmploymentFile
from services.externalities.employment.importing import BadRows, Imported, import_employment
from services.externalities.nomenclature import sub_classes
from tests.support.employment import (
    COMMUNE,
    NAF,
    changed,
    column_of,
    few_lines,
    publisher_lines,
    technical,
    written,
)

ROUEN = "zone:2815"
FEWEST_PLACES = 4
PLAIN_ROW = 1
"""A row (from 0, the header) without a quoted separator."""


def imported(path: Path, area: str = ROUEN, year: int = 2022, **options: object) -> Imported:
    return import_employment(
        path,
        area,
        year,
        geography=geography(),
        activities=sub_classes(),
        progress=lambda *_: None,
        fewest_places=FEWEST_PLACES,
        **options,
    )


def refused(path: Path, area: str = ROUEN, year: int = 2022) -> str:
    with pytest.raises(BadEmploymentFile) as raised:
        imported(path, area, year)
    return str(raised.value)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "employment.csv"


# -- what is read ------------------------------------------------------------------------------


def test_the_demo_territory_is_what_the_command_makes_of_the_publishers_file():
    made = imported(samples.employment_file())
    assert snapshot_text(made.snapshot) == samples.territory_text()
    assert (made.report.records, made.report.kept_rows) == (9_338, 8_417)


def test_the_totals_are_those_of_the_publisher():
    table = samples.territory_example().employment
    totals = [sum(row.employees[i] or 0 for row in table.rows) for i in range(4)]
    assert dict(zip(table.years, totals, strict=True)) == {
        2007: 183_490,
        2012: 175_704,
        2017: 171_972,
        2022: 183_731,
    }
    metropolis = {c.code for c in table.communes if c.epci == "200023414"}
    assert sum(r.employees[-1] or 0 for r in table.rows if r.commune in metropolis) == 163_452


def test_every_kept_row_is_found_on_its_line_of_the_public_file():
    lines = publisher_lines()
    for row in samples.territory_example().employment.rows[::97]:
        cells = lines[row.line - 1].rsplit(";", 36)[1:]
        assert (cells[0], cells[1]) == (row.commune, row.naf)
        assert cells[-1] == ("" if row.employees[-1] is None else str(row.employees[-1]))


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("style", ["labels", "technical names"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_both_header_styles_are_read_with_and_without_a_byte_order_mark(file, bom, style, end):
    lines = few_lines()
    if style == "technical names":
        lines[0] = technical(lines[0])
    made = imported(written(file, lines, bom=bom, end=end))
    assert made.snapshot.name == "Rouen"
    assert made.report.area_rows == 40


def test_a_later_last_year_is_read_as_well(file):
    lines = few_lines()
    lines = [
        lines[0] + ";Nombre d'établissements 2023;Effectifs salariés 2023",
        *(line + ";1;7" for line in lines[1:]),
    ]
    made = imported(written(file, lines), year=2023)
    assert made.snapshot.private_employment == 40 * 7
    assert made.report.years == (2008, 2013, 2018, 2023)


def test_a_quoted_text_may_hold_the_separator_and_a_line_break(file):
    lines = few_lines()
    lines[5] = changed(lines[5], 5, '"Amfreville; dite\nla-Mi-Voie"')
    table = imported(written(file, lines)).snapshot.employment
    found = {(row.commune, row.naf): row.line for row in table.rows}
    whole = imported(written(file, few_lines())).snapshot.employment
    moved = [found[row.commune, row.naf] - row.line for row in whole.rows]
    assert set(moved) == {0, 1}, "rows after the line break stand one line lower"


@pytest.mark.parametrize(
    ("area", "id_", "employees"),
    [
        ("epci:200023414", "fr-epci-200023414", 163_452),
        ("department:76", "fr-dep-76", None),
        ("commune:76540", "fr-com-76540", None),
    ],
)
def test_an_area_is_an_epci_a_department_or_a_commune(area, id_, employees):
    made = imported(samples.employment_file(), area).snapshot
    assert made.id == id_
    assert employees is None or made.private_employment == employees
    assert made.communes == len({row.commune for row in made.employment.rows}) or made.communes > 1


def test_a_list_of_communes_needs_a_name_and_takes_those_merged_since(tmp_path):
    listed = tmp_path / "communes.csv"
    listed.write_text("code;name\n76455;Morville-sur-Andelle\n# the next one was merged\n76540;\n")
    with pytest.raises(BadEmploymentFile, match="give both"):
        imported(samples.employment_file(), str(listed))
    made = imported(samples.employment_file(), str(listed), territory_id="fr-list-two", name="Two")
    assert {c.code for c in made.snapshot.employment.communes} == {"76358", "76455", "76540"}
    assert made.report.merged == (("76358", "76455"),)


def test_an_area_that_the_file_holds_only_a_part_of_is_said_to_be_one(tmp_path):
    """The extract of one employment area, asked for its department, would pass for the whole."""
    made = imported(samples.employment_file(), "department:76")
    assert "holds rows of 217 of the 707 communes of department:76" in made.report.warnings[0]
    assert not imported(samples.employment_file()).report.warnings


# -- what is not right ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["zone:28", "region:28", "commune:99999", "nowhere.csv"])
def test_an_area_that_is_none_is_said_to_be_none(said):
    with pytest.raises(BadArea):
        area_of(said, geography())


def test_an_area_without_a_row_is_refused(file):
    assert "no row belongs to 'zone:0001'" in refused(written(file, few_lines()), "zone:0001")


def test_a_year_that_is_not_there_is_refused_with_those_that_are(file):
    assert "no year 2023; the file holds 2006 to 2022" in refused(
        written(file, few_lines()), year=2023
    )


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_a_wrong_separator_is_named(file, separator):
    lines = [line.replace(";", separator) for line in few_lines()]
    said = refused(written(file, lines))
    assert "line 1" in said
    assert "the publisher's file separates them by ';'" in said


@pytest.mark.parametrize("name", ["Code APE", "Code commune", "Effectifs salariés 2017"])
def test_a_missing_column_is_named(file, name):
    lines = few_lines()
    lines[0] = lines[0].replace(name, "Something")
    said = refused(written(file, lines))
    assert "line 1: missing column" in said
    assert name.split()[-1] in said


BAD_ROWS = {
    "negative": (column_of(2022, employees=True), "-3", "'Effectifs salariés 2022': '-3' is neg"),
    "not a number": (column_of(2017, employees=True), "many", "'many' is not a whole number"),
    "a fraction": (column_of(2012, employees=False), "1.5", "'1.5' is not a whole number"),
    "unknown APE": (NAF, "9999Z", "'Code APE': '9999Z' is no sub-class"),
    "an APE of 2027": (NAF, "0111Y", "'Code APE': '0111Y' is a code of NAF 2025"),
    "a post code": (COMMUNE, "76000", "is a post code, not the INSEE code of a commune"),
    "no APE": (NAF, "", "'Code APE' is no sub-class"),
    "unknown commune": (
        COMMUNE,
        "76999",
        "'Code commune': '76999' is no commune: no commune has or had",
    ),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_named_by_line_and_column_and_refused_whole(file, name):
    column, text, said = BAD_ROWS[name]
    lines = few_lines()
    lines[PLAIN_ROW] = changed(lines[PLAIN_ROW], column, text)
    if column == column_of(2022, employees=True):
        lines[PLAIN_ROW] = changed(lines[PLAIN_ROW], column - 1, "1")
    message = refused(written(file, lines))
    assert f"line {PLAIN_ROW + 1}, column {said}" in message or (
        f"line {PLAIN_ROW + 1}" in message and said in message
    )
    assert "Nothing was imported" in message


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_skipped_and_counted_when_asked(file, name):
    column, text, _ = BAD_ROWS[name]
    lines = few_lines()
    lines[PLAIN_ROW] = changed(lines[PLAIN_ROW], column, text)
    made = imported(written(file, lines), bad_rows=BadRows.SKIP)
    assert made.report.skipped_rows == made.snapshot.employment.skipped == 1
    assert {fault.line for fault in made.report.faults} == {PLAIN_ROW + 1}
    assert PLAIN_ROW + 1 not in {row.line for row in made.snapshot.employment.rows}


def test_two_rows_for_one_cell_name_each_other(file):
    lines = few_lines()
    lines.append(lines[PLAIN_ROW])
    message = refused(written(file, lines))
    assert f"line {PLAIN_ROW + 1}" in message
    assert f"stands on line {len(lines)} as well" in message
    made = imported(file, bad_rows=BadRows.SKIP)
    assert made.report.skipped_rows == 2, "nobody can tell which of them is right"


def test_a_truncated_last_line_is_named(file):
    lines = few_lines()
    lines[-1] = lines[-1][:120]
    message = refused(written(file, lines, last_end=False))
    assert f"line {len(lines)}, column" in message
    assert "the row ends before this column" in message
    made = imported(file, bad_rows=BadRows.SKIP)
    assert made.report.skipped_rows == 1
    assert made.report.warnings


def test_a_row_with_too_many_columns_is_named(file):
    lines = few_lines()
    lines[3] += ";1"
    assert "line 4" in refused(written(file, lines))
    assert "more than the 53 columns" in refused(file)


def test_a_file_that_is_not_utf_8_is_refused_at_its_line(file):
    file.write_bytes("\r\n".join(few_lines()).encode("latin-1", "replace"))
    assert "line 1 is not UTF-8" in refused(file)
    lines = [line.encode() for line in few_lines()]
    lines[4] = lines[4].decode().encode("latin-1", "replace")
    file.write_bytes(b"\r\n".join(lines))
    assert "line 5 is not UTF-8" in refused(file)


def test_a_compressed_file_that_was_cut_is_refused(tmp_path):
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(samples.employment_file().read_bytes()[:200_000])
    assert "cut short or damaged" in refused(cut)


@pytest.mark.parametrize("bad_rows", BadRows)
def test_an_open_quote_is_refused_even_where_bad_rows_are_left_out(file, bad_rows):
    lines = few_lines()
    lines[4] = '"' + lines[4]
    with pytest.raises(BadEmploymentFile, match="line 5, column 'Région'") as raised:
        imported(written(file, lines), bad_rows=bad_rows)
    assert "which rows this quote swallows" in str(raised.value)


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b no such thing", b"\x1f\x8b\x08" + b"\0" * 7 + b"\xff" * 9]
)
def test_what_only_begins_like_a_compressed_file_is_refused(file, body):
    file.write_bytes(body)
    with pytest.raises(BadEmploymentFile, match="cut short or damaged"):
        imported(file)


def test_the_header_may_be_written_in_capitals(file):
    lines = few_lines()
    whole = imported(written(file, lines)).snapshot
    lines[0] = lines[0].upper()
    assert imported(written(file, lines)).snapshot.activities == whole.activities


@pytest.mark.parametrize("end", ["sep=;\r\n{}\r\n", "{}\r"], ids=["sep=;", "CR"])
def test_what_a_spreadsheet_saved_is_told_from_what_was_downloaded(file, end):
    head, separator = end.split("{}")
    file.write_bytes((head + separator.join(few_lines())).encode())
    assert "as a spreadsheet saves it: download the file again" in refused(file)


def test_an_empty_file_is_refused(file):
    file.write_bytes(b"")
    assert "this is not the publisher's file" in refused(file)


def test_a_snapshot_whose_rows_do_not_fit_its_years_cannot_be_made():
    text = samples.territory_text().replace('"years": [2007, ', '"years": [', 1)
    with pytest.raises(ValueError, match="figures for 3 years"):
        codec.adapter(TerritorySnapshot).validate_json(text)
