"""Groups that registered firms could form, and the best set of groups that share no firm.

A candidate's value is only what its members declared: the cost that they would share against their
needs, and the synergies of their pairs. What is known of them excludes; it never adds value. A
group is admissible when it fits one post, holds no two competitors, is near enough, lets every firm
win, and no subgroup would do better by leaving.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.partners import IfAlone
from contracts.vocabulary.registry import Registry, SharedFunction
from contracts.vocabulary.verdict import Factor
from services.method.arithmetic import in_cents, product, whole_product
from services.method.firms.coalitions import Array, Masks, coalitions
from services.method.firms.factors import FactorParameters, Pair, factors_of
from services.method.firms.found import FirmsParameters, thresholds_of
from services.method.firms.grouping import BestSet, best_disjoint
from services.method.firms.programs import least_totals
from services.method.firms.questions import competitors
from services.method.firms.solutions import shapley_values

_PAIR = 2
_BLOCK = 50_000
_TOGETHER = 5_000
"""Groups looked at, and linear programs solved, side by side: some megabytes of memory."""


@dataclass(frozen=True, slots=True)
class ExcludedPair:
    """Two firms that no group may hold, and why: ``competitors``, ``too_far`` or ``need``."""

    between: tuple[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """A group worth forming, euros a year; gains by the Shapley value.

    ``savings_only`` says that nothing but the shared cost was declared between its members.
    """

    members: tuple[str, ...]
    value: float
    gains: tuple[float, ...]
    savings_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The best set, what was admissible, and why the others were not."""

    groups: tuple[ProposedGroup, ...]
    value: float
    bound: float
    proved: bool
    gap: float
    admissible: int
    excluded_pairs: tuple[ExcludedPair, ...]
    excluded_groups: dict[str, int]
    left_over: dict[str, str]


def proposed_groups(
    registry: Registry,
    p: FirmsParameters,
    factors: FactorParameters,
    *,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
    so_far: Callable[[Proposed], None] | None = None,
) -> Proposed:
    """Screen every group of the sizes asked for and choose the best disjoint set.

    ``seconds`` bounds the search; ``so_far`` is told what was found before it.

    Raises ``ValueError`` when a firm or a synergy has no figure, or a name points to nobody.
    """
    ids = [candidate.firm.id for candidate in registry.firms]
    table = _Table(registry, p, factors)
    excluded: Counter[str] = Counter()
    widest = max(registry.group_sizes)
    found: list[Masks] = []
    values: list[Array] = []
    gains: list[Array] = []
    blocks = table.pairs()
    for size in range(_PAIR, max(registry.group_sizes) + 1):
        if size > _PAIR:
            blocks = table.extended(blocks)
        if size not in registry.group_sizes or not len(blocks):
            continue
        if progress is not None:
            progress(f"screening {len(blocks):,} groups of {size}")
        kept, worth, shares, why = table.screened(blocks)
        excluded.update(why)
        found.append(_wide(blocks[kept], widest, -1))
        values.append(worth)
        gains.append(_wide(shares, widest, 0.0))
    nobody = np.zeros((0, widest))
    members = np.concatenate([nobody.astype(np.int64), *found])
    value, gain = np.concatenate([nobody[:, 0], *values]), np.concatenate([nobody, *gains])

    def told(best: BestSet) -> Proposed:
        return _told(registry, ids, table, members, value, gain, best, excluded)

    return told(
        best_disjoint(
            members,
            value,
            seconds=seconds,
            progress=progress,
            so_far=None if so_far is None else lambda best: so_far(told(best)),
        )
    )


def _wide(rows: Any, width: int, filler: float) -> Any:
    """The rows with as many columns as the largest groups have members."""
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])), constant_values=filler)


