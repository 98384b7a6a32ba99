"""Waiting for a condition, with a deadline: tests never guess how long something takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.005


def until(what: Callable[[], T], *, within: float = 10.0) -> T:
    """The first true answer of ``what``. Fails, with the last answer, when the time is over."""
    deadline = time.monotonic() + within
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {within:g} s: {what}; last answer {answer!r}")
        time.sleep(LOOK_AGAIN_SECONDS)
