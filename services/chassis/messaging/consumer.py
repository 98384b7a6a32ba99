"""From the bus to the reactions: every effect once, nobody blocks a neighbour, nothing is lost.

A batch is applied in one transaction: inbox rows first (what is already there is a repetition and
is dropped), then the reactions, then what they publish, then the commit; only after that is the
position committed to the bus. When a batch fails, its records are tried one by one, so that the
one at fault is parked or waits alone in its partition.
"""

import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import structlog
from structlog.contextvars import bound_contextvars

from contracts.envelope import Envelope
from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.errors import LeftOpen, Park, Retry, StoreUnavailable, TakesTooLong
from services.chassis.messaging import inbox
from services.chassis.messaging.batch_size import TRANSACTION_SECONDS, Pace
from services.chassis.messaging.bus import Bus, Incoming, Partition, Subscription
from services.chassis.messaging.consumer_gauges import ConsumerGauges
from services.chassis.messaging.dead_letters import Parked, count_open
from services.chassis.messaging.effects import Effects
from services.chassis.messaging.event_cache import EventCache
from services.chassis.messaging.message_decoder import MessageDecoder
from services.chassis.messaging.messages import Message
from services.chassis.messaging.positions import Positions
from services.chassis.messaging.reactions import Reactions, WhenParked
from services.chassis.messaging.replays import Replays
from services.chassis.ops import faults
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics, known_only_if_asked
from services.chassis.ops.settings import MOST_IN_A_ROW

log = structlog.get_logger()

MAX_BATCH = 64
"""Events of one transaction: more are hardly cheaper each, and a request that writes to the same
store waits for a commit of hundreds of verdicts."""

ATTEMPTS = 5
"""Tries of a record that fails for an unknown reason before it is parked."""

LOOK_EVERY_SECONDS = 1.0
"""How often the gauges are refreshed, busy or not: lag counts most while it lasts."""

PURGE_EVERY_SECONDS = 600.0

CLOCKS_DIFFER_SECONDS = 60.0
"""An event dated so far ahead was not merely sent by a clock that is a little fast."""


@dataclass(slots=True)
class _Waiting:
    """A partition whose first record is not possible yet, or that has stopped: it then waits for
    ever, and ``why`` says for what.
    """

    until: float
    why: str | None = None


