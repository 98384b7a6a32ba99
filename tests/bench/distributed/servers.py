"""Kafka and PostgreSQL by themselves, for what is measured without the whole cluster."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from services.chassis.messaging.kafka.topics import Wanted, administrator, apply, plan, settings_of
from services.chassis.ops.settings import Settings
from tests.bench import machine
from tests.bench.distributed.rig import folder, say
from tests.support.cluster.kafka import KafkaCluster
from tests.support.cluster.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Servers:
    kafka: KafkaCluster
    postgres: PostgresServer

    def used(self) -> tuple[float, float]:
        """Processor seconds of Kafka and of PostgreSQL so far."""
        kafka = sum(machine.processor_seconds(node.pid) for node in self.kafka.nodes)
        return kafka, machine.family_seconds(self.postgres.pid)


@contextmanager
def servers() -> Iterator[Servers]:
    say("starting Kafka and PostgreSQL…")
    with ExitStack() as stack:
        path = stack.enter_context(folder())
        kafka = stack.enter_context(KafkaCluster(path / "kafka", quick=False))
        yield Servers(kafka, stack.enter_context(PostgresServer(path / "postgres")))


def make_topics(settings: Settings, partitions: Mapping[str, int]) -> None:
    """Topics of these names, after the prefix of the settings, with so many partitions each."""
    wanted = [
        Wanted(settings.kafka_prefix + name, n, 1, settings_of(1, 1))
        for name, n in partitions.items()
    ]
    with administrator(settings) as client:
        apply(client, wanted, plan(client, wanted))
