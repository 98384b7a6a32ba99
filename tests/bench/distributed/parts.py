"""The parts of the distributed measurement, together or each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import machine, results
from tests.bench.distributed import hops, partitions, recovery, verdicts
from tests.bench.distributed.rig import WINDOW, running
from tests.bench.distributed.servers import servers

TITLE = "Distributed form"

SUSTAINED, LATENCY, RECOVERY, HOPS, PARTITIONS = (
    "sustained",
    "latency",
    "recovery",
    "hops",
    "partitions",
)
NAMES = (SUSTAINED, LATENCY, RECOVERY, HOPS, PARTITIONS)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each is measured."""

    warm_up: int
    rounds: int
    validated: int
    judged: int
    seconds_by_load: float
    waiting: int
    relayed: int
    scored: int


FULL = Sizes(5_000, 3, 8_000, 8_000, 20.0, 50_000, 10_000, 10_000)
QUICK = Sizes(300, 1, 800, 600, 3.0, 600, 2_000, 1_000)


def run(names: Sequence[str], *, quick: bool) -> None:
    """Measure these parts and print them; the whole, in full size, is written to RESULTS.md."""
    sizes = QUICK if quick else FULL
    lines = [machine.description(), "", "A 2 KB proposal of 5 firms; medians.", ""]
    if {SUSTAINED, LATENCY, RECOVERY} & set(names):
        lines += _on_the_cluster(names, sizes)
    if {HOPS, PARTITIONS} & set(names):
        lines += _on_the_servers(names, sizes)
    text = "\n".join(lines)
    print(text)
    if not quick and set(names) == set(NAMES):
        results.write(TITLE, text)


def _on_the_cluster(names: Sequence[str], sizes: Sizes) -> list[str]:
    lines = []
    with running() as rig:
        rig.load(sizes.warm_up, window=WINDOW)
        rounds = []
        if SUSTAINED in names:
            rounds = verdicts.sustained(rig, sizes.rounds, sizes.validated, sizes.judged)
            lines += verdicts.sustained_report(rounds)
        if LATENCY in names:
            capacity = (
                verdicts.median_of(rounds) if rounds else rig.measure(sizes.judged).per_second
            )
            seen = verdicts.under_load(rig, capacity, sizes.seconds_by_load)
            lines += verdicts.under_load_report(seen, capacity)
        if RECOVERY in names:
            lines += recovery.report(recovery.recover(rig, sizes.waiting))
    return lines


def _on_the_servers(names: Sequence[str], sizes: Sizes) -> list[str]:
    lines = []
    with servers() as running_servers:
        if HOPS in names:
            found = hops.relay_all(running_servers, sizes.relayed, sizes.rounds)
            lines += hops.report(found)
        if PARTITIONS in names:
            lines += partitions.report(partitions.by_partitions(running_servers, sizes.scored))
    return lines
