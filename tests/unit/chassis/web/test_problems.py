"""Errors a caller can act on."""

import json

import pytest
from pydantic import ValidationError

from contracts import codec
from contracts.samples import five_firms_2kb
from services.chassis.web.places import At, errors_of
from services.chassis.web.problems import MOST_ERRORS, Problem


def refusal_of(**changes: object) -> ValidationError:
    body = json.loads(five_firms_2kb())
    for path, value in changes.items():
        *way, last = (int(p) if p.isdigit() else p for p in path.split("__"))
        place = body
        for step in way:
            place = place[step]
        place[last] = value
    with pytest.raises(ValidationError) as refused:
        codec.read_proposal(json.dumps(body).encode())
    return refused.value


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("title", 7, "/title"),
        ("firms__2__naf", "nonsense", "/firms/2/naf"),
        ("synergies__0__yearly", {"low": 1}, "/synergies/0/yearly"),
        ("jobs__deadweight", "much", "/jobs/deadweight"),
        ("not_a_field", 1, "/not_a_field"),
        ("a/b~c", 1, "/a~1b~0c"),
    ],
)
def test_an_error_is_where_its_json_pointer_says(path, value, pointer):
    errors = errors_of(refusal_of(**{path: value}))
    assert any(each.pointer == pointer or each.pointer.startswith(f"{pointer}/") for each in errors)
    assert all(each.why for each in errors)


def test_every_error_of_a_body_is_told_and_each_place_once():
    errors = errors_of(refusal_of(title=7, firms__0__naf="x", price_year="never"))
    pointers = [each.pointer for each in errors]
    assert {"/title", "/firms/0/naf", "/price_year"} <= set(pointers)
    assert len(set(pointers)) == len(pointers)


def body_of(problem: Problem, instance: str = "") -> dict:
    return json.loads(bytes(problem.response(instance).body))


def test_a_problem_is_a_problem_document():
    problem = Problem(
        422, "some-kind", "Title", "What was wrong and what to do.",
        errors=[At("/a", "why", "fix"), At("/b", "why")], headers={"Retry-After": "5"},
    )  # fmt: skip
    response = problem.response("/v1/x")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "5"
    assert body_of(problem, "/v1/x") == {
        "type": "urn:winwinwin:problem:some-kind",
        "title": "Title",
        "status": 422,
        "detail": "What was wrong and what to do.",
        "instance": "/v1/x",
        "errors": [{"pointer": "/a", "why": "why", "fix": "fix"}, {"pointer": "/b", "why": "why"}],
    }


def test_a_problem_lists_a_bounded_number_of_errors():
    many = [At(f"/{i}", "why") for i in range(10 * MOST_ERRORS)]
    assert len(body_of(Problem(422, "k", "t", "d", errors=many))["errors"]) == MOST_ERRORS
