"""CSV files as spreadsheets and publishers write them: read as meant, or refused at the place."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import samples
from contracts.geography import geography
from contracts.vocabulary.territory_tables import TableScope
from services.externalities.csv_files import BadTable, sheet_of, text_of
from services.externalities.employment.area import BadArea, area_of
from services.externalities.milieu.relays import read_relays
from services.externalities.tables.input_output import divisions_of, read_input_output
from services.externalities.tables.skills import read_skills

RELAYS = samples.relays_file().read_text("utf-8")
SAID = {"year": 2020, "source": "made up", "licence": "none"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def saved(file: Path, body: bytes | str) -> Path:
    file.write_bytes(body if isinstance(body, bytes) else body.encode())
    return file


AS_SAVED = {
    "Windows-1252, as a French spreadsheet saves": RELAYS.encode("cp1252"),
    "UTF-8 with its mark": RELAYS.encode("utf-8-sig"),
    "UTF-16, a spreadsheet's Unicode text": RELAYS.replace(";", "\t").encode("utf-16"),
    "CR line ends": RELAYS.replace("\n", "\r").encode(),
    "CRLF line ends": RELAYS.replace("\n", "\r\n").encode(),
    "sep=;": f"sep=;\r\n{RELAYS}".encode(),
    "the header in capitals": RELAYS.replace("id;kind;name", "ID;Kind;NAME", 1).encode(),
    "empty rows at the end": (RELAYS + ";" * 14 + "\n" + ";" * 20 + "\n\n").encode(),
    "empty columns at the end": RELAYS.replace("\n", ";;\n").encode(),
}


@pytest.mark.parametrize("how", AS_SAVED)
def test_however_a_spreadsheet_saved_it_the_directory_is_the_same(file: Path, how: str) -> None:
    expected = read_relays(samples.relays_file(), geography())
    assert read_relays(saved(file, AS_SAVED[how]), geography()) == expected


def test_a_damaged_file_is_not_read_in_another_encoding(file: Path) -> None:
    """One broken byte in UTF-8 text: read as Windows-1252 every é would become two letters."""
    lines = RELAYS.encode().split(b"\n")
    lines[2] = lines[2] + b"\xe9"
    with pytest.raises(BadTable, match="line 3 is not UTF-8: save the file as CSV UTF-8"):
        text_of(saved(file, b"\n".join(lines)), "a directory")
    with pytest.raises(BadTable, match="line 1 is not UTF-8"):
        text_of(saved(file, b"caf\x81"), "a directory")


def test_a_row_is_named_by_the_line_it_begins_on(file: Path) -> None:
    sheet = sheet_of(saved(file, 'sep=,\na,b\n"x\ny",1\n,\nz,2\n'), ("a", "b"), "a table")
    assert sheet.rows == [(3, ["x\ny", "1"]), (6, ["z", "2"])]


# -- numbers -----------------------------------------------------------------------------------

TABLE = "branch;C10;C11\nC10;0,1;0,2\nC11;0,05;0,1\nemployment;{};7\n"
REFUSED_NUMBERS = {
    "1.250": "'1.250' is not a number here: the file writes decimals with a comma",
    "1_250": "'1_250' is not a number: write digits alone",
    "1 250": "'1 250' is not a number: write digits alone",
    "\uff11\uff12": "is not a number: write digits alone",
    "inf": "'inf' is not a number",
    "1e999": "is too large a number",
}


def io_of(file: Path, text: str):
    return read_input_output(saved(file, text), scope=TableScope.NATION, **SAID)


@pytest.mark.parametrize("text", REFUSED_NUMBERS)
def test_a_number_that_may_be_another_is_refused_at_its_place(file: Path, text: str) -> None:
    with pytest.raises(BadTable) as raised:
        io_of(file, TABLE.format(text))
    assert "line 4, column 'C10': " in str(raised.value)
    assert REFUSED_NUMBERS[text] in str(raised.value)


def test_a_point_before_three_digits_is_read_only_where_the_file_shows_what_it_is(
    file: Path,
) -> None:
    whole = "branch;C10;C11\nC10;0;0\nC11;0;0\nemployment;1.250;7\n"
    with pytest.raises(BadTable, match=r"'1\.250' may be 1250 or 1\.25: write one of the two"):
        io_of(file, whole)
    assert io_of(file, whole.replace("C10;0;0", "C10;0.1;0")).branches[0].employment == 1.25
    assert io_of(file, whole.replace(";", ",")).branches[0].employment == 1.25


# -- codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "divisions"),
    [
        ("C10T12", ("10", "11", "12")),
        ("CPA_C10-12", ("10", "11", "12")),
        ("CPA_C10T12", ("10", "11", "12")),
        ("NACE_C31_32", ("31", "32")),
        ("02_03", ("02", "03")),
        ("c10t12", ("10", "11", "12")),
        ("CPA_FZ", ("41", "42", "43")),
        ("J59_J60", ("59", "60")),
        ("10_12", ()),  # a list to one publisher, a range to another
        ("CPA_L68A", ()),  # a part of a division
        ("T", ()),
    ],
)
def test_a_publishers_spelling_of_a_branch_is_read(code: str, divisions: tuple[str, ...]) -> None:
    assert divisions_of(code) == divisions


def test_rows_and_columns_may_be_spelt_by_two_publishers(file: Path) -> None:
    table = io_of(
        file,
        "branch;C10T12;02_03\nCPA_C10-12;0,1;0,2\nCPA_A02_03;0,3;0,4\nEmployment;5;7\n",
    )
    assert [(b.code, b.inputs, b.employment) for b in table.branches] == [
        ("C10T12", (0.1, 0.3), 5),
        ("02_03", (0.2, 0.4), 7),
    ]


def test_a_skill_code_that_lost_its_zero_is_not_another_code(file: Path) -> None:
    with pytest.raises(BadTable) as raised:
        read_skills(saved(file, "one;other;relatedness\n1.1;1.2;0,45\n25.6;3;0,1\n"), **SAID)
    said = str(raised.value)
    assert "line 2, column 'one': '1.1' has lost its leading zero: write 01.1, as text" in said
    assert "line 3, column 'other': '3' has lost its leading zero" in said


# -- lists of communes -------------------------------------------------------------------------

LISTED = "Code;Commune\n76005;Amfreville-la-Mi-Voie\n76020;Ancretiéville-Saint-Victor\n"


@pytest.mark.parametrize(
    "body",
    [
        LISTED.encode("cp1252"),
        LISTED.replace("\n", "\r").encode(),
        f"sep=;\n{LISTED};;;;\n # the end\n".encode(),
        LISTED.partition("\n")[2].encode(),
    ],
    ids=["Windows-1252", "CR", "sep=; and empty rows", "no header"],
)
def test_a_list_of_communes_is_read_however_it_was_saved(file: Path, body: bytes) -> None:
    assert area_of(str(saved(file, body)), geography()).codes == {"76005", "76020"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1001;L'Abergement\n76005;x\n", 'line 1: "1001;L\'Abergement" starts with no code'),
        ("Code\n76005\n1001\n", "line 3: '1001' starts with no code of a commune"),
        ("Code\nName\n76005\n", "line 2: 'Name' starts with no code"),
        ("76005\n76000\n99999\n", "'76000' is a post code, not the INSEE code of a commune"),
        ("76005\n76000\n99999\n", "2 of 3 codes are of no commune"),
    ],
)
def test_a_list_with_a_line_that_is_none_is_refused_at_that_line(file: Path, text, said) -> None:
    with pytest.raises(BadArea) as raised:
        area_of(str(saved(file, text)), geography())
    assert said in str(raised.value)


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=80)
    | st.text('0123456789;,.\n\r\t"=sep A\u00e9', max_size=80).map(str.encode)
)
def test_no_bytes_break_a_reader_of_files(file: Path, body: bytes) -> None:
    """Whatever a file is, it is read or refused in a sentence: no traceback."""
    saved(file, body)
    for read in (
        lambda: read_relays(file, geography()),
        lambda: read_skills(file, **SAID),
        lambda: read_input_output(file, scope=TableScope.NATION, **SAID),
        lambda: area_of(str(file), geography()),
    ):
        with suppress(BadTable, BadArea):
            assert read()
