"""What a field of a proposal asks for: words, unit and an example, for whoever reads the schema."""

from typing import Any

from pydantic import Field

UNIT = "x-unit"
"""Keyword of a JSON schema under which a figure's unit stands."""


def asked(description: str, example: Any = None, *, unit: str | None = None) -> Any:
    """The metadata of one field. Figures have a unit, figures and texts an example; an enumeration
    and an object show theirs themselves.
    """
    return Field(
        description=description,
        examples=None if example is None else [example],
        json_schema_extra=None if unit is None else {UNIT: unit},
    )
