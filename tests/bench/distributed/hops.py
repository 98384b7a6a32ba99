"""Three hops on one broker: our consumer and relay, the plain client, and FastStream.

Each hop is a process. All messages lie on the first topic before the word is given, and the time
runs until the last one lies on the fourth.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from psycopg import sql
from sqlalchemy import create_engine, make_url
from sqlmodel import SQLModel

from contracts import codec
from contracts.envelope import Envelope, to_headers
from services.chassis.clock import SystemClock, new_id
from services.chassis.database.tables import BUS_TABLES
from services.chassis.messaging.leases import LEASE_TABLES
from services.chassis.ops.settings import Settings
from tests.bench.distributed import faststream_environment
from tests.bench.distributed.children import Child, child
from tests.bench.distributed.hop import Order
from tests.bench.distributed.hop_events import HOPS, ON, PARTITIONS, first
from tests.bench.distributed.rig import say
from tests.bench.distributed.servers import Servers, make_topics

CLIENT, CHASSIS, BATCH, MESSAGE = "plain", "chassis", "batch", "message"
KINDS = {
    CLIENT: "plain kafka-python, nothing stored",
    CHASSIS: "our consumer and relay, inbox and outbox in PostgreSQL",
    BATCH: "FastStream in batches, nothing stored",
    MESSAGE: "FastStream message by message, nothing stored",
}
OVER_WITHIN_SECONDS = 300.0
LOOK_SECONDS = 0.05
HOP, HOP_FASTSTREAM = (f"tests.bench.distributed.{name}" for name in ("hop", "hop_faststream"))


@dataclass(frozen=True, slots=True)
class Relayed:
    """Messages a second over all hops; processor microseconds for a message and hop, of the hop's
    own process and of the servers.
    """

    per_second: float
    own_us: float
    kafka_us: float
    postgres_us: float


def relay_all(running: Servers, count: int, rounds: int) -> dict[str, list[Relayed]]:
    """Every kind once a round, so that a machine that slows down slows all of them."""
    found: dict[str, list[Relayed]] = {kind: [] for kind in KINDS}
    say("warming up…")
    relay(running, CLIENT, count, "warm-")
    for number in range(1, rounds + 1):
        for kind, name in KINDS.items():
            say(f"three hops, round {number} of {rounds}: {name}…")
            found[kind].append(relay(running, kind, count, f"{kind}-{number}-"))
    return found


def relay(running: Servers, kind: str, count: int, prefix: str) -> Relayed:
    settings = Settings(
        kafka_bootstrap_servers=running.kafka.bootstrap_servers, kafka_prefix=prefix
    )
    make_topics(settings, {event.TOPIC: PARTITIONS for event in ON})
    _fill(settings, count)
    with ExitStack() as stack:
        hops = [stack.enter_context(_hop(running, kind, n, count, prefix)) for n in range(HOPS)]
        for hop in hops:
            hop.hear()
        before, began = running.used(), time.perf_counter()
        for hop in hops:
            hop.tell("go")
        _until_there(settings, f"{prefix}{ON[HOPS].TOPIC}", count, hops)
        seconds = time.perf_counter() - began
        own = sum(float(hop.hear()) for hop in hops)
        kafka, postgres = (now - then for now, then in zip(running.used(), before, strict=True))
    each = 1e6 / (count * HOPS)
    return Relayed(count / seconds, own * each, kafka * each, postgres * each)


def _fill(settings: Settings, count: int) -> None:
    clock = SystemClock()
    event = first(new_id(clock))
    value = codec.encode(event)
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers, linger_ms=5)
    for _ in range(count):
        id_ = new_id(clock)
        envelope = Envelope(id_, event.EVENT_TYPE, "bench", id_, clock.now(), id_)
        producer.send(
            settings.kafka_prefix + event.TOPIC,
            value.replace(event.proposal_id.encode(), id_.encode(), 1),
            key=id_.encode(),
            headers=list(to_headers(envelope)),
        )
    producer.flush()
    producer.close()


@contextmanager
def _hop(running: Servers, kind: str, number: int, count: int, prefix: str) -> Iterator[Child]:
    database = _database(running, f"{prefix}{number}") if kind == CHASSIS else ""
    order = Order(kind, number, running.kafka.bootstrap_servers, prefix, count, database)
    command = [sys.executable, "-m", HOP]
    if kind in {BATCH, MESSAGE}:
        command = [faststream_environment.python(), "-m", HOP_FASTSTREAM]
    with child(command, order.as_json()) as hop:
        yield hop


def _database(running: Servers, name: str) -> str:
    with psycopg.connect(running.postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = running.postgres.url(name)
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    SQLModel.metadata.create_all(engine, tables=[*BUS_TABLES, *LEASE_TABLES])
    engine.dispose()
    return url


def _until_there(settings: Settings, topic: str, count: int, hops: Sequence[Child]) -> None:
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka_bootstrap_servers)
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    deadline = time.monotonic() + OVER_WITHIN_SECONDS
    try:
        while (there := sum(consumer.end_offsets(places).values())) < count:
            if any(hop.failed for hop in hops) or time.monotonic() > deadline:
                raise SystemExit(
                    f"{count - there} messages are missing after {OVER_WITHIN_SECONDS:g} s, or "
                    f"because a hop ended (see above): nothing was measured"
                )
            time.sleep(LOOK_SECONDS)
    finally:
        consumer.close()


def report(found: dict[str, list[Relayed]]) -> list[str]:
    def median(values: Sequence[float]) -> float:
        return sorted(values)[len(values) // 2]

    def line(kind: str, name: str) -> str:
        rounds = found[kind]
        own, kafka, postgres = (
            median([getattr(each, figure) for each in rounds])
            for figure in ("own_us", "kafka_us", "postgres_us")
        )
        rate, cost = (
            median([_ratio(a, b, f) for a, b in zip(rounds, found[CLIENT], strict=True)])
            for f in ("per_second", "own_us")
        )
        return (
            f"| {name} | {median([each.per_second for each in rounds]):,.0f} | {rate:.2f} "
            f"| {own:,.0f} | {cost:.1f} | {kafka:,.0f} | {postgres:,.0f} |"
        )

    return [
        "### Three hops, each validates and writes the same 2 KB model",
        "",
        "| | per second | to plain | own µs per hop | to plain | Kafka µs | PostgreSQL µs |",
        "|---|---|---|---|---|---|---|",
        *(line(kind, name) for kind, name in KINDS.items()),
        "",
        "Aims: own processor time ≤ 2 of the plain client's; more per second than FastStream.",
        "",
    ]


def _ratio(one: Relayed, other: Relayed, figure: str) -> float:
    value: float = getattr(one, figure) / getattr(other, figure)
    return value
