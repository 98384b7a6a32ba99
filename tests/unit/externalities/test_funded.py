"""Funded projects feed the milieu: by one door, the same twice once, each with its decision."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from contracts import codec, samples
from contracts.events import MilieuProfiled
from contracts.geography import geography
from contracts.vocabulary.funded import FundedProject, FundedProjects
from contracts.vocabulary.milieu import Directory
from services.externalities.csv_files import BadTable
from services.externalities.milieu.funded import read_funded, written
from services.externalities.milieu.relays import read_relays
from tests.support.databases import BOTH, lent
from tests.support.refusals import places, problem_of
from tests.support.turned import JSON, TERRITORY, TurnedHouse

ADDRESS = f"/v1/territories/{TERRITORY}"
FIRST, SECOND = "a" * 32, "b" * 32
HEADER = "proposal_id;revision;decided_on;source;institutions\n"
ROW = f"{FIRST};2;2026-03-12;Délibération 12;cci-exemple club-exemple\n"


@pytest.fixture(params=BOTH)
def house(request: pytest.FixtureRequest, tmp_path) -> Iterator[TurnedHouse]:
    with lent(request, tmp_path) as databases:
        made = TurnedHouse(databases)
        made.load_territory()
        yield made
        made.close()


@pytest.fixture
def authority(house):
    relays = Directory(relays=read_relays(samples.relays_file(), geography()))
    caller = house.authority()
    body = codec.adapter(Directory).dump_json(relays)
    assert caller.put(f"{ADDRESS}/relays", content=body, headers=JSON).is_success
    return caller


def funded(house: TurnedHouse, *institutions: str, proposal: str = FIRST) -> dict[str, object]:
    day = house.clock.now().date() - timedelta(days=1)
    return {
        "proposal_id": proposal,
        "revision": 1,
        "decided_on": day.isoformat(),
        "source": "Délibération 12",
        "institutions": list(institutions),
    }


def feed(authority, *projects: dict[str, object]):
    body = json.dumps({"projects": projects}).encode()
    return authority.put(f"{ADDRESS}/funded", content=body, headers=JSON)


def said(house: TurnedHouse) -> MilieuProfiled:
    """The milieu as the desk has it, over the bus."""
    house.settle()
    with house.store("notify").read() as connection:
        body = connection.exec_driver_sql("SELECT body FROM territory_milieu").scalar_one()
    return codec.decode(MilieuProfiled, bytes(body))


def test_what_was_funded_ties_its_institutions_and_the_same_twice_changes_nothing(house, authority):
    assert said(house).milieu.interaction is None
    problem_of(authority.get(f"{ADDRESS}/funded"), 404)
    project = funded(house, "cci-exemple", "club-exemple", "metropole-exemple")
    first = feed(authority, project)
    assert first.is_success, first.text
    now = said(house)
    assert now.milieu.interaction is not None
    assert now.milieu.interaction.ties == 3
    assert now.milieu.funded is not None
    assert (now.milieu.funded[0].proposal_id, now.milieu.funded[0].revision) == (FIRST, 1)
    before = house.everything("externalities")
    assert feed(authority, project).json() == first.json()
    house.load_territory()
    assert house.everything("externalities") == before
    assert authority.get(f"{ADDRESS}/funded").json() == {"projects": [project]}


def test_a_tie_that_two_projects_make_is_one_and_an_emptied_list_takes_it_back(house, authority):
    feed(
        authority,
        funded(house, "cci-exemple", "club-exemple"),
        funded(house, "club-exemple", "cci-exemple", proposal=SECOND),
    )
    interaction = said(house).milieu.interaction
    assert interaction is not None
    assert interaction.ties == 1
    assert feed(authority).is_success
    now = said(house).milieu
    assert (now.interaction, now.funded) == (None, ())


def test_a_project_carried_by_one_institution_ties_nobody(house, authority):
    feed(authority, funded(house, "cci-exemple"))
    assert said(house).milieu.interaction is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"institutions": ["nobody"]}, "/projects/0/institutions/0"),
        ({"decided_on": "2999-01-01"}, "/projects/0/decided_on"),
        ({"proposal_id": "1A2B-3C4D"}, "/projects/0/proposal_id"),
        ({"revision": 0}, "/projects/0/revision"),
        ({"surprise": 1}, "/projects/0/surprise"),
    ],
)
def test_what_is_no_decision_is_refused_at_its_place(house, authority, change, pointer):
    before = house.everything("externalities")
    problem = problem_of(feed(authority, funded(house, "cci-exemple") | change), 422)
    assert pointer in places(problem)
    assert house.everything("externalities") == before


def test_a_proposal_that_stands_there_twice_is_refused(house, authority):
    project = funded(house, "cci-exemple")
    assert "twice" in feed(authority, project, project).text


def test_only_an_authority_says_what_was_funded(house):
    problem_of(feed(house.partner(), funded(house)), 401)
    stranger = house.authority()
    address = "/v1/territories/fr-ze-1/funded"
    problem_of(stranger.put(address, content=b'{"projects": []}', headers=JSON), 404)


# -- the file an officer keeps ---------------------------------------------------------------------


def read(tmp_path, text: str) -> FundedProjects:
    file = tmp_path / "funded.csv"
    file.write_text(text, "utf-8")
    return read_funded(file)


def test_a_list_is_read_as_it_is_written(tmp_path):
    found = read(tmp_path, HEADER + ROW + f"{SECOND};1;2026-06-01;'=1+1;\n")
    assert isinstance(found.projects[0], FundedProject)
    assert found.projects[0].institutions == ("cci-exemple", "club-exemple")
    assert (found.projects[1].source, found.projects[1].institutions) == ("=1+1", ())
    assert read(tmp_path, written(found)) == found
    assert read(tmp_path, HEADER).projects == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ROW, "line 1: the header"),
        (HEADER.replace(";institutions", ""), "line 1: the header"),
        (HEADER + ROW.replace(FIRST, "1A2B-3C4D"), "line 2, column 'proposal_id'"),
        (HEADER + ROW.replace(";2;", ";two;"), "line 2, column 'revision'"),
        (HEADER + ROW.replace(";2;", f";{'9' * 5000};"), "line 2, column 'revision'"),
        (HEADER + ROW.replace("2026-03-12", "12/03/2026"), "line 2, column 'decided_on'"),
        (HEADER + ROW + ROW, "line 3, column 'proposal_id'"),
        (HEADER + ROW.replace(";2;", ";"), "line 2: 4 columns"),
        (HEADER + ROW.replace("Délibération 12", '"Délibération'), "unexpected end of data"),
    ],
)
def test_a_list_with_a_fault_is_refused_whole_and_the_place_is_named(tmp_path, text, place):
    with pytest.raises(BadTable, match=place):
        read(tmp_path, text)
