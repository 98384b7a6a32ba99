"""From an outbox that several replicas write and relay to the bus.

Each relay sends the keys of the buckets it holds (``leases``). What is pending is found by its
flag, so that a row whose transaction commits late is found as well. Of one key a single record is
under way at a time: whatever becomes of it, nothing later of that key can leave before it.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, text

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.messaging.bus import Bus, Outgoing, Record
from services.chassis.messaging.leases import BUCKET_OF_KEY, Leases
from services.chassis.messaging.relay import BATCH, IN_FLIGHT_BYTES, MARK_EVERY_SECONDS, Relay
from services.chassis.messaging.transaction import MORE_PENDING, unpack_headers
from services.chassis.ops import faults
from services.chassis.ops.metrics import Metrics

_OUTBOX = Outbox.__table__

BATCH_BYTES = 8 * 1024 * 1024
IN_FLIGHT = 2_000
"""Records without an outcome: each look at the outbox passes over them."""

POLL_SECONDS = 0.05
LONGEST_POLL_SECONDS = 0.5
"""How often the outbox is looked at for what other replicas wrote; seldom while nothing comes."""

MARK_AT_ONCE = 500
COMMITTED_MOST = 4_000
"""Records remembered from this process's own commits, so that they need not be read again."""

MOST_BACKING_OFF = 500
"""Keys that failed and wait: with more of them the bus is in trouble, and nothing is sent."""

# Two things keep the plan good though the statistics of a queue are always stale. `published = 0`
# is written out: with a parameter in its place the partial index is of no use. And pending rows are
# walked in the order of that index (OFFSET 0 keeps the planner from taking the inner query apart),
# so that a large backlog is neither read nor sorted as a whole.
_PENDING = text(
    "SELECT seq, key, bucket, size FROM ("
    f"SELECT seq, key, {BUCKET_OF_KEY} AS bucket, octet_length(payload) AS size FROM outbox "
    "WHERE published = 0 ORDER BY seq OFFSET 0) AS pending "
    "WHERE bucket = ANY(ARRAY(SELECT bucket FROM relay_lease "
    "WHERE token = ANY(CAST(:tokens AS varchar[])) AND bucket = ANY(CAST(:buckets AS integer[])) "
    "AND expires_at > CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint))) "
    "AND seq <> ALL(CAST(:out AS bigint[])) AND key <> ALL(CAST(:waiting AS varchar[])) "
    "LIMIT :most"
)
_RECORDS = select(
    _OUTBOX.c.seq, _OUTBOX.c.topic, _OUTBOX.c.key, _OUTBOX.c.headers, _OUTBOX.c.payload
).where(_OUTBOX.c.seq.in_(bindparam("seqs", expanding=True)))
_MARK = text(
    "UPDATE outbox SET published = 1 WHERE seq = ANY(CAST(:seqs AS bigint[])) AND published = 0 "
    f"AND {BUCKET_OF_KEY} = ANY(ARRAY(SELECT bucket FROM relay_lease "
    "WHERE token = ANY(CAST(:tokens AS varchar[]))))"
)


@dataclass(slots=True)
class _Sent:
    """A record the bus has, or one that was delivered and is not marked yet."""

    key: str
    bucket: int
    topic: str
    size: int


