"""One Kafka producer and the records it has in hand: only definite outcomes leave here.

A record whose outcome is not known is never sent again by this producer's owner. When one has
failed, or is overdue, the producer is given up as a whole: what it still holds fails too, in order,
so that nothing later of a key is delivered first while the failed record waits to be sent again.
Kafka may have kept a record that counts as failed here; the inbox of its readers drops the second.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from kafka import errors

from services.chassis.errors import BusUnavailable
from services.chassis.messaging.bus import Outgoing, Report, partition_of
from services.chassis.messaging.kafka.client import DELIVERY_SECONDS

log = structlog.get_logger()

MOST_BYTES = 64 * 1024 * 1024
"""kafka-python's producer has no bound of its own: it takes whatever it is given into memory."""

SLACK_SECONDS = 10.0
"""Beyond the delivery timeout a record is overdue: the producer should have decided by then."""

LOOK_AGAIN_SECONDS = 1.0
CLOSE_SECONDS = 2.0

Meaning = Callable[[BaseException], Exception]


@dataclass(slots=True)
class _Sent:
    token: int
    size: int
    report: Report
    future: Any
    """None for a record the producer did not take; ``refused`` says why."""
    at: float = field(default_factory=time.monotonic)
    refused: BaseException | None = None

    def outcome(self) -> tuple[bool, BaseException | None]:
        """Whether the outcome is known, and the error when it is a failure."""
        if self.future is None:
            return True, self.refused
        return self.future.is_done, self.future.exception if self.future.is_done else None


class Sender:
    """Sends through one producer; a thread of its own waits for outcomes and reports them.

    ``partitions`` is the number of partitions of each topic, ``name_of`` what a topic is called on
    the broker, ``meaning`` turns a client's error into one that says what to do.
    """

    def __init__(
        self,
        producer: Any,
        partitions: Mapping[str, int],
        name_of: Callable[[str], str],
        meaning: Meaning,
    ) -> None:
        self._producer = producer
        self._partitions = partitions
        self._name_of = name_of
        self._meaning = meaning
        self._pending: deque[_Sent] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self.broken = False
        """Whether something failed: it takes nothing any more, and reports what it holds."""
        self.told_of_failure: set[Report] = set()
        """Those whose records failed: they may have been told a moment ago and not know yet."""
        self._given_up = False
        self._thread = threading.Thread(target=self._watch, name="kafka-outcomes", daemon=True)
        self._thread.start()

    @property
    def drained(self) -> bool:
        """Whether every outcome was reported."""
        with self._changed:
            return not self._pending

    def send(self, batch: Sequence[Outgoing], report: Report) -> None:
        """Take the batch; in order, and nothing behind a record that was not taken.

        Raises ``BusUnavailable`` when nothing of it was taken.
        """
        size = sum(len(record.value or b"") for _, record in batch)
        with self._changed:
            if self._bytes and self._bytes + size > MOST_BYTES:
                raise BusUnavailable(
                    f"Kafka has not confirmed {self._bytes >> 20} MiB yet: more is sent when it "
                    f"has; if this lasts, check the brokers"
                )
        taken: list[_Sent] = []
        refused: BaseException | None = None
        for token, record in batch:
            bytes_ = len(record.value or b"")
            if refused is None:
                try:
                    future = self._producer.send(
                        self._name_of(record.topic),
                        value=record.value,
                        key=None
                        if record.key is None
                        else record.key.encode("utf-8", "surrogateescape"),
                        headers=list(record.headers),
                        partition=partition_of(record.key, self._partitions[record.topic]),
                    )
                    future.add_errback(self._stop_sending)
                    taken.append(_Sent(token, bytes_, report, future))
                    continue
                except Exception as error:
                    if not taken:
                        raise self._meaning(error) from error
                    refused = error
            taken.append(_Sent(token, bytes_, report, None, refused=refused))
        with self._changed:
            self._pending += taken
            self._bytes += size
            self._changed.notify()

    def close(self) -> None:
        """Wait a little for what is under way; what has no outcome then is not reported."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)
        self._give_up()

    def _stop_sending(self, _error: BaseException) -> None:
        """On the producer's own thread, at the first failure: nothing may leave behind it."""
        self.broken = True
        self._producer._sender.force_close()  # noqa: SLF001 - close() waits, which is not allowed here

    # -- the outcomes' thread -------------------------------------------------------------------

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._pending:
                    if self._closing:
                        return
                    self._changed.wait()
                oldest = self._pending[0]
            self._wait_for(oldest)
            self._collect()
            if self.broken:
                self._give_up()
                if self._closing:
                    return

    def _wait_for(self, sent: _Sent) -> None:
        if sent.future is None:
            return
        # A wait that ends without an outcome is not a failure; a failure is looked up afterwards.
        with suppress(Exception):
            sent.future.get(timeout=LOOK_AGAIN_SECONDS)
        waited = time.monotonic() - sent.at
        if sent.future.is_done or waited < DELIVERY_SECONDS + SLACK_SECONDS:
            return
        if not self.broken:
            log.error("a Kafka producer does not come to a decision and is given up")
            self.broken = True
        elif waited > DELIVERY_SECONDS + 2 * SLACK_SECONDS:
            # Given up, and its thread says nothing: it counts as failed, or nothing would ever
            # leave again. If it was delivered all the same, its readers drop the second one.
            sent.future = None
            sent.refused = BusUnavailable("the Kafka client was given up and left no word")

    def _collect(self) -> None:
        delivered: dict[Report, list[int]] = {}
        failed: dict[tuple[Report, str], tuple[list[int], BaseException]] = {}
        kept: deque[_Sent] = deque()
        with self._changed:
            looked_at = list(self._pending)
        done = 0
        freed = 0
        for sent in looked_at:
            known, error = sent.outcome()
            if not known:
                kept.append(sent)
                continue
            done += 1
            freed += sent.size
            if error is None:
                delivered.setdefault(sent.report, []).append(sent.token)
            else:
                tokens, _ = failed.setdefault((sent.report, repr(error)), ([], error))
                tokens.append(sent.token)
        if not done:
            return
        # Before the reports: whoever is told of a failure must not find this sender taking more.
        self.broken = self.broken or bool(failed)
        self.told_of_failure.update(report for report, _ in failed)
        for report, tokens in delivered.items():
            report(tokens, None)
        for (report, _), (tokens, error) in failed.items():
            report(tokens, self._meaning(error))
        with self._changed:
            for _ in looked_at:
                self._pending.popleft()
            self._pending.extendleft(reversed(kept))
            self._bytes -= freed

    def _give_up(self) -> None:
        if self._given_up:
            return
        self._given_up = True
        try:
            self._producer.close(timeout=0)
        except errors.KafkaError:
            # When something is pending, close() gives up in its flush and its thread runs on.
            sender = self._producer._sender  # noqa: SLF001
            sender.force_close()
            sender.join(CLOSE_SECONDS)
