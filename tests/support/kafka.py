"""Buses on a real broker, each with topics and groups of its own."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.ops.settings import Settings

Topics = Mapping[str, tuple[int, Sequence[str]]]


def settings_for(bootstrap: str, prefix: str = "", **more: Any) -> Settings:
    return Settings(kafka_bootstrap_servers=bootstrap, kafka_prefix=prefix, **more)


def new_prefix() -> str:
    """Nobody else's names: a broker may be shared, and keeps what earlier runs left."""
    return f"test-{uuid.uuid4().hex[:12]}-"


def create_topics(bootstrap: str, prefix: str, topics: Topics, **configs: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        wanted = [
            NewTopic(
                prefix + name, num_partitions=count, replication_factor=-1, topic_configs=configs
            )
            for name, (count, _) in topics.items()
        ]
        admin.create_topics(wanted)
        admin.wait_for_topics([each.name for each in wanted])
    finally:
        admin.close()


def kafka_bus(bootstrap: str, topics: Topics, prefix: str | None = None) -> KafkaBus:
    """A bus whose topics are there; with a ``prefix``, another one on the same topics."""
    if prefix is None:
        prefix = new_prefix()
        create_topics(bootstrap, prefix, topics)
    return KafkaBus(topics, settings_for(bootstrap, prefix))
