"""``winwinwin territory load-io``, ``load-skills``, ``unload``: tables of a nation for a territory.

Part of the command line: reads files, calls the service, prints. stdout is data, stderr progress.
"""

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts import codec
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import TableScope
from services.cli.client import connected
from services.cli.files import read_snapshot, snapshot_text, write_whole
from services.cli.options import AuthorityKey, Url, input_file
from services.cli.printing.console import say
from services.externalities.csv_files import BadTable
from services.externalities.storage import snapshot_json
from services.externalities.tables.input_output import read_input_output
from services.externalities.tables.skills import Measure, read_skills

cli = typer.Typer()

TableFile = Annotated[Path, input_file("Table (CSV).")]
Year = Annotated[int, typer.Option(help="Year the figures are of.")]
Source = Annotated[str, typer.Option(help="Who published it, and where.")]
Licence = Annotated[str, typer.Option(help="Under which licence.")]
TerritoryOption = Annotated[
    str | None, typer.Option("--territory", help="In force at the service: fr-ze-2815.")
]
Into = Annotated[
    Path | None,
    typer.Option(
        "--into", exists=True, dir_okay=False, help="A territory's file instead (JSON), rewritten."
    ),
]


class Table(StrEnum):
    """A table that can be taken out again, by the field of the territory's data it stands in."""

    INPUT_OUTPUT = "input_output"
    SKILLS = "skills"


_TABLES = {
    "input_output": "input-output table",
    "skills": "skill relatedness",
    "nation": "complexity",
}


@cli.command("load-io")
def load_io_command(
    file: TableFile,
    year: Year,
    source: Source,
    licence: Licence,
    scope: Annotated[
        TableScope, typer.Option(help="Whose suppliers it counts.")
    ] = TableScope.NATION,
    territory: TerritoryOption = None,
    into: Into = None,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Put an input-output table in force: its multipliers replace every other one.

    Header: branch and the branches' codes; a row a supplying branch with technical coefficients; a
    row employment with jobs per unit of output. All or nothing; each fault by line and column.
    """
    table = read_input_output(file, year=year, scope=scope, source=source, licence=licence)
    said = _put({"input_output": table}, territory, into, url, key)
    say(f"In force for {said}: an input-output table of {len(table.branches)} branches, {year}.")
    say("Multipliers that applicants declare are set aside from now on, and the verdict says so.")


@cli.command("load-skills")
def load_skills_command(
    file: TableFile,
    year: Year,
    source: Source,
    licence: Licence,
    measure: Annotated[Measure, typer.Option(help="What the figures are.")] = Measure.NORMALISED,
    territory: TerritoryOption = None,
    into: Into = None,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Put a table of skill relatedness in force: a factor of pairs of firms, and another density.

    Header: one;other;relatedness; a pair of divisions or groups a row. All or nothing; each fault
    by line and column.
    """
    table = read_skills(file, year=year, source=source, licence=licence, measure=measure)
    said = _put({"skills": table}, territory, into, url, key)
    say(f"In force for {said}: skill relatedness of {len(table.pairs):,} pairs, {year}.")


@cli.command("unload")
def unload_command(
    table: Annotated[Table, typer.Argument(help="Which table.")],
    territory: TerritoryOption = None,
    into: Into = None,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Take a table out again: verdicts from now on are computed without it."""
    said = _put({table.value: None}, territory, into, url, key)
    say(f"{said} is judged without {table.value} from now on.")


def with_kept_tables(
    new: TerritorySnapshot, url: str | None, key: str | None
) -> tuple[TerritorySnapshot, tuple[str, ...]]:
    """The territory with the tables that are loaded for the one in force, and what to say of them.

    The nation's map is kept too where the new file covers less and is of the same year: a map of
    another year would be held against figures that it was not made with.
    """
    with connected(url, key) as client:
        listed = client.call("GET", "/v1/territories").body["territories"]
        if new.id not in {each["id"] for each in listed}:
            return new, ()
        now = _in_force(client, new.id)
    kept = {table.value: getattr(now, table.value) for table in Table}
    kept = {name: table for name, table in kept.items() if table is not None}
    notes = []
    if new.nation is None and now.nation is not None:
        if now.nation.year == new.year:
            kept["nation"] = now.nation
        else:
            notes.append(
                f"Not kept: complexity, which is of {now.nation.year}. Import the whole nation's "
                f"file of {new.year} to have it again."
            )
    if kept:
        notes.append(f"Kept from the data in force: {', '.join(_TABLES[name] for name in kept)}")
    return replace(new, **kept), tuple(notes)


def _put(
    tables: dict[str, Any],
    territory: str | None,
    into: Path | None,
    url: str | None,
    key: str | None,
) -> str:
    """Change the tables of the territory in force, or of a file; answers what was changed."""
    if (territory is None) == (into is None):
        raise BadTable(
            "say where the table goes: --territory ID for the one in force at the service, or "
            "--into FILE for a territory's file; not both"
        )
    if into is not None:
        snapshot = replace(read_snapshot(into), **tables)
        write_whole(into, snapshot_text(snapshot))
        return str(into)
    with connected(url, key) as client:
        snapshot = replace(_in_force(client, str(territory)), **tables)
        client.call("PUT", f"/v1/territories/{territory}", snapshot_json(snapshot))
    return str(territory)


def _in_force(client: Any, territory: str) -> TerritorySnapshot:
    body = client.call("GET", f"/v1/territories/{territory}").body
    snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(json.dumps(body))
    return snapshot
