"""An envelope survives the trip, and whatever is not an envelope is refused with one sentence."""

import base64
import json
from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import BadEnvelope, Envelope, from_message, schema_uri, to_headers

NOON = datetime(2025, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
ENVELOPE = Envelope(
    id="0193e9b0c0de7000a1b2c3d4e5f60718",
    type="winwinwin.VerdictIssued.v1",
    source="/winwinwin/scoring",
    subject="0193e9b0c0de7000a1b2c3d4e5f60000",
    time=NOON,
    correlation_id="req-7",
    dataschema=schema_uri("winwinwin.VerdictIssued.v1"),
)
PAYLOAD = '{"label":"win_win_win","note":"é"}'.encode()
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=utf-8"),)


def structured(**changes: object) -> bytes:
    event = {
        "specversion": "1.0",
        "id": ENVELOPE.id,
        "type": ENVELOPE.type,
        "source": ENVELOPE.source,
        "subject": ENVELOPE.subject,
        "time": "2025-11-23T12:00:00.123456Z",
        "correlationid": ENVELOPE.correlation_id,
        "dataschema": ENVELOPE.dataschema,
        "datacontenttype": "application/json",
        "data": json.loads(PAYLOAD),
    } | changes
    return json.dumps({k: v for k, v in event.items() if v is not ...}).encode()


def binary(**changes: object) -> tuple[tuple[str, bytes], ...]:
    headers = dict(to_headers(ENVELOPE)) | {k.replace("__", "-"): v for k, v in changes.items()}
    return tuple((k, v) for k, v in headers.items() if v is not ...)


def test_binary_mode_brings_back_the_envelope_and_the_very_bytes_of_the_payload() -> None:
    assert from_message(to_headers(ENVELOPE), PAYLOAD) == (ENVELOPE, PAYLOAD)


def test_the_headers_are_those_of_the_kafka_binding() -> None:
    assert dict(to_headers(ENVELOPE)) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": ENVELOPE.id.encode(),
        "ce_type": b"winwinwin.VerdictIssued.v1",
        "ce_source": b"/winwinwin/scoring",
        "ce_subject": ENVELOPE.subject.encode(),
        "ce_time": b"2025-11-23T12:00:00.123456+00:00",
        "ce_correlationid": b"req-7",
        "ce_dataschema": b"urn:winwinwin:schema:VerdictIssued.v1",
    }


def test_an_envelope_without_schema_writes_no_schema_header() -> None:
    bare = Envelope("1", "t", "s", "k", NOON, "c")
    assert "ce_dataschema" not in dict(to_headers(bare))
    assert from_message(to_headers(bare), PAYLOAD) == (bare, PAYLOAD)


@given(
    texts=st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]), min_size=1)] * 5),
    time=st.datetimes(timezones=st.just(UTC)),
)
def test_any_envelope_survives_the_trip(texts: tuple[str, ...], time: datetime) -> None:
    id_, type_, source, subject, correlation = texts
    envelope = Envelope(id_, type_, source, subject, time, correlation)
    assert from_message(to_headers(envelope), b"{}") == (envelope, b"{}")


def test_structured_mode_is_read_too() -> None:
    envelope, payload = from_message(STRUCTURED, structured())
    assert envelope == ENVELOPE
    assert payload == PAYLOAD


def test_structured_mode_may_carry_its_data_as_base64() -> None:
    value = structured(data=..., data_base64=base64.b64encode(PAYLOAD).decode())
    assert from_message(STRUCTURED, value)[1] == PAYLOAD


@pytest.mark.parametrize("content_type", [b"application/json; charset=utf-8", b"Application/JSON"])
def test_the_content_type_may_have_parameters_and_capitals(content_type: bytes) -> None:
    assert from_message(binary(content__type=content_type), PAYLOAD)[0] == ENVELOPE


def test_headers_and_attributes_of_others_are_ignored() -> None:
    foreign = (*binary(), ("ce_traceparent", b"00-1"), ("trace", b"1"), ("trace", b"2"))
    assert from_message(foreign, PAYLOAD)[0] == ENVELOPE
    assert from_message(STRUCTURED, structured(traceparent="00-1"))[0] == ENVELOPE


def test_an_event_without_correlation_correlates_with_itself() -> None:
    assert from_message(binary(ce_correlationid=...), PAYLOAD)[0].correlation_id == ENVELOPE.id
    assert from_message(STRUCTURED, structured(correlationid=...))[0].correlation_id == ENVELOPE.id


