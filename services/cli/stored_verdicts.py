"""All verdicts that are stored, worked through by a command: batches, progress, an end, a resume.

Part of the command line: opens stores, prints to stderr.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, select

from contracts import codec
from contracts.vocabulary.territory import TerritorySnapshot
from services.app.gc_tuning import freeze_gc
from services.app.parameter_book import parameter_book
from services.app.registry import EXTERNALITIES, SCORING
from services.chassis.errors import Refuse
from services.cli.printing.console import err, say
from services.cli.processes import Open, ProcessEnded, map_in_processes, processors
from services.cli.stores import open_store
from services.externalities.storage import SNAPSHOTS, ref_of
from services.scoring.recomputation import AT_ONCE, Bases, Data, Key, Lost, Territories

START: Key = ("", 0)
_AFTER_ALL_REVISIONS = 1 << 30
_WORTH_ANOTHER = 5
"""Batches for each process: below that, starting one takes longer than it saves."""


class OfOneVerdict(Protocol):
    """A result that says of which verdict it is."""

    @property
    def proposal_id(self) -> str: ...

    @property
    def revision(self) -> int: ...


Result = TypeVar("Result", bound=OfOneVerdict)


@contextmanager
def bases(data_dir: Path | None, **options: Any) -> Iterator[Bases]:
    """What the stored verdicts were computed from, in the databases of the settings. ``options``
    are those of ``Bases``.
    """
    with (
        open_store(data_dir, SCORING) as scoring,
        open_store(data_dir, EXTERNALITIES) as externalities,
        scoring.read() as verdicts,
        externalities.read() as territories,
    ):
        yield Bases(verdicts, _territories(territories), parameter_book(), **options)


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


def iter_stored_verdicts(
    open_work: Open[Sequence[Key], list[Result]],
    data_dir: Path | None,
    *,
    after: str,
    processes: int,
) -> Generator[Result]:
    """What ``open_work`` finds of each stored verdict, in order, with a progress bar on stderr.

    ``after`` is the proposal to go on behind. Stopped, it says how to go on behind the last one
    whose successor was asked for; ``tell_each`` lets it know.
    """
    last = (after, _AFTER_ALL_REVISIONS) if after else START
    with bases(data_dir) as found:
        left = found.count(last)
        batches = _batches(found, last)
        enough = max(1, min(processors(), left // (AT_ONCE * _WORTH_ANOTHER)))
        freeze_gc()
        results = map_in_processes(open_work, batches, processes or enough)
        try:
            for result in chain.from_iterable(_counted(results, left)):
                yield result
                last = (result.proposal_id, result.revision)
        except KeyboardInterrupt:
            say(f"Stopped: {_resume(last)}.")
            raise
        except ProcessEnded as error:
            why = f"{error}, as the system does where memory runs out: {_resume(last)}"
            raise Refuse(f"{why} and --processes 1") from error


def tell_each(
    results: Generator[Result], tell: Callable[[Result], None], summary: Callable[[], str]
) -> None:
    """Tell every result, then the summary of them. Stopped while one is told, ``results`` hears of
    it and says how to go on: from that one, which may have been told in part.
    """
    try:
        for result in results:
            tell(result)
    except KeyboardInterrupt as stop:
        try:
            results.throw(stop)
        finally:
            say(f"So far: {summary()}")
    say(summary())


def _resume(last: Key) -> str:
    if not last[0]:
        return "give the same command again"
    return f"to go on, give the same command with --after {last[0]}"


def _batches(found: Bases, after: Key) -> Iterator[list[Key]]:
    while keys := found.after(after):
        yield keys
        after = keys[-1]


def _counted(results: Iterator[list[Result]], left: int) -> Iterator[list[Result]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("Verdicts", total=left)
        for result in results:
            yield result
            bar.advance(task, len(result))
