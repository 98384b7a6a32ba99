"""The firms' side moved: which synergy, cost, need or result, and how far, until the level changes.

What is asked of one project is a set of rays (``firms/rays.py``); those of many projects are
followed together. Levels are judged at the central point.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import ceil, floor, inf, isfinite

import numpy as np

from contracts.vocabulary.limits import MAX_AMOUNT, MIN_FIRMS
from contracts.vocabulary.proposal import ProjectKind, Proposal, Synergy
from contracts.vocabulary.verdict import FirmLevel
from services.method.arithmetic import product, whole_product
from services.method.constants import Constants
from services.method.firms.coalitions import Array
from services.method.firms.found import MARGIN, MARGIN_SHARE, thresholds_of
from services.method.firms.game import FirmsGame, cost_units, posts_saved
from services.method.firms.rays import Groups, Rays, levels_of
from services.method.verdict.firms_ray import Ray
from services.method.verdict.moves import FIRM, Move

_CENTRAL = 1
EUR = "EUR/year"
_FTE = 100
"""A need moves by a hundredth of a full-time post."""

_COSTS = ("full_time_cost", "coordination_per_extra_member")
MARGINS = (MARGIN, MARGIN_SHARE)


LevelAndGain = tuple[FirmLevel, float]


class FirmsMoves:
    """One project's game at its central point, and the figures that move it.

    ``least_gain`` is the gain of the group below which carbon is a veto, None where it never is;
    ``wins`` says whether every firm wins now. ``moved``, ``left`` and ``need_levels`` are what
    ``followed.py`` finds: how far each ray goes, level and gain of the others when one firm leaves,
    and those with other needs; ``further`` what ``further_moves.py`` finds: what several figures
    together do.
    """

    def __init__(
        self,
        proposal: Proposal,
        game: FirmsGame,
        constants: Constants,
        least_gain: int | None,
        *,
        wins: bool,
    ) -> None:
        self.wins = wins
        self.moved: Array = np.zeros(0)
        self.left: dict[str, LevelAndGain] = {}
        self.need_levels: list[LevelAndGain] = []
        self.further: list[Move] = []
        self._proposal = proposal
        self._game = game
        self._p = p = constants.firms
        self._fewest = float(MIN_FIRMS)
        if proposal.kind is ProjectKind.EXPORT_GROUP:
            self._fewest = max(self._fewest, constants.factors.group_size[0])
        self._least_gain = least_gain
        self._ids = tuple(firm.id for firm in game.firms)
        self._bit = {firm: 1 << i for i, firm in enumerate(self._ids)}
        self._worths = game.surplus[_CENTRAL]
        self.gain = round(float(self._worths[-1]), p.decimals)
        self._thresholds = thresholds_of(game.own, p)[_CENTRAL]
        self._floors: Array = np.array(self._thresholds) + p.unit
        self._tolerance = p.tolerance_for(float(np.abs(game.surplus).max()))
        self._declared: dict[int, float] = {}
        for synergy in sorted(proposal.synergies, key=_between):
            if synergy.yearly is not None:
                mask = sum(self._bit[firm] for firm in set(synergy.between))
                self._declared[mask] = self._declared.get(mask, 0.0) + synergy.yearly.central
        self._convex = (
            proposal.shared_cost is None
            and not proposal.excluded_groups
            and all(value >= 0 for value in self._declared.values())
        )
        self.followed: list[Ray] = []
        self._rays: Rays | None = None
        self._tried: list[tuple[str, float, float]] = []
        self._levers: list[Move] | None = None

    @property
    def size(self) -> int:
        return self._game.table.n

    @property
    def decimals(self) -> int:
        return self._p.decimals

    @property
    def short(self) -> float:
        """By how much the gain of the group is too small beside the cost of carbon."""
        return 0.0 if self._least_gain is None else max(0.0, self._least_gain - self.gain)

    @property
    def may_grow(self) -> bool:
        """Whether what the subgroups have stays as it is when a firm joins."""
        return not self._shut

    @property
    def least_newcomer(self) -> float:
        """The least gain that counts for a firm whose own result is small."""
        return self._p.margin + self._p.unit

    def gain_with(self, more: float) -> float:
        return round(float(self._worths[-1]) + more, self._p.decimals)

    def rays(self) -> Rays:
        """Rays along which the firms cease to win, or may come to win."""
        if self._rays is None:
            self.followed = self._for_worse() if self.wins else self._for_better()
            self._rays = self._rays_of(self.followed)
        return self._rays

    def _rays_of(self, rays: Sequence[Ray]) -> Rays:
        return Rays(
            worths=self._worths,
            floors=self._floors,
            worth_slopes=np.array([ray.worths for ray in rays]),
            floor_slopes=np.array([ray.floors for ray in rays]),
            limits=np.array([ray.limit for ray in rays]),
            convex_until=np.array([ray.convex_until for ray in rays]),
            tolerance=self._tolerance,
            excluded=self._shut,
        )

    def _for_worse(self) -> list[Ray]:
        group = self._game.table.grand
        return [
            *self.synergies([*{**self._declared, group: 0.0}], -1),
            *self._costs(),
            *(self._result(i) for i in range(self.size)),
        ]

    def _for_better(self) -> list[Ray]:
        """A declared synergy, any pair, a cost."""
        pairs = {1 << i | 1 << j for i, j in combinations(range(self.size), 2)}
        masks = sorted({*self._declared, *pairs})
        return [*self.synergies(masks, 1), *self._costs()]

    def safety(self) -> list[Move]:
        """How far each figure may go while every firm wins beside the cost of carbon."""
        found = self._needs()
        for ray, units in zip(self.followed, self.moved.tolist(), strict=True):
            kept = min(units, self._until_carbon(ray))
            if isfinite(kept) and kept < ray.limit:
                found.append(self.move(ray, kept))
        return found

    def levers(self) -> list[Move]:
        """The smallest change of each kind after which every firm wins."""
        if self._levers is None:
            self._levers = self._smallest()
        return self._levers

    def _smallest(self) -> list[Move]:
        best: dict[str, tuple[float, Ray]] = {}
        for ray, units in zip(self.followed, self.moved.tolist(), strict=True):
            needed = self.needed(ray, units)
            if isfinite(needed):
                found = best.get(ray.kind)
                if found is None or needed < found[0]:
                    best[ray.kind] = needed, ray
        return [*(self.move(ray, needed) for needed, ray in best.values()), *self._needs()]

    def needed(self, ray: Ray, units: float) -> float:
        """Whole units after which every firm wins, beside the cost of carbon as well.

        ``units`` are those after which every firm wins. Infinity where there are none: a cost that
        goes on moving until the group gains enough may part the firms again.
        """
        needed = max(units, self.until_enough(ray))
        if not isfinite(needed) or needed > ray.limit:
            return inf
        return needed if needed == units or self._every_firm_wins(ray, needed) else inf

    def _every_firm_wins(self, ray: Ray, units: float) -> bool:
        worths, floors = self._worths + units * ray.worths, self._floors + units * ray.floors
        shut = list(self._shut)
        worths[shut] = product(floors, self._game.table.membersT[:, shut])
        after = Groups(worths[None], floors[None], np.array([self._tolerance]))
        return levels_of(after, self._p.decimals)[0][0] is FirmLevel.F2

    def group(self, aid: float) -> Move:
        """The whole group gaining so much more, from within or from outside."""
        then = self.gain + max(aid, self.short)
        return Move(
            "firms.group",
            (),
            EUR,
            self.gain,
            then,
            FIRM,
            self._p.decimals,
            MARGINS,
            gain=then,
        )

    @property
    def leavers(self) -> tuple[int, ...]:
        """The firms that may leave: the others are still enough, and may act without them."""
        if self.size - 1 < self._fewest:
            return ()
        whole = self._game.table.grand
        stays = self._proposal.carrier.carrier if self._proposal.carrier else None
        return tuple(
            i
            for i, firm in enumerate(self._ids)
            if firm != stays and whole ^ (1 << i) not in self._shut
        )

    def without(self, leavers: Sequence[int]) -> Groups:
        """The games that are left when one of these firms leaves."""
        masks = self._game.table.masks
        return Groups(
            worths=np.array([self._worths[(masks & (1 << i)) == 0] for i in leavers]),
            floors=np.array([np.delete(self._floors, i) for i in leavers]),
            tolerance=np.full(len(leavers), self._tolerance),
        )

    def name(self, i: int) -> str:
        return self._ids[i]

    def tried_needs(self) -> Groups | None:
        """Of a shared function: the games in which one firm needs so much less of it that the group
        pays one post less, or so much more that it pays one more. None where there are none.
        """
        shared = self._proposal.shared_cost
        self._tried = []
        if shared is None or self._shut:
            return None
        total = sum(need.fte for need in shared.needs)
        posts = ceil(total - self._p.full_time_tolerance)
        better = not self.wins
        room = posts - (1 if better else 0) - total
        said = {need.firm: need.fte for need in shared.needs}
        needs = np.array([said.get(firm, 0.0) for firm in self._ids])
        rows = []
        for firm, now in said.items():
            # Up to the posts there are, or down to one post less.
            then = floor((now + room) * _FTE + self._p.full_time_tolerance) / _FTE
            if then <= 0 or (then >= now if better else then < now):
                continue
            row = needs.copy()
            row[self._ids.index(firm)] = then if better else then + 1 / _FTE
            rows.append(row)
            self._tried.append((firm, now, then))
        if not rows:
            return None
        tolerance = self._p.full_time_tolerance
        table = self._game.table
        saved = posts_saved(shared, np.array([needs, *rows]), table, tolerance)
        return Groups(
            worths=self._worths + shared.full_time_cost * (saved[1:] - saved[0]),
            floors=np.tile(self._floors, (len(rows), 1)),
            tolerance=np.full(len(rows), self._tolerance),
        )

    def _needs(self) -> list[Move]:
        """The needs that decide; for the better only the smallest change."""
        found = []
        for (firm, now, then), (level, gain) in zip(self._tried, self.need_levels, strict=True):
            wins = level is FirmLevel.F2
            wins = wins and (self._least_gain is None or gain >= self._least_gain)
            if wins is not self.wins:
                move = Move("firms.need", (firm,), "posts", now, then, FIRM, 2, MARGINS, gain=gain)
                found.append(move)
        return sorted(found, key=lambda move: move.rank)[: None if self.wins else 1]

    @property
    def _shut(self) -> tuple[int, ...]:
        groups = self._proposal.excluded_groups
        return tuple(sorted({sum(self._bit[f] for f in group.members) for group in groups}))

    def synergies(self, masks: Sequence[int], sign: int) -> Iterable[Ray]:
        nothing = np.zeros(self.size)
        slopes = sign * self._game.table.containing(list(masks))
        for mask, slope in zip(masks, slopes, strict=True):
            value = self._declared.get(mask, 0.0)
            whole = mask == self._game.table.grand and mask not in self._declared
            yield Ray(
                "firms.group" if whole else "firms.synergy",
                () if whole else self._named(mask),
                self.gain if whole else value,
                sign,
                slope,
                nothing,
                # A synergy that falls below nothing is a conflict: the game is convex no longer.
                convex_until=value if self._convex and not whole else -1.0,
            )

    def _costs(self) -> Iterable[Ray]:
        shared = self._proposal.shared_cost
        if shared is None:
            return
        units, alone = self._units()
        slopes = whole_product(alone, self._game.table.membersT) - units
        for name, slope in zip(_COSTS, slopes, strict=True):
            now = float(getattr(shared, name))
            if not slope.any():
                continue
            for sign, way in ((1, "up"), (-1, "down")):
                # Less coordination always helps the whole group more than its subgroups.
                if name == _COSTS[1] and (sign > 0) is not self.wins:
                    continue
                yield Ray(
                    f"firms.{name}_{way}",
                    (f"/shared_cost/{name}",),
                    now,
                    sign,
                    sign * slope,
                    np.zeros(self.size),
                    limit=MAX_AMOUNT if sign > 0 else now,
                )

    def _units(self) -> tuple[Array, Array]:
        shared = self._proposal.shared_cost
        assert shared is not None  # noqa: S101 - asked for only where there is one
        return cost_units(shared, self._ids, self._game.table, self._p.full_time_tolerance)

    def _result(self, i: int) -> Ray:
        """A larger result alone asks for a larger gain to count."""
        return Ray(
            "firms.own",
            (self._ids[i],),
            self._game.own[i].central,
            1,
            np.zeros(self._game.table.grand + 1),
            np.eye(self.size)[i],
            convex_until=inf if self._convex else -1.0,
        )

    def _named(self, mask: int) -> tuple[str, ...]:
        return tuple(firm for i, firm in enumerate(self._ids) if mask >> i & 1)

    def _until_carbon(self, ray: Ray) -> float:
        """Whole units of this ray until the group's gain is too small beside the cost of carbon."""
        if self._least_gain is None or (rise := float(ray.worths[-1])) >= 0:
            return inf
        units = floor((self.gain - self._least_gain) / -rise) + 1
        while units > 0 and self.gain_after(ray, units) < self._least_gain:
            units -= 1
        return float(max(units, 0))

    def until_enough(self, ray: Ray) -> float:
        """Whole units of this ray until the group's gain is large enough beside that cost."""
        if self._least_gain is None or self.gain >= self._least_gain:
            return 0.0
        rise = float(ray.worths[-1])
        if rise <= 0:
            return inf
        units = max(0, floor((self._least_gain - self.gain) / rise) - 1)
        while self.gain_after(ray, units) < self._least_gain:
            units += 1
        return float(units)

    def gain_after(self, ray: Ray, units: float) -> float:
        worth = float(self._worths[-1]) + units * float(ray.worths[-1])
        return round(worth, self._p.decimals)

    def move(self, ray: Ray, units: float) -> Move:
        then = ray.now + ray.sign * units
        if ray.kind == "firms.own":
            then = self._largest_result(ray, units)
        return Move(
            ray.kind,
            ray.about,
            EUR,
            ray.now,
            then,
            FIRM,
            self._p.decimals,
            MARGINS,
            gain=self.gain_after(ray, units),
        )

    def _largest_result(self, ray: Ray, units: float) -> float:
        """The largest result, away from nothing, whose threshold is no more than so many units
        above that of now.
        """
        p = self._p
        most = self._thresholds[self._ids.index(ray.about[0])] + units
        size = floor((most + p.unit / 2) / p.margin_share)
        while round(max(p.margin, p.margin_share * size), p.decimals) > most:
            size -= 1
        return float(-size if ray.now < 0 else size)


def _between(synergy: Synergy) -> tuple[str, ...]:
    return tuple(sorted(synergy.between))
