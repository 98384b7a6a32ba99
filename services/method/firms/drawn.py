"""The firm level at many points at once, by the rules of ``level.py``.

Most draws are settled by the Shapley sharing, which is linear in what is drawn, or by a subgroup
and the others who together want more than there is. What is left are linear programs that differ
in their right-hand sides alone: a basis that is the optimum of one is that of many others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.method.firms.coalitions import Array, Coalitions, Flags, Masks
from services.method.firms.found import FirmsParameters
from services.method.firms.game import FirmsGame
from services.method.firms.programs import least_totals

_F0, _F1, _F2 = range(3)
_TOGETHER = 64_000
"""Worths looked at side by side, half a megabyte: with 12 firms each draw has 4,096."""

_ASKED = 24
"""Draws that are solved to find the bases that settle the others."""

_SLACK = 1e-10
"""What floating point adds to a condition that holds with equality, as a part of the largest."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What makes the worths of subgroups move: ``rows[j, S]`` by how much per unit of figure j,
    ``amounts[j, d]`` how far that figure is from its centre in draw d.
    """

    rows: Array
    amounts: Array


@dataclass(frozen=True, slots=True)
class _Linear:
    """Figures at the centre, and how they move with what is drawn: a row for each of the moves."""

    base: Array
    slopes: Array

    def at(self, amounts: Array) -> Array:
        """A row for each figure, a column for each draw."""
        return self.base[:, None] + self.slopes.T @ amounts


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
    sizes: Array = np.array([np.broadcast_to(np.abs(result), (count,)) for result in own])
    margins = np.round(np.maximum(p.margin, p.margin_share * sizes), p.decimals)
    enough = (margins + p.unit).astype(np.float64)
    base, table = game.surplus[1], game.table
    gains = np.round(_Linear(base[-1:], moves.rows[:, -1:]).at(moves.amounts)[0], p.decimals)
    levels = np.where(gains <= 0, _F0, _F1)
    some = np.flatnonzero(gains > 0)
    step = _TOGETHER // len(base)
    shapley = _Linear(base @ table.shapley, moves.rows @ table.shapley)
    objections = _Linear(
        base - shapley.base @ table.membersT, moves.rows - shapley.slopes @ table.membersT
    )
    tolerance = p.tolerance_for(float(np.abs(game.surplus).max()))
    for start in range(0, len(some), step):
        part = some[start : start + step]
        amounts, least = moves.amounts[:, part], enough[:, part]
        wins = np.asarray((np.round(shapley.at(amounts), p.decimals) >= least).all(axis=0))
        stable = objections.at(amounts[:, wins]).max(axis=0) <= tolerance
        wins[wins] = stable
        levels[part[wins]] = _F2
        open_ = part[~wins]
        if len(open_):
            worths = _Linear(base, moves.rows).at(amounts[:, ~wins])
            held = _held(worths, least[:, ~wins], table, tolerance)
            levels[open_[held]] = _F2
    return levels, gains


def _held(worths: Array, least: Array, table: Coalitions, tolerance: float) -> Flags:
    """Per draw, whether some stable sharing gives every firm its least gain that counts."""
    wanted = np.maximum(worths, table.members @ least)
    # What a subgroup and the others want, each at least: more than there is cannot be shared.
    claimed = (wanted[:-1] + wanted[:0:-1]).max(axis=0)
    there = worths[-1] + tolerance
    held: Flags = np.zeros(worths.shape[1], dtype=np.bool_)
    open_ = np.flatnonzero(claimed <= there)
    tried: set[tuple[int, ...]] = set()
    while len(open_):
        asked = open_[:: -(-len(open_) // _ASKED)]
        totals, columns, _ = least_totals(wanted[:, asked].T)
        held[asked] = totals <= there[asked]
        open_ = np.setdiff1d(open_, asked, assume_unique=True)
        bases = {tuple(sorted(basis)) for basis in columns.tolist()} - tried
        tried |= bases
        for basis in sorted(bases):
            # Prices do not depend on what is wanted: they bound every draw's total from below.
            rows = list(basis)
            gains = np.linalg.solve(table.members[rows], wanted[rows][:, open_])
            enough = gains.sum(axis=0) <= there[open_]
            open_, gains = open_[enough], gains[:, enough]
            over = wanted[1:-1, open_] - table.members[1:-1] @ gains
            fits = over.max(axis=0) <= _SLACK * wanted[-1, open_]
            held[open_[fits]] = True
            open_ = open_[~fits]
            if not len(open_):
                break
    return held
