"""The authority asks which groups firms could form: one answer, nothing stored, no open door."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core import to_json

from contracts import codec
from services.groups_command import read_registry
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