class Consumer(Loop):
    """Reads one service's topics and applies its reactions."""

    def __init__(
        self,
        service: str,
        store: Store,
        bus: Bus,
        topics: Sequence[str],
        reactions: Reactions,
        clock: Clock,
        metrics: Metrics,
        memory: EventCache | None = None,
        when_parked: WhenParked = MappingProxyType({}),
    ) -> None:
        super().__init__(f"{service}-consumer", metrics)
        self.group = service
        self.most_in_a_row = MOST_IN_A_ROW
        self.lost: str | None = None
        """What left the bus before it was read, and was not published again since."""
        self._store = store
        self._bus = bus
        self._topics = topics
        self._reader = MessageDecoder(reactions, memory)
        self._clock = clock
        self.effects = Effects(service, reactions, self._reader, clock, memory, when_parked)
        self._replays = Replays(service, store, clock, self._reader, self.effects.apply)
        self._positions = Positions(store, clock)
        self._pace = Pace(MAX_BATCH)
        self._subscription: Subscription | None = None
        self._waiting: dict[Partition, _Waiting] = {}
        self._failures: dict[tuple[Partition, int], int] = {}
        """How often a record failed for an unknown reason; enough of them park it."""
        self._waits: dict[tuple[Partition, int], int] = {}
        """How often a record was put off; each time for longer."""
        self._bad_in_a_row: Counter[Partition] = Counter()
        """Of each partition: a good record elsewhere says nothing of this one."""
        self._gauges = ConsumerGauges(metrics, service, topics)
        self._next_look = 0.0
        self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS

    # -- the loop --------------------------------------------------------------------------

    @property
    def stopped_because(self) -> str | None:
        """Why partitions have stopped until this process is started again; None when none has."""
        return "; ".join(w.why for w in self._waiting.values() if w.why is not None) or None

    def poll(self, timeout: float = 0.0) -> bool:
        if self._subscription is None:
            self._subscription = self._bus.subscribe(
                self.group, self._topics, self.metrics, self._positions
            )
            self._subscription.woken_by(self.wake)
        self._resume_waiting(self._subscription)
        self._update_gauges(self._subscription)
        batch = self._subscription.poll(self._pace.size, timeout)
        self.complaint = self._subscription.complaint
        if batch:
            self._handle(self._subscription, batch)
            return True
        return self._replays.take() or self._purge()

    def finish(self) -> None:
        if self._subscription is not None:
            self._subscription.close()

    def _handle(self, subscription: Subscription, batch: list[Incoming]) -> None:
        started = time.perf_counter()
        messages = [self._reader.read(incoming) for incoming in batch]
        self._gauges.received(batch)
        try:
            done = self._apply_all(subscription, messages)
            # Of each partition what is done is its beginning, so the last offset says it all.
            positions = {incoming.partition: incoming.offset + 1 for incoming in done}
            faults.reach(f"{self.group}.before_position")
            if positions:
                subscription.commit(positions)
        except Exception:
            # Without this the next commit would count as done what was only read.
            self._rewind(subscription, messages)
            raise
        now = self._clock.now()
        envelopes = [m.received.envelope for m in messages if m.received is not None]
        self._gauges.handled(envelopes, now, time.perf_counter() - started)
        if envelopes:
            self._log_when_clocks_differ(max(envelopes, key=lambda e: e.time), now)

    # -- applying ----------------------------------------------------------------------------

    def _apply_all(self, subscription: Subscription, messages: list[Message]) -> list[Incoming]:
        """Apply the batch at once or, when that fails, record by record. Answers what is done."""
        if len(messages) > 1 and all(message.parked is None for message in messages):
            started = time.monotonic()
            try:
                self._gauges.count(self._store.write(lambda c: self.effects.apply(c, messages)))
            except (TakesTooLong, LeftOpen):
                self._pace.too_long()
                self._rewind(subscription, messages)
                return []
            except StoreUnavailable:
                # Nothing is wrong with the messages: the loop tries the whole batch again.
                raise
            except Exception as error:  # noqa: BLE001 - narrowed down below, record by record
                log.info(
                    "batch failed, trying its records one by one",
                    group=self.group,
                    reason=str(error),
                )
            else:
                self._pace.took(len(messages), time.monotonic() - started)
                for message in messages:
                    self._mark_done(message.incoming)
                return [message.incoming for message in messages]
        return self._one_by_one(subscription, messages)

    def _one_by_one(self, subscription: Subscription, messages: list[Message]) -> list[Incoming]:
        done: list[Incoming] = []
        enough = time.monotonic() + TRANSACTION_SECONDS
        for position, message in enumerate(messages):
            self.tick()
            if time.monotonic() > enough:
                self._pace.too_long()
                self._rewind(subscription, messages[position:])
                return done
            incoming = message.incoming
            if incoming.partition in self._waiting:
                continue
            try:
                with bound_contextvars(**message.context()):
                    applied = self._apply_or_park(subscription, message)
                if not applied:
                    continue
            except StoreUnavailable:
                if not done:
                    raise
                self._rewind(subscription, messages[position:])
                return done
            except Retry as error:
                with bound_contextvars(**message.context()):
                    self._postpone(subscription, incoming, error)
                continue
            done.append(incoming)
        return done

    def _apply_or_park(self, subscription: Subscription, message: Message) -> bool:
        """Apply one record or set it aside; False when its partition stops before it."""
        if message.other_version is not None and self._handled(message.other_version):
            self._gauges.count(Counter([(message.incoming.partition.topic, "duplicate")]))
            self._mark_done(message.incoming)
            return True
        parked = message.parked or self._try(message)
        if parked is None:
            self._mark_done(message.incoming)
            return True
        if self._bad_in_a_row[message.incoming.partition] < self.most_in_a_row:
            self._park(parked)
            return True
        self._stop(subscription, parked)
        return False

    def _handled(self, envelope: Envelope) -> bool:
        with self._store.read() as connection:
            return inbox.handled(connection, self.group, envelope)

    def _mark_done(self, incoming: Incoming) -> None:
        """This record is done: forget its troubles."""
        self._bad_in_a_row.pop(incoming.partition, None)
        self._failures.pop((incoming.partition, incoming.offset), None)
        self._waits.pop((incoming.partition, incoming.offset), None)

    def _try(self, message: Message) -> Parked | None:
        """Apply one record; None when it is done, what to park when it cannot be."""
        incoming = message.incoming
        started = time.monotonic()
        try:
            self._gauges.count(self._store.write(lambda c: self.effects.apply(c, [message])))
        except Park as error:
            return Parked(incoming, "Park", str(error), attempts=1)
        except Exception as error:
            # Alone, it was too long for the database by itself.
            if isinstance(error, Retry) and not isinstance(error, LeftOpen):
                raise
            tries = self._failures.get((incoming.partition, incoming.offset), 0) + 1
            self._failures[incoming.partition, incoming.offset] = tries
            log.exception("a message could not be handled", group=self.group, attempt=tries)
            if tries < ATTEMPTS:
                raise Retry(f"{type(error).__name__}: {error}") from error
            reason = f"failed {tries} times, last with {type(error).__name__}: {error}"
            return Parked(incoming, type(error).__name__, reason, attempts=tries)
        self._pace.took(1, time.monotonic() - started)
        return None

    def _purge(self) -> bool:
        """With nothing else to do, forget what was handled long ago, one batch a poll."""
        if time.monotonic() < self._next_purge:
            return False
        more = self._store.write(lambda connection: inbox.purge(connection, self._clock.now()))
        if not more:
            self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
        return more

    # -- setting aside -----------------------------------------------------------------------

    def _park(self, parked: Parked) -> None:
        self._store.write(lambda connection: self.effects.set_aside(connection, parked))
        partition = parked.incoming.partition
        bad_in_a_row = self._bad_in_a_row[partition] + 1
        self._mark_done(parked.incoming)
        self._bad_in_a_row[partition] = bad_in_a_row
        self._gauges.count(Counter([(parked.incoming.partition.topic, "dead_lettered")]))
        log.error(
            "message parked in the table dead_letter",
            group=self.group,
            topic=parked.incoming.partition.topic,
            offset=parked.incoming.offset,
            reason=parked.reason,
        )

    def _stop(self, subscription: Subscription, parked: Parked) -> None:
        """Leave the partition where it is; its neighbours go on, and it remains ours, so that no
        other member fails on the same records.
        """
        partition = parked.incoming.partition
        why = (
            f"{partition}: {self._bad_in_a_row[partition]} messages in a row could "
            f"not be handled, the next one because: {parked.reason}; repair the producer or this "
            f"version and start the service again, or start it once with WWW_BAD_IN_A_ROW above "
            f"the number of records that wait, which sets them aside (`winwinwin dlq`)"
        )
        self._pause_at(subscription, parked.incoming, _Waiting(math.inf, why))
        log.critical("consumer stopped", group=self.group, reason=why)

    def _pause_at(self, subscription: Subscription, incoming: Incoming, waiting: _Waiting) -> None:
        self._waiting[incoming.partition] = waiting
        # At once, so that whatever happens to the rest of the batch, this record comes again.
        subscription.seek(incoming.partition, incoming.offset)
        subscription.pause([incoming.partition])

    def _postpone(self, subscription: Subscription, incoming: Incoming, error: Retry) -> None:
        """Put the record off, and with it its partition; the others go on."""
        waits = self._waits.get((incoming.partition, incoming.offset), 0) + 1
        self._waits[incoming.partition, incoming.offset] = waits
        pause = min(self.LONGEST_PAUSE, self.FIRST_PAUSE * 2 ** min(waits, 16))
        self._pause_at(subscription, incoming, _Waiting(time.monotonic() + pause))
        self._gauges.count(Counter([(incoming.partition.topic, "retried")]))
        if times := self.again.due(f"{incoming.partition} waits"):
            log.warning(
                "partition waits",
                group=self.group,
                topic=incoming.partition.topic,
                partition=incoming.partition.number,
                times=times,
                reason=str(error),
            )

    def _resume_waiting(self, subscription: Subscription) -> None:
        now = time.monotonic()
        for partition in [partition for partition, w in self._waiting.items() if w.until <= now]:
            del self._waiting[partition]
            subscription.resume([partition])

    def _rewind(self, subscription: Subscription, messages: Sequence[Message]) -> None:
        """Read these again, except where an earlier record of the partition waits."""
        for message in reversed(messages):
            if message.incoming.partition not in self._waiting:
                subscription.seek(message.incoming.partition, message.incoming.offset)

    def _log_when_clocks_differ(self, newest: Envelope, now: datetime) -> None:
        ahead = (newest.time - now).total_seconds()
        if ahead < CLOCKS_DIFFER_SECONDS or not self.again.due(f"clock of {newest.source}"):
            return
        log.error(
            "an event comes from the future: the clock of its sender or of this machine is wrong; "
            "set it (NTP)",
            group=self.group,
            sender=newest.source,
            seconds_ahead=round(ahead),
        )

    # -- telling -----------------------------------------------------------------------------

    def _update_gauges(self, subscription: Subscription) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        why = self.stopped_because
        if why is not None and self.again.due("stopped"):
            log.critical("consumer remains stopped", group=self.group, reason=why)
        self._gauges.show(subscription.lag(), self._waiting.keys(), stopped=why is not None)
        with known_only_if_asked(self.metrics.dead_letters_open):
            self.metrics.dead_letters_open.set(count_open(self._store))
        self.lost = self._positions.trouble()
