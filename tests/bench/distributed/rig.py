"""What is measured on: the cluster of the tests, without the shortcuts they take."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from services.cli import demo
from tests.bench import machine
from tests.bench.distributed.door import Order, Told
from tests.support.cluster.cluster import Cluster

WINDOW = 400
"""Proposals that wait for their verdict at a time, where the load is as much as is judged: those
who submit bound the queue, as if each of so many partners waited for a verdict before the next.
"""

ON_TERRITORY_SECONDS = 30.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one load: proposals a second from the first POST to the last verdict, and how long a
    verdict took, in milliseconds; processor time in microseconds for each, by who used it.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    processor_us: dict[str, float]


class Rig:
    """A running cluster with the demo's territory in force and a partner's key."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._key = demo.access(cluster, cluster.folder).partner_key
        self._databases = cluster.database_urls()

    def load(
        self, count: int, *, window: int | None = None, per_second: float | None = None
    ) -> Told:
        """One load in a process of its own; back when it is over."""
        port = int(self.cluster.replicas["intake-1"].url.rpartition(":")[2])
        order = Order(port, self._key, self._databases["intake"], count, window, per_second)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.distributed.door"],
            input=json.dumps(asdict(order)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return Told(**json.loads(done.stdout))

    def measure(
        self, count: int, *, window: int = WINDOW, per_second: float | None = None
    ) -> Figures:
        before = self._used()
        told = self.load(count, window=window, per_second=per_second)
        used = {who: 1e6 * (s - before[who]) / count for who, s in self._used().items()}
        return Figures(
            count / told.seconds,
            1000 * statistics.median(told.judged),
            1000 * quantile(told.judged, 0.99),
            told.statuses,
            used,
        )

    def count(self, service: str, sql: str) -> int:
        with psycopg.connect(self._databases[service], connect_timeout=5) as connection:
            row = connection.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def _used(self) -> dict[str, float]:
        """Processor seconds so far, by who used them."""
        services = {
            replica.name: machine.processor_seconds(replica.pid)
            for replica in self.cluster.replicas.values()
        }
        return services | {
            "Kafka": sum(machine.processor_seconds(n.pid) for n in self.cluster.kafka.nodes),
            "PostgreSQL": machine.family_seconds(self.cluster.postgres.pid),
        }


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="winwinwin-bench-") as name:
        # PostgreSQL runs as another user where we are root, and passes through.
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def running() -> Iterator[Rig]:
    """The cluster, one replica of each service, with a territory that can be judged."""
    say("starting Kafka, PostgreSQL and the services…")
    with folder() as path, Cluster(path, log_level="warning") as cluster:
        rig = Rig(cluster)
        granted = demo.access(cluster, path)
        demo.load_territory(cluster.replicas["externalities-1"].url, granted)
        deadline = time.monotonic() + ON_TERRITORY_SECONDS
        while not rig.count("intake", "SELECT count(*) FROM territory"):
            if time.monotonic() > deadline:
                raise SystemExit("intake never heard of the territory: nothing was measured")
            time.sleep(0.1)
        yield rig
