"""Breaks the distributed form and tells whether it kept its promises; exit status 1 when not.

The long form goes in chunks; each has its seed, its cluster and its check. A run that was ended
goes on after its last finished chunk when it is given the same seed. A whole long form writes its
table to ``tests/bench/RESULTS.md``.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench import results as benchmark
from tests.chaos import table
from tests.chaos.run import Plan, fresh_seed, run, say

SHORT = (3_000, 90.0)
"""Accepted proposals, seconds of faults."""

CHUNKS, CHUNK = 10, (10_000, 270.0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--long", action="store_true", help="100,000 proposals, in chunks")
    parser.add_argument("--seed", type=int, default=None, help="of the schedule and the clients")
    parser.add_argument("--accepted", type=int, help="proposals, instead of the form's own number")
    parser.add_argument("--seconds", type=float, help="of faults, instead of the form's own")
    parser.add_argument("--folder", type=Path, default=Path("data/chaos"), help="of all it leaves")
    given = parser.parse_args()
    seed = fresh_seed() if given.seed is None else given.seed
    accepted, seconds = CHUNK if given.long else SHORT
    plan = Plan(seed, given.accepted or accepted, given.seconds or seconds)
    if not given.long:
        good = run(plan, given.folder / "short")
        return 0 if good else _again(seed, long=False)
    results = _chunks(plan, given.folder / f"long-{seed}")
    if given.accepted is None and given.seconds is None:
        benchmark.write(table.TITLE, table.table(seed, results))
    return 0 if all(each["valid"] for each in results) else _again(seed, long=True)


def _chunks(plan: Plan, folder: Path) -> list[dict[str, Any]]:
    """What was written of each chunk; those that are missing are run."""
    results: list[dict[str, Any]] = []
    for number in range(CHUNKS):
        result = folder / f"chunk-{number}" / "result.json"
        if result.exists():
            say(f"chunk {number} was done before")
        else:
            say(f"chunk {number} of {CHUNKS}")
            run(Plan(plan.seed * 1_000 + number, plan.accepted, plan.seconds), result.parent)
        results.append(json.loads(result.read_text("utf-8")))
    print(f"{sum(each['valid'] for each in results)} of {CHUNKS} chunks valid", flush=True)
    return results


def _again(seed: int, *, long: bool) -> int:
    form = " --long" if long else ""
    print(f"the same again: python -m tests.chaos{form} --seed {seed}", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
