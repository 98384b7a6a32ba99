"""What commands print: data on stdout, progress on stderr, as JSON, as a table or as sentences."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rich._wrap
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

PAGE_WIDTH = 120
"""Columns where nobody's terminal sets them: in a file or a pipe, nothing need be cut."""

err = Console(stderr=True)

# Rich takes a no-break space for one where a line may end: French would begin lines with ":".
_BREAK, _WORD = r"[^\S\u00a0\u202f]*", r"[\S\u00a0\u202f]+"
rich._wrap.re_word = re.compile(_BREAK + _WORD + _BREAK)  # noqa: SLF001 - it has no setting


def stdout_console() -> Console:
    """Standard output, as wide as its terminal, or as a page when it is not one."""
    unset = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    # What a partner wrote is no markup: ":warning:" stays as it is.
    return Console(width=PAGE_WIDTH if unset else None, emoji=False)


def say(text: str) -> None:
    """One line of progress on stderr."""
    err.print(text, highlight=False, markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One document on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_found(found: Sequence[Mapping[str, Any]], otherwise: str, *, as_json: bool) -> None:
    """What a list holds, each by the same names: as JSON, as a table, or that there is none."""
    if as_json:
        print_json(found)
    elif found:
        print_table(found[0], (each.values() for each in found))
    else:
        say(otherwise)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table on stdout; what stands in its cells is no markup."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    stdout_console().print(table)
