"""The schema of a proposal explains itself: every property in words, figures with their unit."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.vocabulary.asked import UNIT
from tests.support.repository import text

SCHEMA: dict[str, Any] = json.loads(text("contracts/schemas/Proposal.json"))
PROPERTIES: dict[str, dict[str, Any]] = {
    f"{name}.{field}": said
    for name, words in {"Proposal": SCHEMA, **SCHEMA["$defs"]}.items()
    for field, said in words.get("properties", {}).items()
}
FIGURES = {"number", "integer"}
LEAVES = FIGURES | {"string"}


def kinds(said: dict[str, Any]) -> Iterator[str]:
    """What a property holds in the end: types of its leaves; ``enum`` and ``object`` for those
    that show by themselves what they hold.
    """
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        if name == "Estimate":
            yield "number"
        else:
            yield "enum" if "enum" in SCHEMA["$defs"][name] else "object"
    elif "anyOf" in said:
        for each in said["anyOf"]:
            yield from kinds(each)
    elif "items" in said:
        yield from kinds(said["items"])
    elif "type" in said:
        yield said["type"]


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_explained(name: str) -> None:
    said = PROPERTIES[name]
    found = set(kinds(said))
    assert found, f"{name} holds nothing that is known here"
    assert said.get("description", "").endswith("."), "say what it asks for, in a sentence"
    assert not found & FIGURES or said.get(UNIT), "a figure has a unit"
    assert not found & LEAVES or said.get("examples"), "a figure and a text have an example"
    alone = {"$defs": SCHEMA["$defs"], **said}
    for example in said.get("examples", ()):
        Draft202012Validator(alone).validate(example)


def test_there_are_properties_to_explain() -> None:
    assert len(PROPERTIES) > 120
    assert set(kinds(PROPERTIES["Firm.own"])) == {"number", "null"}
    assert set(kinds(PROPERTIES["Proposal.kind"])) == {"enum"}
    assert set(kinds(PROPERTIES["TechnologyClaim.opens"])) == {"string"}
