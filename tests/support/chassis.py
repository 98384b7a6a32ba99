"""Small things to build a service from, for tests of the machinery: no domain, no HTTP."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from contracts import codec
from contracts.envelope import Envelope, to_headers
from contracts.events import Event, ProposalWithdrawn, TerritoryPublished
from contracts.vocabulary.territory import TerritoryRef
from services.chassis.clock import Clock, new_id
from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from services.chassis.database.tables import BUS_TABLES, Outbox
from services.chassis.messaging.bus import Outgoing, Record, Report
from services.chassis.messaging.in_memory_bus import InMemoryBus
from services.chassis.messaging.leases import LEASE_TABLES
from services.chassis.messaging.transaction import Transaction

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OUTBOX = Outbox.__table__


class SetClock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.moment = MOMENT

    def now(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        self.moment += step


def open_store(databases: Databases, name: str) -> Store:
    """A database with the tables every service has; opens what is there already."""
    store = Store(databases(name), name=name)
    tables = (*BUS_TABLES, *LEASE_TABLES) if store.database.shared else BUS_TABLES
    store.write(lambda connection: [t.create(connection, checkfirst=True) for t in tables])
    return store


def withdrawn(number: int, revision: int = 1) -> ProposalWithdrawn:
    """An event about the ``number``-th proposal: the smallest one with a key and a revision."""
    return ProposalWithdrawn(
        proposal_id=f"{number:032x}", revision=revision, partner="test", withdrawn_at=MOMENT
    )


def published(name: str, revision: int = 1) -> TerritoryPublished:
    """An event of another topic."""
    return TerritoryPublished(
        territory=TerritoryRef(
            id=f"fr-ze-{name}",
            name=name,
            year=2022,
            private_employment=1,
            source="test",
            licence="test",
            snapshot_sha256="0" * 64,
        ),
        revision=revision,
    )


def say(store: Store, clock: Clock, *events: Event, correlation_id: str = "test-0001") -> None:
    """Commit events to the outbox of a service, as a handler would."""

    def write(connection: Connection) -> None:
        transaction = Transaction.begin(connection, clock, store.name)
        for event in events:
            transaction.publish(event, correlation_id=correlation_id)
        transaction.flush()

    store.write(write)


def record_of(event: Event, *, id_: str | None = None, source: str = "writer") -> Record:
    """An event as it travels."""
    envelope = Envelope(
        id=id_ or new_id(SetClock()),
        type=event.EVENT_TYPE,
        source=source,
        subject=event.key,
        time=MOMENT,
        correlation_id="test-0001",
    )
    return Record(event.TOPIC, event.key, codec.encode(event), to_headers(envelope))


def rows(store: Store, *columns: Any, where: Any = None) -> list[tuple[Any, ...]]:
    """Rows of a table as tuples, in the order of its first column."""
    query = select(*columns).order_by(columns[0])
    if where is not None:
        query = query.where(where)
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def pending(store: Store) -> list[int]:
    """Outbox rows that are not marked as delivered."""
    return [seq for (seq,) in rows(store, OUTBOX.c.seq, where=OUTBOX.c.published == 0)]


class ScriptedBus:
    """A bus that takes records and leaves it to the test to say what became of them."""

    keeps_records = False

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.refuse_to_take: Exception | None = None
        self._reports: dict[int, Report] = {}

    def publish(self, batch: Sequence[Outgoing], report: Report) -> None:
        if self.refuse_to_take is not None:
            raise self.refuse_to_take
        self.taken += batch
        self._reports.update((each.token, report) for each in batch)

    def tokens(self) -> list[int]:
        return [each.token for each in self.taken]

    def deliver(self, *tokens: int) -> None:
        self._tell(tokens, None)

    def fail(self, *tokens: int) -> None:
        self._tell(tokens, ConnectionError("the broker went away"))

    def _tell(self, tokens: Sequence[int], error: Exception | None) -> None:
        for token in tokens:
            self._reports.pop(token)([token], error)

    def subscribe(self, group: str, topics: Sequence[str]) -> Any:
        raise AssertionError(f"this bus is for senders: {group} may not hear {topics}")

    def close(self) -> None:
        """Nothing to release."""


class CarelessBus(InMemoryBus):
    """An in-memory bus whose records can be put in by hand, without an outbox behind them."""

    def __init__(self, topics: dict[str, tuple[int, Sequence[str]]]) -> None:
        super().__init__(topics)
        self.delivered: list[int] = []
        self._next_token = 1

    def put(self, *records: Record) -> None:
        batch = []
        for record in records:
            batch.append(Outgoing(self._next_token, record))
            self._next_token += 1
        self.publish(batch, lambda tokens, _error: self.delivered.extend(tokens))
