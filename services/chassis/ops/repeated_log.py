"""Saying a trouble once, and again while it lasts: seldom, with how often it happened."""

import math
import time
from dataclasses import dataclass

SAY_AGAIN_SECONDS = 60.0
"""How often a trouble that lasts is said in the log."""


@dataclass(slots=True)
class _Trouble:
    times: int = 0
    last_at: float = -math.inf
    said_at: float = -math.inf


class Again:
    """Whether to say a trouble now. One that stayed away for a minute is a new one."""

    def __init__(self) -> None:
        self._troubles: dict[str, _Trouble] = {}

    def due(self, what: str) -> int:
        """Note that it happened once more. Answers how often it has so far when that is to be said
        now, 0 when it was said a moment ago. ``what`` is one of few: a kind, not a sentence.
        """
        now = time.monotonic()
        known = self._troubles.get(what)
        if known is None or now - known.last_at >= SAY_AGAIN_SECONDS:
            known = self._troubles[what] = _Trouble()
        known.times += 1
        known.last_at = now
        if now - known.said_at < SAY_AGAIN_SECONDS:
            return 0
        known.said_at = now
        return known.times
