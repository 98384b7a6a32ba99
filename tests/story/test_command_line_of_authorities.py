"""The commands of an authority at a running service: tables that stay, what was funded."""

import json

import pytest

from contracts import samples
from tests.support.all_in_one import AllInOneProcess, running
from tests.support.command import OK, REFUSED, Shell
from tests.support.national import national_file

TABLE = "branch;C3;CA\nC3;0,2;0\nCA;0,4;0,2\nemployment;5;10\n"
PAIRS = "one;other;relatedness\n26.5;26.2;0,6\n"
ZONES = tuple(f"{code}" for code in range(9001, 9301))
"""As many areas as a nation has: complexity asks for a least number of them."""

LOADED = ("input_output", "skills", "nation")


@pytest.fixture
def authority(winwinwin: Shell, founded) -> str:
    made = winwinwin("keys", "add", "ville", "--scope", "authority", "--data-dir", founded.data_dir)
    assert made.status == OK, made.err
    return made.out.strip()


def imported(winwinwin: Shell, house: AllInOneProcess, key: str, file: object, year: int):
    done = winwinwin(
        *("territory", "import-employment", file, "--area", "zone:2815", "--year", year),
        *("--load", "--url", house.url, "--key", key),
    )
    assert done.status == OK, done.err
    return done


def in_force(house: AllInOneProcess, key: str) -> dict[str, object]:
    with house.client(key) as client:
        return client.get("/v1/territories/fr-ze-2815").json()


def test_importing_again_keeps_every_table_that_was_loaded(
    winwinwin, founded, authority, write, tmp_path
):
    table, pairs = write("io.csv", TABLE), write("skills.csv", PAIRS)
    said = ("--year", "2020", "--source", "made up", "--licence", "none")
    with running(founded.data_dir) as house:
        there = ("--territory", "fr-ze-2815", "--url", house.url, "--key", authority)
        imported(winwinwin, house, authority, national_file(tmp_path / "nation.csv", ZONES), 2022)
        for command, file in (("load-io", table), ("load-skills", pairs)):
            loaded = winwinwin("territory", command, file, *said, *there)
            assert loaded.status == OK, loaded.err
        before = in_force(house, authority)
        assert all(before[name] for name in LOADED)

        again = imported(winwinwin, house, authority, samples.employment_file(), 2022)
        assert "Kept from the data in force: input-output table, skill relatedness, complexity" in (
            again.err
        )
        after = in_force(house, authority)
        assert {name: after[name] for name in LOADED} == {name: before[name] for name in LOADED}
        assert json.loads((winwinwin.folder / "fr-ze-2815.json").read_text("utf-8")) == after

        older = imported(winwinwin, house, authority, samples.employment_file(), 2021)
        assert "Not kept: complexity, which is of 2022" in older.err
        now = in_force(house, authority)
        assert "nation" not in now
        assert (now["input_output"], now["skills"]) == (before["input_output"], before["skills"])


def test_what_was_funded_is_sent_fetched_as_it_was_and_refused_by_line_or_by_place(
    winwinwin, founded, authority, write
):
    header = "proposal_id;revision;decided_on;source;institutions\n"
    row = f"{'a' * 32};2;2026-03-12;Délibération 12;cci-exemple club-exemple\n"
    file = write("funded.csv", header + row)
    with running(founded.data_dir) as house:
        there = ("--territory", "fr-ze-2815", "--url", house.url, "--key", authority)
        early = winwinwin("territory", "load-funded", file, *there)
        assert early.status == REFUSED
        assert "/projects/0/institutions/0" in early.err
        assert "load the directory first" in early.err
        relays = winwinwin("territory", "load-relays", samples.relays_file(), *there)
        assert relays.status == OK, relays.err
        sent = winwinwin("territory", "load-funded", file, *there)
        assert sent.status == OK, sent.err
        assert "1 funded project (1 with two institutions or more)" in sent.err
        fetched = winwinwin("territory", "export-funded", *there)
        assert fetched.out == header + row
        bad = write("bad.csv", header + row.replace("2026-03-12", "12 mars"))
        refused = winwinwin("territory", "load-funded", bad, *there)
        assert refused.status == REFUSED
        assert "line 2, column 'decided_on'" in refused.err
        assert winwinwin("territory", "export-funded", *there).out == fetched.out
