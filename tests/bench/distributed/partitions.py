"""Scoring with more partitions and as many replicas: does it go faster?

All halves of all proposals lie on their topics before the word is given. The rate is that of the
verdicts written, from the first transaction to the last, so that joining the group does not count.
"""

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace

import psycopg
from kafka import KafkaProducer
from pydantic import SecretStr

from contracts import codec
from contracts.catalogue import topics
from contracts.codec import read_proposal
from contracts.envelope import Envelope, to_headers
from contracts.events import ExternalitiesAssessed, ProposalSubmitted
from contracts.samples import five_firms_2kb, territory_example
from services.app.parameter_book import parameter_book
from services.app.registry import SCORING
from services.chassis.clock import SystemClock, new_id
from services.chassis.database import migrations
from services.chassis.database.postgres import databases_at
from services.chassis.messaging.bus import partition_of
from services.chassis.ops.settings import Settings
from services.externalities.storage import ref_of
from services.method import assess, territory_knowledge
from tests.bench.distributed.children import child
from tests.bench.distributed.rig import say
from tests.bench.distributed.servers import Servers, make_topics

COUNTS = (1, 2, 4)
STALLED_SECONDS = 120.0
LOOK_SECONDS = 0.1
SCORER = "tests.bench.distributed.scorer"

_WRITTEN = "SELECT count(*), min(issued_at), max(issued_at) FROM verdict"


@dataclass(frozen=True, slots=True)
class Scored:
    """Verdicts a second with so many partitions and replicas; processor µs for each verdict."""

    per_second: float
    kafka_us: float
    postgres_us: float


def by_partitions(running: Servers, count: int) -> dict[int, Scored]:
    return {partitions: _score(running, partitions, count) for partitions in COUNTS}


def _score(running: Servers, partitions: int, count: int) -> Scored:
    say(f"scoring with {partitions} partitions and replicas, {count} proposals…")
    name = f"scoring_{partitions}"
    with psycopg.connect(running.postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = running.postgres.url(name)
    migrations.upgrade(SCORING, databases_at(SecretStr(url))(SCORING))
    said = {
        "kafka_bootstrap_servers": running.kafka.bootstrap_servers,
        "kafka_prefix": f"scoring-{partitions}-",
        "database_url": url,
        "log_level": "warning",
    }
    settings = Settings(**said)
    make_topics(settings, {topic.name: partitions for topic in topics()})
    _fill(settings, partitions, count)
    order = json.dumps({"partitions": partitions, "settings": said})
    with ExitStack() as stack:
        replicas = [
            stack.enter_context(child([sys.executable, "-m", SCORER], order))
            for _ in range(partitions)
        ]
        for replica in replicas:
            replica.hear()
        before = running.used()
        for replica in replicas:
            replica.tell("go")
        first, last = _until_written(url, count)
        kafka, postgres = (now - then for now, then in zip(running.used(), before, strict=True))
        for replica in replicas:
            replica.tell("stop")
    return Scored(1e6 * count / (last - first), 1e6 * kafka / count, 1e6 * postgres / count)


def _until_written(url: str, count: int) -> tuple[int, int]:
    """First and last moment of writing, in microseconds."""
    written, changed = 0, time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(_WRITTEN).fetchone()
            assert row is not None
            if row[0] == count:
                return row[1], row[2]
            if row[0] != written:
                written, changed = row[0], time.monotonic()
            if time.monotonic() - changed > STALLED_SECONDS:
                raise SystemExit(
                    f"{count - written} verdicts are missing, and none has come for "
                    f"{STALLED_SECONDS:g} s: nothing was measured"
                )
            time.sleep(LOOK_SECONDS)


def _fill(settings: Settings, partitions: int, count: int) -> None:
    """Both halves of each proposal, the firms' first, as the two services before would say them."""
    clock = SystemClock()
    known, sheet = territory_example(), parameter_book().on(clock.now().date())
    proposal = read_proposal(five_firms_2kb())
    id_ = new_id(clock)
    submitted = ProposalSubmitted(
        proposal_id=id_, revision=1, partner="bench", submitted_at=clock.now(), proposal=proposal
    )
    assessed = ExternalitiesAssessed(
        proposal_id=id_,
        revision=1,
        assessment=assess(proposal, ref_of(known), sheet, territory_knowledge(known, sheet)),
    )
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers, linger_ms=5)
    for _ in range(count):
        id_ = new_id(clock)
        for source, event in (("intake", submitted), ("externalities", assessed)):
            mine = replace(event, proposal_id=id_)
            envelope = Envelope(new_id(clock), event.EVENT_TYPE, source, id_, clock.now(), id_)
            producer.send(
                settings.kafka_prefix + event.TOPIC,
                codec.encode(mine),
                key=id_.encode(),
                headers=list(to_headers(envelope)),
                partition=partition_of(id_, partitions),
            )
    producer.flush()
    producer.close()


def report(found: dict[int, Scored]) -> list[str]:
    one = found[COUNTS[0]].per_second
    return [
        "### Scoring by partitions, with as many replicas",
        "",
        "| partitions and replicas | verdicts per second | to one | Kafka µs | PostgreSQL µs |",
        "|---|---|---|---|---|",
        *(
            f"| {count} | {seen.per_second:,.0f} | {seen.per_second / one:.2f} "
            f"| {seen.kafka_us:,.0f} | {seen.postgres_us:,.0f} |"
            for count, seen in found.items()
        ),
        "",
    ]
