"""A batch that is slow is narrowed and commits what is done; a quick one is as large as ever."""

from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.events import ProposalWithdrawn
from services.chassis.database.postgres import IDLE_IN_TRANSACTION_MS
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Park
from services.chassis.messaging import consumer as consumer_module
from services.chassis.messaging import effects as effects_module
from services.chassis.messaging import transaction as transaction_module
from services.chassis.messaging.batch_size import TARGET_SECONDS, TRANSACTION_SECONDS, Pace
from services.chassis.messaging.consumer import MAX_BATCH, Consumer
from services.chassis.ops.loops import STUCK_AFTER_SECONDS
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import CarelessBus, pending, record_of, rows, withdrawn

STEP_SECONDS = 5.0
"""What a step may take, however dear each of its events is (up to three seconds)."""


class Desk:
    """A service whose reaction takes as long as it is told, on a clock of its own."""

    def __init__(self, store: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.now = 1_000.0
        self.seconds: dict[int, float] = {}
        """What a proposal costs."""
        self.bad: set[int] = set()
        self.handled: list[int] = []
        """How many events each commit held."""
        self._clock = clock
        self.bus = CarelessBus({"proposals": (6, ["desk"])})
        self._start()
        watch = SimpleNamespace(monotonic=lambda: self.now, perf_counter=lambda: self.now)
        for module in (consumer_module, effects_module, transaction_module):
            monkeypatch.setattr(module, "time", watch)

    def _start(self) -> None:
        self.consumer = Consumer(
            "desk", self.store, self.bus, ["proposals"], {ProposalWithdrawn: self._hear},
            self._clock, Metrics(),
        )  # fmt: skip

    def _hear(self, transaction: Any, received: Any) -> None:
        for each in received:
            transaction.check_deadline()
            number = int(each.event.proposal_id, 16)
            self.now += self.seconds.get(number, 0.001)
            if number in self.bad:
                raise Park("never")
            transaction.publish(each.event, correlation_id="test-0001")

    def put(self, numbers: range, seconds: float = 0.001) -> None:
        self.seconds |= dict.fromkeys(numbers, seconds)
        self.bus.put(*(record_of(withdrawn(number)) for number in numbers))

    def run(self) -> None:
        """Take steps until nothing is left; none of them may take too long."""
        with capture_logs():
            for _ in range(1_000):
                began, before = self.now, len(pending(self.store))
                worked = self.consumer.poll()
                assert self.now - began < STEP_SECONDS
                if committed := len(pending(self.store)) - before:
                    self.handled.append(committed)
                if not worked and not self.consumer._waiting:
                    return
                self.now += 0.1
        raise AssertionError("it never ends")


@pytest.fixture
def desk(store, clock, monkeypatch) -> Desk:
    return Desk(store, clock, monkeypatch)


def test_dear_events_are_committed_one_by_one_and_no_step_is_long(desk):
    desk.put(range(66), seconds=2.9)
    desk.run()
    assert desk.handled == [1] * 66
    assert sorted(desk.bus.delivered) == list(range(1, 67))


def test_cheap_events_after_dear_ones_are_a_full_batch_again(desk):
    desk.put(range(3), seconds=2.9)
    desk.run()
    for first in range(100, 900, 100):
        desk.put(range(first, first + MAX_BATCH))
        desk.run()
    assert desk.handled[-1] == MAX_BATCH


def test_dear_events_among_cheap_ones_cost_nobody_anything_for_ever(desk):
    desk.put(range(64))
    desk.run()
    assert desk.handled == [MAX_BATCH], "what is quick is one transaction"
    desk.put(range(100, 130))
    desk.put(range(200, 205), seconds=2.9)
    desk.put(range(300, 330))
    desk.run()
    assert sum(desk.handled) == 64 + 65
    assert len(pending(desk.store)) == 64 + 65


@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.9])
def test_events_in_between_are_as_many_as_are_over_in_time(desk, seconds):
    desk.put(range(64), seconds=seconds)
    desk.run()
    assert sum(desk.handled) == 64
    assert max(desk.handled) * seconds <= TRANSACTION_SECONDS + seconds
    assert len(desk.handled) < 64 or seconds > TARGET_SECONDS / 2


def test_a_bad_event_among_dear_ones_does_not_make_the_step_long(desk, store):
    desk.put(range(20), seconds=1.5)
    desk.bad = {0}
    desk.run()
    assert sum(desk.handled) == 19
    assert len(rows(store, DeadLetter.__table__.c.id)) == 1


def test_a_transaction_is_over_long_before_the_watchdog_and_the_servers_limit():
    assert min(STUCK_AFTER_SECONDS, IDLE_IN_TRANSACTION_MS / 1_000) > 5 * TRANSACTION_SECONDS


def test_the_pace_grows_twofold_and_falls_to_what_fits():
    pace = Pace(64)
    pace.too_long()
    sizes = []
    for _ in range(7):
        sizes.append(pace.size)
        pace.took(pace.size, 0.01)
    assert sizes == [1, 2, 4, 8, 16, 32, 64]
    pace.took(64, 4 * TARGET_SECONDS)
    assert pace.size == 16
    pace.took(3, 0.5)
    assert pace.size == 16, "a small batch says nothing against a larger one"
    pace.took(1, 20.0)
    assert pace.size == 1
