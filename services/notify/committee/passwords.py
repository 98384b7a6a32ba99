"""Passwords of the desk: hashed, compared, never kept."""

import anyio
import anyio.to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MAX_PASSWORD = 256
"""Longest password tried: longer ones would only cost the server time."""


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
