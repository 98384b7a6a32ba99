"""From what firms declare to a coalitional game.

``v(S) = sum of own results + synergies inside S - shared cost of S`` (method, section 0, step 1).
The game is kept *zero-normalised*, as the surplus of every coalition over its members alone, at
the low, central and high points of the synergies at once: a firm's own result never changes who
gains what, only the margin from which a gain counts.

Players are in canonical order (sorted identifiers) and synergies in canonical order too, so that
a verdict never depends on the order in which a proposal was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Firm, IfAlone, Proposal, SharedCost
from services.method.firms.coalitions import Array, Coalitions, coalitions, players_of


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
    """Whether the three points are one: no interval among results and synergies."""

    @property
    def worth(self) -> float:
        """v(N) at the central point."""
        return sum(self.alone) + float(self.surplus[1, -1])


def game_of(proposal: Proposal, full_time_tolerance: float) -> FirmsGame:
    """The game the proposal declares.

    Raises ``ValueError`` when a result or a synergy was not said: it has no default.
    """
    firms = tuple(sorted(proposal.firms, key=_identifier))
    bit = {firm.id: 1 << i for i, firm in enumerate(firms)}
    table = coalitions(len(firms))

    own = []
    for firm in firms:
        if firm.own is None:
            raise ValueError(f"firm {firm.id!r} has no own result: a game cannot be built")
        own.append(firm.own)
    certain = all(result.low == result.high for result in own)

    edges = []
    for synergy in proposal.synergies:
        yearly = synergy.yearly
        if yearly is None:
            raise ValueError("a synergy has no yearly value: a game cannot be built")
        mask = 0
        for firm_id in synergy.between:
            mask |= bit[firm_id]
        edges.append((mask, yearly.low, yearly.central, yearly.high))
    edges.sort()

    if edges:
        masks, *points = zip(*edges, strict=True)
        synergies = (sum(points[0]), sum(points[1]), sum(points[2]))
        certain = certain and points[0] == points[2]
        surplus = np.array(points) @ table.containing(list(masks))
    else:
        synergies = (0.0, 0.0, 0.0)
        surplus = np.zeros((3, table.grand + 1))

    alone = [result.central for result in own]
    saved = 0.0
    if proposal.shared_cost is not None:
        costs = shared_cost_of_coalitions(
            proposal.shared_cost, [firm.id for firm in firms], table, full_time_tolerance
        )
        costs_alone = costs[[1 << i for i in range(table.n)]]
        savings = table.members @ costs_alone - costs
        surplus = surplus + savings
        saved = float(savings[-1])
        alone = [a - b for a, b in zip(alone, costs_alone.tolist(), strict=True)]
    return FirmsGame(
        firms=firms,
        own=tuple(own),
        table=table,
        surplus=surplus,
        alone=tuple(alone),
        synergies=synergies,
        saved=saved,
        certain=certain,
    )


def game_from_worths(worths: Array, announced: Sequence[float | None] = ()) -> FirmsGame:
    """A game given by its worths, its players without results of their own besides.

    For games from the literature, so that they are judged by the same code as proposals.
    """
    table = coalitions(players_of(worths))
    alone = worths[[1 << i for i in range(table.n)]]
    surplus = worths - table.members @ alone
    said = list(announced) or [None] * table.n
    return FirmsGame(
        firms=tuple(
            Firm(id=f"{i:02d}", name=f"{i + 1}", announced=result) for i, result in enumerate(said)
        ),
        own=(Estimate.exactly(0.0),) * table.n,
        table=table,
        surplus=np.array([surplus] * 3),
        alone=tuple(alone.tolist()),
        synergies=(0.0, 0.0, 0.0),
        saved=0.0,
        certain=True,
    )


def shared_cost_of_coalitions(
    shared: SharedCost, players: Sequence[str], table: Coalitions, tolerance: float
) -> Array:
    """Yearly cost of the shared function for every coalition of the players.

    A group pays whole posts for the sum of its needs, and coordination for every user after the
    first. One firm alone pays the same for itself, or nothing when it would go without. The
    tolerance keeps a sum of needs such as 0.1 + 0.2 + 0.7 within one post.

    The cost comes in steps, so the game is not convex and its core may be empty; adding a
    non-negative synergy to a non-empty core still keeps it non-empty.
    """
    need_of = {need.firm: need.fte for need in shared.needs}
    needs = np.array([need_of.get(player, 0.0) for player in players])
    posts = np.ceil(table.members @ needs - tolerance)
    users = table.members @ (needs > 0).astype(np.float64)
    extra = np.maximum(users - 1.0, 0.0)
    costs: Array = shared.full_time_cost * posts + shared.coordination_per_extra_member * extra
    costs[0] = 0.0
    if shared.if_alone is IfAlone.GOES_WITHOUT:
        costs[[1 << i for i in range(table.n)]] = 0.0
    return costs


def _identifier(firm: Firm) -> str:
    return firm.id
