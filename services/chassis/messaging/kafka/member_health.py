"""Whether a member of a Kafka consumer group gets what it should, judged by when it last saw what.

A broker that is gone, a group that does not let a member in and a partition that the client has
forgotten all look alike: nothing comes. Time tells them apart.
"""

import time
from collections.abc import Collection, Iterable, Mapping

import structlog
from kafka import errors

from services.chassis.messaging.bus import Partition

log = structlog.get_logger()

PROBE_AGAIN_SECONDS = 5.0
SILENT_SECONDS = 15.0
"""Brokers that have not answered for so long are said not to answer: an election takes less."""

STUCK_SECONDS = 30.0
"""A partition in which records wait and of which none comes for so long has been forgotten by the
client: batches of the others take seconds."""

POLL_INTERVAL_SECONDS = 300.0
"""A member that does not poll for so long loses its partitions to the others."""


class MemberHealth:
    """What a subscription saw, and what that means. Asks nobody itself."""

    def __init__(self) -> None:
        self.lag: Mapping[Partition, int] = {}
        """Records that wait in each of the member's partitions, as known last."""
        self._moved_at: dict[Partition, float] = {}
        """When a record of a partition last came, or the partition itself."""
        self._next_probe = 0.0
        self._silent_since: float | None = None
        self._made_at = 0.0
        self._empty_since: float | None = None
        self._polled_at: float | None = None

    # -- what was seen -----------------------------------------------------------------------------

    def connected(self) -> None:
        self._made_at = time.monotonic()
        self._silent_since = self._polled_at = self._empty_since = None

    def discarded(self) -> None:
        self._moved_at, self.lag = {}, {}

    def dealt_out(self, mine: Collection[Partition]) -> None:
        self.lag = {p: n for p, n in self.lag.items() if p in mine}
        self._moved_at = {}
        self.moved(mine)

    def polled(self, partitions: Iterable[Partition]) -> None:
        """Records of these came; none may have."""
        self._polled_at = time.monotonic()
        self.moved(partitions)

    def moved(self, partitions: Iterable[Partition]) -> None:
        self._moved_at.update(dict.fromkeys(partitions, time.monotonic()))

    def records_came(self) -> None:
        self._silent_since = self._empty_since = None

    def not_answered(self, error: errors.KafkaError) -> None:
        self._next_probe = time.monotonic() + PROBE_AGAIN_SECONDS
        self._silent_since = self._silent_since or time.monotonic()
        log.info("Kafka did not answer a question", reason=repr(error))

    def answered(self, lag: Mapping[Partition, int]) -> None:
        self._silent_since, self.lag = None, lag

    # -- what it means -----------------------------------------------------------------------------

    @property
    def may_ask(self) -> bool:
        """Whether the brokers may be asked a question: not soon after one they did not answer."""
        return time.monotonic() >= self._next_probe

    @property
    def silent_for(self) -> float | None:
        """Seconds for which nobody has answered, where that is too long."""
        return _overdue(self._silent_since, SILENT_SECONDS)

    @property
    def not_let_in(self) -> str:
        """That the group has not let this member in, where that takes too long; else empty."""
        waited = _overdue(self._made_at, SILENT_SECONDS)
        if waited is None:
            return ""
        return (
            f"Kafka has not let this member into its consumer group for {waited:.0f} s: check that "
            f"the brokers of __consumer_offsets run and that the other members of the group poll"
        )

    def lacks_a_share(self, *, now: bool) -> bool:
        """Whether the member has had no partition for too long, once each time; ``now`` says that
        it has none at present.
        """
        self._empty_since = (self._empty_since or time.monotonic()) if now else None
        if _overdue(self._empty_since, SILENT_SECONDS) is None:
            return False
        self._empty_since = time.monotonic()
        return True

    def stuck(self, paused: Collection[Partition]) -> str | None:
        """That the client has forgotten a partition, if it has."""
        for partition, since in self._moved_at.items():
            waiting, idle = self.lag.get(partition, 0), _overdue(since, STUCK_SECONDS)
            if waiting and idle is not None and partition not in paused:
                return f"{waiting} records wait in {partition} and none came for {idle:.0f} s"
        return None

    def log_when_not_polled(self) -> None:
        gap = _overdue(self._polled_at, POLL_INTERVAL_SECONDS)
        if gap is not None:
            log.error(
                "this consumer did not poll in time and its partitions went to others: one batch "
                "took too long; what it had not committed is read again",
                after_seconds=round(gap),
                allowed_seconds=POLL_INTERVAL_SECONDS,
            )


def _overdue(since: float | None, limit: float) -> float | None:
    """Seconds since then, where they are more than the limit."""
    if since is None:
        return None
    seconds = time.monotonic() - since
    return seconds if seconds > limit else None