class LeasedOutboxRelay(Relay):
    """Moves its share of one service's outbox to the bus."""

    def __init__(
        self, service: str, store: Store, bus: Bus, clock: Clock, metrics: Metrics
    ) -> None:
        self.leases = Leases(store, metrics)
        self._in_flight: dict[int, _Sent] = {}
        self._keys_in_flight: set[str] = set()
        """Keys with a record under way."""
        self._keys_waiting: set[str] = set()
        """Those among them of which more is pending."""
        self._backing_off: dict[str, tuple[int, float]] = {}
        """Keys that failed: how often, and until when they rest (monotonic clock)."""
        self._delivered: dict[int, _Sent] = {}
        self._committed: dict[int, Record] = {}
        self.longest_wait = POLL_SECONDS
        self._next_poll = 0.0
        self._more = False
        """The last look did not see the end of what is pending."""
        # Last: from here on it is told of commits.
        super().__init__(service, store, bus, clock, metrics)

    def finish(self) -> None:
        super().finish()
        self.leases.give_back()

    def _on_commit(self, left: Sequence[Any]) -> None:
        new = [each for each in left if isinstance(each, Outgoing)]
        if new and len(self._committed) < COMMITTED_MOST:
            self._committed.update(new)
        if new or MORE_PENDING in left:
            self._look_at_once()
            self.wake()

    def _look_at_once(self) -> None:
        self.longest_wait, self._next_poll = POLL_SECONDS, 0.0

    def _delivered_unmarked(self) -> int:
        return len(self._delivered)

    def _busy(self) -> set[int]:
        return {f.bucket for f in (*self._in_flight.values(), *self._delivered.values())}

    # -- outcomes ----------------------------------------------------------------------------

    def _handle_acks(self) -> bool:
        handled = bool(self._outcomes)
        failed = False
        while self._outcomes:
            tokens, error = self._outcomes.popleft()
            for seq in tokens:
                sent = self._in_flight.pop(seq)
                self._bytes -= sent.size
                self._keys_in_flight.discard(sent.key)
                if sent.key in self._keys_waiting:
                    self._keys_waiting.discard(sent.key)
                    self._look_at_once()
                outcome = "ok" if error is None else "failed"
                self.metrics.outbox_published.labels(topic=sent.topic, outcome=outcome).inc()
                if error is None:
                    self._delivered[seq] = sent
                    self._backing_off.pop(sent.key, None)
                    self._failures = 0
                else:
                    self._back_off_key(sent.key)
            if error is not None:
                failed = True
                self._log_refused(len(tokens), error)
        if failed:
            self._failures += 1
            self._look_at_once()
            self.back_off(self._failures)
        if len(self._delivered) >= MARK_AT_ONCE:
            self._mark_published()
        return handled

    def _back_off_key(self, key: str) -> None:
        times = self._backing_off.get(key, (0, 0.0))[0] + 1
        longest = min(self.LONGEST_PAUSE, self.FIRST_PAUSE * 2 ** min(times, 16))
        pause = random.uniform(self.FIRST_PAUSE / 2, longest)  # noqa: S311 - jitter, not a secret
        self._backing_off[key] = times, time.monotonic() + pause

    def _mark_published(self) -> None:
        if not self._delivered:
            return
        faults.reach(f"{self._store.name}.delivered_before_mark")
        seqs = list(self._delivered)
        marking = {"seqs": seqs, "tokens": [*set(self.leases.tokens.values())]}
        # What another relay has taken over meanwhile is its to mark: it sends it again.
        self._store.write(lambda connection: connection.execute(_MARK, marking))
        for seq in seqs:
            del self._delivered[seq]
        self._next_mark = time.monotonic() + MARK_EVERY_SECONDS

    # -- sending -----------------------------------------------------------------------------

    def _send(self) -> int:
        self.leases.keep(self._busy())
        now = time.monotonic()
        room = min(BATCH, IN_FLIGHT - len(self._in_flight))
        full = room <= 0 or self._bytes >= IN_FLIGHT_BYTES
        if now < self._next_poll or full or not self.leases.good:
            return 0
        # Before looking: what is written from now on sets it back.
        self._next_poll = now + self.longest_wait
        batch = self._next_from_outbox(room)
        if self._more:
            self._next_poll = 0.0
        if not batch:
            self.longest_wait = min(LONGEST_POLL_SECONDS, self.longest_wait * 2)
            return 0
        # A look behind what was just sent would find nothing, and cost as much as sending it.
        self.longest_wait = POLL_SECONDS
        self._next_poll = min(self._next_poll, now + POLL_SECONDS)
        faults.reach(f"{self._store.name}.before_publish")
        if not self.leases.good:
            # This process was stopped for long between reading and sending.
            self._forget(batch)
            return 0
        try:
            self._bus.publish(batch, self._report)
        except Exception:
            # Nothing was taken; the loop says so, backs off, and sends the same rows again.
            self._forget(batch)
            raise
        return len(batch)

    def _next_from_outbox(self, room: int) -> list[Outgoing]:
        self._more = False
        now = time.monotonic()
        backing_off = [key for key, (_, until) in self._backing_off.items() if until > now]
        if len(backing_off) > MOST_BACKING_OFF:
            return []
        asking = {
            "tokens": [*set(self.leases.tokens.values())],
            "buckets": [*(self.leases.tokens.keys() - self.leases.leaving)],
            "out": [*self._in_flight, *self._delivered],
            "waiting": [*self._keys_waiting, *backing_off],
            "most": room,
        }
        with self._store.read() as connection:
            found = connection.execute(_PENDING, asking).all()
            self._more = len(found) == room
            chosen, behind = self._choose(found)
            unknown = [seq for seq in chosen if seq not in self._committed]
            read = {
                seq: Record(topic, key, payload, unpack_headers(headers))
                for seq, topic, key, headers, payload in (
                    connection.execute(_RECORDS, {"seqs": unknown}) if unknown else ()
                )
            }
        batch = [
            Outgoing(seq, read[seq] if seq in read else self._committed[seq]) for seq in chosen
        ]
        # Noted before publishing, because a report may come while the bus is still taking; and not
        # before all was read: a key that waits for a record that never left would wait for ever.
        self._keys_waiting |= behind
        for seq, record in batch:
            chosen[seq].topic = record.topic
            self._in_flight[seq] = chosen[seq]
            self._keys_in_flight.add(chosen[seq].key)
            self._bytes += chosen[seq].size
        if len(self._committed) >= COMMITTED_MOST:
            self._committed.clear()
        for seq in chosen:
            self._committed.pop(seq, None)
        return batch

    def _choose(self, found: Sequence[Any]) -> tuple[dict[int, _Sent], set[str]]:
        """The first pending row of each key, as many as may be sent at once; and the keys of which
        more is pending behind it.
        """
        chosen: dict[int, _Sent] = {}
        keys: set[str] = set()
        behind: set[str] = set()
        room = BATCH_BYTES
        for seq, key, bucket, size in found:
            if key in keys or key in self._keys_in_flight:
                behind.add(key)
                continue
            if room < size and chosen:
                self._more = True
                break
            room -= size
            keys.add(key)
            chosen[seq] = _Sent(key, bucket, "", size)
        return chosen, behind

    def _forget(self, batch: Sequence[Outgoing]) -> None:
        for seq, _ in batch:
            sent = self._in_flight.pop(seq)
            self._keys_in_flight.discard(sent.key)
            self._keys_waiting.discard(sent.key)
            self._bytes -= sent.size
