"""``winwinwin journal``: what was shown to whom and when, and whether that is still what it was."""

import json
import re
from typing import Annotated, Any

import typer

from services.cli.options import AsJson, DataDir
from services.cli.printing.console import print_json, print_table, say
from services.cli.stores import open_store
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
    with open_store(data_dir, SERVICE) as store, store.read() as connection:
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
        print_json(said)
    else:
        for each in found:
            typer.echo(each.what)
        whole = "none was changed, removed or moved" if not found else _counted(len(found))
        typer.echo(f"{check.count:,} entries, {whole}; the last has the hash {check.head}")
        if check.found_at:
            typer.echo(f"The hash you gave is that of entry {check.found_at}")
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
    with open_store(data_dir, SERVICE) as store, store.read() as connection:
        journal = [_summary(each) for each in entries(connection, proposal)]
    if as_json:
        print_json(journal)
    elif not journal:
        say("The journal has no entry" + (f" of a proposal {proposal!r}" if proposal else ""))
    else:
        shown = ("seq", "at", "kind", "proposal_id", "revision", "actor")
        print_table(
            ("entry", "at", "what", "proposal", "revision", "who", "hash"),
            ((*(each[name] for name in shown), each["hash"][:12]) for each in journal),
        )


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
