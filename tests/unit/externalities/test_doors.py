"""Whatever an authority sends, it is in force as meant, or a clear 4xx names the places."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import codec, samples, strict_yaml
from contracts.geography import geography
from contracts.vocabulary.competences import CompetenceDirectory
from contracts.vocabulary.milieu import Directory, Survey
from services.cli.milieu import read_survey
from services.externalities.competences.csv_file import read_competences
from services.externalities.milieu.relays import read_relays
from tests.support.databases import sqlite_databases
from tests.support.refusals import problem_of
from tests.support.turned import JSON, TERRITORY, TurnedHouse

ADDRESS = f"/v1/territories/{TERRITORY}"
REGISTRY = samples.registry_file().read_text("utf-8")


def said(words: Any, value: Any) -> Any:
    return json.loads(codec.adapter(words).dump_json(value))


DOORS = {
    "relays": said(Directory, Directory(relays=read_relays(samples.relays_file(), geography()))),
    "competences": said(
        CompetenceDirectory,
        CompetenceDirectory(entries=read_competences(samples.competences_file(), geography())),
    ),
    "survey": said(Survey, read_survey(samples.survey_file())),
    "groups": strict_yaml.load(REGISTRY),
}
TEXTS = ("", "\u200b", "\u3164", "76000", "76003", "99999", "commune:76000", "epci:000000000")
ODD = st.sampled_from([*TEXTS, "x" * 300, "2027-02-30", None, True, -1, 0.5, 1e12, [], {}, ["76"]])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnedHouse]:
    with sqlite_databases(tmp_path_factory.mktemp("house")) as databases:
        made = TurnedHouse(databases)
        made.load_territory()
        yield made
        made.close()


@st.composite
def changed(draw: st.DrawFn, value: Any) -> bytes:
    """The valid body with one to three values, somewhere in it, replaced, dropped or said twice."""
    body = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        place = body
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.integers(0, 4)):
                place = place[key]
                continue
            if isinstance(place, dict) and draw(st.integers(0, 9)) == 0:
                del place[key]
            else:
                place[key] = copy.deepcopy(draw(ODD))
            break
    return json.dumps(body, ensure_ascii=draw(st.booleans())).encode()


@pytest.mark.parametrize("door", DOORS)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_whatever_is_sent_is_in_force_or_refused_at_its_places(house, door, data):
    body = data.draw(changed(DOORS[door]))
    before = house.everything("externalities")
    authority = house.authority()
    if door == "groups":
        answer = authority.post(f"{ADDRESS}/{door}", content=body, headers=JSON)
    else:
        answer = authority.put(f"{ADDRESS}/{door}", content=body, headers=JSON)
    if answer.is_success:
        return
    problem = problem_of(answer)
    assert problem["errors"] or problem["status"] == 400
    assert house.everything("externalities") == before
