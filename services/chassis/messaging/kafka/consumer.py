"""One member of a Kafka consumer group, used by one thread.

The consumer of kafka-python is made when it is first polled. Whatever its ``poll`` raises, it is
closed and made anew: after some errors a second ``poll`` would never return. Partitions change
hands only inside ``poll``, when nothing of them is in our hands.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import structlog
from kafka import TopicPartition, errors
from kafka.structs import OffsetAndMetadata

from services.chassis.errors import BusUnavailable, StoreUnavailable
from services.chassis.messaging.bus import Incoming, Partition, Record
from services.chassis.messaging.kafka.loss_detector import LossDetector
from services.chassis.messaging.kafka.member_health import MemberHealth
from services.chassis.messaging.kafka.rebalance_listener import Listener
from services.chassis.messaging.kafka.workarounds import free_what_is_stuck, read_any_header_name
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.repeated_log import Again

log = structlog.get_logger()

COMMIT_EVERY_SECONDS = 1.0
COMMIT_AT_ONCE = 500
"""Positions are committed after so long or so many records, and on leaving: a commit for each batch
would cost as much as the batch. What a crash leaves uncommitted comes again to the inbox."""

COMMIT_SECONDS = 3.0
PROBE_SECONDS = 1.0
CLOSE_SECONDS = 2.0

_GOES_ON = (
    errors.CommitFailedError,
    errors.RebalanceInProgressError,
    errors.IllegalGenerationError,
    errors.UnknownMemberIdError,
    errors.RetriableError,
)
"""Commits that fail like this are not repeated by hand: the position is committed with the next
ones, or whoever has the partition now reads the records again and the inbox drops them."""


class KafkaSubscription:
    """``make`` builds a consumer that commits nothing by itself; ``too_many`` answers whether the
    group has more members than partitions; ``prefix`` stands before topics on the broker;
    ``meaning`` turns a client's error into one that says what to do; ``losses`` sees what left
    before it was read.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        too_many: Callable[[], bool],
        topics: Sequence[str],
        prefix: str,
        meaning: Callable[[BaseException], BusUnavailable],
        losses: LossDetector,
        metrics: Metrics | None,
    ) -> None:
        read_any_header_name()
        self._make = make
        self._too_many = too_many
        self._topics = topics
        self._prefix = prefix
        self._meaning = meaning
        self._losses = losses
        self._metrics = metrics
        self._consumer: Any = None
        self._listener = Listener(metrics)
        self._paused: set[Partition] = set()
        """Kept over rebalances: nothing of these is delivered until they are resumed, even when
        they went to another member and came back."""
        self._done: dict[Partition, int] = {}
        self._uncommitted = 0
        self._next_commit = 0.0
        self._committed: dict[Partition, int] = {}
        """What of our partitions is done, as far as we know; asked for once per assignment."""
        self._health = MemberHealth()
        self._again = Again()
        self.complaint: str | None = None
        for outcome in ("ok", "failed"):
            if metrics is not None:
                metrics.commits.labels(outcome=outcome)

    # -- reading -----------------------------------------------------------------------------------

    def poll(self, max_records: int, timeout: float) -> list[Incoming]:
        """See ``Subscription``. Raises ``BusUnavailable``, after which it may be called again."""
        found = self._poll(max_records, timeout)
        arrived: list[Incoming] = []
        for topic_partition, records in found.items():
            partition = self._partition(topic_partition)
            if not self._kept_back(partition, records):
                self._losses.delivered(partition, records)
                arrived += [self._incoming(partition, each) for each in records]
        if arrived:
            self._health.records_came()
            self.complaint = None
        else:
            self._check_health()
        return arrived

    def _poll(self, max_records: int, timeout: float) -> Mapping[TopicPartition, list[Any]]:
        consumer = self._consumer or self._connect()
        self._health.log_when_not_polled()
        self._commit_when_due()
        if stuck := self._health.stuck(self._paused):
            self._join_again(stuck)
        free_what_is_stuck(consumer)
        found: Mapping[TopicPartition, list[Any]]
        try:
            found = consumer.poll(timeout_ms=int(timeout * 1000), max_records=max_records)
        except Exception as error:
            self._discard()
            raise self._meaning(error) from error
        if self._listener.changed:
            self._note_rebalance()
        self._health.polled(map(self._partition, found))
        return {} if self._began_anywhere(found) else found

    def _began_anywhere(self, found: Mapping[TopicPartition, list[Any]]) -> bool:
        """Whether partitions came to us since the last poll; nothing is delivered before it is
        known where each of them stood and what is gone.
        """
        if not (new := self._mine() - self._committed.keys()):
            return False
        for topic_partition, records in found.items():
            self._consumer.seek(topic_partition, records[0].offset)
        try:
            begun = self._losses.begin(self._consumer, new, int(PROBE_SECONDS * 1000))
        except errors.KafkaError as error:
            self._health.not_answered(error)
        else:
            self._go_on_at(begun)
        return True

    def _go_on_at(self, positions: Mapping[Partition, int]) -> None:
        for partition, offset in positions.items():
            self._consumer.seek(self._topic_partition(partition), offset)
            self._committed[partition] = offset
            self._done.pop(partition, None)

    def _connect(self) -> Any:
        self._listener = Listener(self._metrics)
        self._health.connected()
        self._consumer = self._make()
        names = [self._prefix + topic for topic in self._topics]
        self._consumer.subscribe(names, listener=self._listener)
        for name in names:
            # A leader of the group that does not know the topic yet deals out nothing, and then
            # everything in a second round.
            self._consumer.partitions_for_topic(name)
        self._committed.clear()
        return self._consumer

    def _discard(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._done.clear()
        self._health.discarded()
        self._uncommitted = 0
        with suppress(Exception):
            # It is given up because something is wrong with it, so that closing it may fail too.
            consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))

    def _kept_back(self, partition: Partition, records: list[Any]) -> bool:
        """Whether these may not be delivered yet; they are then read again later."""
        if partition not in self._paused:
            return False
        topic_partition = self._topic_partition(partition)
        self._consumer.seek(topic_partition, records[0].offset)
        self._consumer.pause(topic_partition)
        return True

    def _incoming(self, partition: Partition, record: Any) -> Incoming:
        key = None if record.key is None else record.key.decode("utf-8", "surrogateescape")
        return Incoming(
            partition,
            record.offset,
            Record(partition.topic, key, record.value, tuple(record.headers)),
        )

    def _note_rebalance(self) -> None:
        self._listener.changed = False
        mine = self._mine()
        # Asked for anew: somebody else may have read on meanwhile.
        self._committed.clear()
        self._done = {p: o for p, o in self._done.items() if p in mine}
        self._health.dealt_out(mine)
        held = [self._topic_partition(partition) for partition in self._paused & mine]
        self._consumer.pause(*held)
        log.info("partitions were dealt out", partitions=sorted(map(str, mine)))

    # -- saying what is done -------------------------------------------------------------------

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """See ``Subscription``: noted at once, told to the broker soon."""
        mine = self._mine()
        for partition, offset in positions.items():
            if partition not in mine or offset <= self._done.get(partition, -1):
                continue
            self._uncommitted += offset - self._done.get(
                partition, self._committed.get(partition, offset)
            )
            self._done[partition] = offset
            self._committed[partition] = max(offset, self._committed.get(partition, offset))
        self._commit_when_due()

    def _commit_when_due(self) -> None:
        due = time.monotonic() >= self._next_commit or self._uncommitted >= COMMIT_AT_ONCE
        if self._done and due:
            self._commit_now()

    def _commit_now(self) -> None:
        self._next_commit = time.monotonic() + COMMIT_EVERY_SECONDS
        self._uncommitted = 0
        mine = self._mine()
        offsets = {
            self._topic_partition(partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in self._done.items()
            if partition in mine
        }
        if not offsets:
            return
        try:
            self._consumer.commit(offsets, timeout_ms=int(COMMIT_SECONDS * 1000))
        except _GOES_ON as error:
            self._count_commit("failed")
            if times := self._again.due("commit"):
                log.warning(
                    "positions could not be committed, going on", times=times, reason=repr(error)
                )
        except errors.KafkaError as error:
            self._count_commit("failed")
            raise self._meaning(error) from error
        else:
            self._count_commit("ok")
            self._losses.keep({p: o for p, o in self._done.items() if p in mine})
            self._done.clear()

    def _count_commit(self, outcome: str) -> None:
        if self._metrics is not None:
            self._metrics.commits.labels(outcome=outcome).inc()

    # -- moving ------------------------------------------------------------------------------------

    def seek(self, partition: Partition, offset: int) -> None:
        """See ``Subscription``. What is no longer ours is the next member's to read again."""
        if partition in self._mine():
            self._consumer.seek(self._topic_partition(partition), offset)
            self._losses.sought(partition, offset)

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Nobody is woken: a member of a group polls with patience."""

    def pause(self, partitions: Iterable[Partition]) -> None:
        self._paused.update(partitions)
        held = self._paused & self._mine()
        if held:
            self._consumer.pause(*map(self._topic_partition, held))

    def resume(self, partitions: Iterable[Partition]) -> None:
        freed = set(partitions)
        self._paused -= freed
        mine = freed & self._mine()
        self._health.moved(mine)
        if mine:
            self._consumer.resume(*map(self._topic_partition, mine))

    # -- telling -----------------------------------------------------------------------------------

    def lag(self) -> Mapping[Partition, int]:
        """See ``Subscription``, for the partitions of this member; what was known last when the
        brokers do not answer.
        """
        if self._consumer is not None and self._health.may_ask:
            self._look_at_the_ends()
        return dict(self._health.lag)

    def _look_at_the_ends(self) -> None:
        # Of partitions that are not dealt out yet, too: it also shows whether anybody answers.
        mine = self._mine() & self._committed.keys()
        asked = mine or {Partition(topic, 0) for topic in self._topics}
        wait = int(PROBE_SECONDS * 1000)
        try:
            ends = self._consumer.end_offsets(
                [self._topic_partition(p) for p in asked], timeout_ms=wait
            )
            self._go_on_at(self._losses.look(self._consumer, ends, mine, wait))
        except errors.KafkaError as error:
            self._health.not_answered(error)
            return
        self._health.answered(
            {p: max(0, ends[self._topic_partition(p)] - self._committed[p]) for p in mine}
        )

    def _check_health(self) -> None:
        """Nothing came: because there is nothing, or because nobody answers?"""
        if silent := self._health.silent_for:
            raise self._meaning(errors.KafkaConnectionError(f"silent for {silent:.0f} s"))
        joined = self._listener.joined
        # Not raised: whoever raises backs off, and a member that does not poll cannot be let in. It
        # then asks anew each time, and each time the others give up what they hold.
        self.complaint = None if joined else self._health.not_let_in or None
        # A member without partitions is one too many, or one that was forgotten.
        without = joined and not self._consumer.assignment()
        if self._health.lacks_a_share(now=without) and not self._too_many():
            self._join_again(
                "this member of the consumer group was given no partition although there are enough"
            )

    def _join_again(self, reason: str) -> NoReturn:
        self._discard()
        raise BusUnavailable(f"{reason}: this member of the consumer group joins again")

    def close(self) -> None:
        if self._consumer is None:
            return
        try:
            if self._done:
                self._commit_now()
        except (BusUnavailable, StoreUnavailable) as error:
            log.warning("positions could not be committed on leaving", reason=str(error))
        self._discard()

    # -- names -------------------------------------------------------------------------------------

    def _mine(self) -> set[Partition]:
        if self._consumer is None:
            return set()
        return {self._partition(topic_partition) for topic_partition in self._consumer.assignment()}

    def _partition(self, topic_partition: TopicPartition) -> Partition:
        return Partition(
            topic_partition.topic.removeprefix(self._prefix), topic_partition.partition
        )

    def _topic_partition(self, partition: Partition) -> TopicPartition:
        return TopicPartition(self._prefix + partition.topic, partition.number)
