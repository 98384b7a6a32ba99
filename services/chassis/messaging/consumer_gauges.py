"""What a consumer shows of itself: counts, ages, and one gauge for each partition it has."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from contracts.envelope import Envelope
from services.chassis.messaging.bus import Incoming, Partition
from services.chassis.messaging.effects import Outcomes
from services.chassis.ops.metrics import Metrics

OUTCOMES = ("ok", "duplicate", "retried", "dead_lettered", "unknown_type")


class ConsumerGauges:
    """The metrics of one consumer group in this process."""

    def __init__(self, metrics: Metrics, group: str, topics: Iterable[str]) -> None:
        self._metrics = metrics
        self._group = group
        self._shown: set[Partition] = set()
        metrics.consumer_stopped.labels(group=group).set(0)
        for topic in topics:
            metrics.received.labels(topic=topic, group=group)
            for outcome in OUTCOMES:
                metrics.processed.labels(topic=topic, group=group, outcome=outcome)

    def received(self, batch: Sequence[Incoming]) -> None:
        for topic, count in Counter(incoming.partition.topic for incoming in batch).items():
            self._metrics.received.labels(topic=topic, group=self._group).inc(count)

    def handled(self, envelopes: Iterable[Envelope], now: datetime, seconds: float) -> None:
        """A batch was committed at ``now``; it took so long."""
        self._metrics.processing.labels(group=self._group).observe(seconds)
        age = self._metrics.event_age.labels(group=self._group)
        for envelope in envelopes:
            age.observe(max((now - envelope.time).total_seconds(), 0.0))

    def count(self, outcomes: Outcomes) -> None:
        for (topic, outcome), count in outcomes.items():
            self._metrics.processed.labels(topic=topic, group=self._group, outcome=outcome).inc(
                count
            )

    def show(
        self, lag: Mapping[Partition, int], held: Collection[Partition], *, stopped: bool
    ) -> None:
        """The partitions this member has now, by their lag; those that went to another member have
        no series here any more. ``held`` are those nothing is taken from.
        """
        for partition in self._shown - lag.keys():
            self._metrics.lag.remove(partition.topic, partition.number, self._group)
            self._metrics.partition_paused.remove(partition.topic, partition.number, self._group)
        for partition, records in lag.items():
            named = {"topic": partition.topic, "partition": partition.number, "group": self._group}
            self._metrics.lag.labels(**named).set(records)
            self._metrics.partition_paused.labels(**named).set(int(partition in held))
        self._shown = set(lag)
        self._metrics.consumer_stopped.labels(group=self._group).set(int(stopped))
