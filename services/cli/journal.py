"""``winwinwin journal``: what was shown to whom and when, and whether that is still what it was."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.chassis.database import migrations
from services.chassis.database.backends import databases_of
from services.chassis.database.sqlite import SqliteFile
from services.chassis.database.store import Store
from services.chassis.errors import Refuse
from services.chassis.ops.settings import Settings
from services.cli.options import AsJson, DataDir
from services.cli.printing.verdict import paper
from services.notify.committee.journal import Check, Entry, Fault, entries

cli = typer.Typer(no_args_is_help=True)

SERVICE = "notify"
MOST_FAULTS = 100
"""Faults that are named; where there are more, the rest says nothing new."""

_HASH = re.compile(r"[0-9a-f]{64}")


def _known(value: str | None) -> str | None:
    if value is None:
        return None
    text = value.strip().lower()
    if not _HASH.fullmatch(text):
        raise typer.BadParameter(
            "a hash has 64 digits, 0 to 9 and a to f: copy it whole from the document"
        )
    return text


@cli.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", callback=_known, help="A hash kept elsewhere that must be there."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Find every entry that was changed, removed or moved; exit status 1 when there is one."""
    check = Check(head)
    found: list[Fault] = []
    with _store(data_dir) as store, store.read() as connection:
        for fault in check.faults(entries(connection)):
            if len(found) == MOST_FAULTS:
                break
            found.append(fault)
    if as_json:
        said = {
            "entries": check.count,
            "head": check.head,
            "faults": [{"seq": each.seq, "what": each.what} for each in found],
        }
        typer.echo(json.dumps(said, indent=2))
    else:
        for each in found:
            typer.echo(each.what)
        whole = "none was changed, removed or moved" if not found else _counted(len(found))
        typer.echo(f"{check.count:,} entries, {whole}; the last has the hash {check.head}")
    if found:
        raise typer.Exit(1)


@cli.command("list")
def listing(
    proposal: Annotated[
        str | None,
        typer.Option("--proposal", help="Only of the proposal with this id or reference."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """The entries, oldest first: what happened, to which proposal, by whom."""
    with _store(data_dir) as store, store.read() as connection:
        journal = [_summary(each) for each in entries(connection, proposal)]
    if as_json:
        typer.echo(json.dumps(journal, indent=2, ensure_ascii=False))
        return
    table = Table("entry", "at", "what", "proposal", "revision", "who", "hash")
    for each in journal:
        row = (each["seq"], each["at"], each["kind"], each["proposal_id"], each["revision"])
        table.add_row(*(Text(str(cell)) for cell in (*row, each["actor"], each["hash"][:12])))
    paper().print(table)


def _counted(faults: int) -> str:
    if faults == 1:
        return "1 fault"
    return f"{faults} faults" if faults < MOST_FAULTS else f"at least {faults} faults"


def _summary(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": f"{entry.at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "kind": entry.kind,
        "proposal_id": entry.proposal_id,
        "revision": entry.revision,
        "actor": entry.actor,
        "content": json.loads(entry.content),
        "hash": entry.hash,
    }


@contextmanager
def _store(data_dir: Path | None) -> Iterator[Store]:
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    database = databases_of(settings)(SERVICE)
    if isinstance(database, SqliteFile) and not database.path.exists():
        # Made now, it would be an empty one without a fault.
        raise Refuse(f"there is no journal in {settings.data_dir}: name its folder with --data-dir")
    if (reason := migrations.behind(SERVICE, database)) is not None:
        raise Refuse(reason)
    store = Store(database, name=SERVICE)
    try:
        yield store
    finally:
        store.close()
