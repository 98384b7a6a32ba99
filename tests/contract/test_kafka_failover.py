"""The coordinator of a group and the leader of a partition die: three real brokers, our own bus.

Run with ``-s`` it prints how long each took; what was seen stands in decision 0032.
"""

import threading
import time
from contextlib import suppress
from itertools import pairwise

import pytest
from kafka import KafkaAdminClient

from services.chassis.errors import BusUnavailable
from services.chassis.messaging.bus import Outgoing, Record
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.ops.metrics import Metrics
from tests.support.cluster.kafka import KafkaCluster, KafkaNode
from tests.support.kafka import Topics, create_topics, settings_for
from tests.support.waiting import until

pytestmark = [pytest.mark.kafka_cluster, pytest.mark.timeout(300, func_only=True)]

TOPICS: Topics = {"letters": (3, ["reader"])}
KEYS = [f"key-{number}" for number in range(12)]
PACE_SECONDS = 0.02


class Traffic:
    """One sender that offers until it is told delivered, one member that commits what it heard."""

    def __init__(self, bus: KafkaBus) -> None:
        self.bus = bus
        self.metrics = Metrics()
        self.heard: list[tuple[str, int]] = []
        self.heard_at: dict[int, float] = {}
        self.sent = 0
        self.delivered: set[int] = set()
        self.failures: list[str] = []
        self._again: list[int] = []
        self._enough = threading.Event()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=t, daemon=True) for t in (self._send, self._hear)]
        for thread in self._threads:
            thread.start()

    def _send(self) -> None:
        while not self._enough.wait(PACE_SECONDS) or self._again:
            batch = self._again[:] or [self.sent + 1]
            try:
                self.bus.publish([self._outgoing(n) for n in batch], self._report)
            except BusUnavailable as error:
                self.failures.append(str(error))
                continue
            self._again = self._again[len(batch) :]
            self.sent = max(self.sent, batch[-1])

    def _outgoing(self, number: int) -> Outgoing:
        key = KEYS[number % len(KEYS)]
        return Outgoing(number, Record("letters", key, str(number).encode(), ()))

    def _report(self, tokens, error) -> None:
        if error is None:
            self.delivered.update(tokens)
        else:
            self.failures.append(str(error))
            self._again += tokens

    def _hear(self) -> None:
        member = self.bus.subscribe("reader", ["letters"], self.metrics)
        while not self._stop.is_set():
            with suppress(BusUnavailable):
                arrived = member.poll(100, 0.2)
                for each in arrived:
                    number = int(each.record.value)
                    self.heard.append((each.record.key, number))
                    self.heard_at.setdefault(number, time.monotonic())
                member.commit({each.partition: each.offset + 1 for each in arrived})
                member.lag()
        member.close()

    def goes_on(self, beyond: int = 60) -> None:
        """Everything that is sent from now on is heard, and more."""
        target = self.sent + beyond
        until(lambda: self.sent >= target, within=90.0)
        until(lambda: set(range(1, target + 1)) <= self.heard_at.keys(), within=90.0)

    def longest_gap(self, since: float) -> float:
        moments = [since, *sorted(at for at in self.heard_at.values() if at >= since)]
        return max(b - a for a, b in pairwise(moments))

    def end(self) -> None:
        """Send nothing new, and hear all that was sent."""
        self._enough.set()
        self._threads[0].join(60)
        everything = set(range(1, self.sent + 1))
        until(
            lambda: everything <= self.delivered and everything <= self.heard_at.keys(), within=60
        )
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


@pytest.fixture
def cluster(tmp_path):
    with KafkaCluster(tmp_path / "kafka", nodes=3, heap_mb=320) as running:
        yield running


def leader_of(cluster: KafkaCluster, topic: str, partition: int) -> KafkaNode:
    admin = KafkaAdminClient(bootstrap_servers=cluster.bootstrap_servers)
    try:
        (found,) = admin.describe_topics([topic])
        number = next(
            p["leader_id"] for p in found["partitions"] if p["partition_index"] == partition
        )
    finally:
        admin.close()
    return next(node for node in cluster.nodes if node.number == number)


def coordinator_of(cluster: KafkaCluster, group: str) -> KafkaNode:
    """The leader of the partition of ``__consumer_offsets`` in which the group's positions lie."""
    hashed = 0
    for letter in group:
        hashed = (31 * hashed + ord(letter)) & 0xFFFFFFFF
    return leader_of(cluster, "__consumer_offsets", (hashed & 0x7FFFFFFF) % 6)


def test_coordinator_and_leaders_die_and_come_back_and_nothing_is_lost_or_out_of_order(cluster):
    create_topics(cluster.bootstrap_servers, "", TOPICS)
    bus = KafkaBus(TOPICS, settings_for(cluster.bootstrap_servers))
    traffic = Traffic(bus)
    traffic.goes_on()
    seen = []
    for what in ("coordinator", "leader", "coordinator frozen", "leader"):
        node = (
            coordinator_of(cluster, "reader")
            if what.startswith("coordinator")
            else leader_of(cluster, "letters", 0)
        )
        began = time.monotonic()
        if what.endswith("frozen"):
            node.pause()
            traffic.goes_on()
            gap = traffic.longest_gap(began)
            node.resume()
        else:
            node.kill()
            traffic.goes_on()
            gap = traffic.longest_gap(began)
            node.start()
        cluster.wait()
        traffic.goes_on()
        seen.append((what, round(gap, 1)))
    traffic.end()
    bus.close()
    repeated = len(traffic.heard) - len(traffic.heard_at)
    print(f"\nlongest silence, seconds: {seen}; sent {traffic.sent}, heard again {repeated}")
    print(f"what was said meanwhile: {sorted(set(traffic.failures))}")
    assert traffic.heard_at.keys() == set(range(1, traffic.sent + 1)), "nothing is lost"
    for key in KEYS:
        firsts = list(dict.fromkeys(number for k, number in traffic.heard if k == key))
        assert firsts == sorted(firsts), "each is heard for the first time in its order"
