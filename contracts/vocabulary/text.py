"""Texts that people write: bounded, and without characters that nobody sees."""

from typing import Annotated

from pydantic import StringConstraints

_HIDDEN = r"\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""Characters nobody sees: control characters would break logs and documents, bidirectional ones
could make a name read as another. Line breaks and tabs are allowed in ``Text`` only."""

ShortText = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=200,
        pattern=rf"^[^{_HIDDEN}]*[^\s{_HIDDEN}][^{_HIDDEN}]*$",
    ),
]
Text = Annotated[str, StringConstraints(max_length=4000, pattern=rf"^([^{_HIDDEN}]|[\t\n\r])*$")]
