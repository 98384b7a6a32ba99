"""``winwinwin territory``: a territory from public data, and how much its indicators have earned.

Part of the command line: reads files, calls the service, prints. stdout is data, stderr progress.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from contracts.geography import geography
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.cli import milieu, tables
from services.cli.client import connected
from services.cli.files import read_snapshot, snapshot_text, write_whole
from services.cli.options import AsJson, AuthorityKey, SnapshotFile, Url, input_file
from services.cli.printing.backtest import as_dict, lines
from services.cli.printing.console import err, print_json, say
from services.externalities.employment.faults import BadEmploymentFile, summary
from services.externalities.employment.importing import (
    HISTORY_STEP,
    BadRows,
    Imported,
    Report,
    import_employment,
)
from services.externalities.nomenclature import sub_classes
from services.externalities.storage import snapshot_json
from services.method.territory.nation import FEWEST_PLACES
from services.method.territory.potential.backtest import backtest
from services.method.territory.potential.parameters import PotentialParameters

cli = typer.Typer(no_args_is_help=True)
cli.add_typer(milieu.cli)
cli.add_typer(tables.cli)

FAULTS_LISTED = 20


@cli.command("import-employment")
def import_employment_command(
    file: Annotated[Path, input_file("CSV, also .csv.gz.")],
    area: Annotated[
        str,
        typer.Option(
            help="zone:2815, epci:200023414, department:76, commune:76540, or a file of communes."
        ),
    ],
    year: Annotated[int, typer.Option(help="Year to judge with (end of December).")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; <id>.json if left out, - for stdout.")
    ] = None,
    territory_id: Annotated[
        str | None, typer.Option("--id", help="Identifier; from the area if left out.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name; the publisher's if left out.")] = None,
    bad_rows: Annotated[
        BadRows, typer.Option(help="What to do about rows of the area with a fault.")
    ] = BadRows.REFUSE,
    step: Annotated[
        int, typer.Option(min=1, max=40, help="Years between two kept years of the past.")
    ] = HISTORY_STEP,
    load: Annotated[
        bool, typer.Option("--load", help="Put it in force at the service as well.")
    ] = False,
    url: Url = None,
    key: AuthorityKey = None,
    as_json: AsJson = False,
) -> None:
    """Make a territory from the publisher's employment file as it was downloaded.

    All or nothing: the file named by --out is written whole at the end, or not at all. From the
    whole nation's file the area is placed on the nation's map as well: how complex its activities
    are, and what is near what it does.
    """
    sheet = parameter_book().on(SystemClock().now().date())
    with _progress_bar() as progress:
        imported = import_employment(
            file,
            area,
            year,
            geography=geography(),
            activities=sub_classes(),
            progress=progress,
            territory_id=territory_id,
            name=name,
            bad_rows=bad_rows,
            step=step,
            fewest_places=int(sheet.number(FEWEST_PLACES)),
        )
    text = snapshot_text(imported.snapshot)
    if str(out) == "-":
        typer.echo(text, nl=False)
        _tell(imported, None)
        return
    path = out or Path(f"{imported.snapshot.id}.json")
    write_whole(path, text)
    if load:
        snapshot, notes = tables.with_kept_tables(imported.snapshot, url, key)
        if snapshot != imported.snapshot:
            imported = replace(imported, snapshot=snapshot)
            write_whole(path, snapshot_text(snapshot))
        for note in notes:
            say(note)
        with connected(url, key) as client:
            client.call(
                "PUT",
                f"/v1/territories/{imported.snapshot.id}",
                snapshot_json(imported.snapshot),
            )
        say(f"In force: {imported.snapshot.id}")
    if as_json:
        print_json(_as_dict(imported, path))
    else:
        _tell(imported, path)


@cli.command("backtest")
def backtest_command(territory: SnapshotFile = None, as_json: AsJson = False) -> None:
    """Ask the territory's own past how much the technology indicator has earned here.

    Fitted on the first two kept years only, judged on the later ones.
    """
    snapshot = read_snapshot(territory)
    table = snapshot.employment
    if table is None:
        raise BadEmploymentFile(
            f"{territory} holds totals and no rows of the public file: make it with "
            f"`winwinwin territory import-employment`"
        )
    sheet = parameter_book().on(SystemClock().now().date())
    try:
        found = backtest(table, PotentialParameters.of(sheet))
    except ValueError as error:
        raise BadEmploymentFile(str(error)) from error
    if as_json:
        print_json(as_dict(found))
        return
    for line in lines(found, f"{snapshot.name} ({snapshot.id})"):
        typer.echo(line)
    say(f"Source: {snapshot.source}; {snapshot.licence}.")


def _tell(imported: Imported, path: Path | None) -> None:
    snapshot, report = imported.snapshot, imported.report
    say(
        f"Read {report.records:,} rows of {report.file}; {report.area_rows:,} are of "
        f"{snapshot.name} ({snapshot.id}), {report.kept_rows:,} have figures in "
        f"{', '.join(map(str, report.years))}."
    )
    say(
        f"{snapshot.year}: {snapshot.private_employment:,} employees in "
        f"{len(snapshot.activities)} activities and {snapshot.communes} communes."
    )
    _tell_nation(imported)
    if report.skipped_rows:
        rows = f"{report.skipped_rows:,} row" + ("s" if report.skipped_rows != 1 else "")
        say(f"Left out {rows} ({summary(report.faults)}):")
        for fault in report.faults[:FAULTS_LISTED]:
            say(f"  {fault}")
        if len(report.faults) > FAULTS_LISTED:
            say(f"  … and {len(report.faults) - FAULTS_LISTED} more")
    if report.unsaid:
        say(
            f"{report.unsaid} cells have establishments and no number of employees: counted as "
            f"none, as the publisher leaves them empty."
        )
    for old, new in report.merged:
        say(f"Commune {old} is part of {new} today; its rows keep the file's code.")
    for warning in report.warnings:
        say(f"Warning: {warning}.")
    if path is not None:
        say(f"Written: {path}")
        say(
            f"Next: judge with it, `winwinwin evaluate PROPOSAL --territory {path}`; put it in "
            f"force at a service by importing again with --load"
        )


def _tell_nation(imported: Imported) -> None:
    nation, places = imported.snapshot.nation, imported.report.places
    areas = f"{places:,} employment area" + ("s" if places != 1 else "")
    if nation is None:
        say(
            f"Complexity of activities: unknown. The file covers {areas}; complexity needs the "
            f"whole nation's file."
        )
        return
    say(
        f"Complexity of {len(nation.activities):,} activities at three levels, from {areas}; "
        f"{nation.left_out:,} rows of the whole file could not be used for it."
    )


def _as_dict(imported: Imported, path: Path) -> dict[str, Any]:
    report: Report = imported.report
    said = asdict(report) | {
        "written": str(path),
        "id": imported.snapshot.id,
        "name": imported.snapshot.name,
        "year": imported.snapshot.year,
        "private_employment": imported.snapshot.private_employment,
        "complexity": imported.snapshot.nation is not None,
        "faults_by_kind": dict(Counter(fault.kind.value for fault in report.faults)),
    }
    said["faults"] = said["faults"][:FAULTS_LISTED]
    return said


@contextmanager
def _progress_bar() -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=1.0)
            bar.update(tasks[what], completed=share)

        yield progress
