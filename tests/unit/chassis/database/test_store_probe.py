"""Whether a store can be read and written is seen by looking, also when nobody writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from services.chassis.database import store as store_module
from services.chassis.database import store_probe as probe_module
from services.chassis.database.postgres import PostgresDatabase
from services.chassis.database.store import Store
from services.chassis.database.store_probe import StoreProbe, write_and_take_back
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import StoreUnavailable
from services.chassis.messaging.dead_letters import count_open
from services.chassis.ops.metrics import Metrics
from tests.support.disk import full_disk, locked
from tests.support.waiting import until

DEAD = DeadLetter.__table__


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
def probe(store, monkeypatch) -> StoreProbe:
    monkeypatch.setattr(probe_module, "LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr(StoreProbe, "LONGEST_PAUSE", 0.001)
    monkeypatch.setattr(StoreProbe, "FIRST_PAUSE", 0.001)
    return StoreProbe(store, Metrics())


def look(probe: StoreProbe) -> str | None:
    probe.resume_at = 0.0
    probe.run_once(0)
    return probe.why


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """As a standby, or a role or a file that was set to read only."""
    if isinstance(store.database, PostgresDatabase):
        said = ("READ ONLY", "READ WRITE")
        on, off = (f"SET SESSION CHARACTERISTICS AS TRANSACTION {each}" for each in said)
    else:
        on, off = "PRAGMA query_only=ON", "PRAGMA query_only=OFF"
    _tell(store, on)
    yield
    _tell(store, off)


def _tell(store: Store, statement: str) -> None:
    # Past the beginning of a transaction, which would be refused.
    connection = store._writer_engine.raw_connection()
    connection.cursor().execute(statement)
    connection.commit()
    connection.close()


def test_a_store_that_takes_writes_has_no_trouble_and_the_trial_leaves_nothing(store, probe):
    assert look(probe) is None
    store.attempt(write_and_take_back)
    with store.read() as connection:
        assert connection.execute(sa.select(DEAD)).all() == []
    assert count_open(store) == 0


def test_a_store_that_only_reads_is_seen_though_nobody_writes(store, probe, monkeypatch):
    monkeypatch.setattr(probe_module, "WRITE_AFTER_SECONDS", 0)
    monkeypatch.setattr(store_module, "TRUST_AGAIN_SECONDS", 0)
    with read_only(store):
        assert "the store service cannot be used" in look(probe)
    assert look(probe) is None


def test_a_store_that_another_process_locked_is_seen_though_nobody_writes(
    store, probe, monkeypatch
):
    monkeypatch.setattr(probe_module, "WRITE_AFTER_SECONDS", 0)
    monkeypatch.setattr(store_module, "TRUST_AGAIN_SECONDS", 0)
    with locked(store, "dead_letter"):
        assert "the store service cannot be used" in look(probe)
    assert look(probe) is None


def test_a_store_that_is_written_all_the_time_is_not_tried_besides(store, probe, monkeypatch):
    store.write(lambda _connection: None)
    monkeypatch.setattr(store, "attempt", lambda _trial: pytest.fail("tried"))
    assert look(probe) is None


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_full_disk_is_trouble_until_there_is_room_for_a_proposal_again(store, probe, monkeypatch):
    monkeypatch.setattr(store_module, "TRUST_AGAIN_SECONDS", 0.001)
    with full_disk(store):
        with pytest.raises(StoreUnavailable):
            store.attempt(write_and_take_back)
        for _ in range(3):
            assert "free space on the disk" in look(probe)
    until(lambda: look(probe) is None)


def test_a_small_write_that_still_finds_room_proves_nothing(store, probe):
    with pytest.raises(StoreUnavailable), locked(store, "dead_letter"):
        store.attempt(write_and_take_back)
    store.write(lambda _connection: None)
    assert "the store service cannot be used" in probe.why


def test_a_database_that_does_not_answer_is_said_to_be_silent_while_it_is_asked(
    store, probe, monkeypatch
):
    answer, asked = threading.Event(), threading.Event()

    @contextmanager
    def hanging() -> Iterator[None]:
        asked.set()
        answer.wait(30)
        raise StoreUnavailable("gone")
        yield

    monkeypatch.setattr(probe_module, "SILENT_SECONDS", 0.01)
    monkeypatch.setattr(store, "read", hanging)
    looking = threading.Thread(target=probe.run_once, args=(0,))
    looking.start()
    asked.wait(30)
    until(lambda: "has not answered for" in (probe.why or ""))
    answer.set()
    looking.join()
    assert probe.why == "gone"
