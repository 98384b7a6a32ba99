"""Dead letters that somebody asked back: taken by the service itself, while it runs.

A command only leaves the request in the letter's row. The service alone writes its effects: it
has the reactions, the inbox, and the version of the code that is meant; of several replicas any may
take the letter. Its row, the inbox, the effect and the outgoing events are one transaction; a
letter that fails again stays open with the new reason.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection, Row, select, update

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Park, Retry, StoreUnavailable
from services.chassis.messaging.bus import Incoming, Partition, Record
from services.chassis.messaging.dead_letters import OPEN, REPLAYED, kept_reason
from services.chassis.messaging.message_decoder import MessageDecoder
from services.chassis.messaging.messages import Message
from services.chassis.messaging.transaction import unpack_headers

log = structlog.get_logger()

_DEAD = DeadLetter.__table__

LOOK_EVERY_SECONDS = 1.0

Apply = Callable[[Connection, list[Message]], Any]
"""Inbox, reactions and outbox for messages, in the caller's transaction."""

_ASKED = (
    select(_DEAD)
    .where(_DEAD.c.status == OPEN, _DEAD.c.replay_by.is_not(None))
    .order_by(_DEAD.c.id)
    .limit(1)
)


class Replays:
    """The letters of one service that are to be replayed."""

    def __init__(
        self, service: str, store: Store, clock: Clock, reader: MessageDecoder, apply: Apply
    ) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._reader = reader
        self._apply = apply
        self._next_look = 0.0

    def take(self) -> bool:
        """Replay one letter, if one was asked for; answers whether there was one."""
        if time.monotonic() < self._next_look:
            return False
        with self._store.read() as connection:
            asked = connection.execute(_ASKED).first()
        if asked is None:
            self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
            return False
        try:
            self._store.write(lambda connection: self._replay(connection, asked.id))
        except StoreUnavailable:
            raise
        except Exception as error:
            if not isinstance(error, Park | Retry):
                log.exception("a replay failed", service=self._service, letter=asked.id)
            reason = f"replay failed: {type(error).__name__}: {error}"
            self._store.write(lambda connection: self._refuse(connection, asked.id, reason))
        return True

    def _replay(self, connection: Connection, asked: str) -> None:
        # Another replica's letter is left to it; SQLite has one writer and needs no lock.
        mine = _ASKED.where(_DEAD.c.id == asked).with_for_update(skip_locked=True)
        letter = connection.execute(mine).first()
        if letter is None:
            return
        message = self._reader.read(_incoming(letter))
        if message.parked is not None:
            raise Park(message.parked.reason)
        if message.received is None:
            raise Park("this version of the service does not react to it")
        self._apply(connection, [message])
        done = {
            "status": REPLAYED,
            "settled_at": self._clock.now(),
            "settled_by": letter.replay_by,
            "replay_by": None,
        }
        connection.execute(update(_DEAD).where(_DEAD.c.id == letter.id).values(**done))
        log.warning("dead letter replayed", service=self._service, letter=letter.id)

    def _refuse(self, connection: Connection, letter: str, reason: str) -> None:
        said = {
            "reason": kept_reason(reason),
            "attempts": _DEAD.c.attempts + 1,
            "last_at": self._clock.now(),
            "replay_by": None,
        }
        connection.execute(
            update(_DEAD).where(_DEAD.c.id == letter, _DEAD.c.status == OPEN).values(**said)
        )
        log.warning("dead letter not replayed", service=self._service, letter=letter, reason=reason)


def _incoming(letter: Row[Any]) -> Incoming:
    key = None if letter.key is None else letter.key.decode("utf-8", "surrogateescape")
    record = Record(letter.topic, key, letter.value, unpack_headers(letter.headers))
    return Incoming(Partition(letter.topic, letter.partition), letter.record_offset, record)
