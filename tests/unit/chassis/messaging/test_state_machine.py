"""Random lives of three services: writes, deliveries, repetitions, and death at any moment.

A writer says things; a ledger hears them, keeps them and says something of its own; a board hears
both. Everything is real (SQLite files, outbox, inbox, relay, consumer, in-memory bus) except that
the test calls the steps and decides where the process dies. Death throws away all memory; only the
files stay. Whatever happened, at the end nothing written is lost, every effect happened once, the
order of each key is the order of writing, and no stale revision has overwritten a newer one.
"""

import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings, stateful
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from structlog.testing import capture_logs

from contracts.events import ProposalWithdrawn, TerritoryPublished
from services.chassis.database.sqlite import files_in
from services.chassis.messaging import outbox_relay as relay_module
from services.chassis.messaging.bus import Outgoing, Record
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.in_memory_bus import InMemoryBus
from services.chassis.messaging.outbox_relay import OutboxRelay
from services.chassis.messaging.reactions import Received
from services.chassis.messaging.transaction import Transaction, unpack_headers
from services.chassis.ops import faults
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import (
    OUTBOX,
    SetClock,
    open_store,
    pending,
    published,
    rows,
    say,
    withdrawn,
)

_META = sa.MetaData()
HEARD = sa.Table(
    "heard",
    _META,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("topic", sa.String),
    sa.Column("key", sa.String),
    sa.Column("revision", sa.Integer),
    sa.Column("event_id", sa.String),
)
NEWEST = sa.Table(
    "newest",
    _META,
    sa.Column("topic", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer),
)

SPEAKERS = ("writer", "ledger")
LISTENERS = ("ledger", "board")
COMMITS = ("before_commit", "after_commit")
RELAYING = ("before_publish", "delivered_before_mark")
POINTS = (
    *(f"{name}.{where}" for name in SPEAKERS for where in RELAYING),
    *(f"{name}.before_position" for name in LISTENERS),
    *(f"{name}.{where}" for name in ("writer", *LISTENERS) for where in COMMITS),
)
KEYS = 4


def named(event: Any) -> tuple[str, str]:
    """The topic of an event and its key there."""
    return event.TOPIC, event.key


NUMBERS = {
    named(event): key
    for key in range(KEYS)
    for event in (withdrawn(key, 1), published(f"{key}", 1))
}
IN_MEMORY = Path("/dev/shm")
"""Files here cost no fsync: processes die in this test, the power stays on."""

DRAINED_WITHIN_SECONDS = 10.0


class Killed(Exception):
    """The process is dead; whatever still runs of it can reach no further point."""


class Death:
    """Stands in for ``faults``: from the armed point on, nothing passes a point any more."""

    def __init__(self) -> None:
        self.armed: tuple[str, int] | None = None
        self.dead_at: str | None = None

    def reach(self, point: str) -> None:
        if self.dead_at is None and self.armed is not None and self.armed[0] == point:
            left = self.armed[1] - 1
            self.armed = (point, left) if left else None
            if not left:
                self.dead_at = point
        # The commit stands when its process dies right behind it, so there is nothing to undo.
        if self.dead_at is not None and not point.endswith("after_commit"):
            raise Killed(point)


def keep(transaction: Transaction, received: Sequence[Received[Any]]) -> None:
    for each in received:
        topic, key, revision = each.event.TOPIC, each.event.key, each.event.revision
        transaction.connection.execute(
            HEARD.insert().values(
                topic=topic, key=key, revision=revision, event_id=each.envelope.id
            )
        )
        newest = sqlite.insert(NEWEST)
        transaction.connection.execute(
            newest.on_conflict_do_update(
                index_elements=["topic", "key"],
                set_={"revision": newest.excluded.revision},
                where=newest.excluded.revision > NEWEST.c.revision,
            ),
            {"topic": topic, "key": key, "revision": revision},
        )


def keep_and_pass_on(transaction: Transaction, received: Sequence[Received[Any]]) -> None:
    keep(transaction, received)
    for each in received:
        transaction.publish(
            published(f"{int(each.event.key, 16)}", each.event.revision),
            correlation_id=each.envelope.correlation_id,
        )


