"""What left a partition before this group read it: records that expired or were deleted, a topic
that was made anew. The client itself goes on at the first record there is, and says nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog
from kafka import TopicPartition

from services.chassis.messaging.bus import Partition
from services.chassis.messaging.positions import Mark, Positions
from services.chassis.ops.metrics import Metrics

log = structlog.get_logger()


class LossDetector:
    """Compares what was read with what there is. ``positions`` is None where nothing is remembered
    beyond the broker's own memory; ``topic_partition`` names a partition as the client does.
    """

    def __init__(
        self,
        group: str,
        topic_partition: Callable[[Partition], TopicPartition],
        positions: Positions | None,
        metrics: Metrics | None,
    ) -> None:
        self._group = group
        self._topic_partition = topic_partition
        self._positions = positions
        self._metrics = metrics
        self._ids: dict[Partition, str] = {}
        self._next: dict[Partition, int] = {}
        """The first record of each partition that was not delivered yet."""
        self._jumped: dict[Partition, int] = {}
        """From where the client passed over records: compacted, or gone before they were read."""

    def begin(
        self, consumer: Any, partitions: Iterable[Partition], wait: int
    ) -> dict[Partition, int]:
        """From where these are to be read, now that they are ours. Raises ``KafkaError`` and
        ``StoreUnavailable``, and may then be asked again.
        """
        mine = {partition: self._topic_partition(partition) for partition in partitions}
        committed = {each: consumer.committed(p, timeout_ms=wait) for each, p in mine.items()}
        known = {} if self._positions is None else self._positions.known()
        marks = {}
        for partition, offset in committed.items():
            # Where neither the broker nor we remember anything, nothing was read.
            mark = known.get(partition, Mark("", 0))
            marks[partition] = mark if offset is None else mark._replace(next_offset=offset)
            self._next.pop(partition, None)
            self._jumped.pop(partition, None)
        ends = consumer.end_offsets(list(mine.values()), timeout_ms=wait)
        self._compare(consumer, marks, ends, wait)
        return {partition: self._next[partition] for partition in mine}

    def look(
        self,
        consumer: Any,
        ends: Mapping[TopicPartition, int],
        partitions: Iterable[Partition],
        wait: int,
    ) -> dict[Partition, int]:
        """What is gone since the last look; answers from where to read instead. Raises
        ``KafkaError`` and ``StoreUnavailable``, and may then be asked again.
        """
        stood = {
            partition: Mark(
                self._ids[partition], self._jumped.get(partition, self._next[partition])
            )
            for partition in partitions
        }
        return self._compare(consumer, stood, ends, wait)

    def delivered(self, partition: Partition, records: Sequence[Any]) -> None:
        """These were handed on."""
        for record in records:
            if record.offset > self._next[partition]:
                self._jumped.setdefault(partition, self._next[partition])
            self._next[partition] = record.offset + 1

    def sought(self, partition: Partition, offset: int) -> None:
        """The next record delivered will be this one."""
        self._next[partition] = offset

    def keep(self, done: Mapping[Partition, int]) -> None:
        """Everything before these offsets is done with. Raises ``StoreUnavailable``."""
        if self._positions is not None and done:
            self._positions.keep({p: Mark(self._ids[p], offset) for p, offset in done.items()})

    def _compare(
        self,
        consumer: Any,
        stood: Mapping[Partition, Mark],
        ends: Mapping[TopicPartition, int],
        wait: int,
    ) -> dict[Partition, int]:
        """Say, count and remember what is gone of partitions in which we stood so; answers from
        where to read those on.
        """
        topic_partitions = {partition: self._topic_partition(partition) for partition in stood}
        firsts = consumer.beginning_offsets(list(topic_partitions.values()), timeout_ms=wait)
        gone: dict[Partition, int | None] = {}
        marks: dict[Partition, Mark] = {}
        for partition, (known_id, at) in stood.items():
            first, end = firsts[topic_partitions[partition]], ends[topic_partitions[partition]]
            # Metadata are without it while the topic is away, and on very old brokers.
            topic_id = _topic_id(consumer, topic_partitions[partition]) or known_id
            goes_on = at
            if topic_id != known_id != "" or at > end:
                # What it held before it was made anew is beyond telling: we may have read it all.
                gone[partition], goes_on = None, first
            elif at < first:
                gone[partition], goes_on = first - at, max(first, self._next.get(partition, 0))
            marks[partition] = Mark(topic_id, goes_on)
        fresh = {p: mark for p, mark in marks.items() if p in gone or p not in self._next}
        if self._positions is not None and fresh:
            self._positions.keep(fresh, gone)
        for partition, mark in marks.items():
            self._ids[partition] = mark.topic_id
            self._jumped.pop(partition, None)
        self._next.update({partition: mark.next_offset for partition, mark in fresh.items()})
        for partition, records in gone.items():
            self._say(partition, records, stood[partition].next_offset)
        return {partition: self._next[partition] for partition in gone}

    def _say(self, partition: Partition, records: int | None, stood_at: int) -> None:
        log.error(
            "records left Kafka before they were read: have them published again with `winwinwin "
            "resend`, and look at the retention and the disks of the brokers",
            group=self._group,
            topic=partition.topic,
            partition=partition.number,
            records="unknown: the topic was made anew" if records is None else records,
            stood_at=stood_at,
            goes_on_at=self._next[partition],
        )
        if self._metrics is not None:
            self._metrics.positions_lost.labels(topic=partition.topic, group=self._group).inc()


def _topic_id(consumer: Any, topic_partition: TopicPartition) -> str:
    """The broker's own name of the topic, another one when it was made anew; empty where there is
    none.
    """
    return str(consumer._cluster.topic_id(topic_partition.topic) or "")  # noqa: SLF001 - no public way
