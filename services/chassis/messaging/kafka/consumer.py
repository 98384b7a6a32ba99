"""One member of a Kafka consumer group, used by one thread.

The consumer of kafka-python is made when it is first polled. Whatever its ``poll`` raises, it is
closed and made anew: after some errors a second ``poll`` would never return. Partitions change
hands only inside ``poll``, when nothing of them is in our hands.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from kafka import TopicPartition, errors
from kafka.structs import OffsetAndMetadata

from services.chassis.errors import BusUnavailable, StoreUnavailable
from services.chassis.messaging.bus import Incoming, Partition, Record
from services.chassis.messaging.kafka.positions import Watch
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
PROBE_AGAIN_SECONDS = 5.0
SILENT_SECONDS = 15.0
"""Brokers that have not answered for so long are said not to answer: an election takes less."""

STUCK_SECONDS = 30.0
"""A partition in which records wait and of which none comes for so long has been forgotten by the
client: batches of the others take seconds."""

POLL_INTERVAL_SECONDS = 300.0
"""A member that does not poll for so long loses its partitions to the others."""

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
    ``meaning`` turns a client's error into one that says what to do; ``watch`` sees what left
    before it was read.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        too_many: Callable[[], bool],
        topics: Sequence[str],
        prefix: str,
        meaning: Callable[[BaseException], BusUnavailable],
        watch: Watch,
        metrics: Metrics | None,
    ) -> None:
        read_any_header_name()
        self._make = make
        self._too_many = too_many
        self._topics = topics
        self._prefix = prefix
        self._meaning = meaning
        self._watch = watch
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
        self._lag: dict[Partition, int] = {}
        self._moved_at: dict[Partition, float] = {}
        """When a record of a partition last came, or the partition itself."""
        self._next_probe = 0.0
        self._silent_since: float | None = None
        self._made_at = 0.0
        self._empty_since: float | None = None
        self._polled_at: float | None = None
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
        for partition, records in found.items():
            place = self._place(partition)
            if not self._kept_back(place, records):
                self._watch.delivered(place, records)
                arrived += [self._incoming(place, each) for each in records]
        if arrived:
            self._silent_since = self._empty_since = self.complaint = None
        else:
            self._check_heard()
        return arrived

    def _poll(self, max_records: int, timeout: float) -> Mapping[TopicPartition, list[Any]]:
        consumer = self._consumer or self._connect()
        self._say_when_not_polled()
        self._commit_when_due()
        self._leave_when_stuck()
        free_what_is_stuck(consumer)
        found: Mapping[TopicPartition, list[Any]]
        try:
            found = consumer.poll(timeout_ms=int(timeout * 1000), max_records=max_records)
        except Exception as error:
            self._discard()
            raise self._meaning(error) from error
        self._polled_at = time.monotonic()
        if self._listener.changed:
            self._note_rebalance()
        self._moved_at.update(dict.fromkeys(map(self._place, found), self._polled_at))
        return {} if self._began_anywhere(found) else found

    def _began_anywhere(self, found: Mapping[TopicPartition, list[Any]]) -> bool:
        """Whether partitions came to us since the last poll; nothing is delivered before it is
        known where each of them stood and what is gone.
        """
        if not (new := self._mine() - self._committed.keys()):
            return False
        for partition, records in found.items():
            self._consumer.seek(partition, records[0].offset)
        try:
            begun = self._watch.begin(self._consumer, new, int(PROBE_SECONDS * 1000))
        except errors.KafkaError as error:
            self._note_silence(error)
        else:
            self._go_on_at(begun)
        return True

    def _go_on_at(self, positions: Mapping[Partition, int]) -> None:
        for place, offset in positions.items():
            self._consumer.seek(self._partition(place), offset)
            self._committed[place] = offset
            self._done.pop(place, None)

    def _connect(self) -> Any:
        self._listener = Listener(self._metrics)
        self._made_at = time.monotonic()
        self._consumer = self._make()
        names = [self._prefix + topic for topic in self._topics]
        self._consumer.subscribe(names, listener=self._listener)
        for name in names:
            # A leader of the group that does not know the topic yet deals out nothing, and then
            # everything in a second round.
            self._consumer.partitions_for_topic(name)
        self._committed.clear()
        self._silent_since = self._polled_at = self._empty_since = None
        return self._consumer

    def _discard(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._done.clear()
        self._moved_at.clear()
        self._lag.clear()
        self._uncommitted = 0
        with suppress(Exception):
            # It is given up because something is wrong with it, so that closing it may fail too.
            consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))

    def _kept_back(self, place: Partition, records: list[Any]) -> bool:
        """Whether these may not be delivered yet; they are then read again later."""
        if place not in self._paused:
            return False
        partition = self._partition(place)
        self._consumer.seek(partition, records[0].offset)
        self._consumer.pause(partition)
        return True

    def _incoming(self, place: Partition, record: Any) -> Incoming:
        key = None if record.key is None else record.key.decode("utf-8", "surrogateescape")
        return Incoming(
            place, record.offset, Record(place.topic, key, record.value, tuple(record.headers))
        )

    def _note_rebalance(self) -> None:
        self._listener.changed = False
        mine = self._mine()
        # Asked for anew: somebody else may have read on meanwhile.
        self._committed.clear()
        self._done = {p: o for p, o in self._done.items() if p in mine}
        self._lag = {p: n for p, n in self._lag.items() if p in mine}
        self._moved_at = dict.fromkeys(mine, time.monotonic())
        held = [self._partition(place) for place in self._paused & mine]
        self._consumer.pause(*held)
        log.info("partitions were dealt out", partitions=sorted(f"{t}/{n}" for t, n in mine))

    # -- saying what is done -------------------------------------------------------------------

    def commit(self, positions: Mapping[Partition, int]) -> None:
        """See ``Subscription``: noted at once, told to the broker soon."""
        mine = self._mine()
        for place, offset in positions.items():
            if place not in mine or offset <= self._done.get(place, -1):
                continue
            self._uncommitted += offset - self._done.get(place, self._committed.get(place, offset))
            self._done[place] = offset
            self._committed[place] = max(offset, self._committed.get(place, offset))
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
            self._partition(place): OffsetAndMetadata(offset, "", -1)
            for place, offset in self._done.items()
            if place in mine
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
            self._watch.keep({p: o for p, o in self._done.items() if p in mine})
            self._done.clear()

    def _count_commit(self, outcome: str) -> None:
        if self._metrics is not None:
            self._metrics.commits.labels(outcome=outcome).inc()

    # -- moving ------------------------------------------------------------------------------------

    def seek(self, place: Partition, offset: int) -> None:
        """See ``Subscription``. What is no longer ours is the next member's to read again."""
        if place in self._mine():
            self._consumer.seek(self._partition(place), offset)
            self._watch.sought(place, offset)

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Nobody is woken: a member of a group polls with patience."""

    def pause(self, places: Iterable[Partition]) -> None:
        self._paused.update(places)
        held = self._paused & self._mine()
        if held:
            self._consumer.pause(*map(self._partition, held))

    def resume(self, places: Iterable[Partition]) -> None:
        freed = set(places)
        self._paused -= freed
        mine = freed & self._mine()
        self._moved_at.update(dict.fromkeys(mine, time.monotonic()))
        if mine:
            self._consumer.resume(*map(self._partition, mine))

    # -- telling -----------------------------------------------------------------------------------

    def lag(self) -> Mapping[Partition, int]:
        """See ``Subscription``, for the partitions of this member; what was known last when the
        brokers do not answer.
        """
        if self._consumer is not None and time.monotonic() >= self._next_probe:
            self._look_at_the_ends()
        return dict(self._lag)

    def _look_at_the_ends(self) -> None:
        # Of partitions that are not dealt out yet, too: it also shows whether anybody answers.
        mine = self._mine() & self._committed.keys()
        asked = mine or {Partition(topic, 0) for topic in self._topics}
        wait = int(PROBE_SECONDS * 1000)
        try:
            ends = self._consumer.end_offsets([self._partition(p) for p in asked], timeout_ms=wait)
            self._go_on_at(self._watch.look(self._consumer, ends, mine, wait))
        except errors.KafkaError as error:
            self._note_silence(error)
            return
        self._silent_since = None
        self._lag = {
            place: max(0, ends[self._partition(place)] - self._committed[place]) for place in mine
        }

    def _note_silence(self, error: errors.KafkaError) -> None:
        self._next_probe = time.monotonic() + PROBE_AGAIN_SECONDS
        self._silent_since = self._silent_since or time.monotonic()
        log.info("Kafka did not answer a question", reason=repr(error))

    def _check_heard(self) -> None:
        """Nothing came: because there is nothing, or because nobody answers?"""
        now = time.monotonic()
        if self._silent_since is not None and now - self._silent_since > SILENT_SECONDS:
            raise self._meaning(
                errors.KafkaConnectionError(f"silent for {now - self._silent_since:.0f} s")
            )
        self.complaint = None
        if not self._listener.joined and now - self._made_at > SILENT_SECONDS:
            # Not raised: whoever raises rests, and a member that does not poll cannot be let in. It
            # then asks anew each time, and each time the others give up what they hold.
            self.complaint = (
                f"Kafka has not let this member into its consumer group for "
                f"{now - self._made_at:.0f} s: check that the brokers of __consumer_offsets run "
                f"and that the other members of the group poll"
            )
        self._check_share(now)

    def _check_share(self, now: float) -> None:
        """A member without partitions is one too many, or one that was forgotten."""
        if not self._listener.joined or self._consumer.assignment():
            self._empty_since = None
            return
        self._empty_since = self._empty_since or now
        if now - self._empty_since > SILENT_SECONDS:
            self._empty_since = now
            if not self._too_many():
                self._discard()
                raise BusUnavailable(
                    "this member of the consumer group was given no partition although there are "
                    "enough: it joins again"
                )

    def _leave_when_stuck(self) -> None:
        """Join the group anew when the client has forgotten a partition, whatever the reason."""
        now = time.monotonic()
        for place, since in self._moved_at.items():
            waiting = self._lag.get(place, 0)
            if waiting and now - since > STUCK_SECONDS and place not in self._paused:
                self._discard()
                raise BusUnavailable(
                    f"{waiting} records wait in {place.topic}/{place.partition} and none came for "
                    f"{now - since:.0f} s: this member of the consumer group joins again"
                )

    def _say_when_not_polled(self) -> None:
        if self._polled_at is None:
            return
        gap = time.monotonic() - self._polled_at
        if gap > POLL_INTERVAL_SECONDS:
            log.error(
                "this consumer did not poll in time and its partitions went to others: one batch "
                "took too long; what it had not committed is read again",
                after_seconds=round(gap),
                allowed_seconds=POLL_INTERVAL_SECONDS,
            )

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
        return {self._place(partition) for partition in self._consumer.assignment()}

    def _place(self, partition: TopicPartition) -> Partition:
        return Partition(partition.topic.removeprefix(self._prefix), partition.partition)

    def _partition(self, place: Partition) -> TopicPartition:
        return TopicPartition(self._prefix + place.topic, place.partition)
