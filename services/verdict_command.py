"""``winwinwin verdict recompute``: stored verdicts computed again and compared, byte for byte.

Part of the command line: opens stores, prints. stdout is data, stderr is progress.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, select

from contracts import codec
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis import migrations
from services.chassis.databases import databases_of
from services.chassis.errors import Refuse
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.externalities.storage import SNAPSHOTS, ref_of
from services.scoring.recomputation import (
    Bases,
    Data,
    Key,
    Lost,
    Outcome,
    Recomputed,
    Territories,
    recompute,
)
from services.wiring import EXTERNALITIES, SCORING, parameter_book

cli = typer.Typer(no_args_is_help=True, help="Verdicts as they are stored.")
err = Console(stderr=True)

FAILED = 1
ID_LENGTH = 32
START: Key = ("", 0)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything stored [WWW_DATA_DIR].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one verdict a line.")]


@cli.command("recompute")
def recompute_command(
    proposal_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    every: Annotated[bool, typer.Option("--all", help="All verdicts that are stored.")] = False,
    after: Annotated[
        str, typer.Option(help="With --all: go on after this proposal, where a run stopped.")
    ] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Compute verdicts again from what is stored, and compare: the bytes must be the same.

    The stored verdict is read last, only to be compared. Ends with 1 when one differs.
    """
    if every == bool(proposal_id):
        raise typer.BadParameter("name a proposal, or give --all")
    if after and not every:
        raise typer.BadParameter("--after goes with --all")
    counts: Counter[Outcome] = Counter()
    with bases(data_dir) as found:
        for each in _one(found, proposal_id) if proposal_id else _all(found, after):
            counts[each.outcome] += 1
            if as_json:
                typer.echo(json.dumps(asdict(each), ensure_ascii=False))
            elif proposal_id or each.outcome is not Outcome.SAME:
                for line in lines(each):
                    typer.echo(line)
    err.print(summary(counts), highlight=False, soft_wrap=True)
    if counts.total() != counts[Outcome.SAME]:
        raise typer.Exit(FAILED)


@contextmanager
def bases(data_dir: Path | None, **options: Any) -> Iterator[Bases]:
    """What the stored verdicts were computed from, in the databases of the settings. ``options``
    are those of ``Bases``.
    """
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    if settings.database_url is None and not (settings.data_dir / f"{SCORING}.db").exists():
        raise Refuse(f"no verdict is stored in {settings.data_dir}: give the folder by --data-dir")
    with (
        _reading(settings, SCORING) as scoring,
        _reading(settings, EXTERNALITIES) as externalities,
    ):
        yield Bases(scoring, _territories(externalities), parameter_book(), **options)


@contextmanager
def _reading(settings: Settings, service: str) -> Iterator[Connection]:
    database = databases_of(settings)(service)
    migrations.make_ready(service, database)
    store = Store(database, name=service)
    try:
        with store.read() as connection:
            yield connection
    finally:
        store.close()


def _territories(connection: Connection) -> Territories:
    def territory(sha256: str) -> Data:
        wanted = select(SNAPSHOTS.c.body).where(SNAPSHOTS.c.sha256 == sha256)
        body = connection.execute(wanted).scalar_one_or_none()
        if body is None:
            raise Lost(f"externalities keep no territory data with the hash {sha256}")
        if hashlib.sha256(body).hexdigest() != sha256:
            raise Lost(f"the territory data with the hash {sha256} were changed since")
        snapshot = codec.adapter(TerritorySnapshot).validate_json(body)
        # A later version may write the same data otherwise; they keep the name they were kept by.
        return replace(ref_of(snapshot), snapshot_sha256=sha256), snapshot

    return territory


def _one(found: Bases, proposal_id: str) -> Iterator[Recomputed]:
    keys = found.keys(proposal_id)
    if not keys:
        shape = "" if len(proposal_id) == ID_LENGTH else f" (an id has {ID_LENGTH} characters)"
        raise Refuse(f"no verdict of a proposal {proposal_id!r} is stored{shape}")
    yield from recompute(found, keys)


def _all(found: Bases, after: str) -> Iterator[Recomputed]:
    last = (after, 1 << 30) if after else START
    try:
        for keys in in_batches(found, last):
            for each in recompute(found, keys):
                last = (each.proposal_id, each.revision)
                yield each
    except KeyboardInterrupt:
        err.print(f"Stopped: go on with --all --after {last[0]}", highlight=False)
        raise


def in_batches(found: Bases, after: Key = START) -> Iterator[list[Key]]:
    """The keys of all stored verdicts, some at a time, with a progress bar on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("Verdicts", total=found.count())
        while keys := found.after(after):
            yield keys
            after = keys[-1]
            bar.advance(task, len(keys))


def lines(each: Recomputed) -> Iterator[str]:
    """One verdict computed again, as text."""
    name = f"{each.proposal_id} revision {each.revision}"
    stored, recomputed = each.label or ("", "")
    if each.outcome is Outcome.SAME:
        yield f"{name}: {recomputed}, the same bytes"
    elif each.outcome is Outcome.IMPOSSIBLE:
        yield f"{name}: cannot be computed again"
    else:
        yield f"{name}: DIFFERS; stored {stored}, computed again {recomputed}"
    for difference in each.differences:
        yield f"  {difference.at}: {_short(difference.stored)} → {_short(difference.recomputed)}"
    if each.more_differences:
        yield f"  and {each.more_differences} more places"
    for note in each.notes:
        yield f"  {note}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - one line of a terminal


def summary(counts: Counter[Outcome]) -> str:
    """How many of each outcome, in one line."""
    said = [
        (Outcome.SAME, "the same to the byte"),
        (Outcome.DIFFERENT, "different"),
        (Outcome.OTHER_METHOD, "different, issued by rules that are not kept"),
        (Outcome.IMPOSSIBLE, "impossible to compute again"),
    ]
    parts = [f"{counts[outcome]} {words}" for outcome, words in said if counts[outcome]]
    return f"{counts.total()} verdicts: " + (", ".join(parts) or "none is stored")
