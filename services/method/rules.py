"""The versions of the method that are kept: old rules stay beside new ones, chosen by version.

A verdict names the version it was judged with, and is computed again with that one. A rule that
changes gets a sibling, and a field of ``Rules`` says which of the two a version applies: a flag
where something was added, the function itself where something was replaced. An entry of ``KEPT`` is
never changed; ``tests/spec/test_rules.py`` holds each to verdicts it once gave, byte for byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version: its name, and the day from which new proposals were judged with it.

    ``aid_checks``: the checks on *de minimis* and size of enterprises are in the explanation, and
    what must be asked of aid for exporting is a question. ``glocalisation``: so is the index.
    ``changes``: so is what would change the verdict. ``further_changes``: so are several figures of
    the firms at once, a firm that joins, and where a small gain would make carbon a veto.
    ``inner_aid``: the firms inside the groups of an incubator are checked too.
    ``image_figures``: figures about image are shown beside its level. ``absent_tables``: so are the
    tables of the nation that the territory has not got.
    """

    version: str
    since: date
    aid_checks: bool = False
    glocalisation: bool = False
    changes: bool = False
    further_changes: bool = False
    inner_aid: bool = False
    image_figures: bool = False
    absent_tables: bool = False


KEPT: Mapping[str, Rules] = MappingProxyType(
    {
        rules.version: rules
        for rules in (
            Rules(version="1.2.0", since=date.fromisoformat("2026-11-26")),
            Rules(
                version="1.3.0",
                since=date.fromisoformat("2026-11-26"),
                aid_checks=True,
                glocalisation=True,
            ),
            Rules(
                version="1.4.0",
                since=date.fromisoformat("2026-11-26"),
                aid_checks=True,
                glocalisation=True,
                changes=True,
            ),
            Rules(
                version="1.5.0",
                since=date.fromisoformat("2026-11-26"),
                aid_checks=True,
                glocalisation=True,
                changes=True,
                further_changes=True,
                inner_aid=True,
            ),
            Rules(
                version="1.6.0",
                since=date.fromisoformat("2026-11-26"),
                aid_checks=True,
                glocalisation=True,
                changes=True,
                further_changes=True,
                inner_aid=True,
                image_figures=True,
                absent_tables=True,
            ),
        )
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
