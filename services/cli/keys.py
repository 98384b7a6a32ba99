"""Commands that let people in: API keys and desk accounts, written straight into the stores."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, select

from contracts import codec
from contracts.vocabulary.identifiers import PartnerId, TerritoryId
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database.backends import databases_of
from services.chassis.database.store import Store
from services.chassis.database.tables import ApiKey
from services.chassis.errors import Refuse
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.cli.data_dir import make_folder
from services.cli.options import AsJson, DataDir
from services.cli.printing.verdict import paper
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER
from services.notify.committee.accounts import (
    MAX_EMAIL,
    Account,
    DeskAccount,
    Passwords,
    change_password,
    disable_account,
    save_account,
)
from services.notify.committee.roles import Role

SERVICE_OF = {PARTNER: "intake", AUTHORITY: "externalities"}
"""Which service recognises keys of which scope."""

MIN_PASSWORD = 12

cli = typer.Typer(no_args_is_help=True)
accounts = typer.Typer(no_args_is_help=True)

Scope = Annotated[str, typer.Option(help=f"One of: {', '.join(SERVICE_OF)}.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")]

HOLDER = "2 to 40 lower-case letters, digits and hyphens, not starting with a hyphen"
TERRITORY = "country, kind and code, such as fr-ze-2815"

T = TypeVar("T")


@cli.command()
def add(
    holder: Annotated[str, typer.Argument(help=f"Short name: {HOLDER}.")],
    scope: Scope = PARTNER,
    days: Days = auth.DEFAULT_DAYS,
    data_dir: DataDir = None,
) -> None:
    """Make a key; it is printed once and cannot be shown again."""
    _check(PartnerId, holder, f"{holder!r} cannot name a holder: use {HOLDER}")
    key = _write(data_dir, scope, lambda c: auth.issue(c, SystemClock(), holder, scope, days=days))
    typer.echo(key)


@cli.command("list")
def listing(scope: Scope = PARTNER, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List keys by their prefix."""
    rows = _write(data_dir, scope, lambda c: c.execute(select(ApiKey.__table__)).all())
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
    _show(found, ("prefix", "holder", "made", "ends", "revoked", "last used"), as_json)


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
    """Make an account of the desk, or replace its password; the password is asked for, or is one
    line of the standard input.
    """
    if "@" not in email or len(email) > MAX_EMAIL:
        raise typer.BadParameter(f"{email[:MAX_EMAIL]!r} is not an e-mail address")
    _check(TerritoryId, territory, f"{territory!r} is not a territory: use {TERRITORY}")
    hashed = _password()
    account = Account(email, name or email.partition("@")[0], role, territory)
    _on(
        data_dir,
        "notify",
        lambda c: save_account(c, account, hashed, SystemClock().now()),
    )


@accounts.command("list")
def list_accounts(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List accounts: who may see what, since when, and when they signed in last."""
    table = DeskAccount.__table__
    rows = _on(data_dir, "notify", lambda c: c.execute(select(table).order_by(table.c.email)).all())
    found = [
        {
            "email": row.email,
            "name": row.name,
            "role": row.role,
            "territory": row.territory,
            "state": "closed" if row.disabled else "open",
            "made": f"{row.created_at:%Y-%m-%d}",
            "last sign-in": f"{row.last_sign_in_at:%Y-%m-%d}" if row.last_sign_in_at else "",
        }
        for row in rows
    ]
    _show(found, ("email", "name", "role", "territory", "state", "made", "last sign-in"), as_json)


@accounts.command("disable")
def close_account(email: str, data_dir: DataDir = None) -> None:
    """Close an account; its sessions end at once. `winwinwin accounts add` opens it again."""
    if not _on(data_dir, "notify", lambda c: disable_account(c, email)):
        raise _no_account(email)


@accounts.command("password")
def replace_password(email: str, data_dir: DataDir = None) -> None:
    """Give an account another password, asked for or one line of the standard input; its sessions
    end at once.
    """
    hashed = _password()
    if not _on(data_dir, "notify", lambda c: change_password(c, email, hashed)):
        raise _no_account(email)


def _no_account(email: str) -> Refuse:
    return Refuse(f"no account has the address {email!r}: see `winwinwin accounts list`")


def _show(found: list[dict[str, str]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(*columns)
    for each in found:
        table.add_row(*map(Text, each.values()))
    paper().print(table)


def _password() -> str:
    """The hash of the password that is given. Raises ``Refuse`` when it is too short."""
    if sys.stdin.isatty():
        # Asked on stderr: stdout is data.
        said = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        said = sys.stdin.readline().rstrip("\r\n")
    if len(said) < MIN_PASSWORD:
        raise Refuse(f"the password has {len(said)} characters: use {MIN_PASSWORD} or more")
    return Passwords().hash(said)


def _check(words: Any, said: str, otherwise: str) -> None:
    try:
        codec.adapter(words).validate_python(said)
    except ValidationError:
        raise typer.BadParameter(otherwise) from None


def _write(data_dir: Path | None, scope: str, job: Callable[[Connection], T]) -> T:
    if scope not in SERVICE_OF:
        raise typer.BadParameter(f"no scope is called {scope!r}: use {' or '.join(SERVICE_OF)}")
    return _on(data_dir, SERVICE_OF[scope], job)


def _on(data_dir: Path | None, service: str, job: Callable[[Connection], T]) -> T:
    """Run a job on a service's database, also while the service runs: writers queue."""
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    if settings.database_url is None:
        make_folder(settings.data_dir)
    database = databases_of(settings)(service)
    migrations.make_ready(service, database)
    store = Store(database, name=service)
    try:
        return store.write(job)
    finally:
        store.close()
