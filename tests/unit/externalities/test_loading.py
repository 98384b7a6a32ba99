"""The authority's door: a territory is loaded, shown, and refused when it is not one."""

import json

import pytest

from contracts.samples import territory_text
from tests.support.refusals import places, problem_of
from tests.support.turned import JSON, TERRITORY

ADDRESS = f"/v1/territories/{TERRITORY}"


def changed(**changes: object) -> str:
    return json.dumps(json.loads(territory_text()) | changes)


def test_a_territory_is_loaded_once_listed_and_shown(house, authority):
    assert problem_of(authority.get(ADDRESS), 404)["type"].endswith(":territory-not-found")
    first = authority.put(ADDRESS, content=territory_text(), headers=JSON)
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    before = house.everything("externalities")
    assert authority.put(ADDRESS, content=territory_text(), headers=JSON).json() == first.json()
    assert house.everything("externalities") == before
    (listed,) = authority.get("/v1/territories").json()["territories"]
    assert (listed["id"], listed["snapshot_sha256"]) == (TERRITORY, first.json()["snapshot_sha256"])
    shown = authority.get(ADDRESS)
    assert shown.headers["content-type"] == "application/json"
    assert shown.json() == json.loads(territory_text())


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("{}", "/name"),
        ("[]", ""),
        (changed(id="fr-ze-0001"), "/id"),
        (changed(surprise=1), "/surprise"),
        (changed(year=1), "/year"),
        (changed(private_employment=-1), "/private_employment"),
        (changed(private_employment=float("nan")), "/private_employment"),
    ],
)
def test_what_is_not_this_territory_is_refused_at_its_place(house, authority, body, pointer):
    before = house.everything("externalities")
    answer = authority.put(ADDRESS, content=body, headers=JSON)
    problem = problem_of(answer, 422)
    assert problem["type"] == "urn:winwinwin:problem:invalid-territory"
    assert pointer in places(problem)
    assert house.everything("externalities") == before


@pytest.mark.parametrize("body", ['{"id": ', b"\xff", "[" * 10_000])
def test_what_is_not_json_is_refused_with_the_reason(house, authority, body):
    before = house.everything("externalities")
    problem = problem_of(authority.put(ADDRESS, content=body, headers=JSON), 400)
    assert problem["type"] == "urn:winwinwin:problem:not-json"
    assert house.everything("externalities") == before


def test_a_snapshot_that_is_too_large_or_no_json_is_refused(house, authority):
    before = house.everything("externalities")
    problem_of(authority.put(ADDRESS, content=b" " * 33_000_000, headers=JSON), 413)
    problem_of(authority.put(ADDRESS, content=b"{}"), 415)
    assert house.everything("externalities") == before
