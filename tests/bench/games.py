"""Measures the games by themselves and writes GAMES.md beside this file.

``python -m tests.bench.games``: half a minute. Games are drawn anew from one seed, of the kinds
that the comparison with the oracle uses: no closed form helps them.
"""

import platform
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.partners import Firm, IfAlone, Synergy
from contracts.vocabulary.registry import Candidate, Registry, SharedFunction
from services.app.parameter_book import parameter_book
from services.method.constants import constants_of
from services.method.firms import pairs, sharings, solutions
from services.method.firms.coalitions import Array, coalitions
from services.method.firms.proposed import Proposed, proposed_groups

RESULTS = Path(__file__).with_name("GAMES.md")
ROUNDS = 5
SEARCH_SECONDS = 20.0


def games(n: int, count: int) -> Array:
    """Games in which larger groups are worth more, and the whole group holds or nearly so."""
    draw = np.random.default_rng(n)
    sizes = coalitions(n).sizes
    rows = draw.random((count, 1 << n)) * sizes**1.5
    rows[:, 0] = 0.0
    rows[:, 1 << np.arange(n)] *= 0.5
    rows[:, -1] = n**1.5 * draw.uniform(0.7, 1.2, count)
    return rows


def seconds(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def everything(rows: Array) -> None:
    """Every solution and every notion of these games."""
    sharings.sharings(rows, np.full(len(rows), 1e-7))
    sharings.least_core_of(rows)
    sharings.costs_of_stability(rows)


def large(n: int) -> Array:
    """Pair synergies and conflicts of a group that holds, every second pair of firms."""
    draw = np.random.default_rng(n)
    upper = np.triu((draw.random((n, n)) < 0.5) * draw.integers(-200, 1000, (n, n)), 1)
    weights: Array = (upper + upper.T).astype(float)
    return weights


def looking_for_partners(firms: int, pairs_declared: int) -> Registry:
    """Firms that would share a post, of which some pairs declared something besides."""
    draw = random.Random(firms)  # noqa: S311 - a benchmark's figures, not secrets
    ids = [f"f{i}" for i in range(firms)]
    return Registry(
        firms=tuple(
            Candidate(firm=Firm(id=i, name=i, own=Estimate.exactly(40_000.0)), need_fte=0.15)
            for i in ids
        ),
        synergies=tuple(
            Synergy(between=pair, yearly=Estimate.exactly(1_000.0 * draw.randint(-45, 40)))
            for pair in sorted(draw.sample(list(combinations(ids, 2)), pairs_declared))
        ),
        shared=SharedFunction(
            what="export manager",
            full_time_cost=60_000.0,
            coordination_per_extra_member=5_000.0,
            if_alone=IfAlone.PAYS_ITS_OWN,
        ),
    )


def proposing(registry: Registry) -> tuple[float, float, Proposed]:
    """Seconds of screening and of choosing, and what is proposed."""
    constants = constants_of(parameter_book().on(datetime.now(UTC).date()))
    screened_at: list[float] = []

    def heard(said: str) -> None:
        if said.startswith("choosing"):
            screened_at.append(time.perf_counter())

    started = time.perf_counter()
    found = proposed_groups(
        registry, constants.firms, constants.factors, seconds=SEARCH_SECONDS, progress=heard
    )
    (screened,) = screened_at
    return screened - started, time.perf_counter() - screened, found


def main(*, write: bool = True) -> None:
    five, twelve = games(5, 1000), games(12, 1)
    weights = large(30)
    tracemalloc.start()
    coalitions.cache_clear()
    everything(twelve)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    rows = [
        (
            "5 firms, every solution, 1,000 games side by side, each",
            seconds(lambda: everything(five)) / 1000,
            "1 ms",
        ),
        ("5 firms, every solution, one game alone", seconds(lambda: everything(five[:1])), ""),
        ("12 firms, nucleolus", seconds(lambda: solutions.nucleolus(twelve[0])), "300 ms"),
        ("12 firms, every solution", seconds(lambda: everything(twelve)), ""),
        (
            "30 firms held by 217 pair synergies: worst cut",
            seconds(lambda: pairs.worst_objection(weights, pairs.halves(weights), 2000)),
            "",
        ),
    ]
    proposing(looking_for_partners(12, 40))
    screening, choosing, found = proposing(looking_for_partners(40, 300))
    proof = "proved" if found.proved else f"another is at most {found.gap:.2%} better"
    rows += [
        ("40 firms with 300 declared pairs: screening the groups of 3 to 5", screening, "2,000 ms"),
        (f"the best disjoint set of its {found.admissible:,} ({proof})", choosing, "20,000 ms"),
    ]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = [
        "# What games cost on this machine",
        "",
        "Written by `make bench`: medians of five rounds, general games without a closed form.",
        "",
        f"{today}, Python {platform.python_version()}, numpy {np.__version__}.",
        "",
        "| | ms | aim |",
        "|---|---|---|",
        *(f"| {name} | {1000 * taken:,.2f} | {aim and '≤ ' + aim} |" for name, taken, aim in rows),
        f"| 12 firms, every solution: most memory (MB) | {peak:,.1f} | ≤ 50 MB |",
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if write:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
