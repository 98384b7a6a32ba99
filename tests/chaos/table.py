"""The table of a long run: a row a chunk, for ``tests/bench/RESULTS.md``."""

from collections.abc import Mapping, Sequence
from typing import Any

TITLE = "A long run of faults"

HEAD = (
    "| seed | accepted | revised | withdrawn | faults | of them kills | anomalies "
    "| seconds to the verdict: half, 99 %, worst | drained after | minutes | |"
)


def table(seed: int, chunks: Sequence[Mapping[str, Any]]) -> str:
    """The results of the chunks as they were written, and their sum."""
    accepted = sum(chunk["run"]["accepted"] for chunk in chunks)
    faults = sum(_faults(chunk) for chunk in chunks)
    valid = sum(chunk["valid"] for chunk in chunks)
    minutes = sum(chunk["run"]["seconds"] for chunk in chunks) / 60
    return "\n".join(
        [
            (
                f'`make chaos-long ARGS="--seed {seed}"`: {accepted:,} accepted proposals, '
                f"{faults:,} faults, {minutes:.0f} minutes; {valid} of {len(chunks)} chunks "
                "valid. Each chunk has a cluster of its own: three brokers, PostgreSQL, two "
                "replicas of each service. A clock starts with the answer 202 and runs on through "
                "the faults, so that a chunk's worst wait is about as long as they last."
            ),
            "",
            HEAD,
            "|" + "---|" * HEAD.count("|", 1),
            *map(_row, chunks),
        ]
    )


def _row(chunk: Mapping[str, Any]) -> str:
    run, counts, lag = chunk["run"], chunk["counts"], chunk["lag_seconds"]
    drained = run["drained_in"]
    cells = (
        str(run["seed"]),
        f"{run['accepted']:,}",
        f"{counts['revise-ok']:,}",
        f"{counts['withdraw-ok']:,}",
        str(_faults(chunk)),
        str(run["faults"].get("kill", 0)),
        _anomalies(chunk["anomalies"]),
        f"{lag['median']:.0f}, {lag['p99']:.0f}, {lag['worst']:.0f}",
        "never" if drained is None else f"{drained:.0f} s",
        f"{run['seconds'] / 60:.0f}",
        "valid" if chunk["valid"] else "**not valid**",
    )
    return f"| {' | '.join(cells)} |"


def _faults(chunk: Mapping[str, Any]) -> int:
    return sum(chunk["run"]["faults"].values())


def _anomalies(found: Mapping[str, Sequence[str]]) -> str:
    said = [f"{len(about)} {name}" for name, about in found.items() if about]
    return ", ".join(said) or f"none of {len(found)} kinds"
