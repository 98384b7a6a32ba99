"""Time is an argument: nothing but this file asks the machine for it."""

import random
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, timezone-aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


_chance = random.Random()  # noqa: S311 - an identifier names a thing, it never opens one


def new_id(clock: Clock) -> str:
    """A fresh identifier: 32 hexadecimal digits, sortable by time to the millisecond.

    Time comes first so that indexes grow at one end; 80 random bits, seeded by the operating
    system, keep two processes apart. Knowing an identifier gives nobody access to anything.
    """
    milliseconds = int(clock.now().timestamp() * 1000)
    return f"{milliseconds:012x}{_chance.getrandbits(80):020x}"
