"""The envelope around every event: CloudEvents 1.0 in the Kafka protocol binding.

Written in binary mode, so that a consumer routes on ``ce_type`` without parsing the payload and
the payload stays exactly what its schema describes. Read in binary and in structured mode: the
binding lets the receiver decide by the content type. Batches do not exist in this binding, and a
message without data is a tombstone, which no topic of ours uses: both are refused.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

SPEC_VERSION = "1.0"
JSON_TYPE = b"application/json"
SAID_AGAIN = "said-again"
"""Header of an event that was said before: also who has handled it handles it once more."""

STRUCTURED_TYPE = b"application/cloudevents+json"

Headers = tuple[tuple[str, bytes], ...]


class BadEnvelope(ValueError):
    """A message that is not one of our CloudEvents; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who said what, about whom, when, and in answer to what.

    ``source`` and ``id`` together name the event once and for all: a second message with the same
    pair is a duplicate. ``subject`` is the key whose order is kept. ``correlation_id`` follows one
    request through every service; an event that answers to nobody correlates with itself.
    Raises ``BadEnvelope`` when one of these is empty or ``time`` is not in UTC.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    correlation_id: str
    dataschema: str | None = None

    def __post_init__(self) -> None:
        if not (self.id and self.type and self.source and self.subject and self.correlation_id):
            raise BadEnvelope(
                "id, type, source, subject and correlation id of an event must not be empty"
            )
        if self.time.tzinfo is not UTC:
            raise BadEnvelope(
                f"the time of an event must be in UTC, got {self.time!r}: use datetime.now(UTC)"
            )


def schema_uri(event_type: str) -> str:
    """The name under which the payload schema of an event type is published (``dataschema``)."""
    return f"urn:winwinwin:schema:{event_type.removeprefix('winwinwin.')}"


def to_headers(envelope: Envelope) -> Headers:
    """The envelope as Kafka headers, binary mode; the payload goes into the value untouched."""
    headers = (
        ("content-type", JSON_TYPE),
        ("ce_specversion", b"1.0"),
        ("ce_id", envelope.id.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_subject", envelope.subject.encode()),
        ("ce_time", envelope.time.isoformat().encode()),
        ("ce_correlationid", envelope.correlation_id.encode()),
    )
    if envelope.dataschema is None:
        return headers
    return (*headers, ("ce_dataschema", envelope.dataschema.encode()))


def from_message(
    headers: Iterable[tuple[str, bytes | None]], value: bytes | None
) -> tuple[Envelope, bytes]:
    """The envelope and the JSON payload of one message, binary or structured.

    Attributes and headers that are not ours are ignored. Raises ``BadEnvelope`` when the message
    is not a CloudEvents 1.0 event with an id, type, source, subject and time.
    """
    pairs = tuple(headers)
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse_repeated(pairs)
    content_type = found.get("content-type") or b""
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type == STRUCTURED_TYPE:
        return _structured(value)
    if media_type != JSON_TYPE:
        raise BadEnvelope(
            f"the content type is {content_type.decode(errors='replace') or 'missing'}: only "
            f"application/json (binary mode) and application/cloudevents+json (structured mode, "
            f"no batch) are read"
        )
    if not value:
        raise BadEnvelope("the message has no data: tombstones are not used on our topics")
    return _from_headers(found), value


def _from_headers(found: dict[str, bytes | None]) -> Envelope:
    try:
        if found["ce_specversion"] != b"1.0":
            _refuse_version(found["ce_specversion"])
        # str(None, "utf-8") raises TypeError, which is how a header without value is noticed.
        id_ = str(found["ce_id"], "utf-8")  # type: ignore[arg-type]
        correlation = found.get("ce_correlationid")
        schema = found.get("ce_dataschema")
        return Envelope(
            id_,
            str(found["ce_type"], "utf-8"),  # type: ignore[arg-type]
            str(found["ce_source"], "utf-8"),  # type: ignore[arg-type]
            str(found["ce_subject"], "utf-8"),  # type: ignore[arg-type]
            _utc(str(found["ce_time"], "utf-8")),  # type: ignore[arg-type]
            str(correlation, "utf-8") if correlation else id_,
            str(schema, "utf-8") if schema else None,
        )
    except KeyError as missing:
        raise BadEnvelope(f"the header {missing.args[0]} is missing") from None
    except TypeError:
        raise BadEnvelope("a ce_ header has no value") from None
    except UnicodeDecodeError as broken:
        raise BadEnvelope(f"a ce_ header is not UTF-8: {broken.object!r}") from None


def _utc(time: str) -> datetime:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        raise BadEnvelope(f"the time {time!r} is not an RFC 3339 timestamp") from None
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise BadEnvelope(f"the time {time!r} has no time zone: write it in UTC, ending in Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadEnvelope(f"the time {time!r} does not exist in UTC") from None


def _structured(value: bytes | None) -> tuple[Envelope, bytes]:
    said = _json_object(value)
    if said.get("specversion") != SPEC_VERSION:
        _refuse_version(said.get("specversion"))
    id_ = _text(said, "id")
    envelope = Envelope(
        id_,
        _text(said, "type"),
        _text(said, "source"),
        _text(said, "subject"),
        _utc(_text(said, "time")),
        _text(said, "correlationid") if "correlationid" in said else id_,
        _text(said, "dataschema") if "dataschema" in said else None,
    )
    return envelope, _data(said)


def _json_object(value: bytes | None) -> dict[str, Any]:
    try:
        said = json.loads(value or b"", parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as broken:
        if isinstance(broken, BadEnvelope):
            raise
        raise BadEnvelope(f"the structured event is not JSON: {broken}") from None
    if not isinstance(said, dict):
        raise BadEnvelope(f"the structured event is a JSON {type(said).__name__}, not an object")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    if name not in said:
        raise BadEnvelope(f"the attribute {name} is missing")
    value = said[name]
    if not isinstance(value, str) or not value:
        raise BadEnvelope(f"the attribute {name} must be a text that is not empty, got {value!r}")
    return value


def _data(said: dict[str, Any]) -> bytes:
    if ("data" in said) == ("data_base64" in said):
        raise BadEnvelope("the structured event must have exactly one of data and data_base64")
    content_type = said.get("datacontenttype", "application/json")
    if not str(content_type).lower().startswith("application/json"):
        raise BadEnvelope(f"datacontenttype is {content_type!r}: only application/json is read")
    if "data" in said:
        return json.dumps(said["data"], ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return base64.b64decode(_text(said, "data_base64"), validate=True)
    except binascii.Error as broken:
        raise BadEnvelope(f"data_base64 is not base64: {broken}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise BadEnvelope(f"the structured event is not JSON: {name} is not a JSON number")


def _refuse_version(version: object) -> NoReturn:
    said = version.decode(errors="replace") if isinstance(version, bytes) else version
    raise BadEnvelope(f"specversion is {said!r}: only CloudEvents {SPEC_VERSION} is read")


def _refuse_repeated(pairs: tuple[tuple[str, bytes | None], ...]) -> None:
    # Kafka allows a header twice, and tracing tools use it; for ours nobody could say which counts.
    names = [name for name, _ in pairs if name.startswith("ce_") or name == "content-type"]
    for name in names:
        if names.count(name) > 1:
            raise BadEnvelope(f"the header {name} is given more than once")
