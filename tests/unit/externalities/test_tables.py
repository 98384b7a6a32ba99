"""Tables of a nation from CSV files: what is read, what is refused and how it is named."""

import csv
import gzip
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from contracts import codec, samples
from contracts.samples import territory_example
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import TableScope
from services.cli.files import BadFile, read_snapshot, snapshot_text
from services.cli.territories import cli
from services.externalities.csv_files import BadTable
from services.externalities.storage import snapshot_json
from services.externalities.tables.input_output import accounts, divisions_of, read_input_output
from services.externalities.tables.skills import Measure, read_skills
from services.method.territory.input_output import leontief_inverse, multipliers_of
from services.method.territory.skills import skills_of
from tests.spec.made_up import input_output, rouen_in_a_nation

JSON = {"content-type": "application/json"}
SAID = {"year": 2020, "source": "made up", "licence": "none"}
TABLE = "branch;C3;CA\nC3;0,2;0\nCA;0,4;0,2\nemployment;5;10\n"
PAIRS = "one;other;relatedness\n26.5;26.2;0,6\n26.2;26.5;0,2\n265;561;-0,3\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "table.csv"


def table_of(file, text: str):
    file.write_text(text, encoding="utf-8")
    return read_input_output(file, scope=TableScope.NATION, **SAID)


def skills_in(file, text: str, measure: Measure = Measure.NORMALISED):
    file.write_text(text, encoding="utf-8")
    return read_skills(file, measure=measure, **SAID)


# -- input and output ------------------------------------------------------------------------------


def test_a_table_is_read_with_either_separator_and_its_rows_in_any_order(file):
    table = table_of(file, TABLE)
    assert [(b.code, b.inputs, b.employment) for b in table.branches] == [
        ("C3", (0.2, 0.4), 5),
        ("CA", (0.0, 0.2), 10),
    ]
    assert table.branches[0].divisions == ("26", "27", "28")
    lines = TABLE.replace(",", ".").replace(";", ",").splitlines()
    again = table_of(file, "\n".join([lines[0], *reversed(lines[1:])]))
    assert again.branches == table.branches


def test_the_multiplier_is_that_of_the_published_formula_on_flows():
    """The same as from flows and output, in which the published German and Dutch tables come."""
    table = input_output()
    output = np.array([100.0, 250.0])
    coefficients = np.array([branch.inputs for branch in table.branches]).T
    employment = np.array([branch.employment for branch in table.branches]) * output
    flows = coefficients * output
    direct = employment / output
    ratio = direct @ np.linalg.inv(np.eye(2) - flows / output) / direct
    known = multipliers_of(table)
    assert [known.of("2651B"), known.of("1071C"), known.of("0111Z")] == [
        ("C3", pytest.approx(ratio[0])),
        ("CA", pytest.approx(ratio[1])),
        None,
    ]
    assert ratio.tolist() == pytest.approx([2.5, 1.25])


def test_the_branches_of_the_national_accounts_are_those_of_the_publishers_file():
    """Urssaf names the branch of each activity at both levels: an independent source."""
    seen = 0
    with gzip.open(samples.employment_file(), "rt", encoding="utf-8-sig") as text:
        for row in csv.DictReader(text, delimiter=";"):
            for level in ("Secteur NA17", "Secteur NA38"):
                assert row["Code APE"][:2] in accounts()[row[level][:2]]
                seen += 1
    assert seen == 2 * 9_338
    for codes in (("AZ", "DE"), ("BZ", "EZ")):
        assert all(code in accounts() for code in codes)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("10", ("10",)),
        ("C10-C12", ("10", "11", "12")),
        ("31+32", ("31", "32")),
        ("JB", ("61",)),
        ("04", ()),
        ("10-09", ()),
        ("total", ()),
    ],
)
def test_a_branch_names_its_divisions(code, found):
    assert divisions_of(code) == found


BAD_TABLES = {
    "branch;C3;CA\nC3;0,2;0\nemployment;5;10\n": "the row 'CA' is missing",
    "branch;C3;CA\nC3;0,2;0\nCA;0,4;0,2\n": "the row 'employment' is missing",
    TABLE.replace("0,4", "-0,4"): "line 3, column 'C3': '-0,4' is negative",
    TABLE.replace("0,4", "much"): "line 3, column 'C3': 'much' is not a number",
    TABLE.replace("0,4", "nan"): "line 3, column 'C3': 'nan' is not a number",
    TABLE.replace("CA;0,4", "CB;0,4"): "line 3, column 'branch': 'CB' is no column of the header",
    TABLE.replace("CA;0,4;0,2", "CA;0,4"): "line 3: 2 columns, the header has 3",
    TABLE.replace("CA", "Z9"): "line 1, column 'Z9': is no branch",
    TABLE.replace("CA", "26"): "division 26 is in branch 'C3' too",
    TABLE.replace("0,2;0\n", "1,2;0\n"): "is not productive",
    TABLE + "CA;0;0\n": "line 5, column 'branch': 'CA' stands on line 3 as well",
    "a;b\n1;2\n": "the header of an input-output table begins with 'branch'",
    "": "found: 'an empty file'",
}


