"""Kinds of cases about firms: games, their solutions and levels, closeness of two firms."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from contracts.vocabulary.proposal import IfAlone, Need, SharedCost
from services.method.cases.bench import Bench, Figures, Input, Kind, NotRunnableError
from services.method.firms import closeness, solutions
from services.method.firms.coalitions import (
    Array,
    coalitions,
    from_lexicographic,
    lexicographic_masks,
    players_of,
)
from services.method.firms.game import game_from_worths, shared_cost_of_coalitions
from services.method.firms.level import FULL_TIME_TOLERANCE, FirmsParameters, firms_level
from services.method.firms.partition import best_structure
from services.method.verdict.levers import least_addition_to_synergies

_EXACT = FirmsParameters(
    margin=0.0,
    margin_share=0.0,
    tolerance=1e-6,
    announced_tolerance=1e-6,
    full_time_tolerance=1e-6,
    decimals=4,
)
"""Games of the literature are not in euros: any gain counts, and four decimals do."""


def worths_of(kind: str, data: Input, bench: Bench) -> Array:
    """The worths of a case that is a game. Raises ``NotRunnableError`` for another kind."""
    if kind == "tu":
        return from_lexicographic(data["v_lex"])
    if kind == "isg":
        return _pair_game(data["own"], data["edges"])
    if kind == "shared_manager":
        return _savings_of_sharing(data, bench)
    if kind == "airport":
        return _airport(data["costs"])
    raise NotRunnableError(f"a case of kind {kind!r} is not a game")


def _pair_game(own: Sequence[float], edges: Sequence[Sequence[Any]]) -> Array:
    table = coalitions(len(own))
    worths: Array = table.members @ np.array(own, dtype=float)
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
    costs = shared_cost_of_coalitions(shared, players, table, tolerance)
    worths: Array = table.members @ costs[[1 << i for i in range(table.n)]] - costs
    return worths


def _airport(costs: Sequence[float]) -> Array:
    """Minus the cost of the longest runway a coalition needs."""
    members = coalitions(len(costs)).members
    worths: Array = -(members * np.array(costs, dtype=float)).max(axis=1)
    return worths


def _tu(data: Input, _: Bench) -> Figures:
    return _solutions(from_lexicographic(data["v_lex"]))


def _solutions(worths: Array) -> Figures:
    value = solutions.shapley(worths)
    missing = solutions.cost_of_stability(worths)
    found: Figures = {
        "v_N": float(worths[-1]),
        "shapley": value.tolist(),
        "shapley_in_core": solutions.in_core(worths, value, _EXACT.tolerance),
        "core_nonempty": missing <= _EXACT.tolerance,
        "cost_of_stability": missing,
        "least_core_eps": solutions.least_core(worths),
        "prenucleolus": solutions.prenucleolus(worths).tolist(),
    }
    if worths[-1] >= sum(worths[1 << i] for i in range(players_of(worths))):
        found["nucleolus"] = solutions.nucleolus(worths).tolist()
        found["per_capita_nucleolus"] = solutions.per_capita_nucleolus(worths).tolist()
    for name, solution in (("gately", solutions.gately), ("tau", solutions.tau_value)):
        try:
            found[name] = solution(worths).tolist()
        except ValueError:
            # Not defined for this game: a case that expects it fails on the missing figure.
            continue
    return found


def _isg(data: Input, bench: Bench) -> Figures:
    worths = worths_of("isg", data, bench)
    own = coalitions(players_of(worths)).members @ np.array(data["own"], dtype=float)
    return _solutions(worths) | {"min_cut": solutions.smallest_cut(worths - own)}


def _shared_manager(data: Input, bench: Bench) -> Figures:
    return _solutions(worths_of("shared_manager", data, bench))


def _airport_shares(data: Input, _: Bench) -> Figures:
    worths = _airport(data["costs"])
    return {
        "shapley": (-solutions.shapley(worths)).tolist(),
        "nucleolus": (-solutions.nucleolus(worths)).tolist(),
    }


def _dividends(data: Input, _: Bench) -> Figures:
    worths = from_lexicographic(data["v_lex"])
    dividends = solutions.harsanyi_dividends(worths)
    return {
        "dividends": dividends[lexicographic_masks(players_of(worths))].tolist(),
        "shapley": solutions.shapley(worths).tolist(),
    }


def _levels(data: Input, bench: Bench) -> Figures:
    announced = data.get("announced") or {}
    levels = {}
    for case_id in data["games"]:
        worths = worths_of(*bench.input_of(case_id), bench)
        game = game_from_worths(worths, announced.get(case_id, ()))
        levels[case_id] = str(firms_level(game, _EXACT).level)
    return {"level": levels}


def _csg(data: Input, _: Bench) -> Figures:
    worths = from_lexicographic(data["v_lex"])
    value, blocks = best_structure(worths)
    players = range(players_of(worths))
    structure = [[i + 1 for i in players if block >> i & 1] for block in blocks]
    return {"value": value, "structure": structure}


def _counterfactual_edges(data: Input, _: Bench) -> Figures:
    edges = [(int(i), int(j), float(w)) for i, j, w in data["edges"]]
    total, added = least_addition_to_synergies(len(data["own"]), edges)
    raised = [[i, j, w + more] for (i, j, w), more in zip(edges, added, strict=True)]
    return {"min_increase": total, "edges": raised}


def _naf(data: Input, _: Bench) -> Figures:
    return {"sim": [closeness.naf_similarity(a, b) for a, b in data["pairs"]]}


def _market(data: Input, _: Bench) -> Figures:
    p, q = data["p"], data["q"]
    return {"overlap": closeness.market_overlap(p, q), "cosine": closeness.cosine(p, q)}


def _evenness(data: Input, _: Bench) -> Figures:
    return {"J": closeness.evenness(data["sizes"])}


def _skill(data: Input, _: Bench) -> Figures:
    ratio = closeness.skill_relatedness(np.array(data["F"], dtype=float))
    return {
        "SR": ratio.tolist(),
        "norm_12": closeness.normalised_relatedness(float(ratio[0, 1])),
        "norm_21": closeness.normalised_relatedness(float(ratio[1, 0])),
    }


def _relatedness(data: Input, _: Bench) -> Figures:
    counts = np.array(data["C"], dtype=float)
    return {
        "association": closeness.association_strength(counts).tolist(),
        "cosine_12": closeness.cooccurrence_cosine(counts, 0, 1),
        "jaccard_12": closeness.cooccurrence_jaccard(counts, 0, 1),
    }


FIRM_KINDS: dict[str, Kind] = {
    "tu": _tu,
    "airport": _airport_shares,
    "isg": _isg,
    "shared_manager": _shared_manager,
    "dividends": _dividends,
    "levels": _levels,
    "csg": _csg,
    "counterfactual_edges": _counterfactual_edges,
    "naf": _naf,
    "market": _market,
    "evenness": _evenness,
    "skill": _skill,
    "relatedness": _relatedness,
}
