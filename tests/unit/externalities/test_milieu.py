"""The milieu: loaded by the authority, counted, said, and named to those who submit."""

import json
from collections.abc import Iterator

import pytest

from contracts import codec, samples
from contracts.geography import geography
from contracts.vocabulary.milieu import Directory, Survey
from services.cli.milieu import BadSurvey, read_survey
from services.externalities.milieu.relays import read_relays
from tests.support.databases import BOTH, lent
from tests.support.refusals import places, problem_of
from tests.support.turned import JSON, TERRITORY, TurnedHouse

ADDRESS = f"/v1/territories/{TERRITORY}"


def directory() -> bytes:
    relays = read_relays(samples.relays_file(), geography())
    return codec.adapter(Directory).dump_json(Directory(relays=relays))


def survey() -> bytes:
    return codec.adapter(Survey).dump_json(read_survey(samples.survey_file()))


@pytest.fixture(params=BOTH)
def house(request: pytest.FixtureRequest, tmp_path) -> Iterator[TurnedHouse]:
    with lent(request, tmp_path) as databases:
        made = TurnedHouse(databases)
        yield made
        made.close()


@pytest.fixture
def authority(house):
    house.load_territory()
    return house.authority()


def load(authority, what: str, body: bytes):
    return authority.put(f"{ADDRESS}/{what}", content=body, headers=JSON)


def test_a_directory_is_loaded_shown_and_the_same_twice_says_nothing(house, authority):
    problem_of(authority.get(f"{ADDRESS}/relays"), 404)
    first = load(authority, "relays", directory())
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    before = house.everything("externalities")
    assert load(authority, "relays", directory()).json() == first.json()
    house.load_territory()
    assert house.everything("externalities") == before
    assert authority.get(f"{ADDRESS}/relays").content == directory()
    assert load(authority, "survey", survey()).json()["revision"] == 2
    assert authority.get(f"{ADDRESS}/survey").content == survey()


def test_from_then_on_a_partner_and_the_feed_are_told_whom_to_ask(house, authority):
    partner = house.partner()
    body = samples.read_yaml_proposal(samples.proposal_texts()["shared-export-manager"])
    before = partner.submitted(body)
    house.settle()
    assert "whom_to_ask" not in partner.get(f"{before}/verdict").json()
    assert load(authority, "relays", directory()).is_success
    after = partner.submitted(body)
    house.settle()
    verdict = partner.get(f"{after}/verdict").json()
    asked = verdict["whom_to_ask"]
    assert (asked["need"], asked["competent"]) == ("export", True)
    assert asked["relays"][0]["relay"]["phone"].startswith("01 99 00")
    assert partner.get(after).json()["whom_to_ask"] == asked
    without = partner.get(f"{before}/verdict").json()["verdict"]
    assert verdict["verdict"] == without, "whom to ask is no part of the judgement"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"commune": "99999"}, "/relays/0/commune"),
        ({"commune": "76999"}, "/relays/0/commune"),
        ({"commune": "76000"}, "/relays/0/commune"),
        ({"mandate": ["76"]}, "/relays/0/mandate/0"),
        ({"mandate": ["country:fr", "department:99"]}, "/relays/0/mandate/1"),
        ({"mandate": ["epci:000000000"]}, "/relays/0/mandate/0"),
        ({"name": "\u200b"}, "/relays/0/name"),
        ({"kind": "chambre"}, "/relays/0/kind"),
        ({"surprise": 1}, "/relays/0/surprise"),
    ],
)
def test_what_is_no_relay_is_refused_at_its_place(house, authority, change, pointer):
    body = json.loads(directory())
    body["relays"][0] |= change
    before = house.everything("externalities")
    problem = problem_of(load(authority, "relays", json.dumps(body).encode()), 422)
    assert pointer in places(problem)
    assert house.everything("externalities") == before


def test_a_milieu_needs_a_territory_and_a_key(house):
    stranger = house.authority()
    problem_of(load(stranger, "relays", directory()), 404)
    problem_of(load(house.partner(), "relays", directory()), 401)


def test_a_survey_says_where_it_cannot_be_read(tmp_path):
    file = tmp_path / "survey.yaml"
    text = samples.survey_file().read_text("utf-8")
    file.write_text(text.replace("question: charter", "question: treaty"), "utf-8")
    with pytest.raises(BadSurvey, match="/answers/3/question"):
        read_survey(file)
    file.write_text(text.replace("question: charter", "question: new_relays"), "utf-8")
    with pytest.raises(BadSurvey, match="answered twice"):
        read_survey(file)


def test_a_mandate_over_a_merged_commune_is_one_over_the_commune_it_is_part_of(authority):
    body = json.loads(directory())
    body["relays"][0]["mandate"] = ["commune:76003"]
    assert load(authority, "relays", json.dumps(body).encode()).is_success
    stored = authority.get(f"{ADDRESS}/relays").json()
    assert stored["relays"][0]["mandate"] == ["commune:76020"]


def test_a_key_that_stands_twice_is_named_at_every_door_of_the_authority(authority):
    for what, body in (("relays", directory()), ("survey", survey())):
        twice = b'{"title":"x","title":"y",' + body[1:]
        assert "/title" in places(problem_of(load(authority, what, twice), 422))
    whole = samples.territory_text().encode()
    answer = authority.put(ADDRESS, content=b'{"year":1,' + whole.lstrip()[1:], headers=JSON)
    assert places(problem_of(answer, 422))["/year"] == "is given twice: 1, then 2022"
