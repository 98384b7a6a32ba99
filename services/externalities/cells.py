"""Cells of a CSV file that a spreadsheet opens: harmless there, and the same when read again."""

import re
from collections.abc import Iterable

_COMPUTED = re.compile("'*[=+@-]")
"""How a cell begins that a spreadsheet would compute, however often it was quoted already."""

_QUOTE = "'"


def defused(cells: Iterable[str]) -> list[str]:
    """Each cell with a quote before it where a spreadsheet would compute it: it shows as text."""
    return [_QUOTE + cell if _COMPUTED.match(cell) else cell for cell in cells]


def meant(cells: Iterable[str]) -> list[str]:
    """Each cell as it was before it was defused."""
    return [
        cell[1:] if cell.startswith(_QUOTE) and _COMPUTED.match(cell[1:]) else cell
        for cell in cells
    ]
