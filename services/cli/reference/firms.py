"""Kinds of cases about firms: games, their solutions and levels, closeness of two firms."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.proposal import IfAlone, Need, SharedCost
from contracts.vocabulary.verdict import Solution
from services.cli.reference import games, groups, relatedness
from services.cli.reference.bench import Bench, Figures, Input, Kind, NotRunnableError
from services.method.arithmetic import product
from services.method.firms import closeness, grouping, pairs, sharings, solutions
from services.method.firms.coalitions import Array, coalitions, players_of
from services.method.firms.found import FULL_TIME_TOLERANCE, FirmsParameters
from services.method.firms.game import cost_units
from services.method.firms.level import firms_level

_EXACT = FirmsParameters(
    margin=0.0,
    margin_share=0.0,
    tolerance=1e-6,
    relative_tolerance=1e-10,
    search_nodes=1000,
    announced_tolerance=1e-6,
    full_time_tolerance=1e-6,
    decimals=4,
)
"""Games of the literature are not in euros: any gain counts, and four decimals do."""


def worths_of(kind: str, data: Input, bench: Bench) -> Array:
    """The worths of a case that is a game. Raises ``NotRunnableError`` for another kind."""
    if kind == "tu":
        return games.from_lexicographic(data["v_lex"])
    if kind == "isg":
        return _pair_game(data["own"], data["edges"])
    if kind == "shared_manager":
        return _savings_of_sharing(data, bench)
    if kind == "airport":
        return _airport(data["costs"])
    raise NotRunnableError(f"a case of kind {kind!r} is not a game")


def _pair_game(own: Sequence[float], edges: Sequence[Sequence[Any]]) -> Array:
    table = coalitions(len(own))
    worths: Array = product(np.array(own, dtype=float), table.membersT)
    for i, j, weight in edges:
        worths = worths + weight * table.containing([1 << i | 1 << j])[0]
    return worths


def _savings_of_sharing(data: Input, bench: Bench) -> Array:
    needs = data["fte_need"]
    players = [f"{i:02d}" for i in range(len(needs))]
    table = coalitions(len(needs))
    shared = SharedCost(
        what="shared manager",
        needs=tuple(Need(firm=firm, fte=fte) for firm, fte in zip(players, needs, strict=True)),
        full_time_cost=data["cost_full_time"],
        if_alone=IfAlone.PAYS_ITS_OWN,
        coordination_per_extra_member=data["coordination_per_extra_member"],
    )
    tolerance = bench.sheet.number(FULL_TIME_TOLERANCE)
    (posts, extra), _ = cost_units(shared, players, table, tolerance)
    costs = shared.full_time_cost * posts + shared.coordination_per_extra_member * extra
    worths: Array = product(costs[table.singles], table.membersT) - costs
    return worths


def _airport(costs: Sequence[float]) -> Array:
    """Minus the cost of the longest runway a coalition needs."""
    members = coalitions(len(costs)).members
    worths: Array = -(members * np.array(costs, dtype=float)).max(axis=1)
    return worths


def _tu(data: Input, _: Bench) -> Figures:
    return _solutions(games.from_lexicographic(data["v_lex"]))


def _solutions(worths: Array) -> Figures:
    """Every notion of a game, under its names; one that is not defined is left out, so that a case
    which expects it fails on the missing figure.
    """
    n = players_of(worths)
    scale = float(np.abs(worths).max())
    tolerance = max(_EXACT.tolerance * min(scale, 1.0), _EXACT.tolerance_for(scale))
    found = sharings.sharings(worths[None], np.array([tolerance]))
    ((missing, collection),) = solutions.stability(worths[None])
    least_core = float(sharings.least_core_of(worths[None])[0])
    alone = worths[[1 << i for i in range(n)]]
    figures: Figures = {
        "v_N": float(worths[-1]),
        "gain": float(worths[-1] - alone.sum()),
        "core_nonempty": missing <= tolerance,
        "cost_of_stability": missing,
        "least_core_eps": least_core,
        "least_core": least_core,
        "dividends": games.harsanyi_dividends(worths)[games.lexicographic_masks(n)].tolist(),
        "balanced_collection": [
            [[i + 1 for i in range(n) if mask >> i & 1], weight] for mask, weight in collection
        ],
    }
    if n > 1:
        figures["min_cut"] = games.smallest_cut(worths - product(alone, coalitions(n).membersT))
        figures["prenucleolus"] = games.prenucleolus(worths).tolist()
    for solution, payoffs in found.payoffs.items():
        if not np.isnan(payoffs[0]).any():
            for name in (str(solution), *_ALSO_CALLED.get(solution, ())):
                figures[name] = payoffs[0].tolist()
                figures[f"{name}_in_core"] = bool(found.in_core[solution][0])
                figures[f"{name}_individually_rational"] = bool(
                    (payoffs[0] >= alone - tolerance).all()
                )
    return figures


_ALSO_CALLED = {
    Solution.TAU: ("tau_value",),
    Solution.GATELY: ("gately_point",),
    Solution.NASH: ("nash_split", "nash_bargaining"),
}


def _isg(data: Input, bench: Bench) -> Figures:
    if len(data["own"]) > MAX_PLAYERS:
        return _large_isg(data)
    return _solutions(worths_of("isg", data, bench))


def _large_isg(data: Input) -> Figures:
    """What stays exact for 13 to 30 players: the halves, and the worst cut."""
    own = np.array(data["own"], dtype=float)
    weights = np.zeros((len(own), len(own)))
    for i, j, weight in data["edges"]:
        weights[i, j] += weight
        weights[j, i] += weight
    value = pairs.halves(weights)
    objection, _ = pairs.worst_objection(weights, value, _EXACT.search_nodes)
    holds = objection <= _EXACT.tolerance
    return {
        "v_N": float((own + value).sum()),
        "gain": float(value.sum()),
        "shapley": (own + value).tolist(),
        "prenucleolus": (own + value).tolist(),
        "min_cut": -2 * objection,
        "core_nonempty": holds,
        "shapley_in_core": holds,
    } | ({"nucleolus": (own + value).tolist()} if holds else {})


def _shared_manager(data: Input, bench: Bench) -> Figures:
    return _solutions(worths_of("shared_manager", data, bench))


def _airport_shares(data: Input, _: Bench) -> Figures:
    """The game of minus the costs; figures of costs are given as costs."""
    found = _solutions(_airport(data["costs"]))
    return {
        name: [-x for x in value] if isinstance(value, list) and name in _COSTS else value
        for name, value in found.items()
    }


_COSTS = frozenset(
    (
        *Solution,
        *(name for names in _ALSO_CALLED.values() for name in names),
        "prenucleolus",
        "dividends",
    )
)


def _levels(data: Input, bench: Bench) -> Figures:
    announced = data.get("announced") or {}
    levels, stability, aid, blocking, left_out = {}, {}, {}, {}, {}
    for case_id in data["games"]:
        worths = worths_of(*bench.input_of(case_id), bench)
        found = firms_level(games.game_from_worths(worths, announced.get(case_id, ())), _EXACT)
        levels[case_id] = str(found.level)
        stability[case_id] = found.cost_of_stability
        aid[case_id] = found.needed_aid
        blocking[case_id] = [i + 1 for i in found.blocking]
        left_out[case_id] = [i + 1 for i in found.gets_nothing]
    return {
        "level": levels,
        "cost_of_stability": stability,
        "needed_aid": aid,
        "blocking": blocking,
        "gets_nothing": left_out,
    }


def _csg(data: Input, _: Bench) -> Figures:
    worths = games.from_lexicographic(data["v_lex"])
    value, blocks = games.best_structure(worths)
    players = range(players_of(worths))
    structure = [[i + 1 for i in players if block >> i & 1] for block in blocks]
    return {"value": value, "structure": structure}


def _counterfactual_edges(data: Input, _: Bench) -> Figures:
    edges = [(int(i), int(j), float(w)) for i, j, w in data["edges"]]
    total, added = games.least_addition_to_synergies(len(data["own"]), edges)
    raised = [[i, j, w + more] for (i, j, w), more in zip(edges, added, strict=True)]
    return {"min_increase": total, "edges": raised}


def _grouping(data: Input, _: Bench) -> Figures:
    found = groups.of_pairs(
        sizes=[float(size) for size in data["size"]],
        edges=[(int(i), int(j), float(w)) for i, j, w in data["edges"]],
        competitors=[(int(i), int(j)) for i, j in data["competitors"]],
        min_size_ratio=float(data["min_size_ratio"]),
        group_sizes=[int(size) for size in data["group_sizes"]],
    )
    best = grouping.best_disjoint(found.members, found.values)
    return {
        "n_candidates": len(found.members),
        "value": best.value,
        "groups": sorted(list(found.members[k]) for k in best.chosen),
    }


def _naf(data: Input, _: Bench) -> Figures:
    return {"sim": [closeness.naf_similarity(a, b) for a, b in data["pairs"]]}


def _market(data: Input, _: Bench) -> Figures:
    p, q = data.amounts("p"), data.amounts("q")
    if len(p) != len(q) or not any(p) or not any(q):
        raise ValueError("'p' and 'q' must have a figure a market each, and not only zeros")
    return {"overlap": closeness.market_overlap(p, q), "cosine": closeness.cosine(p, q)}


def _evenness(data: Input, _: Bench) -> Figures:
    sizes = data.amounts("sizes")
    if len(sizes) <= 1 or not any(sizes):
        raise ValueError("'sizes' must be two or more, and not only zeros")
    return {"J": closeness.evenness(sizes)}


def _counts(data: Input, key: str) -> Array:
    found = data.square(key)
    if len(found) <= 1 or (found < 0).any() or not found.any():
        raise ValueError(f"{key!r} must be of two or more, without negatives, and not only zeros")
    return found


def _skill(data: Input, _: Bench) -> Figures:
    ratio = relatedness.skill_relatedness(_counts(data, "F"))
    return {
        "SR": ratio.tolist(),
        "norm_12": closeness.normalised_relatedness(float(ratio[0, 1])),
        "norm_21": closeness.normalised_relatedness(float(ratio[1, 0])),
    }


def _relatedness(data: Input, _: Bench) -> Figures:
    counts = _counts(data, "C")
    if not np.array_equal(counts, counts.T):
        raise ValueError("'C' is not symmetric: what occurs with the other must be one figure")
    return {
        "association": relatedness.association_strength(counts).tolist(),
        "cosine_12": relatedness.cooccurrence_cosine(counts, 0, 1),
        "jaccard_12": relatedness.cooccurrence_jaccard(counts, 0, 1),
    }


FIRM_KINDS: dict[str, Kind] = {
    "tu": _tu,
    "airport": _airport_shares,
    "isg": _isg,
    "shared_manager": _shared_manager,
    "dividends": _tu,
    "levels": _levels,
    "csg": _csg,
    "counterfactual_edges": _counterfactual_edges,
    "grouping": _grouping,
    "naf": _naf,
    "market": _market,
    "evenness": _evenness,
    "skill": _skill,
    "relatedness": _relatedness,
}
