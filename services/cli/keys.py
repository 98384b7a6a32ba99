"""``winwinwin keys``: API keys of partners and authorities, written straight into the stores."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from sqlalchemy import Row, select

from contracts import codec
from contracts.vocabulary.identifiers import PartnerId
from services.chassis.clock import SystemClock
from services.chassis.database.tables import ApiKey
from services.chassis.errors import Refuse
from services.chassis.web import auth
from services.cli.options import AsJson, DataDir
from services.cli.printing.console import print_found
from services.cli.stores import databases_there, open_store
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER

SERVICE_OF = {PARTNER: "intake", AUTHORITY: "externalities"}
"""Which service recognises keys of which scope."""

HOLDER = "2 to 40 lower-case letters, digits and hyphens, not starting with a hyphen"

cli = typer.Typer(no_args_is_help=True)

Scope = Annotated[Literal["partner", "authority"], typer.Option(help="Whose keys.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")]


@cli.command()
def add(
    holder: Annotated[str, typer.Argument(help=f"Short name: {HOLDER}.")],
    scope: Scope = "partner",
    days: Days = auth.DEFAULT_DAYS,
    data_dir: DataDir = None,
) -> None:
    """Make a key; it is printed once and cannot be shown again."""
    try:
        codec.adapter(PartnerId).validate_python(holder)
    except ValidationError:
        raise typer.BadParameter(f"{holder!r} cannot name a holder: use {HOLDER}") from None
    with open_store(data_dir, SERVICE_OF[scope], make=True) as store:
        typer.echo(store.write(lambda c: auth.issue(c, SystemClock(), holder, scope, days=days)))


@cli.command("list")
def list_keys(scope: Scope = "partner", data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List keys by their prefix."""
    rows: Sequence[Row[Any]] = []
    if SERVICE_OF[scope] in databases_there(data_dir):
        with open_store(data_dir, SERVICE_OF[scope]) as store, store.read() as connection:
            rows = connection.execute(select(ApiKey.__table__)).all()
    found = [
        {
            "prefix": row.prefix,
            "holder": row.holder,
            "made": f"{row.created_at:%Y-%m-%d}",
            "ends": f"{row.expires_at:%Y-%m-%d}",
            "revoked": f"{row.revoked_at:%Y-%m-%d}" if row.revoked_at else "",
            "last used": f"{row.last_used_at:%Y-%m-%d}" if row.last_used_at else "",
        }
        for row in rows
    ]
    (other,) = SERVICE_OF.keys() - {scope}
    none = f"There is no key of the scope {scope}; those of the other: --scope {other}"
    print_found(found, none, as_json=as_json)


@cli.command()
def revoke(prefix: str, scope: Scope = "partner", data_dir: DataDir = None) -> None:
    """Revoke the keys with this prefix; takes effect within five seconds."""
    with open_store(data_dir, SERVICE_OF[scope]) as store:
        count = store.write(lambda c: auth.revoke(c, SystemClock(), prefix))
    if count == 0:
        raise Refuse(
            f"no valid key starts with {prefix!r} among those of the scope {scope}: see "
            f"`winwinwin keys list`, with --scope"
        )
    typer.echo(json.dumps({"revoked": count}))
