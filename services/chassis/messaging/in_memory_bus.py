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


class _Partition:
    """What one group still has to do in one partition: ``entries[0]`` is at offset ``base``."""

    __slots__ = ("base", "entries", "next", "paused", "place")

    def __init__(self, place: Partition) -> None:
        self.place = place
        self.entries: list[_Entry] = []
        self.base = 0
        self.next = 0
        self.paused = False


class _Group:
    def __init__(self, name: str) -> None:
        self.name = name
        self.changed = threading.Condition()
        self.partitions: dict[Partition, _Partition] = {}
        self.taken = False
        self.wake: Callable[[], None] | None = None

    def append(self, arrivals: Sequence[tuple[Partition, _Entry]]) -> None:
        with self.changed:
            for place, entry in arrivals:
                self.partitions[place].entries.append(entry)
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
        self._partitions: dict[str, int] = {}
        self._listeners: dict[str, list[_Group]] = {}
        self._counting = threading.Lock()
        for topic, (partitions, groups) in topics.items():
            self._partitions[topic] = partitions
            self._listeners[topic] = []
            for name in groups:
                group = self._groups.setdefault(name, _Group(name))
                for number in range(partitions):
                    place = Partition(topic, number)
                    group.partitions[place] = _Partition(place)
                self._listeners[topic].append(group)

    def publish(self, batch: Sequence[Outgoing], report: Report) -> None:
        unheard: list[int] = []
        arrivals: dict[str, list[tuple[Partition, _Entry]]] = {}
        for token, record in batch:
            listeners = self._listeners[record.topic]
            if not listeners:
                unheard.append(token)
                continue
            place = Partition(
                record.topic, partition_of(record.key, self._partitions[record.topic])
            )
            entry = _Entry(record, token, report, len(listeners))
            for group in listeners:
                arrivals.setdefault(group.name, []).append((place, entry))
        for name, entries in arrivals.items():
            self._groups[name].append(entries)
        if unheard:
            report(unheard, None)

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
        heard = {place.topic for place in known.partitions}
        if deaf := sorted(set(topics) - heard):
            raise ValueError(
                f"{group!r} is not a consumer of {', '.join(deaf)}: add it to contracts/topics"
            )
        with known.changed:
            if known.taken:
                raise ValueError(f"the group {group!r} already has its member in this process")
            known.taken = True
        wanted = [p for p in known.partitions.values() if p.place.topic in set(topics)]
        return EmbeddedSubscription(known, wanted, self._counting)

    def close(self) -> None:
        """Nothing to release: what is pending stays in the outboxes."""


class EmbeddedSubscription:
    complaint: str | None = None

    def __init__(
        self, group: _Group, partitions: list[_Partition], counting: threading.Lock
    ) -> None:
        self._group = group
        self._partitions = partitions
        self._counting = counting
        self._closed = False

    def woken_by(self, wake: Callable[[], None]) -> None:
        self._group.wake = wake

    def poll(self, max_records: int, timeout: float) -> list[Incoming]:
        with self._group.changed:
            found = self._take(max_records)
            if not found and timeout > 0:
                self._group.changed.wait(timeout)
                found = self._take(max_records)
        return found

    def _take(self, max_records: int) -> list[Incoming]:
        found: list[Incoming] = []
        for partition in self._partitions:
            if partition.paused:
                continue
            start = partition.next - partition.base
            entries = partition.entries[start : start + max_records - len(found)]
            for offset, entry in enumerate(entries, start=partition.next):
                found.append(Incoming(partition.place, offset, entry.record))
            partition.next += len(entries)
            if len(found) == max_records:
                break
        # The partition served first now is served last next time: a busy one cannot starve others.
        self._partitions.append(self._partitions.pop(0))
        return found

    def commit(self, positions: Mapping[Partition, int]) -> None:
        done: list[_Entry] = []
        with self._group.changed:
            for place, offset in positions.items():
                partition = self._group.partitions[place]
                # A position from before what is committed already says nothing new.
                count = min(max(offset - partition.base, 0), len(partition.entries))
                done += partition.entries[:count]
                del partition.entries[:count]
                partition.base += count
                partition.next = max(partition.next, partition.base)
        delivered: dict[Report, list[int]] = {}
        with self._counting:
            for entry in done:
                entry.waiting -= 1
                if entry.waiting == 0:
                    delivered.setdefault(entry.report, []).append(entry.token)
        for report, tokens in delivered.items():
            report(tokens, None)

    def seek(self, place: Partition, offset: int) -> None:
        with self._group.changed:
            partition = self._group.partitions[place]
            end = partition.base + len(partition.entries)
            if not partition.base <= offset <= end:
                raise ValueError(
                    f"{place.topic}/{place.partition} holds offsets {partition.base} to {end}, "
                    f"not {offset}: seek to one that is not committed"
                )
            partition.next = offset

    def pause(self, places: Iterable[Partition]) -> None:
        with self._group.changed:
            for place in places:
                self._group.partitions[place].paused = True

    def resume(self, places: Iterable[Partition]) -> None:
        with self._group.changed:
            for place in places:
                self._group.partitions[place].paused = False
            self._group.changed.notify()

    def lag(self) -> Mapping[Partition, int]:
        with self._group.changed:
            return {p.place: len(p.entries) for p in self._partitions}

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with self._group.changed:
            for partition in self._partitions:
                partition.next = partition.base
                partition.paused = False
            self._group.taken = False
