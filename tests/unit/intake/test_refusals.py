"""Every bad body is a clear 4xx that says where and why, and nothing is stored."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from contracts.samples import five_firms_2kb
from contracts.vocabulary.limits import MAX_BODY_BYTES, MAX_FIRMS, MAX_SYNERGIES
from services.chassis.web.problems import MOST_ERRORS
from tests.support.refusals import places, problem_of
from tests.support.turned import JSON, TERRITORY

TEXT = five_firms_2kb().decode()
HUGE = 10**400


def changed(**changes: Any) -> str:
    """The valid proposal with something else at these places: ``firms__0__own``."""
    body = json.loads(TEXT)
    for path, value in changes.items():
        *way, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        place = body
        for step in way:
            place = place[step]
        place[last] = value
    return json.dumps(body)


def aid(figure: str) -> str:
    """The valid proposal with another figure of aid, spelt so."""
    return replaced('"aid_requested":120000', f'"aid_requested":{figure}')


def replaced(old: str, new: str) -> str:
    """The valid proposal with another spelling, for what a JSON library would not write."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def firms(count: int) -> list[dict[str, str]]:
    return [{"id": f"firm-{n}", "name": f"Atelier {n}"} for n in range(count)]


@pytest.fixture
def nothing_stored(house) -> Iterator[None]:
    before = house.everything("intake")
    yield
    assert house.everything("intake") == before


LOW_OVER_CENTRAL = {"low": 5, "central": 1, "high": 7}
A_SYNERGY = {"between": ["firm-0", "firm-1"]}
RELATION = {"between": ["firm-0", "firm-1"], "past_projects": 1}
SIREN = "552100554"
MARKET = {
    "definition": "Usinage",
    "source": "Étude",
    "shares_before": [60, 50],
    "shares_after": [9],
}
ONE_LINE = "one line of text"
NOT_FINITE = "finite number"
ORDER = "low, central and high must be in that order"

