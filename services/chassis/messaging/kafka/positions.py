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


class Watch:
    """Compares what was read with what there is. ``positions`` is None where nothing is remembered
    beyond the broker's own memory; ``partition`` names a place as the client does.
    """

    def __init__(
        self,
        group: str,
        partition: Callable[[Partition], TopicPartition],
        positions: Positions | None,
        metrics: Metrics | None,
    ) -> None:
        self._group = group
        self._partition = partition
        self._positions = positions
        self._metrics = metrics
        self._ids: dict[Partition, str] = {}
        self._next: dict[Partition, int] = {}
        """The first record of each partition that was not delivered yet."""
        self._jumped: dict[Partition, int] = {}
        """From where the client passed over records: compacted, or gone before they were read."""

    def begin(self, consumer: Any, places: Iterable[Partition], wait: int) -> dict[Partition, int]:
        """From where these are to be read, now that they are ours. Raises ``KafkaError`` and
        ``StoreUnavailable``, and may then be asked again.
        """
        mine = {place: self._partition(place) for place in places}
        committed = {each: consumer.committed(p, timeout_ms=wait) for each, p in mine.items()}
        known = {} if self._positions is None else self._positions.known()
        marks = {}
        for place, offset in committed.items():
            # Where neither the broker nor we remember anything, nothing was read.
            mark = known.get(place, Mark("", 0))
            marks[place] = mark if offset is None else mark._replace(next_offset=offset)
            self._next.pop(place, None)
            self._jumped.pop(place, None)
        ends = consumer.end_offsets(list(mine.values()), timeout_ms=wait)
        self._compare(consumer, marks, ends, wait)
        return {place: self._next[place] for place in mine}

    def look(
        self,
        consumer: Any,
        ends: Mapping[TopicPartition, int],
        places: Iterable[Partition],
        wait: int,
    ) -> dict[Partition, int]:
        """What is gone since the last look; answers from where to read instead. Raises
        ``KafkaError`` and ``StoreUnavailable``, and may then be asked again.
        """
        stood = {
            place: Mark(self._ids[place], self._jumped.get(place, self._next[place]))
            for place in places
        }
        return self._compare(consumer, stood, ends, wait)

    def delivered(self, place: Partition, records: Sequence[Any]) -> None:
        """These were handed on."""
        for record in records:
            if record.offset > self._next[place]:
                self._jumped.setdefault(place, self._next[place])
            self._next[place] = record.offset + 1

    def sought(self, place: Partition, offset: int) -> None:
        """The next record delivered will be this one."""
        self._next[place] = offset

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
        partitions = {place: self._partition(place) for place in stood}
        firsts = consumer.beginning_offsets(list(partitions.values()), timeout_ms=wait)
        gone: dict[Partition, int | None] = {}
        marks: dict[Partition, Mark] = {}
        for place, (known_id, at) in stood.items():
            first, end = firsts[partitions[place]], ends[partitions[place]]
            # Metadata are without it while the topic is away, and on very old brokers.
            topic_id = _topic_id(consumer, partitions[place]) or known_id
            goes_on = at
            if topic_id != known_id != "" or at > end:
                # What it held before it was made anew is beyond telling: we may have read it all.
                gone[place], goes_on = None, first
            elif at < first:
                gone[place], goes_on = first - at, max(first, self._next.get(place, 0))
            marks[place] = Mark(topic_id, goes_on)
        fresh = {p: mark for p, mark in marks.items() if p in gone or p not in self._next}
        if self._positions is not None and fresh:
            self._positions.keep(fresh, gone)
        for place, mark in marks.items():
            self._ids[place] = mark.topic_id
            self._jumped.pop(place, None)
        self._next.update({place: mark.next_offset for place, mark in fresh.items()})
        for place, records in gone.items():
            self._say(place, records, stood[place].next_offset)
        return {place: self._next[place] for place in gone}

    def _say(self, place: Partition, records: int | None, stood_at: int) -> None:
        log.error(
            "records left Kafka before they were read: have them said again with `winwinwin "
            "resend`, and look at the retention and the disks of the brokers",
            group=self._group,
            topic=place.topic,
            partition=place.partition,
            records="unknown: the topic was made anew" if records is None else records,
            stood_at=stood_at,
            goes_on_at=self._next[place],
        )
        if self._metrics is not None:
            self._metrics.positions_lost.labels(topic=place.topic, group=self._group).inc()


def _topic_id(consumer: Any, partition: TopicPartition) -> str:
    """The broker's own name of the topic, another one when it was made anew; empty where there is
    none.
    """
    return str(consumer._cluster.topic_id(partition.topic) or "")  # noqa: SLF001 - no public way
