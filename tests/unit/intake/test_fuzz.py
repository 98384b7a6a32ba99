"""Whatever a body is, the answer is 202 and stored, or a clear 4xx and nothing is."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.samples import five_firms_2kb
from tests.support.refusals import problem_of
from tests.support.turned import Caller, TurnedHouse

VALID = json.loads(five_firms_2kb())
BYTES = five_firms_2kb()

numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([-1, 0, 0.5, 1, 2, 1e12, 10**30, -0.0, 5e-324])
)
texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "firm-0", "nobody", "2027-01-01", "2562B", "fr-ze-2815", "carrier", "0"]),
    # What looks like nothing, like something else, or like another code.
    st.sampled_from(["\u200b", "\u3164", "a\u00ad", "76000", "76003", "99999", "2562Y", "1" * 9]),
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["low", "central", "high", "id", "name", "between", "yearly", "é/~"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
patient = settings(deadline=None, max_examples=150)


def ways(place: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    steps = place.items() if isinstance(place, dict) else enumerate(place)
    found = [way]
    for step, inner in steps:
        found += ways(inner, (*way, step)) if isinstance(inner, dict | list) else [(*way, step)]
    return found


PLACES = [way for way in ways(VALID) if way]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The valid proposal after one to three changes: something dropped, replaced or added."""
    body = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(PLACES))
        place: Any = body
        try:
            for step in way:
                place = place[step]
            change = draw(st.sampled_from(["drop", "replace", "add"]))
            if change == "drop":
                del place[last]
            elif change == "replace":
                place[last] = draw(values)
            elif isinstance(place, list):
                place.insert(last, draw(values))
            else:
                place[draw(texts)] = draw(values)
        except (LookupError, TypeError, AttributeError):
            continue  # an earlier change took that place away
    return json.dumps(body, ensure_ascii=draw(st.booleans()))


@st.composite
def repeated(draw: st.DrawFn) -> bytes:
    """The valid bytes with the first key of some object said once more, with another value."""
    starts = [i for i, byte in enumerate(BYTES) if byte == ord("{")]
    start = draw(st.sampled_from(starts)) + 1
    key = BYTES[start : BYTES.index(b":", start)]
    return BYTES[:start] + key + b":" + json.dumps(draw(values)).encode() + b"," + BYTES[start:]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The valid bytes with a stretch replaced by other bytes."""
    start = draw(st.integers(0, len(BYTES)))
    return BYTES[:start] + draw(st.binary(max_size=8)) + BYTES[start + draw(st.integers(0, 8)) :]


@pytest.fixture(scope="module")
def fuzzer(house: TurnedHouse) -> Caller:
    return house.partner()


def stored_or_refused(house: TurnedHouse, partner: Caller, body: bytes) -> None:
    before = house.everything("intake")
    answer = partner.submit(body)
    after = house.everything("intake")
    if answer.status_code == 202:
        assert after["proposal"] == before["proposal"] + 1
        assert after["outbox"] == before["outbox"] + 1
    else:
        problem_of(answer)
        assert after == before


@patient
@given(body=mutated())
def test_no_change_of_a_proposal_breaks_the_door(house, fuzzer, body):
    stored_or_refused(house, fuzzer, body.encode("utf-8", "surrogatepass"))


@patient
@given(body=damaged() | st.binary(max_size=200))
def test_no_bytes_break_the_door(house, fuzzer, body):
    stored_or_refused(house, fuzzer, body)


@patient
@given(body=repeated())
def test_a_key_said_twice_is_never_accepted(house, fuzzer, body):
    stored_or_refused(house, fuzzer, body)
    assert fuzzer.submit(body).status_code in (400, 422)


@patient
@given(body=mutated())
def test_what_is_accepted_is_judged(house, fuzzer, body):
    """Nothing that the door lets in is parked behind it."""
    answer = fuzzer.submit(body.encode("utf-8", "surrogatepass"))
    if answer.status_code != 202:
        return
    house.settle()
    assert fuzzer.get(answer.headers["location"]).json()["state"] == "judged"
    for service in ("intake", "externalities", "scoring", "notify"):
        assert house.everything(service)["dead_letter"] == 0
