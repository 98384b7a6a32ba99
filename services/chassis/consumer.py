"""From the bus to the reactions: every effect once, nobody blocks a neighbour, nothing is lost.

A batch is applied in one transaction: inbox rows first (what is already there is a repetition and
is dropped), then the reactions, then what they say, then the commit; only after that is the
position committed to the bus. When a batch fails, its records are tried one by one, so that the
one at fault is parked or waits alone in its partition.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from structlog.contextvars import bound_contextvars

from contracts.envelope import Envelope
from services.chassis import faults, inbox
from services.chassis.bus import Bus, Incoming, Place, Subscription
from services.chassis.clock import Clock
from services.chassis.dead_letters import MOST_IN_A_ROW, Parked, count_open
from services.chassis.effects import Effects, Outcomes
from services.chassis.errors import Park, Retry, StoreUnavailable
from services.chassis.loops import Loop
from services.chassis.memory import Memory
from services.chassis.messages import Message
from services.chassis.metrics import Metrics
from services.chassis.reactions import Reactions
from services.chassis.reader import Reader
from services.chassis.replays import Replays
from services.chassis.store import Store

log = structlog.get_logger()

MAX_BATCH = 64
"""Events of one transaction: more are hardly cheaper each, and a request that writes to the same
store waits for a commit of hundreds of verdicts."""

ATTEMPTS = 5
"""Tries of a record that fails for an unknown reason before it is parked."""

LOOK_EVERY_SECONDS = 1.0
"""How often the gauges are refreshed, busy or not: lag counts most while it lasts."""

PURGE_EVERY_SECONDS = 600.0

SAY_AGAIN_SECONDS = 60.0
"""How often a consumer that waits or has stopped says so in the log."""

CLOCKS_DIFFER_SECONDS = 60.0
"""An event dated so far ahead was not merely sent by a clock that is a little fast."""


@dataclass(slots=True)
class _Waiting:
    """A partition whose first record is not possible yet."""

    incoming: Incoming
    until: float


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
        memory: Memory | None = None,
    ) -> None:
        super().__init__(f"{service}-consumer", metrics)
        self.group = service
        self.stopped_because: str | None = None
        self.complaint: str | None = None
        """What keeps the bus from delivering, though nothing was raised."""
        self._store = store
        self._bus = bus
        self._topics = topics
        self._reader = Reader(reactions, memory)
        self._clock = clock
        self.effects = Effects(service, reactions, self._reader, clock, memory)
        self._replays = Replays(service, store, clock, self._reader, self.effects.apply)
        self._subscription: Subscription | None = None
        self._waiting: dict[Place, _Waiting] = {}
        self._failures: dict[tuple[Place, int], int] = {}
        """How often a record failed for an unknown reason; enough of them park it."""
        self._waits: dict[tuple[Place, int], int] = {}
        """How often a record was put off; each time for longer."""
        self._bad_in_a_row = 0
        self._said_at = 0.0
        self._next_look = 0.0
        self._next_word_on_clocks = 0.0
        self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS

    # -- the loop --------------------------------------------------------------------------

    def step(self, patience: float = 0.0) -> bool:
        if self.stopped_because is not None:
            self._say_stopped()
            if self._subscription is not None:
                self._subscription.hold()
            return False
        if self._subscription is None:
            self._subscription = self._bus.subscribe(self.group, self._topics, self.metrics)
            self._subscription.woken_by(self.wake)
        self._resume_waiting(self._subscription)
        self._observe(self._subscription)
        batch = self._subscription.poll(MAX_BATCH, patience)
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
        for topic, count in Counter(incoming.place.topic for incoming in batch).items():
            self.metrics.received.labels(topic=topic, group=self.group).inc(count)
        try:
            done = self._apply_all(subscription, messages)
            # Of each partition what is done is its beginning, so the last offset says it all.
            positions = {incoming.place: incoming.offset + 1 for incoming in done}
            faults.reach(f"{self.group}.before_position")
            if positions:
                subscription.commit(positions)
        except Exception:
            # Without this the next commit would count as done what was only read.
            self._rewind(subscription, messages)
            raise
        self.metrics.processing.labels(group=self.group).observe(time.perf_counter() - started)
        envelopes = [m.received.envelope for m in messages if m.received is not None]
        if envelopes:
            now = self._clock.now()
            age = (now - min(e.time for e in envelopes)).total_seconds()
            self.metrics.event_age.labels(group=self.group).observe(max(age, 0.0))
            self._say_when_clocks_differ(max(envelopes, key=lambda e: e.time), now)

    # -- applying ----------------------------------------------------------------------------

    def _apply_all(self, subscription: Subscription, messages: list[Message]) -> list[Incoming]:
        """Apply the batch at once or, when that fails, record by record. Answers what is done."""
        if all(message.parked is None for message in messages):
            try:
                self._count(self._store.write(lambda c: self.effects.apply(c, messages)))
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
                for message in messages:
                    self._settle(message.incoming)
                return [message.incoming for message in messages]
        return self._one_by_one(subscription, messages)

    def _one_by_one(self, subscription: Subscription, messages: list[Message]) -> list[Incoming]:
        done: list[Incoming] = []
        for position, message in enumerate(messages):
            self.tick()
            incoming = message.incoming
            if incoming.place in self._waiting:
                continue
            try:
                with bound_contextvars(**message.context()):
                    settled = self._settle_or_park(message)
                if not settled:
                    self._rewind(subscription, messages[position:])
                    return done
            except StoreUnavailable:
                if not done:
                    raise
                self._rewind(subscription, messages[position:])
                return done
            except Retry as error:
                with bound_contextvars(**message.context()):
                    self._wait(subscription, incoming, error)
                continue
            done.append(incoming)
        return done

    def _settle_or_park(self, message: Message) -> bool:
        """Apply one record or set it aside; False when the consumer stops before it."""
        if message.twin is not None and self._handled(message.twin):
            self._count(Counter([(message.incoming.place.topic, "duplicate")]))
            self._settle(message.incoming)
            return True
        parked = message.parked or self._try(message)
        if parked is None:
            self._settle(message.incoming)
            return True
        if self._may_park(parked):
            self._park(parked)
            return True
        return False

    def _handled(self, envelope: Envelope) -> bool:
        with self._store.read() as connection:
            return inbox.handled(connection, self.group, envelope)

    def _settle(self, incoming: Incoming) -> None:
        """This record is done: forget its troubles."""
        self._bad_in_a_row = 0
        self._failures.pop((incoming.place, incoming.offset), None)
        self._waits.pop((incoming.place, incoming.offset), None)

    def _try(self, message: Message) -> Parked | None:
        """Apply one record; None when it is done, what to park when it cannot be."""
        incoming = message.incoming
        try:
            self._count(self._store.write(lambda c: self.effects.apply(c, [message])))
        except Retry:
            raise
        except Park as error:
            return Parked(incoming, "Park", str(error), attempts=1)
        except Exception as error:
            tries = self._failures.get((incoming.place, incoming.offset), 0) + 1
            self._failures[incoming.place, incoming.offset] = tries
            log.exception("a message could not be handled", group=self.group, attempt=tries)
            if tries < ATTEMPTS:
                raise Retry(f"{type(error).__name__}: {error}") from error
            reason = f"failed {tries} times, last with {type(error).__name__}: {error}"
            return Parked(incoming, type(error).__name__, reason, attempts=tries)
        return None

    def _purge(self) -> bool:
        """With nothing else to do, forget what was handled long ago, one batch a turn."""
        if time.monotonic() < self._next_purge:
            return False
        more = self._store.write(lambda connection: inbox.purge(connection, self._clock.now()))
        if not more:
            self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
        return more

    # -- setting aside -----------------------------------------------------------------------

    def _park(self, parked: Parked) -> None:
        self._store.write(lambda connection: self.effects.set_aside(connection, parked))
        bad_in_a_row = self._bad_in_a_row + 1
        self._settle(parked.incoming)
        self._bad_in_a_row = bad_in_a_row
        self._count(Counter([(parked.incoming.place.topic, "dead_lettered")]))
        log.error(
            "message parked in the table dead_letter",
            group=self.group,
            topic=parked.incoming.place.topic,
            offset=parked.incoming.offset,
            reason=parked.reason,
        )

    def _may_park(self, parked: Parked) -> bool:
        if self._bad_in_a_row < MOST_IN_A_ROW:
            return True
        self.stopped_because = (
            f"{self._bad_in_a_row} messages in a row could not be handled, the next one because: "
            f"{parked.reason}; repair the producer or this version, then start the service again"
        )
        self.metrics.consumer_stopped.labels(group=self.group).set(1)
        return False

    def _wait(self, subscription: Subscription, incoming: Incoming, error: Retry) -> None:
        """Put the record off, and with it its partition; the others go on."""
        waits = self._waits.get((incoming.place, incoming.offset), 0) + 1
        self._waits[incoming.place, incoming.offset] = waits
        pause = min(self.LONGEST_PAUSE, self.FIRST_PAUSE * 2 ** min(waits, 16))
        self._waiting[incoming.place] = _Waiting(incoming, time.monotonic() + pause)
        # At once, so that whatever happens to the rest of the batch, this record comes again.
        subscription.seek(incoming.place, incoming.offset)
        subscription.pause([incoming.place])
        self._count(Counter([(incoming.place.topic, "retried")]))
        self._gauge_paused(incoming.place, 1)
        log.warning(
            "partition waits", group=self.group, topic=incoming.place.topic, reason=str(error)
        )

    def _resume_waiting(self, subscription: Subscription) -> None:
        now = time.monotonic()
        for place in [place for place, w in self._waiting.items() if w.until <= now]:
            del self._waiting[place]
            self._gauge_paused(place, 0)
            subscription.resume([place])

    def _rewind(self, subscription: Subscription, messages: Sequence[Message]) -> None:
        """Read these again, except where an earlier record of the partition waits."""
        for message in reversed(messages):
            if message.incoming.place not in self._waiting:
                subscription.seek(message.incoming.place, message.incoming.offset)

    def _say_when_clocks_differ(self, newest: Envelope, now: datetime) -> None:
        ahead = (newest.time - now).total_seconds()
        if ahead < CLOCKS_DIFFER_SECONDS or time.monotonic() < self._next_word_on_clocks:
            return
        self._next_word_on_clocks = time.monotonic() + SAY_AGAIN_SECONDS
        log.error(
            "an event comes from the future: the clock of its sender or of this machine is wrong; "
            "set it (NTP)",
            group=self.group,
            sender=newest.source,
            seconds_ahead=round(ahead),
        )

    # -- telling -----------------------------------------------------------------------------

    def _say_stopped(self) -> None:
        if time.monotonic() - self._said_at > SAY_AGAIN_SECONDS or self._said_at == 0.0:
            self._said_at = time.monotonic()
            log.critical("consumer stopped", group=self.group, reason=self.stopped_because)

    def _observe(self, subscription: Subscription) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        for place, lag in subscription.lag().items():
            self.metrics.lag.labels(
                topic=place.topic, partition=place.partition, group=self.group
            ).set(lag)
        self.metrics.dead_letters_open.set(count_open(self._store))

    def _count(self, outcomes: Outcomes) -> None:
        for (topic, outcome), count in outcomes.items():
            self.metrics.processed.labels(topic=topic, group=self.group, outcome=outcome).inc(count)

    def _gauge_paused(self, place: Place, value: int) -> None:
        self.metrics.partition_paused.labels(
            topic=place.topic, partition=place.partition, group=self.group
        ).set(value)
