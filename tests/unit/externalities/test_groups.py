"""The authority asks which groups firms could form: one answer, nothing stored, no open door."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core import to_json

from contracts import codec, strict_yaml
from services.cli.files import BadFile
from services.cli.groups import read_registry
from tests.support.databases import sqlite_databases
from tests.support.refusals import places, problem_of
from tests.support.turned import JSON, TERRITORY, TurnedHouse

ADDRESS = f"/v1/territories/{TERRITORY}/groups"
EXAMPLE = Path("contracts/examples/registries/export-managers.yaml")


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TurnedHouse]:
    with sqlite_databases(tmp_path_factory.mktemp("house")) as databases:
        made = TurnedHouse(databases)
        yield made
        made.close()


def body() -> bytes:
    registry = read_registry(EXAMPLE)
    return codec.adapter(type(registry)).dump_json(registry)


def test_groups_are_proposed_and_nothing_is_stored(house: TurnedHouse) -> None:
    before = house.everything("externalities")
    answer = house.authority().post(ADDRESS, content=body(), headers=JSON)
    assert answer.status_code == 200
    found = answer.json()
    assert found["proved"]
    assert found["value"] == 240_000
    assert [group["members"] for group in found["groups"]] == [
        ["pompes", "biscuits", "boissons"],
        ["usinage", "outillage", "regulation"],
    ]
    assert found["excluded_pairs"] == [{"between": ["biscuits", "galettes"], "why": "competitors"}]
    assert found["left_over"] == {"galettes": "others_are_worth_more"}
    assert house.everything("externalities") == before


def test_a_registry_that_is_none_is_refused_with_its_places(house: TurnedHouse) -> None:
    wrong = json.loads(body()) | {"group_sizes": [9]}
    problem = problem_of(house.authority().post(ADDRESS, content=to_json(wrong), headers=JSON), 422)
    assert problem["type"].endswith(":invalid-registry")
    assert "/group_sizes/0" in places(problem)
    silent = json.loads(body())
    silent["firms"][0]["firm"]["own"] = None
    answer = house.authority().post(ADDRESS, content=to_json(silent), headers=JSON)
    assert "usinage" in json.dumps(problem_of(answer, 422))


REGISTERED_THRICE = """
firms:
  - {firm: {id: a, name: Mécanique, siren: "552100554", commune: "76540", own: 1}}
  - {firm: {id: b, name: Mécanique, siren: "552100554", commune: "76540", own: 1}}
  - {firm: {id: c, name: Mecanique , siren: "552100554", commune: "76000", own: 1}}
synergies:
  - {between: [a, b], yearly: 1, kind: purchasing}
  - {between: [b, a], yearly: 2, kind: purchasing}
"""


def test_one_firm_is_registered_once_by_the_file_and_by_the_address(house, tmp_path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(REGISTERED_THRICE, "utf-8")
    sent = json.dumps(strict_yaml.load(REGISTERED_THRICE)).encode()
    named = places(problem_of(house.authority().post(ADDRESS, content=sent, headers=JSON), 422))
    assert named.keys() == {
        "/firms/1/firm/siren",
        "/firms/1/firm/name",
        "/firms/2/firm/siren",
        "/firms/2/firm/commune",
        "/synergies/1",
    }
    with pytest.raises(BadFile) as refused:
        read_registry(file)
    assert all(f"{pointer}: {why}" in str(refused.value) for pointer, why in named.items())
