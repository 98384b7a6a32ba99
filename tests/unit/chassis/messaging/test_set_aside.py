"""What is said when a message is set aside: in the same transaction, under the letter's name."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from contracts.envelope import from_message
from contracts.events import ProposalWithdrawn
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Park
from services.chassis.messaging.bus import Record
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.transaction import unpack_headers
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import OUTBOX, CarelessBus, published, record_of, rows, withdrawn

DEAD = DeadLetter.__table__


@dataclass(frozen=True, slots=True)
class WithdrawnNamed:
    """A part of the event."""

    EVENT_TYPE: ClassVar[str] = ProposalWithdrawn.EVENT_TYPE

    proposal_id: str


class Desk:
    def __init__(self, store: Any, clock: Any) -> None:
        self.store = store
        self.told: list[tuple[str, str]] = []
        self.refuse_to_say = False
        self.bus = CarelessBus({"proposals": (1, ["desk"])})
        self.consumer = Consumer(
            "desk",
            store,
            self.bus,
            ["proposals"],
            {ProposalWithdrawn: self._hear},
            clock,
            Metrics(),
            when_parked={WithdrawnNamed: self._say},
        )

    def _hear(self, *_: object) -> None:
        raise Park("never")

    def _say(self, transaction: Any, parked: Any, reference: str) -> None:
        self.told.append((parked.event.proposal_id, reference))
        if self.refuse_to_say:
            raise ConnectionError("the disk is full")
        transaction.publish(published(reference), correlation_id=parked.envelope.correlation_id)

    def hear(self, record: Record) -> None:
        self.bus.put(record)
        with capture_logs():
            self.consumer.poll()

    def letters(self) -> list[str]:
        return [id_ for (id_,) in rows(self.store, DEAD.c.id)]

    def said(self) -> list[tuple[str, str]]:
        """What was said, and the correlation id it was said with."""
        found = []
        for _, headers, body in rows(self.store, OUTBOX.c.seq, OUTBOX.c.headers, OUTBOX.c.payload):
            envelope, _ = from_message(unpack_headers(headers), body)
            found.append((envelope.subject, envelope.correlation_id))
        return found


@pytest.fixture
def desk(store, clock) -> Desk:
    return Desk(store, clock)


def test_what_was_set_aside_is_said_under_the_letters_name(desk):
    desk.hear(record_of(withdrawn(1)))
    (letter,) = desk.letters()
    assert desk.told == [(withdrawn(1).proposal_id, letter)]
    assert desk.said() == [(f"fr-ze-{letter}/TerritoryPublished", "test-0001")]


def test_it_is_said_of_a_version_that_is_not_known_too(desk):
    record = record_of(withdrawn(1))
    headers = dict(record.headers) | {"ce_type": b"winwinwin.ProposalWithdrawn.v2"}
    desk.hear(Record(record.topic, record.key, record.value, tuple(headers.items())))
    assert [reference for _, reference in desk.told] == desk.letters()
    assert len(desk.said()) == 1


@pytest.mark.parametrize("value", [b"{", b"{}", b"[" * 100_000, None])
def test_what_is_too_broken_to_name_anybody_is_set_aside_in_silence(desk, value):
    record = record_of(withdrawn(1))
    desk.hear(Record(record.topic, record.key, value, record.headers))
    assert len(desk.letters()) == 1
    assert desk.said() == []


def test_letter_and_word_stand_or_fall_together(desk):
    desk.refuse_to_say = True
    desk.bus.put(record_of(withdrawn(1)))
    with capture_logs(), pytest.raises(ConnectionError):
        desk.consumer.poll()
    assert desk.letters() == []
    desk.refuse_to_say = False
    with capture_logs():
        desk.consumer.poll()
    assert len(desk.letters()) == len(desk.said()) == 1


def test_the_same_bytes_set_aside_again_are_said_under_the_same_name(desk, store):
    record = record_of(withdrawn(1))
    desk.hear(record)
    desk.hear(record)
    (letter,) = desk.letters()
    assert [reference for _, reference in desk.told] == [letter, letter]
    with store.read() as connection:
        assert connection.execute(sa.select(DEAD.c.attempts)).scalar_one() == 2
