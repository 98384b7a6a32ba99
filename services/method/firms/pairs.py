"""Groups of 13 to 30 firms held by pair synergies: what stays exact without every coalition.

With pair synergies only, each firm's Shapley value is the half of its synergies, which is the
prenucleolus too, and the group holds exactly when, however it is cut in two, the synergies crossing
the cut are worth more than the conflicts crossing it (Deng & Papadimitriou 1994). The worst cut
is found by integer programming. What needs every coalition is no longer computed, and named.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.limits import MAX_PAIR_PLAYERS, MAX_PLAYERS
from contracts.vocabulary.proposal import Firm, ProjectKind, Proposal
from contracts.vocabulary.verdict import Notion
from services.method.arithmetic import in_cents, on_grid
from services.method.firms.coalitions import Array
from services.method.firms.game import declared, in_canonical_order, own_results
from services.method.firms.programs import solve
from services.method.firms.simplex import NEGLIGIBLE, SolverError

NOT_COMPUTED = (
    Notion.COST_OF_STABILITY,
    Notion.NEEDED_AID,
    Notion.LEAST_CORE,
    Notion.PER_CAPITA_NUCLEOLUS,
    Notion.TAU,
)
"""What needs the worth of every coalition."""

_PAIR = 2

_CUTS = 12
"""Conditions per firm that are added to a sharing before it is given up."""

_FINE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
"""As fine as the tolerance of an objection (``firms.relative_tolerance``), not a thousand times
coarser: the same condition would be found broken again and again.
"""


@dataclass(frozen=True, slots=True)
class PairGame:
    """A game of pair synergies: ``weights[k, i, j]`` at the low, central and high points.

    The other figures are those of ``FirmsGame``.
    """

    firms: tuple[Firm, ...]
    own: tuple[Estimate, ...]
    weights: Array
    alone: tuple[float, ...]
    synergies: tuple[float, float, float]
    certain: bool
    saved: float = 0.0
    excluded: int = 0

    @property
    def worth(self) -> float:
        """v(N) at the central point."""
        return sum(self.alone) + self.synergies[1]

    @property
    def group(self) -> tuple[float, float, float]:
        """The surplus of all firms together at the three points."""
        return self.synergies


def held_by_pairs(proposal: Proposal) -> bool:
    """Whether a project too large for a game is one whose cuts can be searched.

    An incubator is no such group: its firms come and go and share no result.
    """
    return (
        MAX_PLAYERS < len(proposal.firms) <= MAX_PAIR_PLAYERS
        and proposal.kind is not ProjectKind.INCUBATOR
        and bool(proposal.synergies)
        and all(len(set(synergy.between)) == _PAIR for synergy in proposal.synergies)
        and proposal.shared_cost is None
        and not proposal.excluded_groups
    )


def pair_game_of(proposal: Proposal) -> PairGame:
    """The game of a group held by pairs. Raises ``ValueError`` when a figure was not said."""
    firms = in_canonical_order(proposal.firms)
    own = own_results(firms)
    edges = declared(proposal, {firm.id: 1 << i for i, firm in enumerate(firms)})
    weights = np.zeros((3, len(firms), len(firms)))
    for mask, *points in edges:
        i, j = (mask & -mask).bit_length() - 1, mask.bit_length() - 1
        weights[:, i, j] += points
        weights[:, j, i] += points
    weights = in_cents(weights)
    low, central, high = in_cents(weights.sum(axis=(1, 2)) / 2).tolist()
    return PairGame(
        firms=firms,
        own=own,
        weights=weights,
        alone=tuple(result.central for result in own),
        synergies=(low, central, high),
        certain=all(r.certain for r in own) and bool((weights[0] == weights[2]).all()),
    )


def halves(weights: Array) -> Array:
    """The Shapley value: each synergy is split in two halves."""
    shares: Array = in_cents(weights.sum(axis=1)) / 2
    return shares


def worst_objection(weights: Array, gains: Array, nodes: int) -> tuple[float, tuple[int, ...]]:
    """What some proper subgroup has beyond its ``gains``, at most; and the subgroup.

    Raises ``SolverError`` when ``nodes`` of the search tree do not settle it.
    """
    n = len(gains)
    first, second = np.nonzero(np.triu(weights))
    values = weights[first, second]
    if not len(values):
        least = int(np.argmin(gains))
        return -float(gains[least]), (least,)
    scale = float(np.abs(values).max())
    if (values > 0).all():
        return _convex_objection(weights, gains, first, second, scale)
    # Against the halves a subgroup and the others object alike: one of the two is enough.
    alike = bool(np.allclose(gains, halves(weights), rtol=0.0, atol=NEGLIGIBLE * scale))
    solved = _search(n, first, second, values / scale, gains / scale, nodes, alike=alike)
    members = np.flatnonzero(np.rint(solved.x[:n]))
    if alike and 2 * len(members) >= n:
        members = np.setdiff1d(np.arange(n), members)
    return _objection(weights, gains, members), tuple(members.tolist())


def _convex_objection(
    weights: Array, gains: Array, first: Any, second: Any, scale: float
) -> tuple[float, tuple[int, ...]]:
    """The same where all synergies help: no search, for each vertex of the program is a subgroup
    (its matrix is totally unimodular; the closure of greatest weight, Picard 1976).

    Nobody, with an objection of nothing, where no subgroup objects to a sharing of all there is.
    """
    n, edges = len(gains), len(first)
    edge = np.arange(edges)
    # A pair is inside at most as far as each of its firms is.
    rules = np.zeros((2 * edges, n + edges))
    rules[edge, n + edge] = rules[edges + edge, n + edge] = 1.0
    rules[edge, first] = rules[edges + edge, second] = -1.0
    costs = np.concatenate([gains, -weights[first, second]]) / scale
    solved = solve(costs, A_ub=rules, b_ub=np.zeros(2 * edges), bounds=(0, 1))
    members = np.flatnonzero(np.rint(solved.x[:n]))
    if len(members) in (0, n):
        return 0.0, ()
    return _objection(weights, gains, members), tuple(members.tolist())


def clear_objection(weights: Array, gains: Array) -> tuple[float, tuple[int, ...]]:
    """What a subgroup found by improvement from each firm has beyond its gains, and the subgroup.

    A lower bound: where it is positive the group does not hold, and no search is needed to say so.
    """
    n = len(gains)
    best = -np.inf
    found: tuple[int, ...] = (0,)
    for start in range(n):
        inside = np.zeros(n)
        inside[start] = 1.0
        while True:
            # What each firm would add by changing sides.
            change = (1 - 2 * inside) * ((weights * inside).sum(axis=1) - gains)
            count = int(inside.sum())
            change[inside > 0] = -np.inf if count == 1 else change[inside > 0]
            change[inside == 0] = -np.inf if count == n - 1 else change[inside == 0]
            move = int(np.argmax(change))
            if change[move] <= NEGLIGIBLE * max(1.0, float(np.abs(weights).max())):
                break
            inside[move] = 1 - inside[move]
        members = np.flatnonzero(inside)
        objection = _objection(weights, gains, members)
        # Of equal ones the smaller subgroup, which is found whatever the search began with.
        if (-objection, len(members), members.tolist()) < (-best, len(found), list(found)):
            best, found = objection, tuple(members.tolist())
    return best, found


def _objection(weights: Array, gains: Array, members: Any) -> float:
    over = weights[np.ix_(members, members)].sum() / 2 - gains[members].sum()
    return float(on_grid(over, np.abs(weights).sum()))


def _search(
    n: int, first: Any, second: Any, values: Array, gains: Array, nodes: int, *, alike: bool
) -> Any:
    # scipy is imported on first use: half a second that most proposals need not wait for.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see above

    edges = len(values)
    edge = np.arange(edges)
    good, bad = edge[values > 0], edge[values < 0]
    # A pair is inside when both its firms are: a synergy must not be counted otherwise, and a
    # conflict must be.
    rules = np.zeros((2 * len(good) + len(bad), n + edges))
    for offset, ends in ((0, first), (len(good), second)):
        row = offset + np.arange(len(good))
        rules[row, n + good] = 1.0
        rules[row, ends[good]] = -1.0
    row = 2 * len(good) + np.arange(len(bad))
    rules[row, n + bad] = -1.0
    rules[row, first[bad]] = 1.0
    rules[row, second[bad]] = 1.0
    limits = np.concatenate([np.zeros(2 * len(good)), np.ones(len(bad))])
    proper = np.concatenate([np.ones(n), np.zeros(edges)])[None]
    most = np.ones(n + edges)
    if alike:
        most[0] = 0.0
    solved = milp(
        np.concatenate([gains, -values]),
        constraints=[
            LinearConstraint(rules, -np.inf, limits),
            LinearConstraint(proper, 1, n - 1),
        ],
        integrality=np.concatenate([np.ones(n), np.zeros(edges)]),
        bounds=Bounds(0, most),
        options={"node_limit": nodes, "mip_rel_gap": 0.0},
    )
    if solved.status != 0:
        raise SolverError("the search for the worst cut did not end")
    return solved


def widest_core_point(
    weights: Array, least: Array, tolerance: float, nodes: int
) -> tuple[float, Array]:
    """The core point whose smallest gain beyond ``least`` is largest, and that smallest gain.

    Conditions are added as they are found to be broken. The core must not be empty. Raises
    ``SolverError`` when the search does not end.
    """
    n = len(least)
    scale = max(float(np.abs(weights).max()), 1.0)
    total = float(weights.sum() / 2)
    cuts: list[Array] = []
    bounds: list[float] = []
    for _ in range(_CUTS * n):
        # Variables: the gains, then the smallest of them beyond the least.
        floors = np.hstack([-np.eye(n), np.ones((n, 1))])
        kept = [np.append(-cut, 0.0) for cut in cuts]
        solved = solve(
            np.append(np.zeros(n), -1.0),
            A_ub=np.vstack([floors, *kept]),
            b_ub=np.array([*(-least / scale), *(-b / scale for b in bounds)]),
            A_eq=np.append(np.ones(n), 0.0)[None],
            b_eq=[total / scale],
            bounds=(None, None),
            options=_FINE,
        )
        gains = solved.x[:n] * scale
        objection, members = worst_objection(weights, gains, nodes)
        if objection <= tolerance:
            return float(solved.x[n] * scale), gains
        inside = np.zeros(n)
        inside[list(members)] = 1.0
        if any((inside == cut).all() for cut in cuts):
            raise SolverError("a condition that was added is broken again")
        cuts.append(inside)
        bounds.append(float(weights[np.ix_(inside > 0, inside > 0)].sum() / 2))
    raise SolverError("the search for a sharing did not end: its figures differ too much in size")
