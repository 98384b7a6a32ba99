"""One hop in a process of its own: read a topic, validate, say the same on the next topic.

``python -m tests.bench.distributed.hop`` reads an ``Order`` as JSON, says ``ready``, waits for a
line and then handles ``count`` messages; it prints the processor seconds they took.
``plain`` is what anyone would write with the client alone; ``chassis`` is our consumer and relay,
with inbox and outbox in PostgreSQL.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kafka import KafkaConsumer, KafkaProducer
from pydantic import SecretStr
from sqlalchemy import text

from contracts import codec
from services.chassis.clock import SystemClock
from services.chassis.database.postgres import databases_at
from services.chassis.messaging.consumer import MAX_BATCH
from services.chassis.messaging.kafka.bus import BATCH_BYTES, LINGER_MS, KafkaBus
from services.chassis.messaging.reactions import Received
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops import logs
from services.chassis.ops.loops import LoopThread
from services.chassis.ops.settings import Settings
from services.chassis.service import Service
from tests.bench.distributed.hop_events import ON, PARTITIONS, onward

LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Order:
    """``number`` of the hop; ``prefix`` stands before topics and groups; ``database`` is where
    ``chassis`` finds its own.
    """

    kind: str
    number: int
    bootstrap_servers: str
    prefix: str
    count: int
    database: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def plain(order: Order) -> float:
    reads, writes = (f"{order.prefix}hop-{n}" for n in (order.number, order.number + 1))
    consumer = KafkaConsumer(
        reads,
        bootstrap_servers=order.bootstrap_servers,
        group_id=f"{order.prefix}{order.number}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = KafkaProducer(
        bootstrap_servers=order.bootstrap_servers,
        enable_idempotence=True,
        acks="all",
        linger_ms=LINGER_MS,
        batch_size=BATCH_BYTES,
    )
    began = _wait_for_the_word()
    done = 0
    while done < order.count:
        found = consumer.poll(timeout_ms=500, max_records=MAX_BATCH)
        sent = [
            producer.send(
                writes,
                codec.encode(codec.decode(ON[order.number], record.value)),
                key=record.key,
                headers=record.headers,
            )
            for records in found.values()
            for record in records
        ]
        if sent:
            producer.flush()
            for each in sent:
                each.get(timeout=0)
            consumer.commit()
            done += len(sent)
    used = time.process_time() - began
    consumer.close()
    producer.close()
    return used


def chassis(order: Order) -> float:
    name = f"hop-{order.number}"
    settings = Settings(
        kafka_bootstrap_servers=order.bootstrap_servers,
        kafka_prefix=order.prefix,
        log_level="warning",
    )
    logs.configure(settings)
    bus = KafkaBus({event.TOPIC: (PARTITIONS, (event.TOPIC,)) for event in ON}, settings)
    done = 0

    def hear(transaction: Transaction, received: Sequence[Received[object]]) -> None:
        nonlocal done
        for each in received:
            transaction.publish(
                onward(each.event, order.number + 1),
                correlation_id=each.envelope.correlation_id,
            )
        done += len(received)

    service = Service.assemble(
        name,
        "One hop of the benchmark.",
        databases=databases_at(SecretStr(order.database)),
        bus=bus,
        clock=SystemClock(),
        reactions={ON[order.number]: hear},
    )
    runners = [LoopThread(loop.name, [loop]) for loop in service.loops]
    began = _wait_for_the_word()
    for runner in runners:
        runner.start()
    while done < order.count or _pending(service):
        time.sleep(LOOK_SECONDS)
    used = time.process_time() - began
    for runner in runners:
        runner.stop()
    service.store.close()
    bus.close()
    return used


def _pending(service: Service) -> bool:
    with service.store.read() as connection:
        return bool(
            connection.execute(
                text("SELECT EXISTS (SELECT FROM outbox WHERE published = 0)")
            ).scalar_one()
        )


def _wait_for_the_word() -> float:
    """Answers the processor time used up to then."""
    print("ready", flush=True)
    sys.stdin.readline()
    return time.process_time()


def main() -> None:
    order = Order(**json.loads(sys.stdin.readline()))
    print({"plain": plain, "chassis": chassis}[order.kind](order), flush=True)


if __name__ == "__main__":
    main()
