"""Version 1 of each event stays what was promised, and the checker that says so can be trusted."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsoncompat
import pytest
from jsonschema import Draft202012Validator

from contracts.events import EVENTS, Event, VerdictIssued
from contracts.generate import FROZEN, ROOT, event_schemas
from contracts.names import schema_name

Schema = dict[str, Any]


def writer_suits_reader(writer: Schema, reader: Schema) -> bool:
    """Whether a reader understands whatever the writer may write."""
    return jsoncompat.check_compat(_nameless(reader), _nameless(writer), "serializer")


def _nameless(schema: Schema) -> str:
    # The checker follows local references only, and takes a schema's own name for a foreign one.
    return json.dumps({key: value for key, value in schema.items() if key != "$id"})


def frozen(event: type[Event], form: str) -> Schema:
    path: Path = ROOT / FROZEN / schema_name(event.EVENT_TYPE, form)
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_event_version_is_frozen_and_no_frozen_version_disappeared() -> None:
    expected = {schema_name(e.EVENT_TYPE, form) for e in EVENTS for form in ("writer", "reader")}
    assert {path.name for path in (ROOT / FROZEN).iterdir()} == expected


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_written_today_is_understood_by_the_readers_of_then(event: type[Event]) -> None:
    assert writer_suits_reader(event_schemas(event)["writer"], frozen(event, "reader"))


@pytest.mark.parametrize("event", EVENTS)
def test_what_was_written_then_is_understood_by_the_readers_of_today(event: type[Event]) -> None:
    assert writer_suits_reader(frozen(event, "writer"), event_schemas(event)["reader"])


@pytest.mark.parametrize("event", EVENTS)
def test_writers_are_closed_and_readers_are_open_at_every_depth(event: type[Event]) -> None:
    forms = event_schemas(event)
    objects = [forms["writer"], *forms["writer"].get("$defs", {}).values()]
    assert all(o["additionalProperties"] is False for o in objects if o["type"] == "object")
    assert "additionalProperties" not in json.dumps(forms["reader"])


# The checker itself. Each change is made in the vocabulary's own schema of a verdict, at the top
# and deep inside, and judged both ways: new writer with old reader, old writer with new reader.

Change = Callable[[Schema], None]


def remove_required_at_the_top(schema: Schema) -> None:
    schema["required"].remove("title")
    del schema["properties"]["title"]


def remove_required_deep_inside(schema: Schema) -> None:
    share = schema["$defs"]["FirmShare"]
    share["required"].remove("gain")
    del share["properties"]["gain"]


def remove_required_in_the_recursive_claim(schema: Schema) -> None:
    claim = schema["$defs"]["Claim"]
    claim["required"].remove("code")
    del claim["properties"]["code"]


def narrow_an_enum(schema: Schema) -> None:
    schema["$defs"]["VerdictLabel"]["enum"].remove("fragile")


def widen_an_enum(schema: Schema) -> None:
    schema["$defs"]["VerdictLabel"]["enum"].append("almost")


def add_required_at_the_top(schema: Schema) -> None:
    schema["properties"]["call"] = {"type": "string"}
    schema["required"].append("call")


def add_required_deep_inside(schema: Schema) -> None:
    estimate = schema["$defs"]["Estimate"]
    estimate["properties"]["unit"] = {"type": "string"}
    estimate["required"].append("unit")


def change_a_type(schema: Schema) -> None:
    schema["properties"]["summary"] = {"type": "integer"}


def add_optional_at_the_top(schema: Schema) -> None:
    schema["properties"]["call"] = {"type": "string", "default": ""}


def add_optional_deep_inside(schema: Schema) -> None:
    schema["$defs"]["Claim"]["properties"]["note"] = {"type": "string", "default": ""}


def remove_optional(schema: Schema) -> None:
    del schema["$defs"]["FirmsJudgement"]["properties"]["needed_aid"]


def no_change(schema: Schema) -> None:
    assert schema


def verdict_schemas_after(change: Change) -> tuple[dict[str, Schema], dict[str, Schema]]:
    before = event_schemas(VerdictIssued)
    after = copy.deepcopy(before)
    for schema in after.values():
        change(schema)
        Draft202012Validator.check_schema(schema)
    return before, after


@pytest.mark.parametrize(
    "change",
    [
        remove_required_at_the_top,
        remove_required_deep_inside,
        remove_required_in_the_recursive_claim,
        narrow_an_enum,
        widen_an_enum,
        add_required_at_the_top,
        add_required_deep_inside,
        change_a_type,
    ],
)
def test_a_breaking_change_is_noticed_in_one_direction_at_least(change: Change) -> None:
    before, after = verdict_schemas_after(change)
    forward = writer_suits_reader(after["writer"], before["reader"])
    backward = writer_suits_reader(before["writer"], after["reader"])
    assert not (forward and backward)


@pytest.mark.parametrize(
    "change", [no_change, add_optional_at_the_top, add_optional_deep_inside, remove_optional]
)
def test_a_harmless_change_passes_in_both_directions(change: Change) -> None:
    before, after = verdict_schemas_after(change)
    assert writer_suits_reader(after["writer"], before["reader"])
    assert writer_suits_reader(before["writer"], after["reader"])


def test_one_open_schema_for_both_ends_would_make_an_optional_field_breaking() -> None:
    # Why there are two forms: an open writer may already have written the new field in any type.
    before, after = verdict_schemas_after(add_optional_at_the_top)
    assert not writer_suits_reader(before["reader"], after["reader"])
