"""Breaks the distributed form and tells whether it kept its promises; exit status 1 when not.

The long form goes in chunks; each has its seed, its cluster and its check. A run that was ended
goes on after its last finished chunk when it is given the same seed.
"""

import argparse
import json
import sys
from pathlib import Path

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
    return 0 if _chunks(plan, given.folder / f"long-{seed}") else _again(seed, long=True)


def _chunks(plan: Plan, folder: Path) -> bool:
    results: list[bool] = []
    for number in range(CHUNKS):
        result = folder / f"chunk-{number}" / "result.json"
        if result.exists():
            say(f"chunk {number} was done before")
            results.append(json.loads(result.read_text("utf-8"))["valid"])
            continue
        say(f"chunk {number} of {CHUNKS}")
        chunk = Plan(plan.seed * 1_000 + number, plan.accepted, plan.seconds)
        results.append(run(chunk, result.parent))
    print(f"{sum(results)} of {CHUNKS} chunks valid", flush=True)
    return all(results)


def _again(seed: int, *, long: bool) -> int:
    form = " --long" if long else ""
    print(f"the same again: python -m tests.chaos{form} --seed {seed}", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