@pytest.mark.parametrize("text", BAD_TABLES)
def test_a_table_with_a_fault_is_refused_whole_and_the_place_is_named(file, text):
    with pytest.raises(BadTable) as raised:
        table_of(file, text)
    assert BAD_TABLES[text] in str(raised.value)


def test_productive_is_what_its_largest_eigenvalue_says():
    assert (leontief_inverse(np.array([[0.2, 0.9], [0.5, 0.1]])) > 0).all()
    for unproductive in ([[0.2, 0.9], [0.9, 0.2]], [[1.0]]):
        with pytest.raises(np.linalg.LinAlgError):
            leontief_inverse(np.array(unproductive))


def test_a_territory_with_a_table_without_multipliers_is_refused_at_the_door(tmp_path, house):
    good = rouen_in_a_nation()
    body = json.loads(snapshot_json(good))
    body["input_output"]["branches"][0]["inputs"] = [1.5, 0.4]
    answer = house.authority().put(
        f"/v1/territories/{good.id}", content=json.dumps(body), headers=JSON
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/input_output/branches"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(body))
    with pytest.raises(BadFile, match="is not productive"):
        read_snapshot(path)


# -- skills ----------------------------------------------------------------------------------------


def test_pairs_are_made_symmetric_and_their_codes_may_have_dots(file):
    table = skills_in(file, PAIRS)
    assert (table.level, [(p.one, p.other, p.relatedness) for p in table.pairs]) == (
        3,
        [("262", "265", 0.4), ("265", "561", -0.3)],
    )
    known = skills_of(table)
    assert known.of("2651B", "2620Z") == known.of("2620Z", "2651B") == 0.4
    assert known.of("2651B", "1071C") is None, "not in the table is not 0"


def test_a_ratio_of_flows_is_normalised(file):
    """Neffke and Henning: (SR - 1) / (SR + 1)."""
    text = "one,other,relatedness\n25,28,3\n25,10,0\n"
    assert [p.relatedness for p in skills_in(file, text, Measure.RATIO).pairs] == [-1.0, 0.5]


BAD_PAIRS = {
    PAIRS.replace("0,6", "1,6"): "line 2, column 'relatedness': '1,6' is not between -1 and 1",
    PAIRS.replace("561", "56"): "line 4, column 'other': '56' is of another level",
    PAIRS.replace("561", "9999"): "line 4, column 'other': '9999' is neither a division",
    PAIRS + "26.5;26.2;0,1\n": "line 5: 265 and 262 stand there twice",
    "one;other;relatedness\n": "the table has no pair",
    "a;b;c\n": "begins with 'one;other;relatedness'",
}


@pytest.mark.parametrize("text", BAD_PAIRS)
def test_pairs_with_a_fault_are_refused_whole_and_the_place_is_named(file, text):
    with pytest.raises(BadTable) as raised:
        skills_in(file, text)
    assert BAD_PAIRS[text] in str(raised.value)


# -- the commands ----------------------------------------------------------------------------------


def test_the_commands_put_tables_into_a_territorys_file_and_take_them_out_again(tmp_path):
    territory, table, pairs = (tmp_path / name for name in ("rouen.json", "io.csv", "skills.csv"))
    territory.write_text(samples.territory_text(), encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    pairs.write_text(PAIRS, encoding="utf-8")
    said = ["--year", "2020", "--source", "made up", "--licence", "none"]
    run = CliRunner()
    for command, path in (("load-io", table), ("load-skills", pairs)):
        found = run.invoke(cli, [command, str(path), *said, "--into", str(territory)])
        assert found.exit_code == 0, found.output
    loaded = codec.adapter(TerritorySnapshot).validate_json(territory.read_bytes())
    assert len(loaded.input_output.branches) == 2
    assert len(loaded.skills.pairs) == 2
    assert loaded.employment == territory_example().employment
    for name in ("input_output", "skills"):
        assert run.invoke(cli, ["unload", name, "--into", str(territory)]).exit_code == 0
    assert territory.read_text("utf-8") == samples.territory_text()


def test_a_table_goes_to_one_place(tmp_path):
    table = tmp_path / "io.csv"
    table.write_text(TABLE, encoding="utf-8")
    said = ["load-io", str(table), "--year", "2020", "--source", "s", "--licence", "l"]
    assert isinstance(CliRunner().invoke(cli, said).exception, BadTable)


def test_a_territory_with_all_tables_survives_as_a_file_and_as_json():
    whole = rouen_in_a_nation()
    for text in (snapshot_text(whole), snapshot_json(whole)):
        assert codec.adapter(TerritorySnapshot).validate_json(text) == whole