INFINITE = float("inf")
INVALID = {
    "NaN": (aid("NaN"), "/aid_requested", NOT_FINITE),
    "infinity": (changed(firms__0__own__high=INFINITE), "/firms/0/own/high", NOT_FINITE),
    "minus infinity": (changed(firms__0__announced=-INFINITE), "/firms/0/announced", NOT_FINITE),
    "1e999": (aid("1e999"), "/aid_requested", NOT_FINITE),
    "1e999 for three figures": (
        replaced('"emitted_t_per_year":40', '"emitted_t_per_year":1e999'),
        "/carbon/emitted_t_per_year",
        NOT_FINITE,
    ),
    "an integer of 400 digits": (changed(aid_requested=HUGE), "/aid_requested", NOT_FINITE),
    "400 digits of years": (changed(horizon_years=HUGE), "/horizon_years", "less than or equal to"),
    "a trillion and one": (changed(aid_requested=1e12 + 1), "/aid_requested", "less than or equal"),
    "1999": (changed(starts_on="1999-12-31"), "/starts_on", "2025-01-01"),
    "2100": (changed(starts_on="2100-01-01"), "/starts_on", "2075-12-31"),
    "30 February": (changed(starts_on="2027-02-30"), "/starts_on", "day value"),
    "a moment, not a day": (changed(starts_on="2027-01-01T08:00"), "/starts_on", "YYYY-MM-DD"),
    "a day as a number": (changed(starts_on=46388), "/starts_on", "valid date"),
    "an array": (f"[{TEXT}]", "", "an object"),
    "null": ("null", "", "an object"),
    "a hundred levels": (
        aid("[" * 100 + "]" * 100),
        "/aid_requested",
        "must be a number",
    ),
    "one firm": (changed(firms=firms(1), synergies=[]), "/firms", "needs 2 entries or more, has 1"),
    "too many firms": (
        changed(firms=firms(MAX_FIRMS + 1), synergies=[]),
        "/firms",
        "has 41 entries, at most 40",
    ),
    "too many synergies": (
        changed(synergies=[A_SYNERGY] * (MAX_SYNERGIES + 1)),
        "/synergies",
        "has 301 entries, at most 300",
    ),
    "a firm twice": (changed(firms__4__id="firm-3", synergies=[]), "/firms/4/id", "two firms"),
    "a synergy with nobody": (
        changed(synergies__3__between=["firm-0", "nobody"]),
        "/synergies/3/between/1",
        "no firm is called 'nobody'",
    ),
    "a firm with itself": (
        changed(synergies__3__between=["firm-0", "firm-0"]),
        "/synergies/3/between/1",
        "named twice",
    ),
    "sixty times a firm": (
        changed(
            firms__0__enterprise={"related": [{"name": "Holding", "share": 60}]},
        ),
        "/firms/0/enterprise/related/0/share",
        "less than or equal to 1",
    ),
    "past aid to nobody": (
        changed(
            firms__1__enterprise={
                "past_aid": [
                    {
                        "granted_on": "2025-01-01",
                        "amount": 1,
                        "granted_by": "Région",
                        "received_by": "Nobody",
                    }
                ]
            },
        ),
        "/firms/1/enterprise/past_aid/0/received_by",
        "no related enterprise is called 'Nobody'",
    ),
    "more aid than asked for": (changed(aid={"amount": 120_001}), "/aid/amount", "120,000 EUR"),
    "an unknown purpose": (
        changed(aid={"uses": [{"purpose": "party"}]}),
        "/aid/uses/0/purpose",
        "'distribution_network'",
    ),
    "a synergy of one": (
        changed(synergies__3__between=["firm-0"]),
        "/synergies/3/between",
        "needs 2 entries or more, has 1",
    ),
    "a negative share": (changed(jobs__leakage=-0.1), "/jobs/leakage", "between 0 and 1"),
    "a share above one": (changed(jobs__leakage=10), "/jobs/leakage", "write 25 % as 0.25"),
    "a share in words": (changed(jobs__leakage="10 %"), "/jobs/leakage", "one number, or three"),
    "negative jobs": (changed(jobs__gross=-3), "/jobs/gross", "must not be negative"),
    "low over central": (changed(firms__2__own=LOW_OVER_CENTRAL), "/firms/2/own", ORDER),
    "half an estimate": (changed(firms__2__own={"low": 1, "central": 2}), "/firms/2/own/high", ""),
    "both ways to say deadweight": (changed(jobs__reference_jobs=3), "/jobs", "give only one"),
    "market over 100 %": (
        changed(concentration={"market": MARKET}),
        "/concentration/market",
        "shares_before add up to 110 %",
    ),
    "an unknown field": (changed(surprise=1), "/surprise", "no field has this name"),
    "an unknown field of a firm": (changed(firms__1__ceo="x"), "/firms/1/ceo", "no field"),
    "a field with a slash": (changed(**{"a/b~c": 1}), "/a~1b~0c", "no field"),
    "a kind that is none": (changed(kind="cartel"), "/kind", "export_group"),
    "text for a number": (changed(aid_requested="120000"), "/aid_requested", "must be a number"),
    "true for a number": (changed(aid_requested=True), "/aid_requested", "must be a number"),
    "true for an estimate": (changed(firms__0__own=True), "/firms/0/own", "one number, or three"),
    "a number for text": (changed(title=7), "/title", "valid string"),
    "five and a half years": (changed(horizon_years=5.5), "/horizon_years", "whole number"),
    "no kind": (replaced('"kind":"multi_firm",', ""), "/kind", "is missing"),
    "a line break in the title": (changed(title="two\nlines"), "/title", ONE_LINE),
    "an escape sequence in a name": (changed(firms__0__name="\x1b[31m"), "/firms/0/name", ONE_LINE),
    "a bell in the summary": (changed(summary="ding\x07"), "/summary", "line breaks and tabs"),
    "a title of blanks": (changed(title=" \u00a0 "), "/title", ONE_LINE),
    "a firm's id in capitals": (changed(firms__0__id="ACME"), "/firms/0/id", "lower-case"),
    "an activity with a dot": (changed(firms__0__naf="25.62B"), "/firms/0/naf", "such as '1071C'"),
    "an activity of NAF 2025": (changed(firms__0__naf="2562Y"), "/firms/0/naf", "code of NAF 2025"),
    "an activity that leaves and is none": (
        changed(technology={"leaves": ["9999Z"]}),
        "/technology/leaves/0",
        "no sub-class '9999Z'",
    ),
    "a post code": (
        changed(firms__0__commune="76000"),
        "/firms/0/commune",
        "'76000' is a post code, not the INSEE code of a commune",
    ),
    "a commune that is none": (
        changed(firms__1__commune="99999"),
        "/firms/1/commune",
        "no commune has or had the INSEE code '99999'",
    ),
    "a SIREN with a wrong digit": (
        changed(firms__0__siren="552100555"),
        "/firms/0/siren",
        "its check digit is wrong",
    ),
    "a SIREN of zeros": (changed(firms__0__siren="0" * 9), "/firms/0/siren", "is no SIREN"),
    "an owner's SIREN": (
        changed(firms__0__enterprise={"related": [{"name": "H", "share": 1, "siren": "1" * 9}]}),
        "/firms/0/enterprise/related/0/siren",
        "is no SIREN",
    ),
    "a SIREN twice": (
        changed(firms__0__siren=SIREN, firms__3__siren=SIREN),
        "/firms/3/siren",
        "/firms/0 has this SIREN too",
    ),
    "a name twice at one place": (
        changed(firms__2__name="ATELIER  exemple-0", firms__2__commune="76540"),
        "/firms/2/name",
        "/firms/0 has this name at this place too",
    ),
    "a synergy twice": (
        changed(synergies__1=A_SYNERGY | {"between": ["firm-1", "firm-0"], "kind": "production"}),
        "/synergies/1",
        "/synergies/0 is of the same firms, kind and subject",
    ),
    "a relation twice": (
        changed(partnership={"relations": [RELATION, RELATION]}),
        "/partnership/relations/1",
        "/partnership/relations/0 is of the same two firms",
    ),
    "a title of zero width": (changed(title="\u200b"), "/title", "no letter and no digit to see"),
    "a title of signs": (changed(title="\u2014 !"), "/title", "no letter and no digit to see"),
    "a name of blank letters": (
        changed(firms__0__name="\u3164\u3164"),
        "/firms/0/name",
        "no letter and no digit to see",
    ),
    "a name with a zero-width letter": (
        replaced("Atelier Exemple 1", "Atelier\u200b Exemple 1"),
        "/firms/1/name",
        "a character nobody sees, U+200B, as number 8",
    ),
    "a summary that hides": (changed(summary="a\U000e0041"), "/summary", "U+E0041, as number 2"),
    "a key twice": (
        replaced('"aid_requested":', '"aid_requested":900000,"aid_requested":'),
        "/aid_requested",
        "is given twice: 900000, then 120000",
    ),
    "a key of a firm twice": (
        replaced('"naf":"2550B"', '"naf":"2550B","naf":"2562B"'),
        "/firms/1/naf",
        "is given twice",
    ),
    "a territory by name": (changed(territory="Rouen"), "/territory", "such as 'fr-ze-2815'"),
}


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(("body", "pointer", "why"), INVALID.values(), ids=INVALID)
def test_what_is_wrong_is_named_at_its_place_and_nothing_is_stored(partner, body, pointer, why):
    problem = problem_of(partner.submit(body), 422)
    assert problem["type"] == "urn:winwinwin:problem:invalid-proposal"
    assert problem["title"] == "The proposal cannot be accepted as it is"
    assert "Nothing was stored" in problem["detail"]
    assert pointer in places(problem)
    assert why in places(problem)[pointer]


