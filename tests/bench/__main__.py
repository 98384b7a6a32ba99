"""Measures one machine against itself and writes RESULTS.md beside this file.

Rounds are interleaved (yardstick, intake, house, and again), so that a machine that slows down
slows all of them; the ratio is the median of the rounds' own ratios.
"""

import json
import os
import platform
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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROUNDS = 3
CONNECTIONS = 16
WARM_UP = 300
VALIDATED = 8_000
STORED = 5_000
JUDGED = 3_000
PACED = 500
PER_SECOND = 50

RESULTS = Path(__file__).with_name("RESULTS.md")


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
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def verdicts(self) -> int:
        """Verdicts a partner can read now."""
        with sqlite3.connect(self.folder / "intake.db") as connection:
            return int(connection.execute("SELECT count(*) FROM verdict").fetchone()[0])


@contextmanager
def running(name: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.servers", name, folder, str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        key = process.stdout.readline().strip().split(" ")[0]
        _wait_for(port)
        try:
            yield Server(port, key, Path(folder), process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


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


def _until(server: Server, verdicts: int) -> None:
    deadline = time.monotonic() + 120
    while server.verdicts() < verdicts:
        if time.monotonic() > deadline:
            raise SystemExit("verdicts are missing after two minutes: nothing was measured")
        time.sleep(0.02)


def main() -> None:
    """``python -m tests.bench [ROUNDS]``; fewer rounds than usual are printed, not written."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    rounds: list[dict[str, dict[str, float]]] = []
    for number in range(1, count + 1):
        print(f"round {number} of {count}…", file=sys.stderr)
        with running("validate") as server:
            validate = measure(server, VALIDATED)
        with running("intake") as server:
            stored = measure(server, STORED)
        with running("house") as server:
            judged = measure_verdicts(server, JUDGED)
            paced = server.load(PACED, PER_SECOND, str(server.folder))
        rounds.append({"validate": validate, "stored": stored, "judged": judged, "paced": paced})
    text = report(rounds)
    print(text)
    if count >= ROUNDS:
        RESULTS.write_text(text, "utf-8")


def report(rounds: list[dict[str, dict[str, float]]]) -> str:
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
        "# What this machine measured",
        "",
        "Written by `make bench`. One run, rounds interleaved, medians; the load generator shares",
        "the processors. Rates differ from machine to machine: compare the ratios.",
        "",
        _machine(),
        f"A 2 KB proposal of 5 firms, {CONNECTIONS} connections, {ROUNDS} rounds.",
        "",
        "| | per second | processor µs each | p50 ms | p99 ms | ratio to validate-only | aim |",
        "|---|---|---|---|---|---|---|",
        line("validate only, nothing stored", "validate", "1"),
        line("stored and answered 202 (intake alone)", "stored", "0.6"),
        line("POST → verdict visible (all services, one process)", "judged", "0.45"),
        "",
        paced,
        "",
    ]
    return "\n".join(lines)


def _machine() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; "
        f"a write of 40 kB and its fsync take {_fsync_ms():.2f} ms (median)."
    )


def _fsync_ms() -> float:
    """What a commit cannot be quicker than, here and now."""
    seconds = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            started = time.perf_counter()
            file.write(b"x" * 40_960)
            file.flush()
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds)


def _processor() -> str:
    for each in Path("/proc/cpuinfo").read_text().splitlines():
        if each.startswith("model name"):
            return each.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
