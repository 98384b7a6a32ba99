"""How a verdict stands in a row of the queue: its label, its place among the labels, who loses."""

from dataclasses import dataclass

from contracts.vocabulary.verdict import TerritoryLevel, Verdict, VerdictLabel

BEST_FIRST = (
    VerdictLabel.WIN_WIN_WIN,
    VerdictLabel.WIN_WIN,
    VerdictLabel.FRAGILE_WIN,
    VerdictLabel.FRAGILE,
    VerdictLabel.SUBSIDY,
    VerdictLabel.NO_GAIN,
    VerdictLabel.WIN_WIN_LOSE,
    VerdictLabel.LOSE,
    VerdictLabel.LOSE_LOSE_LOSE,
    VerdictLabel.FIRMS_NOT_COMPUTED,
    VerdictLabel.NOT_COMPUTABLE_YET,
)
"""Order of the queue when sorted by verdict; the lattice itself is only partly ordered."""

NOT_JUDGED = "NOT_JUDGED"
"""Stands where a file without verdict would have its label: its newest revision could not be
judged. Not a verdict, and never said as one."""

RANK = " ".join(
    (
        "CASE label",
        *(f"WHEN '{label.value}' THEN {rank}" for rank, label in enumerate(BEST_FIRST)),
        f"ELSE {len(BEST_FIRST)} END",
    )
)
"""The place of a verdict in that order, in SQL: word by word what its index is made of."""

_TERRITORY_LINE = "\t"
"""Stands for the territory among the losers. No firm can be called so: names hold no tab."""


@dataclass(frozen=True, slots=True)
class Losers:
    """Who does not win: firms by name, and the territory when it is indifferent or loses."""

    firms: tuple[str, ...]
    territory: bool


def write_losers(verdict: Verdict) -> str:
    """Who does not win, in the form the queue stores: one name a line."""
    firms = verdict.firms.shares if verdict.firms is not None else ()
    lines = [share.name for share in firms if not share.wins]
    if verdict.territory.level in {TerritoryLevel.LOSES, TerritoryLevel.INDIFFERENT}:
        lines.append(_TERRITORY_LINE)
    return "\n".join(lines)


def read_losers(stored: str) -> Losers:
    """Read what ``write_losers`` wrote."""
    lines = stored.split("\n") if stored else []
    return Losers(
        firms=tuple(line for line in lines if line != _TERRITORY_LINE),
        territory=_TERRITORY_LINE in lines,
    )