NOT_JSON = {
    "nothing": (b"", "EOF"),
    "truncated": (TEXT[:500].encode(), "EOF while parsing"),
    "no JSON at all": (b"title=x", "expected"),
    "a stray comma": (replaced('{"title"', '{,"title"').encode(), "line 1 column 2"),
    "broken UTF-8": (TEXT.encode().replace("é".encode(), b"\xe9"), "byte 36 is not UTF-8"),
    "UTF-16": (TEXT.encode("utf-16"), "byte 0 is not UTF-8"),
    "10,000 levels": (b"[" * 10_000 + b"]" * 10_000, "nested far deeper than anything"),
    "10,000 levels in a field": (
        aid('{"a":' * 10_000 + "1" + "}" * 10_000).encode(),
        "nested far deeper",
    ),
    "half a surrogate pair": (replaced('"Ligne', '"\\ud800').encode(), "hex escape"),
    "an integer of 5,000 digits": (aid("9" * 5_000).encode(), "out of range"),
}


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(("body", "why"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_400_and_says_where_it_stops(partner, body, why):
    problem = problem_of(partner.submit(body), 400)
    assert problem["type"] == "urn:winwinwin:problem:not-json"
    assert why in problem["detail"]
    assert "Send one JSON object in UTF-8" in problem["detail"]


@pytest.mark.usefixtures("nothing_stored")
def test_a_zero_byte_in_the_title_is_400_and_names_the_character(partner):
    problem = problem_of(partner.submit(changed(title="a\x00b")), 400)
    assert problem["type"] == "urn:winwinwin:problem:nul-character"
    assert "U+0000" in problem["detail"]


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {}],
    ids=lambda headers: headers.get("Content-Type", "none"),
)
def test_another_content_type_is_415(partner, headers):
    answer = partner.post("/v1/proposals", content=TEXT.encode(), headers=headers)
    problem = problem_of(answer, 415)
    assert problem["type"] == "urn:winwinwin:problem:wrong-content-type"
    assert "application/json" in problem["detail"]


