"""The versions of the method that are kept: old rules stay beside new ones, chosen by version.

A verdict names the version it was judged with, and is computed again with that one. A rule that
changes gets a sibling, and a field of ``Rules`` says which of the two a version applies: a flag
where something was added, the function itself where something was replaced. An entry of ``KEPT`` is
never changed; ``tests/spec/test_rules.py`` holds each to verdicts it once gave, byte for byte.

Versions before 1.7.0 rounded by the processor and were never released: they are not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version: its name, and the day from which new proposals were judged with it.

    The first rule that changes beside a kept version adds its field here.
    """

    version: str
    since: date


KEPT: Mapping[str, Rules] = MappingProxyType(
    {
        rules.version: rules
        for rules in (Rules(version="1.7.0", since=date.fromisoformat("2026-11-30")),)
    }
)
"""Every version that can still be applied, the oldest first."""

NEWEST = tuple(KEPT.values())[-1]
"""What new proposals are judged with."""


def rules_of(version: str) -> Rules:
    """The rules of a version; the newest ones for a version that is not kept.

    A service that is replaced after its neighbour hears of a version it does not have: it judges by
    its own, and the verdict names that one.
    """
    return KEPT.get(version, NEWEST)
