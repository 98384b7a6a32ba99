"""Time is an argument: nothing but this file asks the machine for it."""

import secrets
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, timezone-aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def new_id(clock: Clock) -> str:
    """A fresh identifier: 32 hexadecimal digits, sortable by time to the millisecond.

    Time comes first so that indexes grow at one end; 80 random bits make it unguessable.
    """
    milliseconds = int(clock.now().timestamp() * 1000)
    return f"{milliseconds:012x}{secrets.token_hex(10)}"
