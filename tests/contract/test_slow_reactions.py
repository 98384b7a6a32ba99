"""A database ends a transaction in which a reaction computed for too long: the others go on."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.chassis.database import postgres as postgres_module
from services.chassis.errors import LeftOpen
from services.chassis.messaging.consumer import ATTEMPTS
from services.chassis.messaging.reactions import Received
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.loops import Loop
from tests.support.chassis import CarelessBus, SetClock, open_store, record_of, withdrawn
from tests.support.databases import Postgres, postgres_databases
from tests.support.scribe import GROUP, TOPIC, Scribe
from tests.support.waiting import until

pytestmark = pytest.mark.postgres

IDLE_MS = 200
TOO_LONG_SECONDS = 3 * IDLE_MS / 1_000


class Slow(Scribe):
    """Computes for a while over some proposals, and asks the database nothing meanwhile."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dear: set[str] = set()
        self.seconds = TOO_LONG_SECONDS

    def _hear(self, transaction: Transaction, received: Sequence[Received[Any]]) -> None:
        for each in received:
            if each.event.key in self.dear:
                time.sleep(self.seconds)
        super()._hear(transaction, received)


@pytest.fixture
def scribe(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    monkeypatch.setattr(postgres_module, "IDLE_IN_TRANSACTION_MS", IDLE_MS)
    monkeypatch.setattr(Loop, "FIRST_PAUSE", 0.001)
    with postgres_databases(postgres) as lent, capture_logs():
        store = open_store(lent, "blank")
        made = Slow(store, CarelessBus({TOPIC: (6, [GROUP])}), SetClock())
        yield made
        made.consumer.finish()
        store.close()


def test_what_takes_too_long_is_set_aside_after_some_tries_and_its_neighbours_are_handled(scribe):
    dear, *others = [withdrawn(number) for number in range(6)]
    scribe.dear = {dear.key}
    scribe.bus.put(*(record_of(event) for event in (dear, *others)))
    until(lambda: scribe.poll() or len(scribe.bus.delivered) == 6, within=60.0)
    assert sorted(scribe.keys()) == sorted(event.key for event in others)
    (letter,) = scribe.letters()
    assert (letter.error_class, letter.attempts) == (LeftOpen.__name__, ATTEMPTS)
    assert "left open too long" in letter.reason


def test_what_is_over_in_time_alone_is_handled_though_its_batch_was_not(scribe):
    events = [withdrawn(number) for number in range(4)]
    scribe.dear = {event.key for event in events}
    scribe.seconds = IDLE_MS / 2_000
    scribe.bus.put(*(record_of(event) for event in events))
    until(lambda: scribe.poll() or len(scribe.keys()) == 4, within=60.0)
    assert scribe.letters() == []
