"""Signing in and out: who is let in, how long others wait, and what is written of those refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from anyio import to_thread
from sqlalchemy import Connection

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.ops.metrics import Metrics
from services.notify.committee import throttle
from services.notify.committee.accounts import MAX_EMAIL, Account, find_account
from services.notify.committee.passwords import MAX_PASSWORD, Passwords
from services.notify.committee.sessions import (
    close_session,
    find_session,
    open_session,
    touch_session,
)

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door of the desk."""

    store: Store
    passwords: Passwords
    clock: Clock
    metrics: Metrics

    def __post_init__(self) -> None:
        for kind in ("login", "throttled", "csrf"):
            self.metrics.auth_failures.labels(kind=kind)

    async def sign_in(self, email: str, password: str, address: str) -> str | timedelta | None:
        """The id of a new session; a time to wait after too many failures; None when refused.

        An unknown address, a closed account and a wrong password get the same answer after the same
        work, so that nobody learns who has an account.
        """
        now = self.clock.now()
        waiting = await self._write(lambda c: throttle.begin(c, email, address, now))
        if waiting is not None:
            # One line for each wait: whoever goes on trying must not fill the log.
            self.refused("throttled", email, address, logged=waiting.begins)
            return waiting.left
        found = await to_thread.run_sync(self._find, email)
        account, password_hash = found if found is not None else (None, "")
        right = await self.passwords.check(password[:MAX_PASSWORD], password_hash or None)
        session_id = None
        if right and account is not None:
            who = account.email

            def open_it(connection: Connection) -> str | None:
                opened = open_session(connection, who, password_hash, now)
                if opened is not None:
                    throttle.succeeded(connection, email, address, now)
                return opened

            session_id = await self._write(open_it)
        if session_id is None:
            self.refused("login", email, address)
        return session_id

    def who_is(self, session_id: str) -> Account | None:
        """Whose session it is, None when it has ended. Waits for the database."""
        now = self.clock.now()
        with self.store.read() as connection:
            session = find_session(connection, session_id, now)
        if session is None:
            return None
        if session.stale:
            self.store.write(lambda connection: touch_session(connection, session_id, now))
        return session.account

    def sign_out(self, session_id: str) -> None:
        """End a session; nothing happens when it had ended."""
        self.store.write(lambda connection: close_session(connection, session_id))

    def refused(self, kind: str, email: str, address: str, *, logged: bool = True) -> None:
        """Count and log somebody who was not let in."""
        self.metrics.auth_failures.labels(kind=kind).inc()
        if logged:
            log.warning("sign-in refused", kind=kind, name=_as_given(email), address=address)

    async def _write(self, job: Callable[[Connection], T]) -> T:
        # Not ``awrite``: a service that waits for its database has nobody yet who commits for us.
        return await to_thread.run_sync(self.store.write, job)

    def _find(self, email: str) -> tuple[Account, str] | None:
        with self.store.read() as connection:
            return find_account(connection, email)


def _as_given(email: str) -> str:
    """The name as it may stand in a log: short, on one line, and never a password typed there."""
    if "@" not in email:
        return "(no e-mail address)" if email else ""
    return repr(email[:MAX_EMAIL])[1:-1]
