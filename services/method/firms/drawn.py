"""The firm level at many points at once, by the rules of ``level.py``.

Most draws are settled by the Shapley sharing, which is linear in what is drawn, or by a subgroup
and the others who together want more than there is. What is left are linear programs that differ
in their right-hand sides alone: a basis that is the optimum of one is that of many others.

Money is whole steps of a grid (cents, or finer) in here, so that ten thousand draws are
multiplied at once and yet to the last bit as on any other processor.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.method.arithmetic import EXACT_DIGITS, steps, whole_inverse, whole_product
from services.method.firms.coalitions import Array, Flags, Masks
from services.method.firms.found import FirmsParameters
from services.method.firms.game import FirmsGame
from services.method.firms.programs import least_totals

_F0, _F1, _F2 = range(3)
_ALL, _LAST = slice(None), slice(-1, None)
_TOGETHER = 32_000
"""Worths looked at side by side, a quarter of a megabyte: with 12 firms each draw has 4,096."""

_ASKED = 24
"""Draws that are looked at to find cuts, or solved to find bases, that settle the others."""

_SLACK = 1e-10
"""What floating point adds to a condition that holds with equality, as a part of the largest."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What makes the worths of subgroups move: ``rows[j, S]`` by how much per unit of figure j,
    ``amounts[j, d]`` how far that figure is from its centre in draw d.
    """

    rows: Array
    amounts: Array


def drawn_levels(
    game: FirmsGame,
    moves: Moves,
    own: Sequence[Array | float],
    count: int,
    p: FirmsParameters,
) -> tuple[Masks, Array]:
    """F0, F1 or F2 (and F3, which is the same row) as 0, 1, 2, and the group's gain, per draw.

    ``own`` are the firms' results alone, which decide from which gain on a firm wins.
    """
    search = _Search(game, moves, _least(own, count, p), p)
    gains = search.shown(search.worths(_LAST, np.arange(count))[0])
    levels = np.where(gains <= 0, _F0, _F1)
    some = search.uncut(np.flatnonzero(gains > 0))
    step = _TOGETHER // len(game.surplus[1])
    for start in range(0, len(some), step):
        part = some[start : start + step]
        levels[part[search.wins(part)]] = _F2
    return levels, gains


def _least(own: Sequence[Array | float], count: int, p: FirmsParameters) -> Array:
    """The least gain of each firm that counts, per draw."""
    least = np.empty((len(own), count))
    for row, result in zip(least, own, strict=True):
        row[:] = np.round(np.maximum(p.margin, p.margin_share * np.abs(result)), p.decimals)
    least += p.unit
    return least


class _Search:
    """The draws of one game, and the bases of linear programs that have settled some of them."""

    def __init__(self, game: FirmsGame, moves: Moves, least: Array, p: FirmsParameters) -> None:
        self.slopes, self.table, self.p = moves.rows, game.table, p
        largest = float(np.abs(game.surplus).max())
        reach = np.abs(moves.rows).max(axis=1) * np.abs(moves.amounts).max(axis=1)
        most = max(largest + float(reach.sum()), float(np.abs(least).max()) * game.table.n)
        self.per_unit = float(steps(np.array(most), EXACT_DIGITS - 1))
        self.base = np.rint(game.surplus[1] * self.per_unit)
        self.amounts = np.rint(moves.amounts * self.per_unit)
        self.least = np.rint(least * self.per_unit)
        self.unit = p.unit * self.per_unit
        self.tolerance = p.tolerance_for(largest) * self.per_unit
        self.bases: list[tuple[int, ...]] = []

    def worths(self, groups: slice | list[int], draws: Masks) -> Array:
        """A row for each subgroup, a column for each draw."""
        moved = whole_product(self.slopes[:, groups].T, _columns(self.amounts, draws))
        moved += self.base[groups, None]
        return moved

    def shown(self, money: Array) -> Array:
        """Euros as they are shown."""
        rounded: Array = np.round(money / self.per_unit, self.p.decimals)
        return rounded

    def wanted(self, groups: slice | list[int], draws: Masks) -> Array:
        """What subgroups want: their worth, or the least gains of their members."""
        least = whole_product(self.table.members[groups], _columns(self.least, draws))
        return np.maximum(self.worths(groups, draws), least, out=least)

    def uncut(self, draws: Masks) -> Masks:
        """Those of the draws that are not settled by a subgroup and the others who together want
        more than there is: by the cuts that settle some draws, as few settle most.

        A firm whose gain is shown as enough may lack half a unit, so what is wanted must be more
        by a unit for each of them.
        """
        room = self.tolerance + self.tolerance + self.table.n * self.unit
        asked = draws[:: -(-len(draws) // _ASKED) or 1]
        wanted = self.wanted(_ALL, asked)
        claimed = wanted[:-1] + wanted[:0:-1]
        broken = claimed.max(axis=0) > self.worths(_LAST, asked)[0] + room
        for cut, _ in Counter(claimed.argmax(axis=0)[broken].tolist()).most_common():
            both = self.wanted([cut, self.table.grand ^ cut], draws).sum(axis=0)
            draws = draws[both <= self.worths(_LAST, draws)[0] + room]
        return draws

    def wins(self, draws: Masks) -> Flags:
        """Whether some stable sharing gives every firm its least gain that counts."""
        table, worths = self.table, self.worths(_ALL, draws)
        shapley = whole_product(table.shapley.T, worths)
        least = _columns(self.least, draws)
        shown = self.shown(shapley / table.parts)
        wins = np.asarray((shown >= least / self.per_unit).all(axis=0))
        some = np.flatnonzero(wins)
        objections = table.parts * _columns(worths, some)
        objections -= whole_product(table.members, _columns(shapley, some))
        wins[some] = objections.max(axis=0) <= table.parts * self.tolerance
        open_ = np.flatnonzero(~wins)
        if len(open_):
            wanted = np.maximum(worths, whole_product(table.members, least))
            wins[open_] = self._held(_columns(wanted, open_), worths[-1, open_] + self.tolerance)
        return wins

    def _held(self, wanted: Array, there: Array) -> Flags:
        """The same by linear programs: whether there is as much as subgroups want."""
        claimed = (wanted[:-1] + wanted[:0:-1]).max(axis=0)
        held: Flags = np.zeros(len(there), dtype=np.bool_)
        open_ = self._settle(self.bases, np.flatnonzero(claimed <= there), wanted, there, held)
        while len(open_):
            asked = open_[:: -(-len(open_) // _ASKED)]
            totals, columns, _ = least_totals(wanted[:, asked].T)
            held[asked] = totals <= there[asked]
            open_ = np.setdiff1d(open_, asked, assume_unique=True)
            found = {tuple(sorted(basis)) for basis in columns.tolist()}
            new = sorted(found.difference(self.bases))
            self.bases += new
            open_ = self._settle(new, open_, wanted, there, held)
        return held

    def _settle(
        self,
        bases: Sequence[tuple[int, ...]],
        open_: Masks,
        wanted: Array,
        there: Array,
        held: Flags,
    ) -> Masks:
        """Mark the draws that hold by one of these bases, and give those that none settles."""
        members = self.table.members
        for basis in bases:
            if not len(open_):
                break
            # Prices do not depend on what is wanted: they bound every draw's total from below.
            rows = list(basis)
            part = _columns(wanted, open_)
            inverse, parts = whole_inverse(members[rows])
            gains = whole_product(inverse, part[rows])
            enough = gains.sum(axis=0) <= parts * there[open_]
            over = parts * part[1:-1] - whole_product(members[1:-1], gains)
            fits = enough & (over.max(axis=0) <= _SLACK * parts * part[-1])
            held[open_[fits]] = True
            open_ = open_[enough & ~fits]
        return open_


def _columns(rows: Array, chosen: Masks) -> Array:
    """Some draws of a table; the table itself where it is all of them, which is the usual case."""
    return rows if len(chosen) == rows.shape[1] else rows.take(chosen, axis=1)
