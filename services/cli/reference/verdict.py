"""Kinds of cases about putting criteria and projects together."""

from fractions import Fraction

import numpy as np

from services.cli.reference import aggregation, portfolio
from services.cli.reference.bench import Bench, Figures, Input, Kind


def _aggregation(data: Input, _: Bench) -> Figures:
    values = data["x"]
    return {
        "mean": sum(values) / len(values),
        "geo": aggregation.geometric_mean(values),
        "min": min(values),
    }


def _mrsort(data: Input, _: Bench) -> Figures:
    larger_is_better = [direction == "max" for direction in data["minmax"]]
    assigned = [
        aggregation.sorted_by_majority(
            performance,
            larger_is_better,
            data["weights"],
            data["majority"],
            data["lower_profiles"],
            data["veto"],
        )
        for performance in data["perf"]
    ]
    return {"assign": [data["categories"][category] for category in assigned]}


def _minmax_reversal(data: Input, _: Bench) -> Figures:
    before = np.array(data["X"], dtype=float)
    after = np.vstack([before, data["new"]])
    return {
        "before": aggregation.min_max_mean(before).tolist(),
        "after": aggregation.min_max_mean(after).tolist(),
    }


def _ahp_reversal(data: Input, _: Bench) -> Figures:
    columns = np.array(
        [[float(Fraction(entry)) for entry in column] for column in data["comparison_columns"]]
    )
    with_copy = np.column_stack([columns, columns[:, data["copy_of"]]])
    return {
        "w3": aggregation.pairwise_priorities(columns).tolist(),
        "w4": aggregation.pairwise_priorities(with_copy).tolist(),
    }


def _smaa(data: Input, _: Bench) -> Figures:
    share, central = aggregation.rank_acceptability(
        np.array(data["X"], dtype=float), np.array(data["weight_draws"], dtype=float)
    )
    return {"rank_acceptability": share.tolist(), "central_weights": central.tolist()}


def _smaa_exact(data: Input, _: Bench) -> Figures:
    return {"p": [aggregation.share_of_weights_in_favour(row) for row in data["diff"]]}


def _knapsack(data: Input, _: Bench) -> Figures:
    values, costs, budget = data["v"], data["c"], data["B"]
    chosen, value = portfolio.best_under_budget(values, costs, budget)
    listed, listed_value = portfolio.priority_list(values, costs, budget)
    return {"x": chosen, "value": value, "greedy": listed, "greedy_value": listed_value}


def _frontier(data: Input, _: Bench) -> Figures:
    sets = portfolio.efficient_sets(data["v"], data["c"])
    return {"efficient": [[i + 1 for i in chosen] for chosen in sets]}


VERDICT_KINDS: dict[str, Kind] = {
    "aggregation": _aggregation,
    "mrsort": _mrsort,
    "minmax_reversal": _minmax_reversal,
    "ahp_reversal": _ahp_reversal,
    "smaa": _smaa,
    "smaa_exact": _smaa_exact,
    "knapsack": _knapsack,
    "frontier": _frontier,
}
