"""The embedded form: all services in one process, on SQLite.

Rounds are interleaved (yardstick, intake, house, and again), so that a machine that slows down
slows all of them; the ratio is the median of the rounds' own ratios.
"""

import json
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import machine, results

ROUNDS = 3
CONNECTIONS = 16
WARM_UP = 300
VALIDATED = 8_000
STORED = 5_000
JUDGED = 3_000
PACED = 500
PER_SECOND = 50

TITLE = "Embedded form"


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, how to call it, where its data are."""

    port: int
    key: str
    folder: Path
    pid: int

    def load(self, count: int, pace: int, *options: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.bench.load", str(self.port), self.key]
        done = subprocess.run(
            [*command, str(count), str(pace), *options], check=True, stdout=subprocess.PIPE
        )
        answered: dict[str, Any] = json.loads(done.stdout)
        wrong = {status for status in answered["statuses"] if status not in {"202", "200"}}
        if wrong:
            raise SystemExit(f"the server answered {answered['statuses']}: nothing was measured")
        return answered

    def processor_seconds(self) -> float:
        """User and system time of the server so far."""
        return machine.processor_seconds(self.pid)

    def verdicts(self) -> int:
        """Verdicts a partner can read now."""
        with sqlite3.connect(self.folder / "intake.db") as connection:
            return int(connection.execute("SELECT count(*) FROM verdict").fetchone()[0])


@contextmanager
def running(name: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, serving(name, Path(folder)) as server:
        yield server


@contextmanager
def serving(name: str, folder: Path) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.servers", name, str(folder), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    key = process.stdout.readline().strip().split(" ")[0]
    _wait_for(port)
    try:
        yield Server(port, key, folder, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def measure(server: Server, count: int) -> dict[str, float]:
    """Requests a second and microseconds of the server's processor time for each."""
    server.load(WARM_UP, CONNECTIONS)
    before = server.processor_seconds()
    answered = server.load(count, CONNECTIONS)
    used = server.processor_seconds() - before
    return {**answered, "cpu_us": 1e6 * used / count}


def measure_verdicts(server: Server, count: int) -> dict[str, float]:
    """Proposals a second from the first POST to the last verdict a partner can read."""
    server.load(WARM_UP, CONNECTIONS)
    _until(server, WARM_UP)
    before, used = server.verdicts(), server.processor_seconds()
    started = time.perf_counter()
    answered = server.load(count, CONNECTIONS)
    _until(server, before + count)
    elapsed = time.perf_counter() - started
    used = server.processor_seconds() - used
    return {**answered, "per_second": count / elapsed, "cpu_us": 1e6 * used / count}


def measure_starts() -> tuple[float, float]:
    """Seconds until the demo says that it is ready: the first time, and on the same data again."""
    with tempfile.TemporaryDirectory() as folder:
        return _start(folder), _start(folder)


def _start(folder: str) -> float:
    command = [str(Path(sys.executable).with_name("winwinwin")), "demo", "--data-dir", folder]
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, "--port", str(_free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    seconds = time.monotonic() - started
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return seconds


def _until(server: Server, verdicts: int) -> None:
    deadline = time.monotonic() + 120
    while server.verdicts() < verdicts:
        if time.monotonic() > deadline:
            raise SystemExit("verdicts are missing after two minutes: nothing was measured")
        time.sleep(0.02)


def run(*, quick: bool) -> None:
    """Measure, print, and write the section of RESULTS.md; quick prints only."""
    count, share = (1, 10) if quick else (ROUNDS, 1)
    rounds: list[dict[str, dict[str, float]]] = []
    for number in range(1, count + 1):
        print(f"round {number} of {count}…", file=sys.stderr)
        with running("validate") as server:
            validate = measure(server, VALIDATED // share)
        with running("intake") as server:
            stored = measure(server, STORED // share)
        with running("house") as server:
            judged = measure_verdicts(server, JUDGED // share)
            paced = server.load(PACED // share, PER_SECOND, str(server.folder))
        with running("chain") as server:
            carried = measure_verdicts(server, JUDGED // share)
        rounds.append(
            {
                "validate": validate,
                "stored": stored,
                "judged": judged,
                "carried": carried,
                "paced": paced,
            }
        )
    text = report(rounds, measure_starts())
    print(text)
    if not quick:
        results.write(TITLE, text)


def report(rounds: list[dict[str, dict[str, float]]], starts: tuple[float, float]) -> str:
    def median(row: str, figure: str) -> float:
        return statistics.median(each[row][figure] for each in rounds)

    def ratio(row: str) -> float:
        return statistics.median(
            each[row]["per_second"] / each["validate"]["per_second"] for each in rounds
        )

    def line(name: str, row: str, aim: str) -> str:
        return (
            f"| {name} | {median(row, 'per_second'):,.0f} | {median(row, 'cpu_us'):,.0f} "
            f"| {median(row, 'p50_ms'):.1f} | {median(row, 'p99_ms'):.1f} "
            f"| {ratio(row):.2f} | {aim} |"
        )

    cost = 1000 / median("validate", "per_second")
    paced = (
        f"POST → verdict visible at {PER_SECOND} a second: p50 {median('paced', 'p50_ms'):.1f} ms, "
        f"p99 {median('paced', 'p99_ms'):.1f} ms (aim: p99 ≤ 10 ms where validate-only takes "
        f"≤ 0.15 ms each; here it takes {cost:.2f} ms)."
    )
    lines = [
        machine.description(),
        f"A 2 KB proposal of 5 firms, {CONNECTIONS} connections; medians of {len(rounds)} rounds.",
        "",
        "| | per second | processor µs each | p50 ms | p99 ms | ratio to validate-only | aim |",
        "|---|---|---|---|---|---|---|",
        line("validate only, nothing stored", "validate", "1"),
        line("stored and answered 202 (intake alone)", "stored", "0.6"),
        line("POST → verdict visible (all services, one process)", "judged", "0.45"),
        line("the same without judging: one verdict for all", "carried", ""),
        "",
        paced,
        "",
        (
            f"`winwinwin demo` is ready after {starts[0]:.1f} s the first time and after "
            f"{starts[1]:.1f} s on the same data (aim: ≤ 10 s the second time)."
        ),
        "",
    ]
    return "\n".join(lines)
