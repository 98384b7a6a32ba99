"""``winwinwin dlq``: messages that could not be handled, to be looked at, replayed or discarded."""

import getpass
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import Row, func, select, update

from services.chassis.clock import SystemClock
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Refuse
from services.chassis.messaging.dead_letters import DISCARDED, OPEN, REPLAYED, STATUSES
from services.chassis.messaging.transaction import unpack_headers
from services.cli.options import AsJson, DataDir, OfService
from services.cli.printing.console import print_json, say, stdout_console
from services.cli.stores import databases_there, open_store

cli = typer.Typer(no_args_is_help=True)

_DEAD = DeadLetter.__table__

LOOK_AGAIN_SECONDS = 0.2
SHOWN_BYTES = 4_096
SHORT_REASON = 100
ANY = "any"

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="As `dlq list` shows them.")]
By = Annotated[
    str | None, typer.Option("--by", help="Who decides; the user of this machine if left out.")
]


@cli.command("list")
def listing(
    service: OfService = None,
    status: Annotated[str, typer.Option(help=f"{', '.join(STATUSES)} or {ANY}.")] = OPEN,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List them, oldest first: reason, first and last time, attempts."""
    if status not in {*STATUSES, ANY}:
        raise typer.BadParameter(f"no status is called {status!r}: use {', '.join(STATUSES)}")
    found = []
    for name in databases_there(data_dir, service):
        with open_store(data_dir, name) as store, store.read() as connection:
            wanted = select(_DEAD).order_by(_DEAD.c.id)
            if status != ANY:
                wanted = wanted.where(_DEAD.c.status == status)
            found += [_summary(row) for row in connection.execute(wanted)]
    if as_json:
        print_json(found)
        return
    if not found:
        say("There is no dead letter" if status == ANY else f"No dead letter is {status}")
    for each in found:
        # Two lines a letter: no table is wide enough for an id, two times and a reason.
        first, last = (each[at][:16].replace("T", " ") for at in ("first_at", "last_at"))
        seen = f"{first} to {last}, tries: {each['attempts']}"
        typer.echo(f"{each['id']}  {each['service']}  {each['topic']}  {each['status']}  {seen}")
        typer.echo(f"    {each['reason'].partition(chr(10))[0][:SHORT_REASON]}")


@cli.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID")],
    service: OfService = None,
    data_dir: DataDir = None,
    raw: Annotated[bool, typer.Option("--raw", help="Write the bytes alone, as they are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Everything about one: where it was, headers, reason, bytes."""
    name = _owner(data_dir, service, letter_id)
    with open_store(data_dir, name) as store:
        row = _row(store, letter_id)
    if raw:
        sys.stdout.buffer.write(row.value or b"")
        return
    headers = [
        [key, None if value is None else printable(value)]
        for key, value in unpack_headers(row.headers)
    ]
    whole = _summary(row) | {
        "key": None if row.key is None else printable(row.key),
        "headers": headers,
        "size": None if row.value is None else len(row.value),
        "value": None if row.value is None else printable(row.value[:SHOWN_BYTES]),
    }
    if as_json:
        print_json(whole)
        return
    table = Table(show_header=False)
    for key, value in whole.items():
        shown = _lines(headers) if key == "headers" else value
        table.add_row(key, Text("(none)" if shown is None else str(shown)))
    if row.value is not None and len(row.value) > SHOWN_BYTES:
        table.add_row("", f"… the first {SHOWN_BYTES} bytes; --raw writes all of them")
    stdout_console().print(table)


@cli.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…")] = None,
    every: Annotated[bool, typer.Option("--all", help="All open ones of --service.")] = False,
    service: OfService = None,
    wait: Annotated[float, typer.Option(min=0, max=600, help="Seconds to wait for it.")] = 10.0,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Ask the service to handle them again, once; it does so while it runs, or when it starts."""
    if every == bool(ids):
        raise typer.BadParameter("name letters, or give --all with --service")
    if every and service is None:
        raise typer.BadParameter("--all needs --service: one service at a time")
    chosen = _open_ones(data_dir, service or "") if every else _owners(data_dir, service, ids or [])
    for name, letters in chosen.items():
        with open_store(data_dir, name) as store:
            for letter in letters:
                _change(store, letter, {"replay_by": _who(by)})
    outcomes = _await(data_dir, chosen, wait)
    print_json(outcomes)
    if any(each["outcome"] == "refused" for each in outcomes):
        raise typer.Exit(1)


@cli.command()
def discard(
    ids: Ids,
    why: Annotated[str, typer.Option("--why", help="The reason, for whoever asks later.")],
    service: OfService = None,
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Give up on them for good; rows and bytes are kept, with who, when and why."""
    if not why.strip():
        raise typer.BadParameter("--why must say something: somebody will ask")
    for name, letters in _owners(data_dir, service, ids).items():
        with open_store(data_dir, name) as store:
            for letter in letters:
                said = {"status": DISCARDED, "settled_at": SystemClock().now()}
                _change(
                    store,
                    letter,
                    said | {"settled_by": _who(by), "settled_why": why[:500], "replay_by": None},
                )
    typer.echo(json.dumps({"discarded": len(ids)}))


def printable(data: bytes) -> str:
    """Bytes as text that does nothing to a terminal: what is not printable is spelled out."""
    text = data.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _lines(headers: list[list[str | None]]) -> str:
    return "\n".join(f"{k}: {'(no value)' if v is None else v}" for k, v in headers)


def _summary(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "service": row.consumer,
        "topic": row.topic,
        "partition": row.partition,
        "offset": row.record_offset,
        "status": row.status,
        "replay_asked_by": row.replay_by,
        "error": row.error_class,
        "reason": printable(row.reason.encode()),
        "attempts": row.attempts,
        "first_at": _time(row.first_at),
        "last_at": _time(row.last_at),
        "settled_at": _time(row.settled_at),
        "settled_by": row.settled_by,
        "settled_why": row.settled_why,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _who(by: str | None) -> str:
    return (by or getpass.getuser())[:100]


def _row(store: Store, letter: str) -> Row[Any]:
    with store.read() as connection:
        return connection.execute(select(_DEAD).where(_DEAD.c.id == letter)).one()


def _owner(data_dir: Path | None, service: str | None, letter: str) -> str:
    for name in databases_there(data_dir, service):
        with open_store(data_dir, name) as store, store.read() as connection:
            found = select(func.count()).select_from(_DEAD).where(_DEAD.c.id == letter)
            if connection.execute(found).scalar_one():
                return name
    whose = "" if service is None else f" of {service}"
    raise Refuse(
        f"no dead letter{whose} is called {letter!r}: see `winwinwin dlq list --status any`"
    )


def _owners(data_dir: Path | None, service: str | None, ids: list[str]) -> dict[str, list[str]]:
    """The letters by service. Raises ``Refuse`` when one is not there, before any is changed."""
    owners: dict[str, list[str]] = {}
    for letter in ids:
        owners.setdefault(_owner(data_dir, service, letter), []).append(letter)
    return owners


def _open_ones(data_dir: Path | None, service: str) -> dict[str, list[str]]:
    with open_store(data_dir, service) as store, store.read() as connection:
        wanted = select(_DEAD.c.id).where(_DEAD.c.status == OPEN).order_by(_DEAD.c.id)
        return {service: list(connection.execute(wanted).scalars())}


def _change(store: Store, letter: str, values: dict[str, Any]) -> None:
    still_open = update(_DEAD).where(_DEAD.c.id == letter, _DEAD.c.status == OPEN)
    changed = store.write(lambda c: c.execute(still_open.values(**values)).rowcount)
    if not changed:
        row = _row(store, letter)
        raise Refuse(
            f"the dead letter {letter} is {row.status} since {_time(row.settled_at)}"
            f"{f' by {row.settled_by}' if row.settled_by else ''}: only open ones can be changed"
        )


def _await(
    data_dir: Path | None, chosen: dict[str, list[str]], wait: float
) -> list[dict[str, str]]:
    """What became of each letter within the time: replayed, refused, or still asked for."""
    deadline = time.monotonic() + wait
    outcomes: list[dict[str, str]] = []
    for name, letters in chosen.items():
        with open_store(data_dir, name) as store:
            for letter in letters:
                row = _until_taken(store, letter, deadline)
                outcomes.append({"id": letter, "service": name} | _outcome(row, name))
    return outcomes


def _until_taken(store: Store, letter: str, deadline: float) -> Row[Any]:
    while True:
        row = _row(store, letter)
        if row.replay_by is None or time.monotonic() > deadline:
            return row
        time.sleep(LOOK_AGAIN_SECONDS)


def _outcome(row: Row[Any], service: str) -> dict[str, str]:
    if row.status == REPLAYED:
        return {"outcome": "replayed"}
    if row.replay_by is None:
        return {"outcome": "refused", "reason": printable(row.reason.encode())}
    return {"outcome": "asked", "reason": f"{service} takes it as soon as it runs"}
