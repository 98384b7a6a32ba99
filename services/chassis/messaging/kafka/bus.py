"""The bus between machines: Apache Kafka, through kafka-python.

What is known about this client, and why the code is as it is, stands in decision 0032. Clients are
made when they are first needed and made anew after trouble, so that a service starts without its
broker and goes on when it comes back.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor

from services.chassis.errors import BadSetting, BusUnavailable
from services.chassis.messaging.bus import Outgoing, Report
from services.chassis.messaging.kafka.client import (
    BOOTSTRAP_SECONDS,
    DELIVERY_SECONDS,
    MAX_MESSAGE_BYTES,
    client_settings,
    connected,
    unavailable,
)
from services.chassis.messaging.kafka.consumer import KafkaSubscription
from services.chassis.messaging.kafka.loss_detector import LossDetector
from services.chassis.messaging.kafka.member_health import POLL_INTERVAL_SECONDS
from services.chassis.messaging.kafka.producer import Sender
from services.chassis.messaging.kafka.topics import administrator, check
from services.chassis.messaging.positions import Positions
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.settings import Settings

NAME = "winwinwin"
LINGER_MS = 5
SESSION_SECONDS = 15.0
"""How long a member that died without a word keeps its partitions. The client's own 45 s were most
of the time that a verdict took while services were killed; heartbeats leave every 3 s.
"""

BATCH_BYTES = 256 * 1024

FETCH_BYTES = 512 * 1024
"""Of one partition at a time: a busy one must not keep the others waiting behind it."""


class KafkaBus:
    """A bus on a broker. ``topics`` as for the in-memory bus: partitions, and consumer groups.

    ``settings.kafka_prefix`` stands before the names of topics and groups on the broker. Raises
    ``Refuse`` when the settings name no broker or a package is missing; connects to nothing yet.
    """

    keeps_records = True

    def __init__(self, topics: Mapping[str, tuple[int, Iterable[str]]], settings: Settings) -> None:
        if not settings.kafka_bootstrap_servers:
            raise BadSetting("no Kafka is named: set WWW_KAFKA_BOOTSTRAP_SERVERS to host:port")
        self._settings = settings
        client_settings(settings, NAME)
        self._partitions = {name: count for name, (count, _) in topics.items()}
        self._groups = {name: frozenset(groups) for name, (_, groups) in topics.items()}
        self._sender: Sender | None = None
        self._checked: set[str] = set()
        self._to_be_told: set[Report] = set()
        """Senders told of a failure on another thread: they must see it before they send more."""
        self._turn = threading.Lock()

    # -- publishing ------------------------------------------------------------------------------

    def publish(self, batch: Sequence[Outgoing], report: Report) -> None:
        """See ``Bus``. Raises ``KeyError`` for a topic that is not among the bus's own, and
        ``BusUnavailable`` when the broker cannot be reached or something failed a moment ago.
        """
        topics = {record.topic for _, record in batch}
        if unknown := sorted(topics - self._partitions.keys()):
            raise KeyError(*unknown)
        with self._turn:
            self._part_with_a_broken_sender()
            if report in self._to_be_told:
                # What failed must be sent before anything newer of its keys.
                self._to_be_told.discard(report)
                raise BusUnavailable("Kafka did not confirm some events: they are sent again first")
            self._working_sender(topics).send(batch, report)

    def _part_with_a_broken_sender(self) -> None:
        if self._sender is None or not self._sender.broken:
            return
        if not self._sender.drained:
            raise BusUnavailable(
                "Kafka did not confirm an event: the outcome of those behind it is awaited"
            )
        self._to_be_told |= self._sender.told_of_failure
        self._sender.close()
        self._sender = None
        self._checked.clear()

    def _working_sender(self, topics: set[str]) -> Sender:
        if unchecked := topics - self._checked:
            check(self._settings, {self._name(t): self._partitions[t] for t in unchecked})
            self._checked |= unchecked
        if self._sender is None:
            self._sender = Sender(self._producer(), self._partitions, self._name, self._meaning)
        return self._sender

    def _producer(self) -> Any:
        return connected(
            KafkaProducer,
            self._settings,
            NAME,
            # Said aloud: with a setting that contradicts it, it would be off without a word.
            enable_idempotence=True,
            acks="all",
            max_in_flight_requests_per_connection=5,
            delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
            max_block_ms=int(BOOTSTRAP_SECONDS * 1000),
            linger_ms=LINGER_MS,
            batch_size=BATCH_BYTES,
            max_request_size=MAX_MESSAGE_BYTES,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    # -- subscribing -----------------------------------------------------------------------------

    def subscribe(
        self,
        group: str,
        topics: Sequence[str],
        metrics: Metrics | None = None,
        positions: Positions | None = None,
    ) -> KafkaSubscription:
        """See ``Bus``: connects with the first poll, and may have any number of members."""
        known = {name for names in self._groups.values() for name in names}
        if group not in known:
            raise ValueError(f"no topic names {group!r} as a consumer: add it to contracts/topics")
        if deaf := sorted(t for t in topics if group not in self._groups.get(t, ())):
            raise ValueError(
                f"{group!r} is not a consumer of {', '.join(deaf)}: add it to contracts/topics"
            )

        def make() -> Any:
            check(self._settings, {self._name(t): self._partitions[t] for t in topics})
            return connected(
                KafkaConsumer,
                self._settings,
                NAME,
                group_id=self._name(group),
                enable_auto_commit=False,
                # The default would lose everything that was published before a group existed.
                auto_offset_reset="earliest",
                max_poll_interval_ms=int(POLL_INTERVAL_SECONDS * 1000),
                session_timeout_ms=int(SESSION_SECONDS * 1000),
                max_partition_fetch_bytes=FETCH_BYTES,
                partition_assignment_strategy=[RangePartitionAssignor],
                allow_auto_create_topics=False,
            )

        def too_many() -> bool:
            with administrator(self._settings) as client:
                (found,) = client.describe_groups([self._name(group)]).values()
            return len(found["members"]) > max(self._partitions[t] for t in topics)

        prefix = self._settings.kafka_prefix
        losses = LossDetector(
            group,
            lambda partition: TopicPartition(prefix + partition.topic, partition.number),
            positions,
            metrics,
        )
        return KafkaSubscription(make, too_many, topics, prefix, self._meaning, losses, metrics)

    def close(self) -> None:
        with self._turn:
            if self._sender is not None:
                self._sender.close()

    def _name(self, name: str) -> str:
        return self._settings.kafka_prefix + name

    def _meaning(self, error: BaseException) -> BusUnavailable:
        return unavailable(self._settings, error)
