"""Committee accounts: who may read verdicts, of which territory, and how much of them."""

import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import anyio
import anyio.to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Table, insert, select, update
from sqlmodel import Field, SQLModel

from services.chassis.clock import Clock
from services.chassis.tables import Moment

MAX_EMAIL = 254
"""Longest address SMTP can carry (RFC 5321)."""

MAX_PASSWORD = 256
"""Longest password tried: longer ones would only cost the server time."""


class Role(StrEnum):
    """What an account may see of a firm's own figures, which are business secrets (CRPA L311-6)."""

    OFFICER = "officer"
    """Instructs the file: sees each firm's figures."""
    MEMBER = "member"
    """Sits on the committee: sees whether each firm wins, and the order of size of its gain."""


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
    """Create the account, or replace its name, role, territory and password if it exists."""
    table = DeskAccount.__table__
    values = {
        "name": account.name,
        "role": account.role.value,
        "territory": account.territory,
        "password_hash": password_hash,
        "disabled": False,
    }
    email = normal_email(account.email)
    changed = connection.execute(update(table).where(table.c.email == email).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(table).values(email=email, created_at=now, **values))


def disable_account(connection: Connection, email: str) -> bool:
    """Close an account: its sessions end at their next request. False when there is none."""
    table = DeskAccount.__table__
    statement = update(table).where(table.c.email == normal_email(email)).values(disabled=True)
    return connection.execute(statement).rowcount == 1


def find_account(connection: Connection, email: str) -> tuple[Account, str] | None:
    """The open account of an address and its password hash, or None."""
    table = DeskAccount.__table__
    row = connection.execute(
        select(table).where(table.c.email == normal_email(email), table.c.disabled.is_(False))
    ).one_or_none()
    if row is None:
        return None
    return Account(row.email, row.name, Role(row.role), row.territory), row.password_hash


class Passwords:
    """Argon2id hashes. Each costs tens of milliseconds and 64 MiB: never computed on the event
    loop or in the database's writer, and only ``at_once`` at a time.
    """

    def __init__(self, at_once: int = 2, argon2: Argon2Hasher | None = None) -> None:
        self._hasher = PasswordHash((argon2 or Argon2Hasher(),))
        self._limit = anyio.CapacityLimiter(at_once)
        # Compared with when nobody has the address, so that the answer takes the same time.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Hash a new password. Blocks for tens of milliseconds: for set-up, not for requests."""
        return self._hasher.hash(password)

    async def check(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; takes as long, and is False, when there is no hash."""

        def verify() -> bool:
            return self._hasher.verify(password, password_hash or self._nobody)

        right = await anyio.to_thread.run_sync(verify, limiter=self._limit)
        return right and password_hash is not None


class LoginThrottle:
    """Counts failed sign-ins per account and address; memory is bounded.

    After ``attempts`` failures within ``window`` the pair must wait until the oldest one is that
    old. Counted per address as well, so that nobody can lock somebody else out from elsewhere.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        attempts: int = 5,
        window: timedelta = timedelta(minutes=15),
        remembered: int = 10_000,
    ) -> None:
        self._clock = clock
        self._attempts = attempts
        self._window = window
        self._remembered = remembered
        self._failures: OrderedDict[tuple[str, str], list[datetime]] = OrderedDict()

    def wait(self, email: str, address: str) -> timedelta | None:
        """How long this pair must still wait, or None when it may try now."""
        recent = self._recent((normal_email(email), address))
        if len(recent) < self._attempts:
            return None
        return recent[-self._attempts] + self._window - self._clock.now()

    def failed(self, email: str, address: str) -> None:
        """Count one failure. Called before the password is checked, so that tries made at the
        same time count too.
        """
        key = (normal_email(email), address)
        recent = [*self._recent(key), self._clock.now()]
        self._failures[key] = recent[-self._attempts :]
        self._failures.move_to_end(key)
        while len(self._failures) > self._remembered:
            self._failures.popitem(last=False)

    def succeeded(self, email: str, address: str) -> None:
        """Forget the pair's failures."""
        self._failures.pop((normal_email(email), address), None)

    def _recent(self, key: tuple[str, str]) -> list[datetime]:
        since = self._clock.now() - self._window
        return [moment for moment in self._failures.get(key, []) if moment > since]


FindAccount = Callable[[str], tuple[Account, str] | None]


async def sign_in(
    find: FindAccount,
    passwords: Passwords,
    throttle: LoginThrottle,
    *,
    email: str,
    password: str,
    address: str,
) -> Account | timedelta | None:
    """The account signed in; a time to wait after too many failures; None when refused.

    An unknown address, a closed account and a wrong password get the same answer after the same
    work, so that nobody learns who has an account.
    """
    waiting = throttle.wait(email, address)
    if waiting is not None:
        return waiting
    throttle.failed(email, address)
    found = await anyio.to_thread.run_sync(find, email)
    account, password_hash = found if found is not None else (None, None)
    if not await passwords.check(password[:MAX_PASSWORD], password_hash):
        return None
    throttle.succeeded(email, address)
    return account
