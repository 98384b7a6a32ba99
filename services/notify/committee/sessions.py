"""Signed-in sessions of the desk, kept on the server; the browser holds only an opaque id."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, update

from services.notify.committee.accounts import Account, DeskAccount, DeskSession
from services.notify.committee.roles import Role

LIFETIME = timedelta(hours=12)
"""A session ends after a working day, however busy."""

IDLE = timedelta(hours=2)
"""A session nobody used for this long has ended: someone left the screen."""

TOUCH_EVERY = timedelta(minutes=1)
"""How exactly the last use is remembered; reading a page seldom costs a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A valid session. ``stale``: its last use should be written down (``touch_session``)."""

    id: str
    account: Account
    stale: bool


def cookie_name(*, secure: bool) -> str:
    """``__Host-`` makes browsers refuse the cookie unless it is Secure, host-only and Path=/."""
    return "__Host-www_session" if secure else "www_session"


def open_session(
    connection: Connection, email: str, password_hash: str, now: datetime
) -> str | None:
    """Start a session and return its id (256 random bits); sessions that ended are cleared away.

    None when the account was closed, or its password changed, since that hash was compared.
    """
    accounts, sessions = DeskAccount.__table__, DeskSession.__table__
    signed_in = connection.execute(
        update(accounts)
        .where(accounts.c.email == email, accounts.c.password_hash == password_hash)
        .where(accounts.c.disabled.is_(False))
        .values(last_sign_in_at=now)
    )
    if signed_in.rowcount == 0:
        return None
    connection.execute(delete(sessions).where(_ended(sessions, now)))
    session_id = secrets.token_urlsafe(32)
    connection.execute(
        insert(sessions).values(
            id_sha256=_digest(session_id), email=email, created_at=now, last_used_at=now
        )
    )
    return session_id


def find_session(connection: Connection, session_id: str, now: datetime) -> Session | None:
    """The session of an id while it lasts and its account is open, else None."""
    session, account = DeskSession.__table__, DeskAccount.__table__
    row = connection.execute(
        select(session, account.c.name, account.c.role, account.c.territory)
        .join(account, account.c.email == session.c.email)
        .where(session.c.id_sha256 == _digest(session_id), account.c.disabled.is_(False))
        .where(~_ended(session, now))
    ).one_or_none()
    if row is None:
        return None
    return Session(
        id=session_id,
        account=Account(row.email, row.name, Role(row.role), row.territory),
        stale=now - row.last_used_at >= TOUCH_EVERY,
    )


def touch_session(connection: Connection, session_id: str, now: datetime) -> None:
    """Write down that the session was used."""
    table = DeskSession.__table__
    connection.execute(
        update(table).where(table.c.id_sha256 == _digest(session_id)).values(last_used_at=now)
    )


def close_session(connection: Connection, session_id: str) -> None:
    """End the session; nothing happens when it had ended."""
    table = DeskSession.__table__
    connection.execute(delete(table).where(table.c.id_sha256 == _digest(session_id)))


def from_this_site(headers: Mapping[str, str]) -> bool:
    """Whether a POST was sent by one of our own pages, so that no other site can act for a person.

    Browsers say it in ``Sec-Fetch-Site``; ``same-site`` is refused too, since a neighbouring
    subdomain is another application. Without that header ``Origin`` must name our host.
    """
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = headers.get("origin", "")
    host = headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _ended(table: Table, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.created_at <= now - LIFETIME, table.c.last_used_at <= now - IDLE)
