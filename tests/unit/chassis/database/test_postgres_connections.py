"""Connecting to what does not answer, and to files that are not there or too open."""

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import make_url

from services.chassis.database import postgres
from services.chassis.database import postgres_connections as postgres_connecting
from services.chassis.database.postgres import PostgresDatabase
from services.chassis.database.sqlite import SqliteFile
from services.chassis.database.store import Store
from services.chassis.errors import BusUnavailable, Refuse, StoreUnavailable
from services.chassis.messaging.kafka.client import client_settings
from services.chassis.messaging.kafka.topics import administrator
from services.chassis.ops.settings import Settings


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing, as one that was stopped."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        listening.setblocking(False)
        yield listening


def tries(listening: socket.socket) -> int:
    """How many connections came since this was last asked."""
    taken = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            taken += 1
    return taken


def read_by(store: Store, threads: int) -> None:
    refused: list[StoreUnavailable] = []

    def read() -> None:
        try:
            with store.read():
                pass
        except StoreUnavailable as error:
            refused.append(error)

    readers = [threading.Thread(target=read) for _ in range(threads)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    assert len(refused) == threads
    assert all("cannot be used" in str(error) for error in refused)


def test_a_server_that_hangs_is_tried_by_one_at_a_time_and_the_others_are_told_at_once(
    hanging, monkeypatch
):
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(postgres_connecting, "CONNECT_PAUSE_SECONDS", 0)
    address = f"postgresql+psycopg://www@127.0.0.1:{hanging.getsockname()[1]}/www"
    store = Store(PostgresDatabase(make_url(address)), name="service")
    read_by(store, 1)
    assert tries(hanging) == 1
    read_by(store, 8)
    assert tries(hanging) == 1
    monkeypatch.setattr(postgres_connecting, "CONNECT_PAUSE_SECONDS", 60)
    read_by(store, 1)
    read_by(store, 8)
    assert tries(hanging) == 1, "not again before the pause is over"
    store.close()


def kafka(**settings: object) -> Settings:
    return Settings(kafka_bootstrap_servers="broker.invalid:9092", **settings)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("kafka_ca_file", "WWW_KAFKA_CA_FILE"),
        ("kafka_cert_file", "WWW_KAFKA_CERT_FILE"),
        ("kafka_key_file", "WWW_KAFKA_KEY_FILE"),
    ],
)
def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path, setting, name):
    path = tmp_path / "missing.pem"
    with pytest.raises(Refuse, match=f"{name} names {path}, which cannot be read"):
        client_settings(kafka(**{setting: path}), "test")


def test_a_host_that_nobody_knows_is_named(monkeypatch):
    monkeypatch.setattr("services.chassis.messaging.kafka.client.BOOTSTRAP_SECONDS", 0.5)
    told = "nobody knows the address of broker.invalid: check WWW_KAFKA_BOOTSTRAP_SERVERS"
    with pytest.raises(BusUnavailable, match=told), administrator(kafka()):
        raise AssertionError("nobody is there")


def test_the_files_of_a_database_are_their_owners_alone(tmp_path):
    path = tmp_path / "intake.db"
    path.touch(0o644)
    store = Store(SqliteFile(path), name="intake")
    store.write(lambda connection: connection.exec_driver_sql("CREATE TABLE secret (figure)"))
    rights = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert rights == dict.fromkeys(("intake.db", "intake.db-wal", "intake.db-shm"), 0o600)
    store.close()
