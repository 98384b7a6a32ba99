"""More than one figure of the firms moved at once, and a firm that joins.

*Two figures* move by the same amount of euros; *several synergies* are raised so that their total
is the least there is. Both are told only where they need less than one figure alone. What a firm
that joins must bring is closed form: the needed aid, and the least gain that counts for the firm
itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, isfinite

import numpy as np

from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.verdict import FirmLevel
from services.method.arithmetic import product
from services.method.firms.coalitions import Array, coalitions
from services.method.firms.raised import Held, least_rises, pairs_of_players
from services.method.firms.ray_pairs import cheapest_pairs
from services.method.firms.rays import Groups, Rays, demands, first_good, levels_of
from services.method.verdict.firms_moves import EUR, MARGINS, FirmsMoves
from services.method.verdict.moves import FIRM, Move

_MANY = 3
"""Two synergies are a pair already: the cheapest one, whatever two figures are moved alike."""

_SLACK = 1e-3
"""Euros: what a linear program may leave of a whole euro."""


def follow_further(projects: Sequence[FirmsMoves]) -> None:
    """Find what several figures together would do, for projects in which some firm does not win.

    What each figure does alone must have been found (``followed.py``).
    """
    sizes: dict[int, list[FirmsMoves]] = {}
    for project in projects:
        if not project.wins:
            sizes.setdefault(project.size, []).append(project)
    for same in sizes.values():
        raised = _several(same)
        many = [r for r in raised if r.parts >= _MANY]
        pairs = dict(zip((id(r.project) for r in many), _pairs(many), strict=True))
        for each in raised:
            pair = pairs.get(id(each.project))
            each.project.further = [move for move in (pair, each.move(pair)) if move is not None]


@dataclass(frozen=True, slots=True)
class _Raised:
    """One project with the cheapest rises of its pairs, in whole euros."""

    project: FirmsMoves
    rises: tuple[tuple[int, int], ...]

    @property
    def parts(self) -> int:
        return len(self.rises)

    @property
    def total(self) -> float:
        return sum(rise for _, rise in self.rises)

    def move(self, pair: Move | None) -> Move | None:
        """None where one figure, or two that move alike, need no more."""
        least = _alone(self.project) if pair is None else sum(part.by for part in pair.of)
        # A total that is smaller only by the euros it was rounded to is told as the other one.
        if self.parts <= 1 or self.total + self.parts >= least:
            return None
        rays = self.project.synergies([mask for mask, _ in self.rises], 1)
        parts = tuple(
            self.project.move(ray, rise) for ray, (_, rise) in zip(rays, self.rises, strict=True)
        )
        gain = self.project.gain_with(self.total)
        kind = "firms.several" if self.parts >= _MANY else "firms.two"
        return Move(kind, (), EUR, then=self.total, whose=FIRM, of=parts, gain=gain)


def _several(projects: Sequence[FirmsMoves]) -> list[_Raised]:
    """The cheapest rises of each project, to the euro, where they give what is promised."""
    games = [project.rays() for project in projects]
    rises = least_rises([_held(game, each) for game, each in zip(games, projects, strict=True)])
    n = projects[0].size
    pairs = pairs_of_players(n)
    inside = coalitions(n).containing(list(pairs))
    whole = np.ceil(rises - _SLACK)
    enough = np.zeros(len(games), dtype=np.bool_)
    # The verdict's own rounding may ask for one euro more.
    for more in (0.0, 1.0):
        tried = whole + np.where((whole > 0) & ~enough[:, None], more, 0.0)
        after = levels_of(_after(games, tried, inside), projects[0].decimals)
        kept = np.array([level is FirmLevel.F2 for level, _ in after])
        whole = np.where((kept & ~enough)[:, None], tried, whole)
        enough |= kept
    return [
        _Raised(
            project,
            tuple((mask, int(rise)) for mask, rise in zip(pairs, row, strict=True) if rise > 0)
            if good
            else (),
        )
        for project, row, good in zip(projects, whole.tolist(), enough.tolist(), strict=True)
    ]


def _held(game: Rays, project: FirmsMoves) -> Held:
    bounds, _ = demands(game)
    # A subgroup that may not act demands nothing beyond its members.
    bounds[list(game.excluded)] = -inf
    return Held(bounds, project.short)


def _after(games: Sequence[Rays], rises: Array, inside: Array) -> Groups:
    return Groups(
        worths=np.array(
            [_raised(game, row, inside) for game, row in zip(games, rises, strict=True)]
        ),
        floors=np.array([game.floors for game in games]),
        tolerance=np.array([game.tolerance for game in games]),
    )


def _raised(game: Rays, rises: Array, inside: Array) -> Array:
    worths: Array = game.worths + product(rises, inside)
    if game.excluded:
        bounds, _ = demands(game)
        worths[list(game.excluded)] = bounds[list(game.excluded)]
    return worths


def _pairs(raised: Sequence[_Raised]) -> list[Move | None]:
    """The two figures of each project that need the least, both moved by as many whole euros."""
    if not raised:
        return []
    games = [each.project.rays() for each in raised]
    found = cheapest_pairs(games)
    named = [k for k, pair in enumerate(found) if pair is not None]
    if not named:
        return [None] * len(raised)
    rays = [_both(games[k], pair) for k in named if (pair := found[k]) is not None]
    moved = dict(zip(named, first_good(rays), strict=True))
    return [
        None if pair is None else _pair(raised[k].project, pair, float(moved[k][0]))
        for k, pair in enumerate(found)
    ]


def _both(game: Rays, pair: tuple[int, int]) -> Rays:
    one, other = pair
    return replace(
        game,
        worth_slopes=(game.worth_slopes[one] + game.worth_slopes[other])[None],
        floor_slopes=(game.floor_slopes[one] + game.floor_slopes[other])[None],
        limits=np.array([min(game.limits[one], game.limits[other])]),
        convex_until=np.array([-1.0]),
    )


def _pair(project: FirmsMoves, pair: tuple[int, int], units: float) -> Move | None:
    one, other = (project.followed[place] for place in pair)
    both = replace(one, worths=one.worths + other.worths, limit=min(one.limit, other.limit))
    needed = project.needed(both, units)
    if not isfinite(needed) or 2 * needed >= _alone(project):
        return None
    parts = tuple(project.move(ray, needed) for ray in (one, other))
    return Move("firms.pair", (), of=parts, gain=project.gain_after(both, needed))


def _alone(project: FirmsMoves) -> float:
    """The fewest euros by which one synergy alone is enough; infinity where none is."""
    return min((move.by for move in project.levers() if move.kind == "firms.synergy"), default=inf)


def joining(project: FirmsMoves, aid: float) -> Move | None:
    """What a further firm must bring to the whole group; None where none can join.

    The firm gains something only with all the others, and its own result is small enough that the
    least gain that counts is the margin in euros.
    """
    if not project.may_grow or project.size + 1 > MAX_PLAYERS:
        return None
    # Beside the cost of carbon what the newcomer gains counts as well.
    brings = ceil(max(aid + project.least_newcomer, project.short) - _SLACK)
    gain = project.gain_with(brings)
    return Move("firms.joins", (), EUR, then=brings, whose=FIRM, parameters=MARGINS, gain=gain)