class _Table:
    """The figures of the registry as arrays."""

    def __init__(self, registry: Registry, p: FirmsParameters, factors: FactorParameters) -> None:
        self.registry, self.p = registry, p
        firms = [candidate.firm for candidate in registry.firms]
        self.n = len(firms)
        position = {firm.id: i for i, firm in enumerate(firms)}
        if len(position) != self.n:
            raise ValueError("two firms have one id: give each its own")
        own = []
        for firm in firms:
            if firm.own is None:
                raise ValueError(f"firm {firm.id!r} has no own result: its margin is unknown")
            own.append(Estimate.exactly(firm.own.central))
        self.needs = np.array([candidate.need_fte for candidate in registry.firms])
        self.least = np.array(thresholds_of(tuple(own), p)[1]) + p.unit
        self.weights = np.zeros((self.n, self.n))
        for synergy in registry.synergies:
            unknown = [firm for firm in synergy.between if firm not in position]
            if unknown:
                raise ValueError(f"no firm is called {unknown[0]!r}")
            if synergy.yearly is None or len(set(synergy.between)) != _PAIR:
                raise ValueError("a registry takes synergies of two firms with a yearly value")
            i, j = (position[firm] for firm in synergy.between)
            self.weights[i, j] += synergy.yearly.central
            self.weights[j, i] += synergy.yearly.central
        relations = {frozenset(relation.between): relation for relation in registry.relations}
        self.apart = np.zeros((self.n, self.n), dtype=np.bool_)
        self.reasons: list[ExcludedPair] = []
        for i, j in combinations(range(self.n), 2):
            one, other = firms[i], firms[j]
            known = factors_of(one, other, relations.get(frozenset((one.id, other.id))), factors)
            why = self._why(Pair((one, other), known), factors)
            if why is None and self.needs[i] + self.needs[j] > 1 + p.full_time_tolerance:
                why = "need"
            if why is not None:
                self.apart[i, j] = self.apart[j, i] = True
                self.reasons.append(ExcludedPair((one.id, other.id), why))

    def _why(self, pair: Pair, factors: FactorParameters) -> str | None:
        if competitors(pair, factors):
            return "competitors"
        distance = pair.values.get(Factor.DISTANCE_KM)
        longest = self.registry.longest_km
        if distance is not None and longest is not None and distance > longest:
            return "too_far"
        return None

    def pairs(self) -> Masks:
        """Pairs that may stand in one group."""
        found: Masks = np.argwhere(np.triu(~self.apart, 1)).astype(np.int64)
        return found

    def extended(self, blocks: Masks) -> Masks:
        """Groups with one more member behind the last, that fit together and fit one post."""
        allowed = ~self.apart[blocks].any(axis=1)
        allowed &= np.arange(self.n)[None, :] > blocks[:, -1:]
        total = self.needs[blocks].sum(axis=1)[:, None] + self.needs[None, :]
        allowed &= total <= 1 + self.p.full_time_tolerance
        rows, added = np.nonzero(allowed)
        return np.column_stack([blocks[rows], added.astype(np.int64)])

    def worths(self, blocks: Masks) -> Array:
        """The surplus of every subset of every group ``[group, mask]``."""
        k = blocks.shape[1]
        inside = coalitions(k).members
        # Which pairs a subset holds, and what each pair of each group is worth.
        pairs = list(combinations(range(k), 2))
        holds = np.array([inside[:, i] * inside[:, j] for i, j in pairs])
        each = np.column_stack([self.weights[blocks[:, i], blocks[:, j]] for i, j in pairs])
        surplus: Array = product(each, holds)
        if self.registry.shared is not None:
            users = ((self.needs[blocks] > 0) * (1 << np.arange(k))).sum(axis=1)
            surplus += _saved(self.registry.shared, k)[users]
        return in_cents(surplus)

    def screened(self, blocks: Masks) -> tuple[Masks, Array, Array, Counter[str]]:
        """Which groups are admissible, their values and gains, and why the others are not."""
        kept, values, gains = [], [], []
        why: Counter[str] = Counter()
        for start in range(0, len(blocks), _BLOCK):
            fine, value, shares, reasons = self._screened(blocks[start : start + _BLOCK])
            kept.append(fine + start)
            values.append(value)
            gains.append(shares)
            why.update(reasons)
        return np.concatenate(kept), np.concatenate(values), np.concatenate(gains), why

    def _screened(self, blocks: Masks) -> tuple[Masks, Array, Array, Counter[str]]:
        k = blocks.shape[1]
        table = coalitions(k)
        worths = self.worths(blocks)
        least = self.least[blocks]
        shapley = shapley_values(worths)
        value = worths[:, -1]
        fine = np.asarray(
            ((worths - product(shapley, table.membersT)) <= self.p.tolerance).all(axis=1)
        )
        fine &= (np.round(shapley, self.p.decimals) >= least).all(axis=1)
        # An equal part above the least for everyone settles many of the others.
        equal = least + ((value - least.sum(axis=1)) / k)[:, None]
        fair = ((worths - product(equal, table.membersT)) <= self.p.tolerance).all(axis=1)
        fine |= fair & (value >= least.sum(axis=1))
        # A cut in two, or the groups of all but one, may show that none is stable.
        proper = worths[:, 1:-1]
        cut = (proper + proper[:, ::-1]).max(axis=1)
        fewer = worths[:, table.grand ^ (1 << np.arange(k))].sum(axis=1) / (k - 1)
        broken = np.maximum(cut, fewer) > value + self.p.tolerance
        # What is left is for the needed aid to say.
        open_ = np.flatnonzero(~fine & ~broken & (value >= least.sum(axis=1)))
        for part in np.array_split(open_, max(1, len(open_) // _TOGETHER)):
            if len(part):
                bounds = worths[part].copy()
                singles = 1 << np.arange(k)
                bounds[:, singles] = np.maximum(bounds[:, singles], least[part])
                totals, _, _ = least_totals(bounds)
                fine[part] = totals - value[part] <= self.p.tolerance
        poor = int((value < least.sum(axis=1)).sum())
        why = Counter(
            {
                "not_every_firm_wins": poor,
                "a_subgroup_would_leave": int((~fine).sum()) - poor,
            }
        )
        return np.flatnonzero(fine).astype(np.int64), value[fine], shapley[fine], why


def _saved(shared: SharedFunction, k: int) -> Array:
    """What a subset of ``k`` firms saves by sharing ``[mask of those in need, mask of subset]``."""
    table = coalitions(k)
    users = whole_product(table.members, table.membersT)
    cost = shared.full_time_cost * (users > 0)
    cost = cost + shared.coordination_per_extra_member * np.maximum(users - 1, 0)
    alone = shared.full_time_cost * users
    if shared.if_alone is IfAlone.GOES_WITHOUT:
        alone = np.zeros_like(users)
    saved: Array = alone - cost
    # A firm alone is the measure of its own surplus.
    saved[:, table.sizes < _PAIR] = 0.0
    return saved


def _told(
    registry: Registry,
    ids: list[str],
    table: _Table,
    members: Masks,
    values: Array,
    gains: Array,
    best: BestSet,
    excluded: Counter[str],
) -> Proposed:
    groups = []
    placed: set[int] = set()
    for k in best.chosen:
        group = tuple(int(i) for i in members[k] if i >= 0)
        placed.update(group)
        inner = table.weights[np.ix_(group, group)]
        groups.append(
            ProposedGroup(
                members=tuple(ids[i] for i in group),
                value=round(float(values[k]), table.p.decimals),
                gains=tuple(
                    round(gain, table.p.decimals) for gain in gains[k, : len(group)].tolist()
                ),
                savings_only=not inner.any(),
            )
        )
    wanted = set(np.unique(members).tolist())
    return Proposed(
        groups=tuple(sorted(groups, key=lambda group: group.members)),
        value=round(best.value, table.p.decimals),
        bound=round(best.bound, table.p.decimals),
        proved=best.proved,
        gap=best.gap,
        admissible=len(members),
        excluded_pairs=tuple(table.reasons),
        excluded_groups={why: count for why, count in sorted(excluded.items()) if count},
        left_over={
            ids[i]: "others_are_worth_more" if i in wanted else "no_admissible_group"
            for i in range(len(registry.firms))
            if i not in placed
        },
    )
