"""The bus of the single process: memory in front, the sender's outbox behind.

A record is reported as delivered only when every consumer group of its topic has committed it.
Until then it stays pending in the sender's outbox, so a crash loses nothing: the relay sends it
again after the restart, and the inbox of those who had it already absorbs the repetition.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.chassis.messaging.bus import (
    Incoming,
    Outgoing,
    Partition,
    Record,
    Report,
    partition_of,
)
from services.chassis.messaging.positions import Positions
from services.chassis.ops.metrics import Metrics


@dataclass(slots=True)
class _Entry:
    record: Record
    token: int
    report: Report
    waiting: int
    """Groups that have not committed this record yet."""


class _Queue:
    """What one group still has to do in one partition: ``entries[0]`` is at offset ``base``."""

    __slots__ = ("base", "entries", "next", "partition", "paused")

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self.entries: list[_Entry] = []
        self.base = 0
        self.next = 0
        self.paused = False


class _Group:
    def __init__(self, name: str) -> None:
        self.name = name
        self.changed = threading.Condition()
        self.queues: dict[Partition, _Queue] = {}
        self.taken = False
        self.wake: Callable[[], None] | None = None

    def append(self, arrivals: Sequence[tuple[Partition, _Entry]]) -> None:
        with self.changed:
            for partition, entry in arrivals:
                self.queues[partition].entries.append(entry)
            self.changed.notify()
        if self.wake is not None:
            self.wake()


class InMemoryBus:
    """A bus inside this process.

    ``topics`` gives each topic's number of partitions and the groups that must have committed a
    record before it counts as delivered. Raises ``KeyError`` for a topic not among them.
    """

    keeps_records = False

    def __init__(self, topics: Mapping[str, tuple[int, Iterable[str]]]) -> None:
        self._groups: dict[str, _Group] = {}
        self._partition_counts: dict[str, int] = {}
        self._listeners: dict[str, list[_Group]] = {}
        self._counting = threading.Lock()
        for topic, (partitions, groups) in topics.items():
            self._partition_counts[topic] = partitions
            self._listeners[topic] = []
            for name in groups:
                group = self._groups.setdefault(name, _Group(name))
                for number in range(partitions):
                    partition = Partition(topic, number)
                    group.queues[partition] = _Queue(partition)
                self._listeners[topic].append(group)

    def publish(self, batch: Sequence[Outgoing], report: Report) -> None:
        unread: list[int] = []
        arrivals: dict[str, list[tuple[Partition, _Entry]]] = {}
        for token, record in batch:
            listeners = self._listeners[record.topic]
            if not listeners:
                unread.append(token)
                continue
            partition = Partition(
                record.topic, partition_of(record.key, self._partition_counts[record.topic])
            )
            entry = _Entry(record, token, report, len(listeners))
            for group in listeners:
                arrivals.setdefault(group.name, []).append((partition, entry))
        for name, entries in arrivals.items():
            self._groups[name].append(entries)
        if unread:
            report(unread, None)

    def subscribe(
        self,
        group: str,
        topics: Sequence[str],
        metrics: Metrics | None = None,  # noqa: ARG002 - a commit in memory is not worth counting
        positions: Positions | None = None,  # noqa: ARG002 - nothing leaves before it was read
    ) -> "EmbeddedSubscription":
        """Join a group. Raises ``ValueError`` for an unknown group or topic, or a second member:
        in one process a second member could only take turns with the first.
        """
        known = self._groups.get(group)
        if known is None:
            raise ValueError(f"no topic names {group!r} as a consumer: add it to contracts/topics")
        listened_to = {partition.topic for partition in known.queues}
        if unknown := sorted(set(topics) - listened_to):
            raise ValueError(
                f"{group!r} is not a consumer of {', '.join(unknown)}: add it to contracts/topics"
            )
        with known.changed:
            if known.taken:
                raise ValueError(f"the group {group!r} already has its member in this process")
            known.taken = True
        wanted = [q for q in known.queues.values() if q.partition.topic in set(topics)]
        return EmbeddedSubscription(known, wanted, self._counting)

    def close(self) -> None:
        """Nothing to release: what is pending stays in the outboxes."""


class EmbeddedSubscription:
    complaint: str | None = None

    def __init__(self, group: _Group, queues: list[_Queue], counting: threading.Lock) -> None:
        self._group = group
        self._queues = queues
        self._counting = counting
        self._closed = False

    def woken_by(self, wake: Callable[[], None]) -> None:
        self._group.wake = wake

    def poll(self, max_records: int, timeout: float) -> list[Incoming]:
        with self._group.changed:
            found = self._next(max_records)
            if not found and timeout > 0:
                self._group.changed.wait(timeout)
                found = self._next(max_records)
        return found

    def _next(self, max_records: int) -> list[Incoming]:
        found: list[Incoming] = []
        for queue in self._queues:
            if queue.paused:
                continue
            start = queue.next - queue.base
            entries = queue.entries[start : start + max_records - len(found)]
            for offset, entry in enumerate(entries, start=queue.next):
                found.append(Incoming(queue.partition, offset, entry.record))
            queue.next += len(entries)
            if len(found) == max_records:
                break
        # The partition served first now is served last next time: a busy one cannot starve others.
        self._queues.append(self._queues.pop(0))
        return found

    def commit(self, positions: Mapping[Partition, int]) -> None:
        done: list[_Entry] = []
        with self._group.changed:
            for partition, offset in positions.items():
                queue = self._group.queues[partition]
                # A position from before what is committed already says nothing new.
                count = min(max(offset - queue.base, 0), len(queue.entries))
                done += queue.entries[:count]
                del queue.entries[:count]
                queue.base += count
                queue.next = max(queue.next, queue.base)
        delivered: dict[Report, list[int]] = {}
        with self._counting:
            for entry in done:
                entry.waiting -= 1
                if entry.waiting == 0:
                    delivered.setdefault(entry.report, []).append(entry.token)
        for report, tokens in delivered.items():
            report(tokens, None)

    def seek(self, partition: Partition, offset: int) -> None:
        with self._group.changed:
            queue = self._group.queues[partition]
            end = queue.base + len(queue.entries)
            if not queue.base <= offset <= end:
                raise ValueError(
                    f"{partition} holds offsets {queue.base} to {end}, "
                    f"not {offset}: seek to one that is not committed"
                )
            queue.next = offset

    def pause(self, partitions: Iterable[Partition]) -> None:
        with self._group.changed:
            for partition in partitions:
                self._group.queues[partition].paused = True

    def resume(self, partitions: Iterable[Partition]) -> None:
        with self._group.changed:
            for partition in partitions:
                self._group.queues[partition].paused = False
            self._group.changed.notify()

    def lag(self) -> Mapping[Partition, int]:
        with self._group.changed:
            return {queue.partition: len(queue.entries) for queue in self._queues}

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with self._group.changed:
            for queue in self._queues:
                queue.next = queue.base
                queue.paused = False
            self._group.taken = False
