"""``winwinwin verdict recompute``: stored verdicts computed again and compared, byte for byte.

Part of the command line: opens stores, prints. stdout is data, stderr is progress.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services.chassis.errors import Refuse
from services.cli.options import After, DataDir, JsonLines, Processes
from services.cli.stored_verdicts import bases, iter_stored_verdicts, tell_each
from services.scoring.recomputation import Key, Outcome, Recomputed, recompute

cli = typer.Typer(no_args_is_help=True)

FAILED = 1
ID_LENGTH = 32


@cli.command("recompute")
def recompute_command(
    proposal_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All verdicts that are stored.")] = False,
    after: After = "",
    processes: Processes = 0,
    data_dir: DataDir = None,
    as_json: JsonLines = False,
) -> None:
    """Compute verdicts again from what is stored, and compare: the bytes must be the same.

    The stored verdict is read last, only to be compared. Ends with 1 when one differs.
    """
    if all_ == bool(proposal_id):
        raise typer.BadParameter("name a proposal, or give --all")
    if after and not all_:
        raise typer.BadParameter("--after goes with --all")
    counts: Counter[Outcome] = Counter()

    def tell(each: Recomputed) -> None:
        if as_json:
            typer.echo(json.dumps(asdict(each), ensure_ascii=False))
        elif proposal_id or each.outcome is not Outcome.SAME:
            for line in lines(each):
                typer.echo(line)
        counts[each.outcome] += 1

    found = _one(data_dir, proposal_id) if proposal_id else _all(data_dir, after, processes)
    tell_each(found, tell, lambda: summary(counts))
    if counts.total() != counts[Outcome.SAME]:
        raise typer.Exit(FAILED)


def _one(data_dir: Path | None, proposal_id: str) -> Generator[Recomputed]:
    with bases(data_dir) as found:
        keys = found.keys(proposal_id)
        if not keys:
            shape = f" (an id has {ID_LENGTH} characters, a reference reads 3F2A-90BC)"
            shape = "" if len(proposal_id) == ID_LENGTH else shape
            raise Refuse(f"no verdict of a proposal {proposal_id!r} is stored{shape}")
        yield from recompute(found, keys)


def _all(data_dir: Path | None, after: str, processes: int) -> Generator[Recomputed]:
    work = partial(_recomputing, data_dir)
    return iter_stored_verdicts(work, data_dir, after=after, processes=processes)


@contextmanager
def _recomputing(
    data_dir: Path | None,
) -> Iterator[Callable[[Sequence[Key]], list[Recomputed]]]:
    with bases(data_dir) as found:
        yield lambda keys: list(recompute(found, keys))


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
