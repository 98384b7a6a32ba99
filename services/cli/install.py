"""``winwinwin migrate`` and ``doctor``: whether this installation can work, and making it so."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from contracts.catalogue import SERVICES
from services.chassis.ops.settings import AdministratorSettings
from services.cli import doctor as checks
from services.cli import migrate as migrating
from services.cli.data_dir import settings_given
from services.cli.options import AsJson, DataDir, Port
from services.cli.printing.verdict import paper


def migrate(
    services: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="All four if left out.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Bring databases to the schema of this version, making them where that is allowed."""
    settings = settings_given(data_dir)
    for name in migrating.migrate(settings, AdministratorSettings(), services or SERVICES):
        typer.echo(f"{name}: migrated")


def doctor(
    services: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SERVICE]...", help="Whose databases; all four if left out."),
    ] = None,
    data_dir: DataDir = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """Check this machine and this installation; name each failing check and its fix."""
    findings = checks.check(settings_given(data_dir, port), services or SERVICES)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in findings], indent=2))
    else:
        table = Table("check", "", "found", "to mend it")
        for each in findings:
            table.add_row(
                each.name, "ok" if each.ok else "FAILS", each.found, "" if each.ok else each.fix
            )
        paper().print(table)
    if not all(each.ok for each in findings):
        raise typer.Exit(1)
