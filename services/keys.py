"""Commands that let people in: API keys and desk accounts, written straight into the stores."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, select

from services.chassis import auth, migrations
from services.chassis.clock import SystemClock
from services.chassis.errors import Refuse
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.chassis.tables import ApiKey
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER
from services.notify.accounts import Account, Passwords, Role, save_account

SERVICE_OF = {PARTNER: "intake", AUTHORITY: "externalities"}
"""Which service recognises keys of which scope."""

MIN_PASSWORD = 12

cli = typer.Typer(no_args_is_help=True, help="API keys of partners and authorities.")
accounts = typer.Typer(no_args_is_help=True, help="Accounts of the committee's desk.")

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything stored [WWW_DATA_DIR].")
]
Scope = Annotated[str, typer.Option(help=f"One of: {', '.join(SERVICE_OF)}.")]

T = TypeVar("T")


@cli.command()
def add(
    holder: str, scope: Scope = PARTNER, days: int = auth.DEFAULT_DAYS, data_dir: DataDir = None
) -> None:
    """Make a key; it is printed once and cannot be shown again."""
    key = _write(data_dir, scope, lambda c: auth.issue(c, SystemClock(), holder, scope, days=days))
    typer.echo(key)


@cli.command("list")
def listing(scope: Scope = PARTNER, data_dir: DataDir = None) -> None:
    """List keys by their prefix."""
    rows = _write(data_dir, scope, lambda c: c.execute(select(ApiKey.__table__)).all())
    table = Table("prefix", "holder", "made", "ends", "revoked")
    for row in rows:
        revoked = row.revoked_at.isoformat() if row.revoked_at else ""
        table.add_row(
            row.prefix, row.holder, row.created_at.isoformat(), row.expires_at.isoformat(), revoked
        )
    Console().print(table)


@cli.command()
def revoke(prefix: str, scope: Scope = PARTNER, data_dir: DataDir = None) -> None:
    """Revoke the keys with this prefix; takes effect within five seconds."""
    count = _write(data_dir, scope, lambda c: auth.revoke(c, SystemClock(), prefix))
    if count == 0:
        raise Refuse(f"no valid key starts with {prefix!r}: see `winwinwin keys list`")
    typer.echo(json.dumps({"revoked": count}))


@accounts.command("add")
def add_account(
    email: str,
    territory: Annotated[str, typer.Option(help="Territory whose files are shown.")],
    role: Role = Role.MEMBER,
    name: str = "",
    data_dir: DataDir = None,
) -> None:
    """Make an account of the desk, or replace its password; the password is asked for."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < MIN_PASSWORD:
        raise Refuse(f"the password has {len(password)} characters: use {MIN_PASSWORD} or more")
    hashed = Passwords().hash(password)
    account = Account(email, name or email.partition("@")[0], role, territory)
    _on(
        data_dir,
        "notify",
        lambda c: save_account(c, account, hashed, SystemClock().now()),
    )


def _write(data_dir: Path | None, scope: str, job: Callable[[Connection], T]) -> T:
    if scope not in SERVICE_OF:
        raise Refuse(f"no scope is called {scope!r}: use one of {', '.join(SERVICE_OF)}")
    return _on(data_dir, SERVICE_OF[scope], job)


def _on(data_dir: Path | None, service: str, job: Callable[[Connection], T]) -> T:
    """Run a job on a service's database, also while the service runs: SQLite lets writers queue."""
    folder = data_dir or Settings().data_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{service}.db"
    migrations.upgrade(service, path)
    store = Store(path, name=service)
    try:
        return store.write(job)
    finally:
        store.close()
