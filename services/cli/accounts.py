"""``winwinwin accounts``: who may sign in to the committee's desk, as what, and until when."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Connection, select

from contracts import codec
from contracts.vocabulary.identifiers import TerritoryId
from services.chassis.clock import SystemClock
from services.chassis.errors import Refuse
from services.cli.options import AsJson, DataDir
from services.cli.printing.console import print_found, say
from services.cli.stores import open_store
from services.notify.committee.accounts import (
    MAX_EMAIL,
    Account,
    DeskAccount,
    change_password,
    disable_account,
    enable_account,
    normal_email,
    save_account,
)
from services.notify.committee.passwords import Passwords
from services.notify.committee.roles import Role

SERVICE = "notify"
MIN_PASSWORD = 12
TERRITORY = "country, kind and code, such as fr-ze-2815"

cli = typer.Typer(no_args_is_help=True)


@cli.command()
def add(
    email: str,
    territory: Annotated[str, typer.Option(help="Territory whose files are shown.")],
    role: Annotated[Role | None, typer.Option(help="What is shown; member if left out.")] = None,
    name: str = "",
    data_dir: DataDir = None,
) -> None:
    """Make an account of the desk, or replace its password; the password is asked for, or is one
    line of the standard input.
    """
    if "@" not in email or len(email) > MAX_EMAIL:
        raise typer.BadParameter(f"{email[:MAX_EMAIL]!r} is not an e-mail address")
    try:
        codec.adapter(TerritoryId).validate_python(territory)
    except ValidationError:
        raise typer.BadParameter(f"{territory!r} is not a territory: use {TERRITORY}") from None
    hashed = _password()
    account = Account(email, name or email.partition("@")[0], role or Role.MEMBER, territory)
    with open_store(data_dir, SERVICE, make=True) as store:
        store.write(lambda c: save_account(c, account, hashed, SystemClock().now()))
    taken = "" if role else f", as no --role was given (--role {Role.OFFICER} sees more)"
    say(f"{normal_email(email)} may sign in for {territory} as {account.role}{taken}")


@cli.command("list")
def list_accounts(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List accounts: who may see what, since when, and when they signed in last."""
    table = DeskAccount.__table__
    with open_store(data_dir, SERVICE) as store, store.read() as connection:
        rows = connection.execute(select(table).order_by(table.c.email)).all()
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
    print_found(found, "There is no account: `winwinwin accounts add` makes one", as_json=as_json)


@cli.command()
def disable(email: str, data_dir: DataDir = None) -> None:
    """Close an account; its sessions end at once. `winwinwin accounts enable` opens it again."""
    _change(data_dir, email, disable_account, "is closed, and its sessions are ended")


@cli.command()
def enable(email: str, data_dir: DataDir = None) -> None:
    """Open an account that was closed, with the password it had."""
    _change(data_dir, email, enable_account, "is open, with the password it had")


@cli.command()
def password(email: str, data_dir: DataDir = None) -> None:
    """Give an account another password, asked for or one line of the standard input; its sessions
    end at once.
    """
    change = partial(change_password, password_hash=_password())
    _change(data_dir, email, change, "has the new password, and its sessions are ended")


def _change(
    data_dir: Path | None, email: str, job: Callable[[Connection, str], bool], done: str
) -> None:
    with open_store(data_dir, SERVICE) as store:
        if not store.write(lambda connection: job(connection, email)):
            raise Refuse(f"no account has the address {email!r}: see `winwinwin accounts list`")
    say(f"The account {normal_email(email)} {done}")


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
