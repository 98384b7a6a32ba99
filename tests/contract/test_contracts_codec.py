"""What is written is read back and satisfies its schema; a reader ignores newer fields."""

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from contracts.codec import EVENT_BY_TYPE, decode, encode, read_proposal
from contracts.events import (
    EVENTS,
    Event,
    ProposalSubmitted,
    ProposalWithdrawn,
    TerritoryPublished,
)
from contracts.generate import event_schemas
from contracts.samples import five_firms_2kb, proposal_examples, territory_example
from contracts.vocabulary.territory import TerritoryRef
from services.intake.handlers import VerdictHeard

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = "0193e9b0c0de7000a1b2c3d4e5f60718"
TERRITORY = territory_example()

SAID: tuple[Event, ...] = (
    *(
        ProposalSubmitted(
            proposal_id=ID, revision=1, partner="demo", submitted_at=NOON, proposal=proposal
        )
        for proposal in proposal_examples().values()
    ),
    ProposalWithdrawn(proposal_id=ID, revision=2, partner="demo", withdrawn_at=NOON),
    TerritoryPublished(
        revision=1,
        territory=TerritoryRef(
            id=TERRITORY.id,
            name=TERRITORY.name,
            year=TERRITORY.year,
            private_employment=TERRITORY.private_employment,
            source=TERRITORY.source,
            licence=TERRITORY.licence,
            snapshot_sha256="0" * 64,
        ),
    ),
)
each_event = pytest.mark.parametrize("event", SAID, ids=lambda event: type(event).__name__)


@each_event
def test_what_is_written_is_read_back(event: Event) -> None:
    assert decode(type(event), encode(event)) == event


@each_event
def test_what_is_written_satisfies_both_forms_of_its_schema(event: Event) -> None:
    said = json.loads(encode(event))
    for schema in event_schemas(type(event)).values():
        assert not list(Draft202012Validator(schema).iter_errors(said))


@each_event
def test_a_reader_ignores_what_a_newer_writer_adds_and_a_writer_does_not(event: Event) -> None:
    newer = json.dumps(json.loads(encode(event)) | {"added_later": 1})
    assert decode(type(event), newer.encode()) == event
    schemas = event_schemas(type(event))
    assert not list(Draft202012Validator(schemas["reader"]).iter_errors(json.loads(newer)))
    assert list(Draft202012Validator(schemas["writer"]).iter_errors(json.loads(newer)))


def test_a_reader_ignores_new_fields_at_every_depth() -> None:
    event = SAID[0]
    newer = json.loads(encode(event))
    newer["proposal"]["firms"][0]["own"]["added_later"] = 1
    assert decode(type(event), json.dumps(newer).encode()) == event


def test_the_key_of_an_event_is_its_subject() -> None:
    assert {event.key for event in SAID} == {ID, "fr-ze-2815/TerritoryPublished"}


def test_every_event_type_names_the_event_and_its_version() -> None:
    assert set(EVENT_BY_TYPE) == {f"winwinwin.{event.__name__}.v1" for event in EVENTS}


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b"null", b"\xff", b'{"revision": 0}'])
def test_what_is_not_the_event_it_says_it_is_is_refused(payload: bytes) -> None:
    with pytest.raises(ValidationError):
        decode(ProposalWithdrawn, payload)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"colour": "red"}, ("colour",)),
        ({"horizon_years": "5"}, ("horizon_years",)),
        ({"starts_on": "1999-01-01"}, ("starts_on",)),
        ({"aid_requested": -1}, ("aid_requested",)),
        ({"title": " "}, ("title",)),
        ({"title": "a\u0000b"}, ("title",)),
        ({"title": "a\u0000"}, ("title",)),
        ({"title": "two\nlines"}, ("title",)),
        ({"title": ""}, ("title",)),
        ({"summary": "a\u0000b"}, ("summary",)),
        ({"territory": "Rouen"}, ("territory",)),
        ({"firms": []}, ("firms",)),
        ({"jobs": {"gross": -1}}, ("jobs", "gross")),
        ({"jobs": {"leakage": 1.5}}, ("jobs", "leakage")),
        ({"jobs": {"deadweight": 0.1, "reference_jobs": 1}}, ("jobs",)),
        ({"carbon": {"appraised": "yes"}}, ("carbon", "appraised")),
    ],
)
def test_a_proposal_is_closed_and_strict_and_says_where_it_is_wrong(
    changed: dict[str, object], where: tuple[str, ...]
) -> None:
    body = json.loads(five_firms_2kb()) | changed
    with pytest.raises(ValidationError) as refusal:
        read_proposal(json.dumps(body))
    assert refusal.value.errors()[0]["loc"][: len(where)] == where


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e400", "1e13"])
def test_a_figure_that_is_none_is_refused(figure: str) -> None:
    body = five_firms_2kb().replace(
        b'"aid_requested":120000', b'"aid_requested":' + figure.encode()
    )
    with pytest.raises(ValidationError, match="aid_requested"):
        read_proposal(body)


@pytest.mark.parametrize("hidden", ["\u202e", "\u2067", "\x85", "\x00", "\x7f"])
def test_a_name_holds_no_character_nobody_sees(hidden):
    body = json.loads(five_firms_2kb())
    body["firms"][0]["name"] = f"Atelier{hidden}Exemple"
    with pytest.raises(ValidationError, match=r"firms\.0\.name"):
        read_proposal(json.dumps(body))


@pytest.mark.parametrize("words", [*EVENTS, VerdictHeard])
def test_no_error_of_an_event_repeats_what_was_written(words: type) -> None:
    with pytest.raises(ValidationError) as refused:
        decode(words, b'{"proposal_id": 47015, "territory": 47015, "title": 47015}')
    assert "47015" not in str(refused.value)
