"""The firm level at many points at once, by the rules of ``level.py``.

Most draws are settled by the Shapley sharing, which is linear in what is drawn, or by a subgroup
and the others who together want more than there is. What is left is solved side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.method.firms.coalitions import Array, Masks
from services.method.firms.found import FirmsParameters
from services.method.firms.game import FirmsGame
from services.method.firms.programs import least_totals

_F0, _F1, _F2 = range(3)
_TOGETHER = 64_000
"""Worths looked at side by side, half a megabyte: with 12 firms each draw has 4,096."""


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
    sizes: Array = np.array([np.broadcast_to(np.abs(result), (count,)) for result in own])
    enough = np.round(np.maximum(p.margin, p.margin_share * sizes), p.decimals) + p.unit
    levels = np.zeros(count, dtype=np.int64)
    gains = np.zeros(count)
    step = _TOGETHER // game.surplus.shape[1]
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        amounts = moves.amounts[:, part] if len(moves.rows) else moves.amounts
        levels[part], gains[part] = _part(
            game, moves.rows, amounts, enough[:, part].astype(np.float64), p
        )
    return levels, gains


def _part(
    game: FirmsGame, rows: Array, amounts: Array, enough: Array, p: FirmsParameters
) -> tuple[Masks, Array]:
    table = game.table
    tolerance = p.tolerance_for(float(np.abs(game.surplus).max()))
    base = game.surplus[1][:, None]
    worths = base + rows.T @ amounts if len(rows) else np.repeat(base, enough.shape[1], axis=1)
    gain = np.round(worths[-1], p.decimals)
    shares = table.shapley.T @ worths
    objection = (worths - table.members @ shares)[1:-1].max(axis=0)
    settled = (objection <= tolerance) & (np.round(shares, p.decimals) >= enough).all(axis=0)
    levels = np.where(gain <= 0, _F0, np.where(settled, _F2, _F1))
    open_ = np.flatnonzero((gain > 0) & ~settled)
    if len(open_):
        levels[open_] = _unsettled(worths[:, open_], enough[:, open_], table.members, tolerance)
    return levels, gain


def _unsettled(worths: Array, enough: Array, members: Array, tolerance: float) -> Masks:
    """F1 or F2 of draws whose Shapley sharing does not settle it."""
    wanted = np.maximum(worths, members @ enough)
    # What a subgroup and the others want, each at least: more than there is cannot be shared.
    claimed = (wanted[:-1] + wanted[:0:-1]).max(axis=0)
    levels = np.full(worths.shape[1], _F1)
    left = np.flatnonzero(claimed <= worths[-1] + tolerance)
    if len(left):
        singles = 1 << np.arange(members.shape[1])
        bounds = worths[:, left].T.copy()
        bounds[:, singles] = np.maximum(bounds[:, singles], enough[:, left].T)
        totals, _, _ = least_totals(bounds)
        levels[left] = np.where(totals - worths[-1, left] <= tolerance, _F2, _F1)
    return levels
