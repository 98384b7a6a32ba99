"""What a bus is. The in-memory bus and Kafka both keep this contract; one suite tests both.

A bus carries records from a relay to the consumers of their topic. Records of one key arrive in
the order in which they were published. Delivery is at least once: a record that was polled but
not committed is delivered again to the next subscription of that group.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from services.chassis.ops.metrics import Metrics

if TYPE_CHECKING:
    from services.chassis.messaging.positions import Positions

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values, in order; Kafka knows a header without a value."""


@dataclass(frozen=True, slots=True)
class Record:
    """What travels: bytes under a key, with headers. ``value`` None is a tombstone."""

    topic: str
    key: str | None
    value: bytes | None
    headers: Headers


class Outgoing(NamedTuple):
    """A record on its way out; ``token`` is what the sender calls it."""

    token: int
    record: Record


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.number}"


class Incoming(NamedTuple):
    """A record as it arrives: where it stood, and what it is."""

    partition: Partition
    offset: int
    record: Record


Report = Callable[[Sequence[int], Exception | None], None]
"""Told the tokens of records whose fate is definite: delivered (None) or failed (the error)."""


class Subscription(Protocol):
    """One member of a consumer group. Used by one thread."""

    complaint: str | None
    """What is wrong although polling must go on, as a sentence that says what to do."""

    def poll(self, max_records: int, timeout: float) -> list[Incoming]:
        """At most ``max_records``, waiting up to ``timeout`` seconds for the first."""
        ...

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """Say that everything before these offsets is done and need not be delivered again."""
        ...

    def seek(self, partition: Partition, offset: int) -> None:
        """Read this partition again from ``offset``, which must not be committed yet. Nothing
        happens when the partition has gone to another member, who reads it again anyway.
        """
        ...

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` (quick, on any thread) when records may have arrived. A bus whose ``poll``
        is only ever called with patience need not.
        """
        ...

    def pause(self, partitions: Iterable[Partition]) -> None:
        """Stop delivering from these partitions; others go on."""
        ...

    def resume(self, partitions: Iterable[Partition]) -> None: ...

    def lag(self) -> Mapping[Partition, int]:
        """Records of each partition of this member that are not committed yet."""
        ...

    def close(self) -> None:
        """Leave the group; what was not committed is delivered to the next member."""
        ...


class Bus(Protocol):
    keeps_records: bool
    """Whether a delivered record is kept by the bus until it is read; otherwise a record counts as
    delivered only when it was, and what is undelivered says nothing about the bus.
    """

    def publish(self, batch: Sequence[Outgoing], report: Report) -> None:
        """Take records for delivery. ``report`` is called once per token, later, on any thread,
        and only with a definite outcome; a record without report may still be delivered.
        When it raises, nothing of the batch was taken and nothing of it will be reported.
        """
        ...

    def subscribe(
        self,
        group: str,
        topics: Sequence[str],
        metrics: Metrics | None = None,
        positions: "Positions | None" = None,
    ) -> Subscription:
        """Join a group. ``metrics`` counts what the bus does with it by itself; ``positions``
        remembers how far it came, where a bus may forget that.
        """
        ...

    def close(self) -> None: ...


def partition_of(key: str | None, partitions: int) -> int:
    """The partition of a key: stable over processes and restarts."""
    return zlib.crc32(key.encode("utf-8", "surrogateescape")) % partitions if key else 0