@pytest.mark.parametrize(
    "written", ["2025-11-23T13:00:00.123456+01:00", "2025-11-23T12:00:00.123456Z"]
)
def test_any_time_zone_is_read_as_utc(written: str) -> None:
    time = from_message(binary(ce_time=written.encode()), PAYLOAD)[0].time
    assert time == NOON
    assert time.tzinfo is UTC


@pytest.mark.parametrize(
    ("headers", "value", "says"),
    [
        ((), PAYLOAD, "content type is missing"),
        (binary(content__type=b"text/xml"), PAYLOAD, "text/xml"),
        (binary(content__type=b"application/cloudevents+avro"), PAYLOAD, "avro"),
        (binary(content__type=b"application/cloudevents-batch+json"), b"[]", "no batch"),
        (binary(), None, "tombstone"),
        (binary(), b"", "tombstone"),
        (binary(ce_specversion=...), PAYLOAD, "ce_specversion is missing"),
        (binary(ce_specversion=b"0.3"), PAYLOAD, "specversion is '0.3'"),
        (binary(ce_specversion=None), PAYLOAD, "specversion is None"),
        (binary(ce_id=...), PAYLOAD, "ce_id is missing"),
        (binary(ce_type=...), PAYLOAD, "ce_type is missing"),
        (binary(ce_source=...), PAYLOAD, "ce_source is missing"),
        (binary(ce_subject=...), PAYLOAD, "ce_subject is missing"),
        (binary(ce_time=...), PAYLOAD, "ce_time is missing"),
        (binary(ce_type=b""), PAYLOAD, "must not be empty"),
        (binary(ce_id=None), PAYLOAD, "no value"),
        (binary(ce_subject=b"\xff"), PAYLOAD, "not UTF-8"),
        (binary(ce_time=b"yesterday"), PAYLOAD, "RFC 3339"),
        (binary(ce_time=b"2025-11-23T12:00:00"), PAYLOAD, "no time zone"),
        (binary(ce_time=b"0001-01-01T00:00:00+05:00"), PAYLOAD, "does not exist in UTC"),
        ((*binary(), ("ce_id", b"other")), PAYLOAD, "ce_id is given more than once"),
        (STRUCTURED, None, "not JSON"),
        (STRUCTURED, b"{", "not JSON"),
        (STRUCTURED, b"\xff\xfe\xfd", "not JSON"),
        (STRUCTURED, b"[" * 200_000, "not JSON"),
        (STRUCTURED, structured(data=float("nan")), "NaN"),
        (STRUCTURED, b"[]", "not an object"),
        (STRUCTURED, structured(specversion="2.0"), "specversion is '2.0'"),
        (STRUCTURED, structured(id=...), "id is missing"),
        (STRUCTURED, structured(type=7), "type must be a text"),
        (STRUCTURED, structured(source=""), "source must be a text"),
        (STRUCTURED, structured(subject=None), "subject must be a text"),
        (STRUCTURED, structured(time="noon"), "RFC 3339"),
        (STRUCTURED, structured(data=...), "exactly one of data"),
        (STRUCTURED, structured(data_base64="e30="), "exactly one of data"),
        (STRUCTURED, structured(data=..., data_base64="*"), "not base64"),
        (STRUCTURED, structured(datacontenttype="text/plain"), "only application/json"),
    ],
)
def test_what_is_not_an_envelope_is_refused_with_its_reason(
    headers: tuple[tuple[str, bytes], ...], value: bytes | None, says: str
) -> None:
    with pytest.raises(BadEnvelope, match=says):
        from_message(headers, value)


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(["content-type", "ce_id", "ce_type", "ce_time", "ce_specversion", "x"]),
            st.one_of(st.none(), st.binary(max_size=8), st.just(b"application/cloudevents+json")),
        )
    ),
    value=st.one_of(st.none(), st.binary(max_size=64)),
)
def test_no_message_makes_the_reader_fail_in_another_way(
    headers: list[tuple[str, bytes | None]], value: bytes | None
) -> None:
    with suppress(BadEnvelope):
        from_message(headers, value)


@pytest.mark.parametrize(
    "time",
    [datetime(2025, 1, 1), datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001 - the naive time is the case
)
def test_an_envelope_is_in_utc_or_does_not_exist(time: datetime) -> None:
    with pytest.raises(BadEnvelope, match="UTC"):
        Envelope("1", "t", "s", "k", time, "c")


def test_an_envelope_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        ENVELOPE.id = "other"  # type: ignore[misc]
