"""What a run says at its end: for people on the terminal, for machines as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.chaos.checker import MEANINGS, Findings

SHOWN = 5
"""Examples of each anomaly."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened around the checker's findings."""

    seed: int
    accepted: int
    faults: Mapping[str, int]
    """How often each kind of fault was done."""
    ended_by_themselves: Sequence[str]
    """Processes nobody killed, with their exit status."""
    slow_stops: Sequence[str]
    """Replicas that did not drain and stop cleanly in time when they were asked to leave."""
    drained_in: float | None
    """Seconds from the last fault's end until nothing was under way; None: it never was."""
    seconds: float


def text(run: Run, findings: Findings) -> str:
    """The findings as a table."""
    lines = [
        (
            f"seed {run.seed}: {run.accepted} proposals accepted in {run.seconds:.0f} s, "
            f"faults: {', '.join(f'{n} x {kind}' for kind, n in sorted(run.faults.items()))}"
        ),
    ]
    for name, about in findings.by_name().items():
        lines.append(f"  {name:<18} {len(about):>6}   {MEANINGS[name]}")
        lines += [f"      {each}" for each in about[:SHOWN]]
        if len(about) > SHOWN:
            lines.append(f"      … and {len(about) - SHOWN} more")
    lines.append("  " + ", ".join(f"{key} {n}" for key, n in sorted(findings.counts.items())))
    if findings.lags:
        lags = findings.lags
        lines.append(
            f"  accepted to verdict: median {lags[len(lags) // 2]:.2f} s, "
            f"99 % {lags[int(len(lags) * 0.99)]:.2f} s, worst {lags[-1]:.2f} s"
        )
    drained = "never" if run.drained_in is None else f"{run.drained_in:.1f} s after it was healed"
    lines.append(f"  drained: {drained}")
    lines += [f"  ended by itself: {each}" for each in run.ended_by_themselves]
    lines += [f"  did not stop cleanly: {each}" for each in run.slow_stops]
    lines.append("VALID" if good(run, findings) else "NOT VALID")
    return "\n".join(lines)


def good(run: Run, findings: Findings) -> bool:
    """Whether every promise was kept."""
    return findings.valid and run.drained_in is not None and not run.slow_stops


def write(path: Path, run: Run, findings: Findings) -> None:
    lags = findings.lags
    said: dict[str, Any] = {
        "run": asdict(run),
        "valid": good(run, findings),
        "anomalies": findings.by_name(),
        "counts": dict(findings.counts),
        "lag_seconds": {
            "median": lags[len(lags) // 2] if lags else None,
            "p99": lags[int(len(lags) * 0.99)] if lags else None,
            "worst": lags[-1] if lags else None,
        },
    }
    path.write_text(json.dumps(said, indent=2), "utf-8")
