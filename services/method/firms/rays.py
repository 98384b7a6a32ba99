"""How far one figure may move before the firms' level changes, or must move until every firm wins.

Every firm wins in a group that holds exactly when the needed aid is none. Along a ray (one figure
moves, the worths of subgroups move with it in proportion) that aid is convex and made of straight
pieces, so its root is found by Newton's method on the prices of the linear program, in a few steps
and exactly; games of the same size and all their rays are solved side by side. A bound that
looks at every cut in two says where to begin, and is the answer where all synergies help and no
cost is shared.

A figure moves in whole units (euros). Where the Shapley sharing lets every firm win by rounding,
a unit or two beyond that root, it counts as it does in the verdict (``level.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.verdict import FirmLevel
from services.method.arithmetic import product
from services.method.firms.coalitions import Array, Coalitions, Flags, Masks, coalitions
from services.method.firms.programs import least_totals
from services.method.firms.solutions import shapley_values

_FLAT = 1e-9
_STEPS = 60
PART = 1e-3
"""Of the tolerance: what the linear program may leave of it."""


@dataclass(frozen=True, slots=True)
class Rays:
    """One game and the directions in which it is moved, all per unit of move.

    ``worths[S]`` is what subgroup S has over its members alone, ``floors[i]`` the least gain that
    counts for firm i; ``worth_slopes[k, S]`` and ``floor_slopes[k, i]`` say how they move along
    ray k, ``limits[k]`` how far it goes. A subgroup that may not act is in ``excluded``.
    ``convex_until[k]`` is how far all synergies still help and no cost is shared.
    """

    worths: Array
    floors: Array
    worth_slopes: Array
    floor_slopes: Array
    limits: Array
    tolerance: float
    convex_until: Array
    excluded: tuple[int, ...] = ()


def demands(game: Rays) -> tuple[Array, Array]:
    """What every subgroup demands, a firm its least gain that counts; how that moves with a ray."""
    table = coalitions(len(game.floors))
    singles = table.singles
    bound, slope = game.worths.copy(), game.worth_slopes.copy()
    bound[singles], slope[:, singles] = game.floors, game.floor_slopes
    if game.excluded:
        # What its members get at least by themselves asks for nothing new.
        shut = list(game.excluded)
        bound[shut] = product(game.floors, table.membersT[:, shut])
        slope[:, shut] = product(game.floor_slopes, table.membersT[:, shut])
    return bound, slope


@dataclass(slots=True)
class Stack:
    """The rays of several games of one size, a row each."""

    table: Coalitions
    bounds: Array
    slopes: Array
    least: Array
    tolerance: Array
    limits: Array
    convex_until: Array
    worths: Array
    worth_slopes: Array
    floors: Array
    floor_slopes: Array
    games: Masks

    @classmethod
    def of(cls, games: Sequence[Rays]) -> "Stack":
        n = len(games[0].floors)
        table = coalitions(n)
        bounds, slopes = [], []
        for game in games:
            bound, slope = demands(game)
            bounds.append(np.broadcast_to(bound, slope.shape))
            slopes.append(slope)
        counts = [len(game.limits) for game in games]

        def each(values: Sequence[float | Array]) -> Array:
            repeated: Array = np.repeat(np.array(values, dtype=np.float64), counts, axis=0)
            return repeated

        return cls(
            table=table,
            bounds=np.concatenate(bounds),
            slopes=np.concatenate(slopes),
            least=product(each([game.floors for game in games]), table.membersT),
            tolerance=each([game.tolerance for game in games]),
            limits=np.concatenate([game.limits for game in games]),
            convex_until=np.concatenate([game.convex_until for game in games]),
            worths=each([game.worths for game in games]),
            worth_slopes=np.concatenate([game.worth_slopes for game in games]),
            # Where a subgroup may not act the Shapley sharing does not move in proportion.
            floors=each([game.floors + (np.inf if game.excluded else 0.0) for game in games]),
            floor_slopes=np.concatenate([game.floor_slopes for game in games]),
            games=np.repeat(np.arange(len(games)), counts),
        )

    def aid(self, rows: Masks, moved: Array) -> tuple[Array, Array]:
        """The needed aid of these rays after these moves, and how fast it changes there."""
        bounds = self.bounds[rows] + moved[:, None] * self.slopes[rows]
        totals, columns, prices = least_totals(bounds)
        slope = (prices * np.take_along_axis(self.slopes[rows], columns, axis=1)).sum(axis=1)
        return totals - bounds[:, -1], slope - self.slopes[rows, -1]

    def aid_at_rest(self) -> tuple[Array, Array]:
        """The same before any move, where all rays of a game are one program."""
        new = np.diff(self.games, prepend=-1) > 0
        game = np.cumsum(new) - 1
        totals, columns, prices = (found[game] for found in least_totals(self.bounds[new]))
        slope = (prices * np.take_along_axis(self.slopes, columns, axis=1)).sum(axis=1)
        return totals - self.bounds[:, -1], slope - self.slopes[:, -1]

    def wins(self, moved: Array) -> Flags:
        """Whether the Shapley sharing is stable and every firm wins by it, after these moves."""
        worths = self.worths + moved[:, None] * self.worth_slopes
        floors = self.floors + moved[:, None] * self.floor_slopes
        gains = shapley_values(worths)
        stable = (worths - product(gains, self.table.membersT)).max(axis=1) <= self.tolerance
        enough: Flags = stable & (np.round(gains) >= floors).all(axis=1)
        return enough


def last_good(games: Sequence[Rays]) -> list[Array]:
    """How many whole units each ray may be moved while every firm wins, per game.

    Every firm must win where the rays begin. Infinity where nothing changes up to the limit.
    """
    stack = Stack.of(games)
    moved = np.minimum(two_blocks(stack), stack.limits)
    rows = np.flatnonzero((moved > stack.convex_until) & (moved > 0))
    for _ in range(_STEPS):
        if not len(rows):
            break
        aid, slope = stack.aid(rows, moved[rows])
        over = aid - stack.tolerance[rows]
        bad = over > PART * stack.tolerance[rows]
        rows, over, slope = rows[bad], over[bad], slope[bad]
        steep = slope > _FLAT
        # A ray that does not get worse and yet is bad was bad where it began, by a rounding.
        moved[rows] = np.where(steep, moved[rows] - over / np.where(steep, slope, 1.0), 0.0)
        rows = rows[steep & (moved[rows] > 0)]
    whole = np.floor(np.clip(moved, 0.0, None))
    whole = _extended(stack, whole, 1.0)
    whole[whole >= stack.limits] = np.inf
    return _per_game(stack, whole, len(games))


def first_good(games: Sequence[Rays]) -> list[Array]:
    """How many whole units each ray must be moved until every firm wins, per game.

    Infinity where no move up to the limit is enough. Some firm must not win where the rays begin.
    """
    stack = Stack.of(games)
    moved = np.zeros(len(stack.limits))
    rows = np.arange(len(moved))
    aid, slope = stack.aid_at_rest()
    for _ in range(_STEPS):
        over = aid - stack.tolerance[rows]
        bad = over > PART * stack.tolerance[rows]
        rows, over, slope = rows[bad], over[bad], slope[bad]
        helps = slope < -_FLAT
        step = over / np.where(helps, -slope, 1.0)
        moved[rows] = np.where(helps, moved[rows] + step, np.inf)
        moved[rows[moved[rows] > stack.limits[rows]]] = np.inf
        rows = rows[np.isfinite(moved[rows])]
        if not len(rows):
            break
        aid, slope = stack.aid(rows, moved[rows])
    whole = np.ceil(moved)
    whole[whole > stack.limits] = np.inf
    return _per_game(stack, _extended(stack, whole, -1.0), len(games))


def two_blocks(stack: Stack) -> Array:
    """How far each ray may go until some subgroup and the others want more than there is.

    The others are taken as one subgroup, and as firms that each want no more than the least gain
    that counts. Where all synergies help and no cost is shared nothing else can break first.
    """
    least, least_slopes = stack.least, product(stack.floor_slopes, stack.table.membersT)
    there, there_slope = stack.bounds[:, -1:], stack.slopes[:, -1:]
    found = np.full(len(stack.limits), np.inf)
    for other, other_slope in (
        (stack.bounds[:, ::-1], stack.slopes[:, ::-1]),
        (least[:, ::-1], least_slopes[:, ::-1]),
    ):
        room = there + stack.tolerance[:, None] - stack.bounds - other
        closing = stack.slopes + other_slope - there_slope
        closes = closing > _FLAT
        until = np.where(closes, room / np.where(closes, closing, 1.0), np.inf)
        found = np.minimum(found, until.min(axis=1))
    nothing: Array = np.clip(found, 0.0, None)
    return nothing


def _extended(stack: Stack, whole: Array, unit: float) -> Array:
    """Further whole units for which the verdict's own rounding still lets every firm win."""
    going = np.isfinite(whole)
    for _ in range(stack.table.n):
        nearer = whole + unit
        going &= (nearer >= 0) & (nearer <= stack.limits)
        going &= stack.wins(np.where(going, nearer, 0.0))
        if not going.any():
            break
        whole = np.where(going, nearer, whole)
    return whole


