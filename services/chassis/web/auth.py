"""API keys: 256 random bits, shown once, stored as SHA-256, with a scope and an end."""

import hashlib
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import ApiKey
from services.chassis.errors import StoreUnavailable
from services.chassis.web.problems import Problem

_KEYS = ApiKey.__table__

SCHEME = "www_"
"""Every key starts with this, so that secret scanners recognise one that leaked."""

PREFIX_LENGTH = 12
REMEMBER_SECONDS = 5.0
"""How long a verified key is trusted without asking the database; a revocation takes this long."""

NOTE_USE_EVERY = timedelta(hours=1)
"""How exactly the last use is kept: a request seldom costs a write for it."""

MOST_REMEMBERED = 10_000
DEFAULT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Holder:
    """Who presented a valid key, and what it is for."""

    name: str
    scope: str


def issue(
    connection: Connection, clock: Clock, holder: str, scope: str, *, days: int = DEFAULT_DAYS
) -> str:
    """Make a key for ``holder`` and answer it; it cannot be shown again."""
    key = SCHEME + secrets.token_urlsafe(32)
    now = clock.now()
    connection.execute(
        insert(_KEYS).values(
            digest=_digest(key),
            prefix=key[:PREFIX_LENGTH],
            holder=holder,
            scope=scope,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return key


def revoke(connection: Connection, clock: Clock, prefix: str) -> int:
    """Revoke the keys with this prefix; answers how many."""
    statement = (
        update(_KEYS)
        .where(_KEYS.c.prefix == prefix, _KEYS.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return connection.execute(statement).rowcount


class KeyRing:
    """Recognises the keys of one service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[bytes, tuple[Holder, float]] = {}

    def recall(self, authorization: bytes | None) -> Holder | None:
        """The holder of a key verified moments ago, without a wait; None when it must be asked."""
        if authorization is None:
            return None
        found = self._known.get(authorization)
        if found is None or found[1] < time.monotonic():
            return None
        return found[0]

    def verify(self, authorization: bytes | None, scope: str) -> Holder:
        """The holder of the key in an Authorization header.

        Raises ``Problem`` 401 when there is no valid key and 403 when it is for something else.
        """
        holder = self.recall(authorization) or self._ask(authorization, scope)
        if holder.scope != scope:
            raise Problem(
                403,
                "wrong-scope",
                "This key is for something else",
                f"The key's scope is {holder.scope!r}, this needs {scope!r}: use another key.",
            )
        return holder

    def _ask(self, authorization: bytes | None, scope: str) -> Holder:
        scheme, _, key = (authorization or b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not key.startswith(SCHEME):
            raise _unauthorized("Send the header `Authorization: Bearer www_…` with your key.")
        now = self._clock.now()
        with self._store.read() as connection:
            row = connection.execute(
                select(_KEYS).where(_KEYS.c.digest == _digest(key.strip()))
            ).one_or_none()
        if row is None or row.revoked_at is not None:
            # Whether another service knows it is nobody's business: the same is said of every key.
            raise _unauthorized(
                f"The key is not known or was revoked. This needs one of scope {scope!r}; a key "
                "for another service does not open it. Use that key, or ask for a new one."
            )
        if row.expires_at <= now:
            raise _unauthorized(f"The key ended on {row.expires_at:%Y-%m-%d}: ask for a new one.")
        if row.last_used_at is None or now - row.last_used_at >= NOTE_USE_EVERY:
            used = update(_KEYS).where(_KEYS.c.digest == row.digest).values(last_used_at=now)
            # A full disk must not close the door to those who read.
            with suppress(StoreUnavailable):
                self._store.write(lambda connection: connection.execute(used))
        holder = Holder(row.holder, row.scope)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[authorization or b""] = (holder, time.monotonic() + REMEMBER_SECONDS)
        return holder


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class NoValidKey(Problem):
    """401: nobody is let in without a key that is valid."""


def shown(authorization: bytes | None) -> str:
    """The part of a key that tells it from others and opens nothing; empty for what is no key."""
    _, _, key = (authorization or b"").decode("latin-1").partition(" ")
    return repr(key[:PREFIX_LENGTH])[1:-1] if key.startswith(SCHEME) else ""


def _unauthorized(what_to_do: str) -> Problem:
    return NoValidKey(
        401,
        "no-valid-key",
        "A valid key is needed",
        what_to_do,
        headers={"WWW-Authenticate": 'Bearer realm="winwinwin"'},
    )
