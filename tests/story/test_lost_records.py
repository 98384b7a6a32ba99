"""Records leave Kafka before they were read, as retention and lost volumes have it: who did not get
them says so, what waits is counted, and one command has everything judged, once.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from contracts.catalogue import topics
from contracts.samples import five_firms_2kb
from services.cli import demo
from services.cli.demo import Access
from tests.support.cluster.cluster import Cluster
from tests.support.command import OK
from tests.support.waiting import until

pytestmark = [
    pytest.mark.kafka_cluster,
    pytest.mark.postgres_here,
    pytest.mark.timeout(600, func_only=True),
]

COUNT = 20
PATIENCE_SECONDS = 60.0
(PROPOSALS,) = (topic for topic in topics() if topic.name == "proposals")
SCORING = ("scoring-1", "scoring-2")


@pytest.fixture(scope="module")
def granted(cluster: Cluster) -> Access:
    granted = demo.access(cluster, cluster.folder)
    demo.load(cluster.doors(), granted)
    return granted


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=cluster.kafka.bootstrap_servers)
    yield client
    client.close()


@pytest.fixture
def submitted(cluster: Cluster, granted: Access) -> Iterator[list[str]]:
    """Twenty proposals that were answered 202 while scoring was away; the others know them."""
    for name in SCORING:
        cluster.replicas[name].stop()
    accepted = []
    key = {"Authorization": f"Bearer {granted.partner_key}", "Content-Type": "application/json"}
    with httpx2.Client(base_url=cluster.doors().intake, headers=key, trust_env=False) as partner:
        for _ in range(COUNT):
            answer = partner.post("/v1/proposals", content=five_firms_2kb())
            assert answer.status_code == 202
            accepted.append(answer.json()["id"])
    until(lambda: assessed(cluster, accepted) == COUNT, within=PATIENCE_SECONDS)
    until(partial(all_read, cluster, "externalities", "notify"), within=PATIENCE_SECONDS)
    yield accepted
    for name in SCORING:
        if not cluster.replicas[name].running:
            cluster.replicas[name].start()


def ask(cluster: Cluster, service: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(cluster.database_urls()[service], connect_timeout=5) as connection:
        return connection.execute(sql, values).fetchall()


def count(cluster: Cluster, service: str, table: str, ids: list[str], column: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s)"  # noqa: S608 - names of our own
    return int(ask(cluster, service, sql, ids)[0][0])


def all_read(cluster: Cluster, *services: str) -> bool:
    """These have read every proposal, and remember it."""
    names = [TopicPartition("proposals", n) for n in range(PROPOSALS.says.partitions)]
    with closing(KafkaConsumer(bootstrap_servers=cluster.kafka.bootstrap_servers)) as consumer:
        written = sum(consumer.end_offsets(names).values())
    sql = "SELECT sum(next_offset) FROM bus_position WHERE topic = 'proposals'"
    return all(ask(cluster, service, sql)[0][0] == written for service in services)


def all_noticed(cluster: Cluster, service: str) -> bool:
    """Of every partition of the proposals this service knows that it was made anew."""
    sql = "SELECT count(*) FROM bus_position WHERE topic = 'proposals' AND lost_at IS NOT NULL"
    return bool(ask(cluster, service, sql)[0][0] == PROPOSALS.says.partitions)


def assessed(cluster: Cluster, ids: list[str]) -> int:
    return count(cluster, "externalities", "outbox", ids, "key")


def judged(cluster: Cluster, ids: list[str]) -> int:
    return count(cluster, "intake", "verdict", ids, "proposal_id")


def also(cluster: Cluster, *names: str) -> dict[str, str]:
    """What the replicas say beside being ready."""
    found: dict[str, str] = {}
    for name in names:
        said = httpx2.get(f"{cluster.replicas[name].operations}/readyz", trust_env=False).json()
        found |= said.get("also", {})
    return found


def metric(cluster: Cluster, replica: str, name: str) -> float:
    page = httpx2.get(f"{cluster.replicas[replica].operations}/metrics", trust_env=False).text
    lines = [line for line in page.splitlines() if line.startswith(name)]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def resend(cluster: Cluster, winwinwin: Any, *arguments: str) -> dict[str, Any]:
    done = winwinwin("resend", *arguments, "--json", **cluster.settings())
    assert done.status == OK, done.err
    said: dict[str, Any] = json.loads(done.out)
    assert said["unsettled"] == []
    return said


def start_scoring(cluster: Cluster) -> None:
    for name in SCORING:
        cluster.replicas[name].start()
    cluster.wait(SCORING)


def all_is_judged_once(cluster: Cluster, ids: list[str]) -> None:
    until(lambda: judged(cluster, ids) == COUNT, within=PATIENCE_SECONDS)
    until(
        lambda: count(cluster, "notify", "notice", ids, "proposal_id") == COUNT,
        within=PATIENCE_SECONDS,
    )
    assert count(cluster, "scoring", "verdict", ids, "proposal_id") == COUNT
    assert count(cluster, "notify", "journal", ids, "proposal_id") == COUNT
    until(lambda: metric(cluster, "intake-1", "intake_unjudged_proposals") == 0)
    until(lambda: also(cluster, *cluster.replicas) == {}, within=PATIENCE_SECONDS)


def test_records_deleted_while_scoring_was_away_are_told_counted_and_judged_after_one_command(
    cluster, admin, submitted, winwinwin
):
    places = [TopicPartition("proposals", n) for n in range(PROPOSALS.says.partitions)]
    admin.delete_records(dict.fromkeys(places, -1))
    start_scoring(cluster)
    until(lambda: also(cluster, *SCORING), within=PATIENCE_SECONDS)
    (told,) = also(cluster, *SCORING).values()
    assert f"{COUNT} records or more of proposals left Kafka before they were read" in told
    assert "winwinwin resend" in told
    lost = sum(metric(cluster, n, "bus_consumer_positions_lost_total{") for n in SCORING)
    assert 1 <= lost <= PROPOSALS.says.partitions
    assert metric(cluster, "intake-1", "intake_unjudged_proposals") == COUNT
    assert judged(cluster, submitted) == 0

    said = resend(cluster, winwinwin, "--unjudged")
    assert said["published"] == {"intake": COUNT}
    assert said["settled"] == lost
    all_is_judged_once(cluster, submitted)


def test_a_topic_made_anew_while_scoring_was_away_is_told_and_all_is_judged_after_one_command(
    cluster, admin, submitted, winwinwin
):
    began = datetime.now(UTC) - timedelta(minutes=10)
    admin.delete_topics(["proposals"])
    until(lambda: "proposals" not in admin.list_topics(), within=PATIENCE_SECONDS)
    done = winwinwin("topics", "apply", **cluster.settings())
    assert done.status == OK, done.err
    start_scoring(cluster)
    cluster.wait(cluster.replicas)
    until(lambda: "scoring-positions" in also(cluster, *SCORING), within=PATIENCE_SECONDS)
    assert metric(cluster, "intake-1", "intake_unjudged_proposals") == COUNT

    # Those who were there while it was made anew notice it as well, each partition in its time.
    for service in ("scoring", "externalities", "notify"):
        until(partial(all_noticed, cluster, service), within=2 * PATIENCE_SECONDS)
    said = resend(cluster, winwinwin, "--since", began.isoformat(), "--service", "intake")
    assert said["published"]["intake"] >= COUNT
    all_is_judged_once(cluster, submitted)
