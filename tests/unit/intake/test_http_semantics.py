"""What RFC 9110 asks of every address, asked at every address of the four services."""

import pytest

from contracts.samples import five_firms_2kb
from tests.support.refusals import problem_of
from tests.support.turned import TERRITORY


def documented(house) -> list[tuple[str, str, str]]:
    """Every operation of the public API: service, method, address."""
    return [
        (name, method.upper(), path)
        for name, service in house.services.services.items()
        for path, operations in service.app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1/")
    ]


def filled(path: str) -> str:
    return path.replace("{proposal_id}", "0" * 32).replace("{territory_id}", TERRITORY)


def test_no_parameter_is_taken_for_heard_that_is_not(house, partner):
    operations = documented(house)
    assert len(operations) > 15
    for _, method, path in operations:
        answer = partner.request(method, filled(path) + "?dry_run=true")
        problem = problem_of(answer, 400)
        assert problem["type"].endswith("unknown-query-parameter"), (method, path)
        assert "'dry_run'" in problem["detail"]


def test_a_proposal_with_an_unknown_parameter_is_not_stored(partner):
    body, json = five_firms_2kb(), {"Content-Type": "application/json"}
    problem_of(partner.post("/v1/proposals?dry_run=true", content=body, headers=json), 400)
    assert partner.get("/v1/proposals").json()["proposals"] == []


def test_allow_names_every_method_of_an_address(house, partner):
    methods: dict[str, set[str]] = {}
    for _, method, path in documented(house):
        methods.setdefault(filled(path), set()).add(method)
    for path, there in methods.items():
        expected = there | ({"HEAD"} if "GET" in there else set())
        answer = partner.request("DELETE", path)
        problem_of(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == expected, path


@pytest.mark.parametrize("path", ["/v1/proposals", "/healthz", "/fr/login", "/v1/proposals/x"])
def test_head_answers_as_get_does_without_the_body(partner, path):
    got, asked = partner.get(path), partner.request("HEAD", path)
    assert asked.status_code == got.status_code
    assert asked.content == b""
    kept = ("content-type", "content-length", "cache-control")
    assert {k: asked.headers.get(k) for k in kept} == {k: got.headers.get(k) for k in kept}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/v1/proposals/", "../proposals"),
        ("/v1/proposals/?limit=2", "../proposals?limit=2"),
        ("/fr/verdicts/", "../verdicts"),
        ("/fr/", "../fr"),
        ("http://house//evil.example/", "../evil.example"),
        ("/fr/%0d%0aX:1/", "../%0D%0AX%3A1"),
    ],
)
def test_a_slash_too_many_leads_to_the_address_without_it_whatever_the_host_is(partner, path, to):
    answer = partner.get(path)
    assert (answer.status_code, answer.headers["location"]) == (308, to)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_language_alone_is_an_address(partner, language):
    answer = partner.get(f"/{language}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{language}/verdicts")


@pytest.mark.parametrize(
    "path", ["/v1/proposals", "/v1/proposals/x", f"/v1/territories/{TERRITORY}"]
)
def test_what_the_api_answers_is_kept_by_no_cache_and_read_as_nothing_else(partner, path):
    headers = partner.get(path).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_what_may_be_kept_says_so_itself(partner):
    assert "immutable" in partner.get("/static/desk.css").headers["cache-control"]
