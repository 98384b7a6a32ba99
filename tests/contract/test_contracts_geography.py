"""What a code means: an INSEE code first, a merged one as its successor, a post code never."""

import pytest

from contracts.geography import geography

GONE_SINCE_2017 = """
    01341 02077 02311 05043 05088 05141 05150 07252 08300 14185 14307 14513 14604 16156
    16202 16238 16274 16296 16309 16332 17103 17352 17392 18123 18131 18222 18239 19092
    21513 23121 24181 25027 25134 25137 25250 25282 25297 25549 25587 25628 26371 27268
    27297 27402 27416 27491 27549 27551 27642 27657 28066 28205 28250 30157 30190 31438
    33092 33338 36206 38293 39036 39089 39113 39148 39287 39395 39483 39484 42072 44160
    45287 49144 50206 50248 50358 50485 50636 56016 56138 57585 60475 60690 62210 63127
    67402 70375 71131 72033 72116 72287 74110 74274 77028 77149 78503 79011 79033 79039
    79045 79211 79214 79247 80209 80389 80419 85060 85166 86021 86056 86166 90073 91182
    95259 95282
"""
"""Communes of 1 January 2017 that are neither communes nor delegated or associated ones of 2026:
merged without a trace, or under another code. From the history of communes in
@etalab/decoupage-administratif 0.7.0 (MIT), made from Insee's official geographic code.
"""


def test_every_commune_of_2017_is_one_of_today_or_part_of_one() -> None:
    places = geography()
    gone = GONE_SINCE_2017.split()
    assert len(gone) == 114
    assert [code for code in gone if places.current(code) is None] == []
    assert places.current("14513") == "50592", "Pont-Farcy went to another department"


def test_a_merged_code_stands_for_a_commune_of_today_and_is_none_itself() -> None:
    places = geography()
    assert len(places.merged) == 4_240
    assert set(places.merged.values()) <= places.communes.keys()
    assert not places.merged.keys() & places.communes.keys()


def test_a_code_that_is_both_is_the_insee_code() -> None:
    """76540 is Rouen, and the post code of Valmont and its neighbours."""
    places = geography()
    assert "76540" not in places.by_postcode["76540"]
    assert places.refusal("76540") is None
    assert places.current("76540") == "76540"
    both = [code for code in places.by_postcode if places.current(code)]
    elsewhere = [code for code in both if places.current(code) not in places.by_postcode[code]]
    assert len(elsewhere) > 3_000


@pytest.mark.parametrize(
    ("code", "why", "fix"),
    [
        ("76000", "'76000' is a post code, not the INSEE code of a commune", "76540 Rouen"),
        ("76800", "is a post code", "76575 Saint-Étienne-du-Rouvray"),
        ("51800", "is a post code", "51083 Braux-Saint-Remy and 38 more"),
        ("99999", "no commune has or had the INSEE code '99999'", "look the code up"),
        ("", "no commune has or had the INSEE code ''", "look the code up"),
    ],
)
def test_a_code_of_no_commune_is_refused_with_the_communes_it_means(code, why, fix) -> None:
    refused = geography().refusal(code)
    assert refused is not None
    assert why in refused[0]
    assert fix in refused[1]


@pytest.mark.parametrize(
    ("mandate", "why"),
    [
        ("commune:76540", None),
        ("commune:76003", None),
        ("commune:76000", "'76000' is a post code"),
        ("epci:200023414", None),
        ("epci:000000000", "there is no EPCI '000000000'"),
        ("department:76", None),
        ("department:2A", None),
        ("department:974", None),
        ("department:99", "there is no department '99'"),
        ("country:fr", None),
    ],
)
def test_a_mandate_is_over_a_place_that_exists(mandate: str, why: str | None) -> None:
    refused = geography().mandate_refusal(mandate)
    assert (refused is None) == (why is None)
    assert why is None or (refused and why in refused[0])
