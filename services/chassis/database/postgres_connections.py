"""How a connection to PostgreSQL is made, and given up."""

import threading
import time
from typing import Any

import psycopg

CONNECT_PAUSE_SECONDS = 0.5
"""Between two tries to connect to a server that takes no connections."""

ANSWER_SECONDS = 20.0
"""How long a server may be silent over a statement or a commit, which it would itself end earlier:
it hangs, its disk does, or its machine stopped without the network noticing."""


class Impatient(psycopg.Connection[Any]):
    """A connection that is given up when the server is silent for too long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        asked_at = time.monotonic()
        try:
            return super().wait(gen, interval, ANSWER_SECONDS)
        except psycopg.OperationalError as error:
            if time.monotonic() - asked_at < ANSWER_SECONDS:
                raise
            # Its answer may still come, to a question nobody asks any more.
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the server has been silent for {ANSWER_SECONDS:g} s"
            ) from error


class Gate:
    """Who may try to connect. While the server does not take connections, one try at a time, with a
    pause: those given up by us lie with a server that hangs, and it works them off, each in a
    process of its own, before it takes anybody in again. The others are told at once what the last
    try met.
    """

    def __init__(self) -> None:
        self._trying = threading.Lock()
        self._refusal: psycopg.Error | None = None
        self._not_before = 0.0

    def connect(self, *arguments: Any, **settings: Any) -> Impatient:
        refusal = self._refusal
        if refusal is None:
            return self._try(*arguments, **settings)
        if time.monotonic() < self._not_before or not self._trying.acquire(blocking=False):
            raise type(refusal)(str(refusal))
        try:
            return self._try(*arguments, **settings)
        finally:
            self._trying.release()

    def _try(self, *arguments: Any, **settings: Any) -> Impatient:
        began = time.monotonic()
        try:
            made = Impatient.connect(*arguments, **settings)
        except psycopg.Error as error:
            now = time.monotonic()
            # One that refuses at once leaves nothing behind, and may be back the next moment.
            self._refusal = error
            self._not_before = now + min(CONNECT_PAUSE_SECONDS, now - began)
            raise
        self._refusal = None
        return made
