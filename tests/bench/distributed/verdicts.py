"""POST → verdict on Kafka and PostgreSQL: how many a second, and how long each takes under load."""

import statistics
from dataclasses import dataclass

from tests.bench import embedded
from tests.bench.distributed.rig import WINDOW, Figures, Rig, say

SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
LEAST_PER_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Round:
    """What validating alone did in that round, requests a second, and what the cluster did."""

    validate_per_second: float
    judged: Figures


def sustained(rig: Rig, rounds: int, validated: int, judged: int) -> list[Round]:
    found = []
    for number in range(1, rounds + 1):
        say(f"POST → verdict, round {number} of {rounds}…")
        with embedded.running("validate") as server:
            validate = embedded.measure(server, validated)
        found.append(Round(validate["per_second"], rig.measure(judged)))
    return found


def under_load(rig: Rig, capacity: float, seconds: float) -> dict[float, Figures]:
    """Share of the capacity to what was seen at it, for so many seconds each."""
    found = {}
    for share in SHARES:
        pace = max(LEAST_PER_SECOND, share * capacity)
        count = max(10, int(pace * seconds))
        say(f"{share:.0%} of {capacity:.0f} a second, {count} proposals…")
        # As many may wait as come: at this pace the queue bounds itself, or it shows.
        found[share] = rig.measure(count, window=count, per_second=pace)
    return found


def median_of(rounds: list[Round]) -> float:
    return statistics.median(each.judged.per_second for each in rounds)


def sustained_report(rounds: list[Round]) -> list[str]:
    ratio = statistics.median(each.judged.per_second / each.validate_per_second for each in rounds)
    judged = median_of(rounds)
    validate = statistics.median(each.validate_per_second for each in rounds)
    p50 = statistics.median(each.judged.p50_ms for each in rounds)
    p99 = statistics.median(each.judged.p99_ms for each in rounds)
    refused = sum(
        n for each in rounds for status, n in each.judged.statuses.items() if status != "202"
    )
    who = rounds[0].judged.processor_us
    shares = {name: statistics.median(e.judged.processor_us[name] for e in rounds) for name in who}
    return [
        "### POST → verdict, sustained",
        "",
        _conditions(refused),
        "",
        "| | per second | p50 ms | p99 ms | ratio to validate-only | aim |",
        "|---|---|---|---|---|---|",
        f"| validate only, nothing stored | {validate:,.0f} | | | 1.00 | 1 |",
        f"| POST → verdict visible | {judged:,.0f} | {p50:,.0f} | {p99:,.0f} | {ratio:.2f} | 0.2 |",
        "",
        "| processor µs for each proposal | |",
        "|---|---|",
        *(f"| {name} | {used:,.0f} |" for name, used in shares.items()),
        f"| together | {sum(shares.values()):,.0f} |",
        "",
    ]


def _conditions(refused: int) -> str:
    return (
        f"One replica of each service, one broker, one database server, {WINDOW} proposals waiting "
        f"for their verdict at any time; {refused} refused at the door."
    )


def under_load_report(found: dict[float, Figures], capacity: float) -> list[str]:
    return [
        f"### How long a verdict takes, by load (capacity {capacity:,.0f} a second)",
        "",
        "| load | per second | p50 ms | p99 ms |",
        "|---|---|---|---|",
        *(
            f"| {share:.0%} | {seen.per_second:,.0f} | {seen.p50_ms:,.0f} | {seen.p99_ms:,.0f} |"
            for share, seen in found.items()
        ),
        "",
    ]
