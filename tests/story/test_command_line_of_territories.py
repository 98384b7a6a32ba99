"""The commands of an authority: a territory from public data."""

import json

import pytest

from contracts import samples
from tests.support.command import OK, REFUSED, USAGE
from tests.support.employment import changed, column_of, few_lines, written


def test_a_territory_is_made_from_the_publishers_file_and_a_project_is_judged_with_it(
    winwinwin, write
):
    file = samples.employment_file()
    made = winwinwin(
        "territory", "import-employment", file, "--area", "zone:2815", "--year", "2022"
    )
    assert (made.status, made.out) == (OK, ""), made.err
    assert "Read 9,338 rows" in made.err
    assert (winwinwin.folder / "fr-ze-2815.json").read_text("utf-8") == samples.territory_text()
    project = write("p.yaml", samples.proposal_texts()["carbon-vetoed"])
    judged = winwinwin("evaluate", project, "--territory", "fr-ze-2815.json", "--json")
    assert judged.status == OK, judged.err
    used = json.loads(judged.out)["verdict"]["territory_ref"]
    assert (used["private_employment"], used["year"]) == (183_731, 2022)


def test_what_is_refused_leaves_no_file_and_the_one_before_as_it_was(winwinwin, tmp_path):
    lines = few_lines()
    lines[3] = changed(lines[3], column_of(2022, employees=True), "-1")
    bad = written(tmp_path / "bad.csv", lines)
    command = ("territory", "import-employment", bad, "--area", "zone:2815", "--year", "2022")
    refused = winwinwin(*command)
    assert refused.status == REFUSED
    assert "line 4" in refused.err
    assert not (winwinwin.folder / "fr-ze-2815.json").exists()
    (winwinwin.folder / "fr-ze-2815.json").write_text("before")
    assert winwinwin(*command).status == REFUSED
    assert (winwinwin.folder / "fr-ze-2815.json").read_text() == "before"
    skipped = winwinwin(*command, "--bad-rows", "skip", "--json")
    assert skipped.status == OK, skipped.err
    report = json.loads(skipped.out)
    assert report["skipped_rows"] == 1
    assert report["faults"][0]["line"] == 4


@pytest.mark.parametrize("area", ["zone:1", "region:28", "nowhere.csv"])
def test_an_area_that_is_none_is_refused_with_how_to_write_one(winwinwin, area):
    done = winwinwin(
        "territory",
        "import-employment",
        samples.employment_file(),
        "--area",
        area,
        "--year",
        "2022",
    )
    assert done.status == REFUSED
    assert "zone:" in done.err or "neither" in done.err


def test_a_file_that_is_not_there_is_a_wrong_use(winwinwin):
    done = winwinwin(
        "territory", "import-employment", "none.csv", "--area", "zone:2815", "--year", "2022"
    )
    assert done.status == USAGE
