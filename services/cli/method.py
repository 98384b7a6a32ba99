"""``winwinwin method``: numeric cases, and which stored verdicts other parameters or newer rules
would change.

Part of the command line: opens stores, prints. stdout is data, stderr is progress.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from contracts.vocabulary.parameters import ParameterSheet
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.chassis.parameters import ParameterBook, ParameterError
from services.cli import reference
from services.cli.files import BadFile
from services.cli.options import After, DataDir, JsonLines, Processes
from services.cli.printing.console import say
from services.cli.stored_verdicts import bases, iter_stored_verdicts, tell_each
from services.method import NEWEST
from services.scoring.method_diff import Change, Comparison, Effect
from services.scoring.recomputation import Key

FAILED = 1

cli = typer.Typer(no_args_is_help=True)


@cli.command()
def run(
    case_file: Annotated[
        Path,
        typer.Option("--cases", exists=True, dir_okay=False, help="Numeric cases (JSON list)."),
    ],
) -> None:
    """Compute numeric cases and compare: one line a case, then the counts."""
    try:
        listed = json.loads(case_file.read_text("utf-8"))
        results = reference.run(listed, parameter_book().on(SystemClock().now().date()))
    except (ValueError, TypeError, KeyError) as error:
        raise BadFile(f"{case_file} is not a list of cases: {error}") from error
    for result in results:
        typer.echo(reference.line(result))
    typer.echo(reference.summary(results))
    if reference.any_failed(results):
        raise typer.Exit(FAILED)


@cli.command()
def diff(
    parameters: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of parameter files (group/name.yaml) in the place of this version's; "
            "what is not in it stays.",
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Judge with the values in force on this day; each verdict's own if left out.",
        ),
    ] = None,
    after: After = "",
    processes: Processes = 0,
    data_dir: DataDir = None,
    as_json: JsonLines = False,
) -> None:
    """Before a change is put in force: which stored verdicts it would change, and what does it.

    Every stored verdict is judged by the newest rules and the parameters given; nothing is
    written. Without options it says what this version of the program would say otherwise.
    """
    book = parameter_book() if parameters is None else changed_book(parameters)
    day = None if on is None else on.date()
    counts: Counter[Effect] = Counter()
    labels: Counter[str] = Counter()

    def tell(change: Change) -> None:
        if as_json:
            typer.echo(json.dumps(asdict(change), ensure_ascii=False))
        elif change.effect is not Effect.KEPT:
            for line in lines(change):
                typer.echo(line)
        counts[change.effect] += 1
        labels.update(m.old + " → " + m.new for m in change.moved if m.what == "label")

    work = partial(_comparing, parameters, day, data_dir)
    changes = iter_stored_verdicts(work, data_dir, after=after, processes=processes)
    tell_each(changes, tell, lambda: summary(counts, labels))
    if parameters is not None and (late := later_than(book, day)):
        say(late)
    if counts[Effect.IMPOSSIBLE]:
        raise typer.Exit(FAILED)


def changed_book(folder: Path) -> ParameterBook:
    """The parameters of this version with those of a folder in their place.

    Raises ``ParameterError`` for a file that is not a parameter, or that no rule reads.
    """
    shipped, given = parameter_book(), ParameterBook.load(folder)
    for name in given:
        if name not in shipped:
            raise ParameterError(
                f"{folder}: no rule reads a parameter {name!r}; put the file at group/name.yaml as "
                f"under services/method/parameters/"
            )
        if given[name].unit != shipped[name].unit:
            raise ParameterError(
                f"{folder}: {name} is in {given[name].unit!r}, the rules read it in "
                f"{shipped[name].unit!r}"
            )
    return ParameterBook({**shipped, **given})


def new_sheet(book: ParameterBook, day: date | None) -> Callable[[ParameterSheet], ParameterSheet]:
    """What each verdict would be judged with: the book's values on the day, or on its own."""
    return lambda before: book.on(day or before.on)


def later_than(book: ParameterBook, day: date | None) -> str:
    """A word about values that were not used because they start later, or nothing."""
    if day is not None:
        starts = [v.since for p in book.values() for v in p.values if v.since > day]
        return f"{len(starts)} values start after {day}: not used." if starts else ""
    last = max(v.since for p in book.values() for v in p.values)
    return f"The newest value starts on {last}; to judge with it, give --on {last} or later."


@contextmanager
def _comparing(
    parameters: Path | None, day: date | None, data_dir: Path | None
) -> Iterator[Callable[[Sequence[Key]], list[Change]]]:
    book = parameter_book() if parameters is None else changed_book(parameters)
    with bases(data_dir) as found:
        comparison = Comparison(found, new_sheet(book, day), NEWEST)
        yield lambda keys: list(comparison.of(keys))


def lines(change: Change) -> Iterator[str]:
    """One verdict that would change, as text."""
    name = f"{change.proposal_id} revision {change.revision}"
    if change.effect is Effect.IMPOSSIBLE:
        yield f"{name}: cannot be computed again"
    else:
        yield f"{name}: {change.title}"
    for moved in change.moved:
        yield f"  {moved.what}: {moved.old} → {moved.new}"
    alone = [cause for cause in change.causes if cause.moves]
    for cause in alone:
        yield f"  by {cause.name}: {cause.old} → {cause.new} (moves {', '.join(cause.moves)})"
    if not alone and change.causes:
        yield "  by these together:"
        for cause in change.causes:
            yield f"    {cause.name}: {cause.old} → {cause.new}"
    for note in change.notes:
        yield f"  {note}"


def summary(counts: Counter[Effect], labels: Counter[str]) -> str:
    """How many of each, in one line, and from which verdict to which."""
    said = [
        (Effect.CHANGED, "would change"),
        (Effect.KEPT, "keep verdict and levels"),
        (Effect.IMPOSSIBLE, "impossible to compute again"),
    ]
    parts = [f"{counts[effect]} {words}" for effect, words in said if counts[effect]]
    text = f"{counts.total()} verdicts: " + (", ".join(parts) or "none is stored")
    if labels:
        text += " (" + "; ".join(f"{move}: {n}" for move, n in labels.most_common()) + ")"
    return text
