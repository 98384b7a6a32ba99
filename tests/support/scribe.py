"""A small service on any bus and any database: it writes down what it hears, and can stumble."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from contracts.events import ProposalWithdrawn
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter
from services.chassis.messaging.bus import Bus
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.reactions import Received
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import rows

DEAD = DeadLetter.__table__
HEARD = sa.Table(
    "heard",
    sa.MetaData(),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64)),
    sa.Column("revision", sa.Integer),
)

GROUP = "scribe"
TOPIC = "proposals"
PATIENCE = 0.05


class Scribe:
    """Hears withdrawals. ``refuse`` says for a key what to raise."""

    def __init__(self, store: Store, bus: Bus, clock: Any) -> None:
        self.store = store
        self.bus = bus
        self.clock = clock
        self.refuse: dict[str, Callable[[], Exception]] = {}
        self.metrics = Metrics()
        self.consumer = self._consumer()
        store.write(lambda connection: HEARD.create(connection, checkfirst=True))

    def _consumer(self) -> Consumer:
        return Consumer(
            GROUP,
            self.store,
            self.bus,
            [TOPIC],
            {ProposalWithdrawn: self._hear},
            self.clock,
            self.metrics,
        )

    def _hear(self, transaction: Transaction, received: Sequence[Received[Any]]) -> None:
        for each in received:
            transaction.connection.execute(
                HEARD.insert().values(key=each.event.key, revision=each.event.revision)
            )
            if each.event.key in self.refuse:
                error = self.refuse[each.event.key]()
                raise error
            transaction.publish(each.event, correlation_id=each.envelope.correlation_id)

    def poll(self) -> None:
        self.consumer.run_once(PATIENCE)

    def start_again(self) -> None:
        self.consumer.finish()
        self.consumer = self._consumer()

    def heard(self) -> list[tuple[str, int]]:
        return [(key, revision) for _, key, revision in rows(self.store, *HEARD.c)]

    def keys(self) -> list[str]:
        return [key for key, _ in self.heard()]

    def letters(self) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(sa.select(DEAD).order_by(DEAD.c.id)))

    def count(self, outcome: str) -> float:
        labels = {"topic": TOPIC, "group": GROUP, "outcome": outcome}
        name = "bus_consumer_processed_total"
        return self.metrics.registry.get_sample_value(name, labels) or 0.0