class Services:
    """Three services in memory over three files."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.stores = {name: open_store(files_in(folder), name) for name in ("writer", *LISTENERS)}
        for name in LISTENERS:
            self.stores[name].write(_META.create_all)
        self.bus = InMemoryBus({"proposals": (3, LISTENERS), "territories": (2, ["board"])})
        metrics = Metrics()
        self.relays = {
            name: OutboxRelay(name, self.stores[name], self.bus, clock, metrics)
            for name in SPEAKERS
        }
        self.consumers = {
            "ledger": Consumer(
                "ledger", self.stores["ledger"], self.bus, ["proposals"],
                {ProposalWithdrawn: keep_and_pass_on}, clock, metrics,
            ),
            "board": Consumer(
                "board", self.stores["board"], self.bus, ["proposals", "territories"],
                {ProposalWithdrawn: keep, TerritoryPublished: keep}, clock, metrics,
            ),
        }  # fmt: skip

    def close(self) -> None:
        for store in self.stores.values():
            store.close()

    def at_rest(self) -> bool:
        return not any(pending(self.stores[name]) for name in SPEAKERS)

    def heard(self, listener: str) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        columns = (HEARD.c.seq, HEARD.c.topic, HEARD.c.key, HEARD.c.revision)
        for _, topic, key, revision in rows(self.stores[listener], *columns):
            found[topic, key].append(revision)
        return found


class Lives(stateful.RuleBasedStateMachine):
    deaths: ClassVar[Counter[str]] = Counter()
    """How often the process died where."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
        self.clock = SetClock()
        self.death = Death()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(faults, "reach", self.death.reach)
        self.house = Services(self.folder, self.clock)
        self.written: dict[int, list[int]] = defaultdict(list)

    def teardown(self) -> None:
        try:
            self.drain()
            self.everything_written_has_happened_once_and_in_order()
        finally:
            self.patch.undo()
            self.house.close()
            shutil.rmtree(self.folder)

    # -- what may happen ---------------------------------------------------------------------

    @stateful.rule(keys=st.lists(st.integers(0, KEYS - 1), min_size=1, max_size=6))
    def write(self, keys: list[int]) -> None:
        said = [(key, max(self.written[key], default=0) + 1) for key in dict.fromkeys(keys)]
        self._say(said)

    @stateful.rule(key=st.integers(0, KEYS - 1), data=st.data())
    def say_an_old_revision_again(self, key: int, data: st.DataObject) -> None:
        if self.written[key]:
            self._say([(key, data.draw(st.sampled_from(self.written[key])))])

    @stateful.rule(name=st.sampled_from(SPEAKERS))
    def relay(self, name: str) -> None:
        self._live(self.house.relays[name].poll)

    @stateful.rule(name=st.sampled_from(LISTENERS))
    def consume(self, name: str) -> None:
        self._live(self.house.consumers[name].poll)

    @stateful.rule(name=st.sampled_from(SPEAKERS), data=st.data())
    def deliver_something_a_second_time(self, name: str, data: st.DataObject) -> None:
        columns = (OUTBOX.c.seq, OUTBOX.c.topic, OUTBOX.c.key, OUTBOX.c.headers, OUTBOX.c.payload)
        # Only what was delivered before: a repetition cannot overtake the first delivery.
        said = rows(self.house.stores[name], *columns, where=OUTBOX.c.published == 1)
        if said:
            _, topic, key, headers, payload = data.draw(st.sampled_from(said))
            record = Record(topic, key, payload, unpack_headers(headers))
            self.house.bus.publish([Outgoing(0, record)], lambda _tokens, _error: None)

    @stateful.rule(
        point=st.sampled_from(POINTS),
        count=st.integers(1, 3),
        rounds=st.lists(st.sets(st.sampled_from(LISTENERS)), min_size=2, max_size=5),
        key=st.integers(0, KEYS - 1),
    )
    def live_until_death_at(self, point: str, count: int, rounds: list[set[str]], key: int) -> None:
        """Some rounds in which not everybody comes to his turn."""
        self.death.armed = (point, count)
        for listening in rounds:
            self.write([key])
            for name in SPEAKERS:
                self.relay(name)
            for name in sorted(listening):
                self.consume(name)
        self.death.armed = None

    @stateful.rule(now=st.sampled_from((False, False, True)))
    def pull_the_plug(self, now: bool) -> None:
        if now:
            self._restart("anywhere")

    # -- what must hold ----------------------------------------------------------------------

    @stateful.invariant()
    def nothing_has_happened_that_was_not_written_or_in_another_order(self) -> None:
        for listener in LISTENERS:
            for (topic, key), revisions in self.house.heard(listener).items():
                number = NUMBERS[topic, key]
                assert revisions == self.written[number][: len(revisions)], (listener, topic, key)

    def everything_written_has_happened_once_and_in_order(self) -> None:
        by_key = {k: v for k, v in self.written.items() if v}
        submitted = {named(withdrawn(key, 1)): v for key, v in by_key.items()}
        passed_on = {named(published(f"{key}", 1)): v for key, v in by_key.items()}
        assert self.house.heard("ledger") == submitted
        assert self.house.heard("board") == submitted | passed_on
        for listener, heard in (("ledger", submitted), ("board", submitted | passed_on)):
            newest = rows(self.house.stores[listener], *NEWEST.c)
            assert {(t, k): r for t, k, r in newest} == {name: max(v) for name, v in heard.items()}

    # -- how it is done ----------------------------------------------------------------------

    def _say(self, said: list[tuple[int, int]]) -> None:
        events = [withdrawn(key, revision) for key, revision in said]
        try:
            say(self.house.stores["writer"], self.clock, *events)
        except Killed:
            self._restart(str(self.death.dead_at))
            return
        for key, revision in said:
            self.written[key].append(revision)
        if self.death.dead_at is not None:
            self._restart(self.death.dead_at)

    def _live(self, step: Any) -> None:
        with suppress(Killed):
            step()
        if self.death.dead_at is not None:
            self._restart(self.death.dead_at)

    def _restart(self, where: str) -> None:
        Lives.deaths[where] += 1
        self.house.close()
        self.death.armed = self.death.dead_at = None
        self.house = Services(self.folder, self.clock)

    def drain(self) -> None:
        self.death.armed = None
        until = time.monotonic() + DRAINED_WITHIN_SECONDS
        while time.monotonic() < until:
            for loop in (*self.house.relays.values(), *self.house.consumers.values()):
                loop.poll()
            if self.house.at_rest():
                return
        raise AssertionError(f"still pending after {DRAINED_WITHIN_SECONDS:g} s")


@pytest.fixture
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relay_module, "MARK_AT_ONCE", 1)
    monkeypatch.setattr(Loop, "FIRST_PAUSE", 0.0)
    with capture_logs():
        yield


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("_without_waiting")
def test_whatever_happens_nothing_is_lost_doubled_or_out_of_order():
    stateful.run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
