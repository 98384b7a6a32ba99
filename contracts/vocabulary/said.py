"""Fields that are written only where somebody said something."""

from typing import Annotated, TypeVar

from pydantic import Field

T = TypeVar("T")
WhenSaid = Annotated[T | None, Field(exclude_if=lambda value: value is None)]
"""A field that is written only where it says something: what does not hold it keeps its bytes and
its hash, so that a verdict of before the field is still computed again to the same bytes."""
