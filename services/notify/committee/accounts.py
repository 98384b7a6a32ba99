"""Committee accounts: who may read verdicts, of which territory, and how much of them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Connection, Table, delete, insert, update
from sqlmodel import Field, Session, SQLModel

from services.chassis.database.tables import Moment
from services.notify.committee.roles import Role

MAX_EMAIL = 254
"""Longest address SMTP can carry (RFC 5321)."""


class DeskAccount(SQLModel, table=True):
    """One person who may sign in to the desk."""

    __tablename__ = "desk_account"
    __table__: ClassVar[Table]

    email: str = Field(primary_key=True, max_length=MAX_EMAIL)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    territory: str = Field(max_length=80)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=Moment)
    disabled: bool = Field(default=False)
    last_sign_in_at: datetime | None = Field(default=None, sa_type=Moment)


class DeskSession(SQLModel, table=True):
    """One signed-in browser. The id itself is not stored: a copy of the table opens no session."""

    __tablename__ = "desk_session"
    __table__: ClassVar[Table]

    id_sha256: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254, index=True)
    created_at: datetime = Field(sa_type=Moment)
    last_used_at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. ``territory`` bounds every verdict they can open."""

    email: str
    name: str
    role: Role
    territory: str


def normal_email(email: str) -> str:
    """The one spelling under which an address is stored and looked up."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def save_account(
    connection: Connection, account: Account, password_hash: str, now: datetime
) -> None:
    """Create the account, or replace its name, role, territory and password if it exists; sessions
    opened with the former password end.
    """
    values = {
        "name": account.name,
        "role": account.role.value,
        "territory": account.territory,
        "password_hash": password_hash,
        "disabled": False,
    }
    if not _change(connection, account.email, values):
        email = normal_email(account.email)
        table = DeskAccount.__table__
        connection.execute(insert(table).values(email=email, created_at=now, **values))


def disable_account(connection: Connection, email: str) -> bool:
    """Close an account and end its sessions. False when there is none."""
    return _change(connection, email, {"disabled": True})


def enable_account(connection: Connection, email: str) -> bool:
    """Open a closed account again, with the password it had. False when there is none."""
    return _change(connection, email, {"disabled": False})


def change_password(connection: Connection, email: str, password_hash: str) -> bool:
    """Replace an account's password and end its sessions. False when there is none."""
    return _change(connection, email, {"password_hash": password_hash})


def _change(connection: Connection, email: str, values: Mapping[str, object]) -> bool:
    """Who was let in under other terms signs in again."""
    accounts, sessions = DeskAccount.__table__, DeskSession.__table__
    one = normal_email(email)
    # The account first: a sign-in under way waits for its row, and then finds another password.
    changed = connection.execute(update(accounts).where(accounts.c.email == one).values(values))
    connection.execute(delete(sessions).where(sessions.c.email == one))
    return changed.rowcount == 1


def find_account(connection: Connection, email: str) -> tuple[Account, str] | None:
    """The open account of an address and its password hash, or None."""
    with Session(connection) as session:
        row = session.get(DeskAccount, normal_email(email))
    if row is None or row.disabled:
        return None
    return Account(row.email, row.name, Role(row.role), row.territory), row.password_hash
