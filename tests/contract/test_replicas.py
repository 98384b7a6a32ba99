"""Several replicas write one database at once: what each alone does right, they do right together.

Two real transactions meet on a real PostgreSQL. One is held at its commit until the other has
finished or waits for it, so that a test fails as soon as nothing makes the other wait.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, func, select

from contracts import codec
from contracts.events import Event
from contracts.samples import territory_example
from services.chassis.database.backend import Databases
from services.chassis.database.postgres import PostgresDatabase
from services.chassis.database.store import Store
from services.chassis.database.tables import DeadLetter, Inbox, Outbox
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.reactions import Reactions
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.metrics import Metrics
from services.chassis.web.problems import Problem
from services.externalities.storage import load_snapshot
from services.intake.acceptance import Acceptance
from services.intake.storage import PROPOSALS, REVISIONS
from services.intake.submission import Submission
from services.notify.channels.console import Console
from services.notify.handlers import REACTIONS as NOTIFY
from services.notify.storage import NOTICES, VERDICT_PAGES
from services.scoring.handlers import reactions as scoring_reactions
from services.scoring.storage import VERDICTS
from tests.support.chassis import CarelessBus, SetClock, record_of
from tests.support.databases import Postgres, postgres_databases
from tests.support.halves import FILE, assessed, book, five_firms, submitted, withdrawn
from tests.support.verdicts import issued, verdict
from tests.support.waiting import until

pytestmark = pytest.mark.postgres

WAITS = "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
WAITS += " WHERE NOT l.granted AND a.datname = %s"


@pytest.fixture
def databases(postgres: Postgres) -> Iterator[Callable[[str], PostgresDatabase]]:
    with postgres_databases(postgres) as lent:
        yield lent


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


class Replica:
    """One of several processes of a service: a store, a consumer and partitions of its own."""

    def __init__(self, databases: Databases, name: str, reactions: Reactions) -> None:
        self.store = Store(databases(name), name=name)
        topics = sorted({each.TOPIC for each in reactions})
        self.bus = CarelessBus({topic: (1, [name]) for topic in topics})
        self.consumer = Consumer(
            name, self.store, self.bus, topics, reactions, SetClock(), Metrics()
        )

    def hear(self, *events: Event, id_: str | None = None) -> None:
        self.bus.put(*(record_of(each, id_=id_) for each in events))
        self.consumer.poll()

    def close(self) -> None:
        self.consumer.finish()
        self.store.close()


@contextmanager
def held_at_its_commit(postgres: Postgres, store: Store) -> Iterator[Callable[[], None]]:
    """The next commit of this store waits until the end of the block. Answers
    a function that waits until the commit is reached.
    """
    reached, leave = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        reached.set()
        assert leave.wait(20)

    event.listen(store._writer_engine, "commit", hold, once=True)
    try:
        yield lambda: until(reached.is_set)
    finally:
        leave.set()


def meet(
    postgres: Postgres, database: PostgresDatabase, first: Store, one: Any, other: Any
) -> list[Any]:
    """Run both: ``one`` on the first store is at its commit when ``other`` begins. Answers what
    each returned, or the ``Problem`` it raised.
    """
    answers: list[Any] = [None, None]

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            answers[place] = job()
        except Problem as problem:
            answers[place] = problem

    threads = [
        threading.Thread(target=run, args=(place, job)) for place, job in enumerate((one, other))
    ]
    with (
        held_at_its_commit(postgres, first) as reached,
        psycopg.connect(postgres.admin, autocommit=True) as looking,
    ):
        threads[0].start()
        reached()
        threads[1].start()

        def over_or_waiting() -> bool:
            (waiting,) = looking.execute(WAITS, (database.url.database,)).fetchone() or (0,)
            return waiting > 0 or not threads[1].is_alive()

        until(over_or_waiting)
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    return answers


def count(store: Store, what: Any) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(what)).scalar_one())


# -- scoring -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["firms first", "territory first"])
def test_two_halves_that_are_committed_at_the_same_instant_give_one_verdict(
    postgres, databases, order
):
    halves = [submitted(), assessed()]
    if order == "territory first":
        halves.reverse()
    one, other = (
        Replica(databases, "scoring", scoring_reactions(book(), Metrics())) for _ in range(2)
    )
    meet(
        postgres,
        databases("scoring"),
        one.store,
        lambda: one.hear(halves[0]),
        lambda: other.hear(halves[1]),
    )
    assert count(one.store, VERDICTS) == 1
    assert count(one.store, Outbox.__table__) == 1
    one.close()
    other.close()


def test_an_event_that_two_replicas_were_given_has_one_effect(postgres, databases):
    one, other = (
        Replica(databases, "scoring", scoring_reactions(book(), Metrics())) for _ in range(2)
    )
    one.hear(assessed())
    meet(
        postgres,
        databases("scoring"),
        one.store,
        lambda: one.hear(submitted(), id_="f" * 32),
        lambda: other.hear(submitted(), id_="f" * 32),
    )
    assert count(one.store, VERDICTS) == 1
    assert count(one.store, Outbox.__table__) == 1
    assert count(one.store, Inbox.__table__) == 2
    assert count(one.store, DeadLetter.__table__) == 0
    one.close()
    other.close()


# -- notify ------------------------------------------------------------------------------------


def test_a_withdrawal_and_the_verdict_that_arrive_at_once_both_show(postgres, databases):
    one, other = (Replica(databases, "notify", NOTIFY) for _ in range(2))
    judged = replace(issued(verdict()), proposal_id=FILE)
    meet(
        postgres,
        databases("notify"),
        one.store,
        lambda: one.hear(judged),
        lambda: other.hear(withdrawn()),
    )
    with one.store.read() as connection:
        moment = connection.execute(select(VERDICT_PAGES.c.withdrawn_at)).scalar_one()
    assert moment is not None
    one.close()
    other.close()


def test_two_consoles_say_each_notice_once(postgres, databases, clock):
    one, other = (Replica(databases, "notify", NOTIFY) for _ in range(2))
    one.hear(issued(verdict()))
    metrics = [Metrics(), Metrics()]
    consoles = [
        Console(replica.store, clock, each)
        for replica, each in zip((one, other), metrics, strict=True)
    ]
    meet(postgres, databases("notify"), one.store, consoles[0].poll, consoles[1].poll)
    said = [
        each.registry.get_sample_value(
            "notify_deliveries_total", {"channel": "console", "outcome": "ok"}
        )
        for each in metrics
    ]
    assert said == [1, 0]
    assert count(one.store, NOTICES) == 1
    one.close()
    other.close()


# -- intake ------------------------------------------------------------------------------------


def submission(proposal_id: str = FILE, key: str | None = None, **changes: object) -> Submission:
    proposal = five_firms(**changes)
    return Submission(
        proposal_id=proposal_id,
        partner="cci-rouen",
        proposal=proposal,
        body=codec.adapter(type(proposal)).dump_json(proposal),
        missing=(),
        correlation_id="test-0001",
        idempotency_key=key,
    )


@pytest.fixture
def doors(databases) -> Iterator[list[Store]]:
    """Two replicas of intake."""
    stores = [Store(databases("intake"), name="intake") for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


def test_an_idempotency_key_sent_to_two_replicas_at_once_is_stored_once(
    postgres, databases, doors, clock
):
    accept = Acceptance(clock, "intake")
    first, again = meet(
        postgres,
        databases("intake"),
        doors[0],
        lambda: doors[0].write(lambda c: accept(c, [submission(FILE, "key-1")])),
        lambda: doors[1].write(lambda c: accept(c, [submission("f" * 32, "key-1")])),
    )
    assert first == again
    assert count(doors[0], PROPOSALS) == 1
    assert count(doors[0], Outbox.__table__) == 1


def test_two_revisions_through_two_replicas_are_one_after_the_other(
    postgres, databases, doors, clock
):
    accept = Acceptance(clock, "intake")
    doors[0].write(lambda c: accept(c, [submission()]))
    meet(
        postgres,
        databases("intake"),
        doors[0],
        lambda: doors[0].write(lambda c: accept.revise(c, submission(title="Two"), None)),
        lambda: doors[1].write(lambda c: accept.revise(c, submission(title="Three"), None)),
    )
    with doors[0].read() as connection:
        stored = connection.execute(select(REVISIONS.c.revision).order_by(REVISIONS.c.revision))
        assert list(stored.scalars()) == [1, 2, 3]
        said = connection.execute(
            select(Outbox.__table__.c.payload).order_by(Outbox.__table__.c.seq)
        )
        revisions = [codec.decode(type(submitted()), each).revision for each in said.scalars()]
    assert revisions == [1, 2, 3], "in the order of their numbers"


def test_of_two_that_name_the_same_revision_one_is_told_that_it_came_late(
    postgres, databases, doors, clock
):
    accept = Acceptance(clock, "intake")
    doors[0].write(lambda c: accept(c, [submission()]))
    stored, refused = meet(
        postgres,
        databases("intake"),
        doors[0],
        lambda: doors[0].write(lambda c: accept.revise(c, submission(title="Two"), frozenset({1}))),
        lambda: doors[1].write(
            lambda c: accept.revise(c, submission(title="Three"), frozenset({1}))
        ),
    )
    assert isinstance(stored, bytes)
    assert isinstance(refused, Problem)
    assert refused.status == 412


def test_a_revision_that_meets_a_withdrawal_is_refused(postgres, databases, doors, clock):
    accept = Acceptance(clock, "intake")
    doors[0].write(lambda c: accept(c, [submission()]))
    _, refused = meet(
        postgres,
        databases("intake"),
        doors[0],
        lambda: doors[0].write(lambda c: accept.withdraw(c, FILE, "cci-rouen", "test-0001")),
        lambda: doors[1].write(lambda c: accept.revise(c, submission(title="Two"), None)),
    )
    assert isinstance(refused, Problem)
    assert refused.status == 409


# -- externalities -----------------------------------------------------------------------------


def test_two_snapshots_of_a_territory_loaded_at_once_are_two_revisions(postgres, databases, clock):
    stores = [Store(databases("externalities"), name="externalities") for _ in range(2)]

    def load(store: Store, source: str) -> int:
        snapshot = replace(territory_example(), source=source)
        return store.write(
            lambda c: (
                load_snapshot(
                    Transaction.begin(c, clock, "externalities"), snapshot, "test-0001"
                ).revision
            )
        )

    revisions = meet(
        postgres,
        databases("externalities"),
        stores[0],
        lambda: load(stores[0], "one"),
        lambda: load(stores[1], "another"),
    )
    assert revisions == [1, 2]
    for store in stores:
        store.close()