LA_POSTE = "356000000"


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff" + TEXT,
        changed(firms__0__siren=LA_POSTE),
        changed(firms__1__name="Atelier Exemple 0"),
        changed(firms__0__name="3M", title="2027 : l\u2019\u0153uvre"),
        changed(synergies__1=A_SYNERGY | {"kind": "production", "what": "Tours"}),
    ],
    ids=["a mark before it", "La Poste", "one name at two places", "digits", "two subjects"],
)
def test_what_only_looks_wrong_is_accepted(partner, body):
    assert partner.submit(body).status_code == 202


def test_a_merged_commune_is_judged_as_the_one_it_is_part_of_and_the_receipt_says_so(partner):
    """The data of the territory know communes of today: the old code would lie outside of it."""
    answer = partner.submit(changed(firms__0__commune="76003"))
    assert answer.status_code == 202
    (note,) = answer.json()["notes"]
    assert note["pointer"] == "/firms/0/commune"
    assert "76003 is part of 76020 Anneville-Ambourville today" in note["why"]
    said = partner.submit(changed(firms__0__commune="76020")).json()
    assert said["sha256"] == answer.json()["sha256"]
    assert "notes" not in said


def test_a_charset_beside_the_content_type_does_no_harm(partner):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert partner.post("/v1/proposals", content=TEXT, headers=headers).status_code == 202


async def ten_megabytes() -> AsyncIterator[bytes]:
    for _ in range(10):
        yield b" " * 1_000_000


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("door", ["POST", "PUT"])
@pytest.mark.parametrize(
    "body",
    [lambda: b" " * 10_000_000, ten_megabytes, lambda: TEXT + " " * MAX_BODY_BYTES],
    ids=["ten megabytes", "without a length", "a little too much"],
)
def test_a_body_that_is_too_large_is_413(partner, door, body):
    path = "/v1/proposals" if door == "POST" else "/v1/proposals/" + "0" * 32
    problem = problem_of(partner.request(door, path, content=body(), headers=JSON), 413)
    assert problem["type"] == "urn:winwinwin:problem:too-large"
    assert f"{MAX_BODY_BYTES:,} bytes" in problem["detail"]


def test_a_body_just_small_enough_is_read(partner):
    assert partner.submit(TEXT.ljust(len(TEXT) + MAX_BODY_BYTES - len(TEXT.encode()))).is_success


@pytest.mark.usefixtures("nothing_stored")
def test_for_an_unknown_territory_the_known_ones_are_named(partner):
    problem = problem_of(partner.submit(changed(territory="fr-ze-9999")), 422)
    (error,) = problem["errors"]
    assert error["pointer"] == "/territory"
    assert "fr-ze-9999" in error["why"]
    assert error["fix"] == f"use one of: {TERRITORY}"


@pytest.mark.usefixtures("nothing_stored")
def test_everything_that_is_wrong_is_said_at_once(partner):
    body = changed(title="", kind="cartel", firms__0__naf="x", jobs__leakage=2, surprise=1)
    named = places(problem_of(partner.submit(body), 422))
    assert named.keys() == {"/title", "/kind", "/firms/0/naf", "/jobs/leakage", "/surprise"}


@pytest.mark.usefixtures("nothing_stored")
def test_of_very_many_errors_the_first_are_named_and_the_count_is_true(partner):
    nobody = [{"between": ["x", "y"]}] * MAX_SYNERGIES
    problem = problem_of(partner.submit(changed(synergies=nobody)), 422)
    assert len(problem["errors"]) == MOST_ERRORS
    assert problem["detail"].startswith("600 things must change; the first 50 are named in errors")


@pytest.mark.usefixtures("nothing_stored")
def test_a_revision_is_read_as_strictly_as_the_first(partner):
    problem = problem_of(partner.revise("/v1/proposals/" + "0" * 32, changed(kind="cartel")), 422)
    assert "/kind" in places(problem)


def test_a_list_is_not_too_short_for_what_is_wrong_inside_it(partner):
    sent = changed(firms=[{**firm, "ceo": "x"} for firm in firms(2)], synergies=[])
    errors = problem_of(partner.submit(sent), 422)["errors"]
    assert [each["pointer"] for each in errors] == ["/firms/0/ceo", "/firms/1/ceo"]
