"""From what firms declare to a coalitional game.

``v(S) = sum of own results + synergies inside S - shared cost of S`` (method, section 0, step 1).
The game is kept *zero-normalised*, as the surplus of every coalition over its members alone, at
the low, central and high points of the synergies at once: a firm's own result never changes who
gains what, only the margin from which a gain counts.

Players are in canonical order (sorted identifiers) and synergies in canonical order too, so that
a verdict never depends on the order in which a proposal was typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Firm, IfAlone, Proposal, SharedCost
from services.method.arithmetic import CENTS, in_cents, product, whole_product
from services.method.firms.coalitions import Array, Coalitions, coalitions
from services.method.firms.partition import superadditive_cover


@dataclass(frozen=True, slots=True)
class CostBox:
    """The surplus as it moves with the two figures of an uncertain shared cost.

    ``slopes[j, S]`` is what coalition S saves per unit of figure j, ``ends[j]`` the least and the
    most by which that figure may differ from its central point.
    """

    slopes: Array
    ends: tuple[tuple[float, float], ...]

    @property
    def corners(self) -> list[tuple[float, ...]]:
        """Every combination of ends."""
        found: list[tuple[float, ...]] = [()]
        for low, high in self.ends:
            found = [(*corner, end) for corner in found for end in (low, high)]
        return found


@dataclass(frozen=True, slots=True)
class FirmsGame:
    """The game of a project whose figures are all said.

    ``surplus[k, S]`` is what coalition S has over its members alone, in euros a year, at the low,
    central and high points (k = 0, 1, 2). ``alone[i]`` is what firm i has alone at the central
    point: its own result less what it pays alone for the shared function.
    """

    firms: tuple[Firm, ...]
    own: tuple[Estimate, ...]
    table: Coalitions
    surplus: Array
    alone: tuple[float, ...]
    synergies: tuple[float, float, float]
    saved: float
    certain: bool
    """Whether the three points are one: no interval among results, synergies and costs."""
    box: CostBox | None = None
    excluded: int = 0
    """How many subgroups may not act by themselves."""

    @property
    def worth(self) -> float:
        """v(N) at the central point."""
        return sum(self.alone) + float(self.surplus[1, -1])

    @property
    def group(self) -> tuple[float, float, float]:
        """The surplus of all firms together at the three points, uncertain costs at their ends."""
        low, central, high = self.surplus[:, -1].tolist()
        if self.box is not None:
            moves = [
                [end * float(slope) for end in ends]
                for ends, slope in zip(self.box.ends, self.box.slopes[:, -1], strict=True)
            ]
            low += sum(min(pair) for pair in moves)
            high += sum(max(pair) for pair in moves)
        return low, central, high


def game_of(proposal: Proposal, full_time_tolerance: float) -> FirmsGame:
    """The game the proposal declares.

    Raises ``ValueError`` when a result or a synergy was not said: it has no default.
    """
    firms = in_canonical_order(proposal.firms)
    bit = {firm.id: 1 << i for i, firm in enumerate(firms)}
    table = coalitions(len(firms))
    own = own_results(firms)
    edges = declared(proposal, bit)
    certain = all(result.certain for result in own)

    if edges:
        masks, *points = zip(*edges, strict=True)
        low, central, high = in_cents(np.array(points).sum(axis=1)).tolist()
        synergies = (low, central, high)
        certain = certain and points[0] == points[2]
        surplus = product(np.array(points), table.containing(list(masks)))
    else:
        synergies = (0.0, 0.0, 0.0)
        surplus = np.zeros((3, table.grand + 1))

    alone = [result.central for result in own]
    saved, box = 0.0, None
    if proposal.shared_cost is not None:
        units, costs_alone = cost_units(
            proposal.shared_cost, [firm.id for firm in firms], table, full_time_tolerance
        )
        slopes = whole_product(costs_alone, table.membersT) - units
        figures = np.array(
            [
                proposal.shared_cost.full_time_cost,
                proposal.shared_cost.coordination_per_extra_member,
            ]
        )
        savings = product(figures, slopes)
        surplus = surplus + savings
        saved = round(float(savings[-1]), CENTS)
        paid = product(figures, costs_alone).tolist()
        alone = [round(a - b, CENTS) for a, b in zip(alone, paid, strict=True)]
        box = _cost_box(proposal.shared_cost, slopes)
        certain = certain and box is None
    surplus = in_cents(surplus)
    excluded = {sum(bit[firm] for firm in group.members) for group in proposal.excluded_groups}
    if excluded:
        surplus = in_cents(np.array([superadditive_cover(row, excluded) for row in surplus]))
    return FirmsGame(
        firms=firms,
        own=own,
        table=table,
        surplus=surplus,
        alone=tuple(alone),
        synergies=synergies,
        saved=saved,
        certain=certain,
        box=box,
        excluded=len(excluded),
    )


def in_canonical_order(firms: Iterable[Firm]) -> tuple[Firm, ...]:
    """The players: firms by identifier, so that nothing depends on the order of typing."""
    return tuple(sorted(firms, key=_identifier))


def own_results(firms: Sequence[Firm]) -> tuple[Estimate, ...]:
    """What each firm has alone. Raises ``ValueError`` naming one that did not say it."""
    own = []
    for firm in firms:
        if firm.own is None:
            raise ValueError(f"firm {firm.id!r} has no own result: a game cannot be built")
        own.append(firm.own)
    return tuple(own)


def declared(proposal: Proposal, bit: dict[str, int]) -> list[tuple[int, float, float, float]]:
    """The synergies as masks and three points in whole cents, in canonical order.

    Raises ``ValueError`` when a yearly value was not said.
    """
    edges = []
    for synergy in proposal.synergies:
        yearly = synergy.yearly
        if yearly is None:
            raise ValueError("a synergy has no yearly value: a game cannot be built")
        mask = sum(bit[firm_id] for firm_id in set(synergy.between))
        low, central, high = in_cents(np.array([yearly.low, yearly.central, yearly.high])).tolist()
        edges.append((mask, low, central, high))
    return sorted(edges)


def cost_units(
    shared: SharedCost, players: Sequence[str], table: Coalitions, tolerance: float
) -> tuple[Array, Array]:
    """Whole posts and extra users of every coalition ``[2, S]``, and of every player alone.

    A group pays whole posts for the sum of its needs, and coordination for every user after the
    first. One firm alone pays the same for itself, or nothing when it would go without. The
    tolerance keeps a sum of needs such as 0.1 + 0.2 + 0.7 within one post.

    The cost comes in steps, so the game is not convex and its core may be empty; adding a
    non-negative synergy to a non-empty core still keeps it non-empty.
    """
    need_of = {need.firm: need.fte for need in shared.needs}
    needs = np.array([need_of.get(player, 0.0) for player in players])
    posts = np.ceil(product(needs, table.membersT) - tolerance)
    users = whole_product((needs > 0).astype(np.float64), table.membersT)
    units = np.array([posts, np.maximum(users - 1.0, 0.0)])
    units[:, 0] = 0.0
    singles = table.singles
    if shared.if_alone is IfAlone.GOES_WITHOUT:
        units[:, singles] = 0.0
    return units, units[:, singles]


def posts_saved(shared: SharedCost, needs: Array, table: Coalitions, tolerance: float) -> Array:
    """Whole posts that every coalition saves against each member alone, for other needs
    ``[case, player]``.
    """
    posts = np.ceil(product(needs, table.membersT) - tolerance)
    posts[:, 0] = 0.0
    singles = table.singles
    if shared.if_alone is IfAlone.GOES_WITHOUT:
        posts[:, singles] = 0.0
    saved: Array = whole_product(posts[:, singles], table.membersT) - posts
    return saved


def _cost_box(shared: SharedCost, slopes: Array) -> CostBox | None:
    if shared.range is None:
        return None
    ranges = (shared.range.full_time_cost, shared.range.coordination_per_extra_member)
    ends = [
        (0.0, 0.0) if said is None else (said.low - said.central, said.high - said.central)
        for said in ranges
    ]
    if all(low == high for low, high in ends):
        return None
    return CostBox(slopes, tuple(ends))


def _identifier(firm: Firm) -> str:
    return firm.id
