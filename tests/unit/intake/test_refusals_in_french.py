"""Who asks for French is refused in French; what a program reads of an error stays as it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.chassis.web.languages import french
from services.intake.admission import Admission
from tests.support.disk import full_disk
from tests.support.refusals import problem_of
from tests.support.turned import TERRITORY
from tests.unit.intake.test_refusals import INVALID, JSON, NOT_JSON, TEXT, changed

FRENCH = {"Accept-Language": "fr-FR, fr;q=0.9, en;q=0.8"}
ENGLISH = re.compile(
    r"\b(the|is|are|has|have|must|not|and|with|should|of|or|this|it|value|expected|input|until|from|by|no|more)\b"
)
BODIES = {
    **{name: body for name, (body, *_) in INVALID.items()},
    **{k: v[0] for k, v in NOT_JSON.items()},
}
SECOND = {"low": 0, "central": 1, "high": 2}
FIRM = {"id": "firm-0", "name": "Atelier"}
GROUP = {"player": "firm-0", "firms": [FIRM, {"id": "b", "name": "B"}]}
MORE = {
    "a form of another kind": changed(carrier={"carrier": "nobody"}),
    "everybody excluded": changed(
        excluded_groups=[{"members": [f"firm-{n}" for n in range(5)], "why": "law"}]
    ),
    "uses beyond the aid": changed(aid={"uses": [{"purpose": "other", "amount": 1e9}]}),
    "an owner twice": changed(
        firms__0__enterprise={
            "related": [{"name": "H", "share": 1}, {"name": "H", "share": 1}],
            "accounts": {"year": 2025},
            "year_before": {"year": 2025},
        }
    ),
    "aid of another time": changed(
        firms__0__enterprise={
            "past_aid": [
                {
                    "granted_on": "2020-01-01",
                    "amount": 1,
                    "granted_by": "R",
                    "regulation": "2023/2831",
                }
            ]
        }
    ),
    "a post code of many": changed(firms__0__commune="51800"),
    "an unknown territory": changed(territory="fr-ze-9999"),
    "a NUL": TEXT.replace("Ligne", "\\u0000", 1),
    "a day with a letter": changed(starts_on="2027-01-0x"),
    "a text that is too long": changed(title="x" * 1000),
}


def said_of(problem: dict[str, Any]) -> Iterator[str]:
    yield problem["title"]
    yield problem["detail"]
    for each in problem.get("errors", ()):
        yield from (each[name] for name in ("why", "fix") if name in each)


def assert_in_french(english: Any, said_in_french: Any, status: int | None = None) -> None:
    """The same answer in two languages, and nothing of the one left in the other."""
    one, other = problem_of(english, status), problem_of(said_in_french, english.status_code)
    assert english.headers["content-language"] == "en"
    assert said_in_french.headers["content-language"] == "fr"
    assert english.headers["vary"] == said_in_french.headers["vary"] == "Accept-Language"
    assert one["type"] == other["type"]
    assert [each["pointer"] for each in one.get("errors", ())] == [
        each["pointer"] for each in other.get("errors", ())
    ]
    for before, after in zip(said_of(one), said_of(other), strict=True):
        assert after == french(before), f"no French sentence for {before!r}"
        # What the caller wrote, and what a code list calls things, stands in quotation marks.
        assert not ENGLISH.search(re.sub(r"«.*?»|'[^']*'|`[^`]*`|\d{4,5}\w? [^;]*", "", after)), (
            after
        )


@pytest.mark.parametrize("body", [*BODIES.values(), *MORE.values()], ids=[*BODIES, *MORE])
def test_what_is_wrong_with_a_proposal_is_said_in_french(partner, body):
    assert_in_french(partner.submit(body), partner.submit(body, **FRENCH))


def test_doors_states_and_addresses_refuse_in_french(house, partner):
    address = partner.submitted(TEXT)
    other = partner.submitted(TEXT)
    partner.submit(TEXT, **{"Idempotency-Key": "one"})
    partner.withdraw(address)
    nobody = "/v1/proposals/" + "0" * 32
    doors = f"/v1/territories/{TERRITORY}"
    asked: list[tuple[Any, str, str, dict[str, Any]]] = [
        (partner, "GET", "/nowhere", {}),
        (partner, "DELETE", nobody, {}),
        (partner, "GET", nobody, {}),
        (partner, "GET", f"{nobody}/verdict", {}),
        (partner, "GET", f"{address}/verdict", {}),
        (partner, "PUT", address, {"content": TEXT, "headers": JSON}),
        (partner, "PUT", nobody, {"content": TEXT, "headers": JSON | {"If-Match": "x"}}),
        (partner, "PUT", other, {"content": TEXT, "headers": JSON | {"If-Match": '"8", "9"'}}),
        (partner, "GET", "/v1/proposals?dry_run=1", {}),
        (partner, "GET", "/v1/proposals?limit=0", {}),
        (partner, "GET", "/v1/proposals?limit=x", {}),
        (partner, "GET", f"/v1/proposals?after={'x' * 33}", {}),
        (partner, "GET", "/v1/proposals?after=%00", {}),
        (partner, "POST", "/v1/proposals", {"content": TEXT, "headers": {"Content-Type": "a/b"}}),
        (partner, "POST", "/v1/proposals", {"content": " " * 10**7, "headers": JSON}),
        (
            partner,
            "POST",
            "/v1/proposals",
            {"headers": JSON | {"Idempotency-Key": ""}, "content": TEXT},
        ),
        (
            partner,
            "POST",
            "/v1/proposals",
            {"headers": JSON | {"Idempotency-Key": "one"}, "content": changed(title="Autre")},
        ),
        (partner, "GET", "/v1/proposals", {"headers": {"Authorization": "Basic x"}}),
        (partner, "GET", doors, {}),
        (house.authority(), "GET", "/v1/territories/fr-ze-1", {}),
        (house.authority(), "GET", f"{doors}/survey", {}),
        (house.authority(), "GET", f"{doors}/competences", {}),
        (house.authority(), "GET", f"{doors}/competences/answers", {}),
        (house.authority(), "PUT", doors, {"content": "{}", "headers": JSON}),
        (
            house.authority(),
            "PUT",
            f"{doors}/relays",
            {"content": '{"relays":[{}]}', "headers": JSON},
        ),
        (house.authority(), "PUT", f"{doors}/funded", {"content": "[]", "headers": JSON}),
        (house.authority(), "PUT", f"{doors}/competences", {"content": '{"a":1}', "headers": JSON}),
    ]
    for caller, method, path, options in asked:
        headers = options.pop("headers", {})
        assert_in_french(
            caller.request(method, path, headers=headers, **options),
            caller.request(method, path, headers=headers | FRENCH, **options),
        )


NAMED = {"X-Request-Id": "one-reference"}
"""Of two answers the reference would differ."""


def test_a_full_disk_is_said_in_french(house_on_files):
    partner = house_on_files.partner()
    large = changed(summary="x" * 4000)
    with full_disk(house_on_files.store("intake"), pages=0):
        answers = partner.submit(large, **NAMED), partner.submit(large, **NAMED, **FRENCH)
    assert_in_french(*answers, status=503)


def test_what_nobody_foresaw_is_said_in_french(partner, monkeypatch):
    def broken(_: Admission) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(Admission, "check", broken)
    answers = partner.submit(TEXT, **NAMED), partner.submit(TEXT, **NAMED, **FRENCH)
    assert_in_french(*answers, status=500)


@pytest.mark.parametrize("header", ["", "en", "de", "fr;q=0", "en, fr;q=0.9", "*", "fr;q=x"])
def test_who_does_not_ask_for_french_is_answered_in_english(partner, header):
    problem = partner.submit("", **{"Accept-Language": header})
    assert problem.headers["content-language"] == "en"
    assert problem.json()["title"] == "The body is not JSON"


def test_french_writes_figures_as_french_does(partner):
    sent = changed(aid={"amount": 120_001})
    (error,) = problem_of(partner.submit(sent, **FRENCH), 422)["errors"]
    assert error["why"] == (
        "c\u2019est 120\u202f001 €, et l\u2019aide demandée en tout est de 120\u202f000 €"
    )
