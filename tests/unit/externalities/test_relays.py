"""Mandate first, then distance, then the next one up; a directory is read whole or not at all."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from contracts import samples
from contracts.geography import geography, spot_of
from contracts.vocabulary.milieu import WhomToAsk
from services.cli.territories import cli
from services.externalities.milieu.relays import BadTable, read_relays, spots, written
from services.method.territory.relays import whom_to_ask

FILE = samples.relays_file()
FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
"""Ranges that the French regulator (Arcep) keeps for works of fiction."""


def asked(need: str, code: str) -> WhomToAsk:
    here = geography()
    relays = read_relays(FILE, here)
    return whom_to_ask(relays, need, spot_of(here.communes[code]), spots(relays, here))


def chosen(need: str, code: str) -> list[str]:
    return [each.relay.id for each in asked(need, code).relays]


def test_the_mandate_comes_before_the_distance():
    # The bank of Saint-Étienne-du-Rouvray is next door; the club has the narrower mandate.
    assert chosen("export", "76575") == [
        "club-exemple",
        "banque-exemple",
        "cci-exemple",
        "national-exemple",
    ]


def test_outside_the_mandates_the_next_one_up_is_named():
    assert chosen("export", "14118")[0] == "national-exemple", "Caen is in another department"


def test_a_need_nobody_serves_is_no_dead_end_and_is_said():
    assert chosen("nuclear", "76540")[0] == "metropole-exemple"
    assert not asked("nuclear", "76540").competent
    assert asked("export", "76540").competent


def test_over_an_unknown_place_only_the_whole_countrys_mandate_is_certain():
    relays = read_relays(FILE, geography())
    first = whom_to_ask(relays, "export", None, spots(relays, geography())).relays[0]
    assert (first.relay.id, first.level, first.km) == ("national-exemple", "country", None)


def test_the_coarser_of_two_precisions_is_said():
    near, far = asked("export", "76575").relays[0], asked("export", "76002").relays[0]
    assert (near.precision, near.km) == ("commune", pytest.approx(6, abs=4))
    assert geography().communes["76002"].precision == "department"
    assert far.precision == "department"


def test_a_directory_is_written_as_it_is_read(tmp_path: Path):
    relays = read_relays(FILE, geography())
    copy = tmp_path / "copy.csv"
    copy.write_text(written(relays), "utf-8")
    assert read_relays(copy, geography()) == relays
    assert copy.read_text("utf-8") == FILE.read_text("utf-8")


CELLS = st.text(st.sampled_from("=+-@'a;\"0 é"), min_size=1, max_size=6).map(str.strip)


@given(name=CELLS.filter(lambda name: any(map(str.isalnum, name))), phone=CELLS)
@example(name="=1+1", phone="+33 1 99 00 12 01")
@example(name="'=1+1", phone="''-")
def test_whatever_a_cell_holds_comes_back_and_no_spreadsheet_computes_it(
    tmp_path_factory, name, phone
):
    relay = replace(read_relays(FILE, geography())[0], name=name, phone=phone)
    copy = tmp_path_factory.mktemp("relays") / "copy.csv"
    copy.write_text(written([relay]), "utf-8")
    assert read_relays(copy, geography()) == (relay,)
    cells = next(iter(csv.reader(written([relay]).splitlines()[1:], delimiter=";")))
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_every_phone_number_of_the_demo_is_reserved_for_fiction():
    assert all(FICTION.fullmatch(relay.phone) for relay in read_relays(FILE, geography()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("chamber;", "chambre;", "line 2, column 'kind': 'chambre'"),
        (";76540;1 quai", ";99999;1 quai", "line 2, column 'commune': no commune has or had"),
        (
            ";76540;1 quai",
            ";76000;1 quai",
            "'76000' is a post code, not the INSEE code of a commune",
        ),
        (
            "department:76;76540",
            "department:99;76540",
            "column 'mandate': there is no department '99'",
        ),
        ("department:76;76540", "epci:000000000;76540", "there is no EPCI '000000000'"),
        ("department:76;76540", "commune:76000;76540", "write the INSEE code: 76540 Rouen"),
        (
            "department:76;76540",
            "commune:\uff17\uff16\uff15\uff14\uff10;76540",
            "no commune has or had",
        ),
        ("department:76;76540;1 quai", "76;76540;1 quai", "line 2, column 'mandate': '76'"),
        (
            "club-exemple;",
            "cci-exemple;",
            "line 4, column 'id': 'cci-exemple' stands on line 2 already",
        ),
        (";2015", "", "line 2: 14 columns, the header has 15"),
        ("2026-11-24", "24/11/2026", "line 2, column 'checked_on': '24/11/2026'"),
        (";export creation;", ";;", "line 2, column 'competences': ''"),
        ("id;kind", "id,kind", "line 1: the header of a directory of relays is 'id;kind;"),
    ],
)
def test_a_fault_is_named_by_line_and_column(tmp_path: Path, old, new, said):
    bad = tmp_path / "bad.csv"
    bad.write_text(FILE.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BadTable, match=re.escape(said)):
        read_relays(bad, geography())


def test_a_file_with_an_open_quote_is_refused_at_its_line(tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text(FILE.read_text("utf-8").replace("Chambre de", '"Chambre de', 1), "utf-8")
    with pytest.raises(BadTable, match="line "):
        read_relays(bad, geography())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("76540", "mandate epci"),  # the post code of another place, but the INSEE code of Rouen
        ("76003", "76003 is part of 76020 Anneville-Ambourville today."),
        ("76000", "'76000' is a post code, not the INSEE code of a commune: write the INSEE code"),
        ("99999", "no commune has or had the INSEE code '99999'"),
    ],
)
def test_the_command_reads_a_place_as_every_door_does(code, said):
    found = CliRunner().invoke(cli, ["relays", str(FILE), "--need", "export", "--commune", code])
    assert said in f"{found.output}{found.exception}"


def test_a_place_asked_for_by_command_is_the_one_with_that_insee_code():
    asked = ["relays", str(FILE), "--need", "export", "--commune", "76540", "--json"]
    assert json.loads(CliRunner().invoke(cli, asked).stdout)["place"]["name"] == "Rouen"
