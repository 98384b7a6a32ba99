"""Replicas leave and join while partners submit: nothing is lost, doubled or out of order.

The clients and the checker are those of ``tests/chaos``; here nothing is broken, only moved.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from contracts.catalogue import SERVICES
from services.app.single_service import STOP_WITHIN_SECONDS
from services.cli import demo
from tests.chaos import observe
from tests.chaos.checker import check
from tests.chaos.clients import Client
from tests.chaos.history import History, accepted
from tests.chaos.run import recompute
from tests.support.cluster.cluster import Cluster
from tests.support.waiting import until

pytestmark = [
    pytest.mark.kafka_cluster,
    pytest.mark.postgres_here,
    pytest.mark.timeout(300, func_only=True),
]

CLIENTS = 4
SETTLED_SECONDS = 60.0


class Load:
    """Partners at work until told to stop."""

    def __init__(self, cluster: Cluster, granted: demo.Access, path: Path) -> None:
        self.history = History(path)
        self._doors = [cluster.replicas[f"intake-{number}"].url for number in (1, 2)]
        self._key = granted.partner_key
        self._enough = False

    async def during(self, change: Callable[[], None]) -> None:
        """Work while ``change`` happens on another thread, and a little before and after it."""
        working = [asyncio.create_task(self._work(number)) for number in range(CLIENTS)]
        await self._some_more()
        await asyncio.to_thread(change)
        await self._some_more()
        self._enough = True
        await asyncio.gather(*working)
        self.history.close()

    async def _some_more(self) -> None:
        wanted = accepted(self.history.all) + 20
        while accepted(self.history.all) < wanted:
            await asyncio.sleep(0.05)

    async def _work(self, number: int) -> None:
        name = f"{self.history.name}-{number}"
        client = Client(name, self._key, self._doors, self.history, seed=number)
        while not self._enough:
            await client.file()
        await client.close()


@pytest.fixture
def granted(cluster: Cluster) -> demo.Access:
    granted = demo.access(cluster, cluster.folder)
    demo.load(cluster.doors(), granted)
    return granted


def nothing_went_wrong(cluster: Cluster, granted: demo.Access, load: Load) -> None:
    databases = observe.Databases(cluster.database_urls())
    until(lambda: not any(databases.pending().values()), within=SETTLED_SECONDS)
    until(lambda: not databases.unjudged(), within=SETTLED_SECONDS)
    until(lambda: not databases.unseen(), within=SETTLED_SECONDS)
    mine = {each.proposal_id for each in load.history.all}
    seen = observe.look(
        [cluster.replicas[f"intake-{number}"].url for number in (1, 2)],
        cluster.doors().desk,
        granted,
        databases,
        cluster.kafka.bootstrap_servers,
    )
    findings = check(load.history.all, observe.only(seen, mine), recompute)
    assert findings.valid, findings.anomalies
    assert findings.counts["submit-ok"] >= 40


@pytest.mark.parametrize("service", SERVICES)
def test_a_replica_drains_in_time_and_the_other_goes_on(cluster, granted, service, tmp_path):
    replica = cluster.replicas[f"{service}-2"]
    load = Load(cluster, granted, tmp_path / f"drained-{service}.jsonl")
    took: list[float] = []

    def leave_and_return() -> None:
        started = time.monotonic()
        assert replica.stop() == 0, replica.last_words()
        took.append(time.monotonic() - started)
        replica.start()
        cluster.wait([replica.name])

    asyncio.run(load.during(leave_and_return))
    assert took[0] < STOP_WITHIN_SECONDS
    nothing_went_wrong(cluster, granted, load)


def test_one_more_replica_takes_partitions_over_and_gives_them_back(cluster, granted, tmp_path):
    load = Load(cluster, granted, tmp_path / "joined.jsonl")
    newcomer = cluster.add("scoring", 3)

    def come_and_go() -> None:
        newcomer.start()
        cluster.wait([newcomer.name])
        until(lambda: received(newcomer.operations) > 0, within=SETTLED_SECONDS)
        assert newcomer.stop() == 0, newcomer.last_words()

    asyncio.run(load.during(come_and_go))
    nothing_went_wrong(cluster, granted, load)


def received(url: str) -> float:
    """Records that came to a replica, of all topics."""
    with httpx2.Client(trust_env=False) as http:
        said = http.get(f"{url}/metrics").text
    return sum(
        float(line.rpartition(" ")[2])
        for line in said.splitlines()
        if line.startswith("bus_consumer_received_total{")
    )