def _per_game(stack: Stack, values: Array, count: int) -> list[Array]:
    ends = np.searchsorted(stack.games, np.arange(count + 1))
    return [values[ends[i] : ends[i + 1]] for i in range(count)]


@dataclass(frozen=True, slots=True)
class Groups:
    """Games of one size, a row each: worths over the members alone, least gains, tolerances."""

    worths: Array
    floors: Array
    tolerance: Array

    @classmethod
    def together(cls, parts: Sequence["Groups"]) -> "Groups":
        return cls(
            np.concatenate([part.worths for part in parts]),
            np.concatenate([part.floors for part in parts]),
            np.concatenate([part.tolerance for part in parts]),
        )


def levels_of(groups: Groups, decimals: int) -> list[tuple[FirmLevel, float]]:
    """F0, F1 or F2 of each game by the rules of ``level.py``, and its group's gain."""
    worths, floors = groups.worths, groups.floors
    table = coalitions(floors.shape[1])
    gains = shapley_values(worths)
    stable = (worths - product(gains, table.membersT)).max(axis=1) <= groups.tolerance
    wins = stable & (np.round(gains, decimals) >= floors).all(axis=1)
    gain = np.round(worths[:, -1], decimals) + 0.0
    open_ = np.flatnonzero((gain > 0) & ~wins)
    if len(open_):
        bounds = worths[open_]
        bounds[:, table.singles] = floors[open_]
        totals, _, _ = least_totals(bounds)
        wins[open_] = totals - bounds[:, -1] <= groups.tolerance[open_]
    return [
        (FirmLevel.F0 if some <= 0 else FirmLevel.F2 if every else FirmLevel.F1, some)
        for some, every in zip(gain.tolist(), wins.tolist(), strict=True)
    ]
