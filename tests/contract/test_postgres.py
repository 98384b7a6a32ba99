"""What only PostgreSQL can do to a service, on a real one: roles, refusals, restarts."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr

from contracts.catalogue import SERVICES
from contracts.samples import five_firms_2kb
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database import postgres as postgres_module
from services.chassis.database import postgres_connections as postgres_connecting
from services.chassis.database.postgres import PostgresDatabase, address, databases_at
from services.chassis.database.store import Store
from services.chassis.database.tables import Outbox
from services.chassis.errors import Refuse, StoreUnavailable
from services.chassis.messaging.leases import LEASE_TABLES
from tests.support.chassis import open_store, say, withdrawn
from tests.support.cluster.postgres import PostgresServer
from tests.support.databases import Postgres, local_server, postgres_databases
from tests.support.turned import TurnedHouse
from tests.support.waiting import until

pytestmark = pytest.mark.postgres

BODY = five_firms_2kb()
AGAIN = {"Idempotency-Key": "again"}

WAITING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def databases(postgres: Postgres) -> Iterator[Callable[[str], PostgresDatabase]]:
    with postgres_databases(postgres) as lent:
        yield lent


def told(database: PostgresDatabase) -> str:
    """What an operator reads when this database is used."""
    store = Store(database, name="intake")
    try:
        with pytest.raises(StoreUnavailable) as refused:
            store.write(lambda c: c.exec_driver_sql("SELECT 1"))
    finally:
        store.close()
    return str(refused.value)


# -- the schema --------------------------------------------------------------------------------


OTHER_WORDS = {"verdict_page_rank"}
"""Indexes on an expression that the server gives back in words of its own, which nobody compares:
``test_plans.py`` sees that they serve.
"""


def _comparable(_thing: object, name: str, *_others: object) -> bool:
    return name not in OTHER_WORDS


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrated_schema_is_the_one_the_code_describes(databases, service):
    described = sa.MetaData()
    for table in (*import_module(f"services.{service}.storage").TABLES, *LEASE_TABLES):
        table.to_metadata(described)
    engine = databases(service).reader()
    with engine.connect() as connection:
        opts = {
            "compare_type": True,
            "include_object": lambda _, name, *__: name not in OTHER_WORDS,
        }
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, described) == []
    engine.dispose()


def test_a_database_that_nobody_migrated_is_named_with_what_to_do(databases):
    with pytest.raises(Refuse, match=r"is not there, this version works on .*winwinwin migrate"):
        migrations.make_ready("intake", databases("blank"))


def test_two_migrations_at_once_wait_for_each_other(postgres, databases):
    database = databases("blank")
    first = database.owner()
    with first.begin():
        done: list[str] = []
        second = threading.Thread(
            target=lambda: (migrations.upgrade("scoring", database), done.append("second"))
        )
        second.start()
        with psycopg.connect(postgres.admin, autocommit=True) as other:
            until(lambda: other.execute(WAITING).fetchone() is not None)
        assert done == []
    second.join(10)
    assert done == ["second"]
    first.dispose()


# -- who may do what ---------------------------------------------------------------------------


def test_the_role_of_a_service_reads_and_writes_rows_and_nothing_else(databases):
    store = Store(databases("intake"), name="intake")
    store.write(lambda c: c.execute(sa.select(Outbox.__table__)))
    for forbidden in (
        "CREATE TABLE mine (n int)",
        "DROP TABLE outbox",
        "ALTER TABLE outbox ADD COLUMN mine int",
        "TRUNCATE outbox",
        "UPDATE alembic_version SET version_num = '9999'",
    ):
        with pytest.raises((StoreUnavailable, sa.exc.DBAPIError), match=r"must be owner|denied"):
            store.write(lambda c, forbidden=forbidden: c.exec_driver_sql(forbidden))
    store.close()


def test_the_role_of_one_service_may_not_enter_the_database_of_another(postgres):
    mine = postgres.administered("mine")
    others = postgres.administered("others")
    try:
        for each in (mine, others):
            each.prepare(postgres.password)
        said = told(PostgresDatabase(mine.url.set(database=others.url.database)))
        assert "permission denied for database" in said
    finally:
        postgres.remove(mine, others)


def test_who_may_not_make_roles_is_told_so(postgres, databases):
    powerless = databases("blank").url
    wanted = postgres.administered("wanted")
    with pytest.raises(Refuse, match="give it CREATEROLE and CREATEDB"):
        type(wanted)(url=wanted.url, admin=powerless).prepare(postgres.password)


def test_preparing_twice_changes_the_password_and_nothing_else(postgres):
    database = postgres.administered("twice")
    try:
        database.prepare(SecretStr("first"))
        database.prepare(SecretStr("second"))
        database.prepare(None)
        assert "WWW_DATABASE_PASSWORD" in told(PostgresDatabase(database.url.set(password="first")))
        store = Store(PostgresDatabase(database.url.set(password="second")), name="intake")
        assert store.write(lambda c: c.exec_driver_sql("SELECT 1").scalar_one()) == 1
        store.close()
    finally:
        postgres.remove(database)


def test_a_role_that_is_missing_without_a_password_to_make_it_with_is_named(postgres):
    database = postgres.administered("lonely")
    try:
        with pytest.raises(Refuse, match="name its password in WWW_DATABASE_PASSWORDS"):
            database.prepare(None)
    finally:
        postgres.remove(database)


# -- sentences ---------------------------------------------------------------------------------


def test_each_wrong_setting_is_a_sentence_that_names_it(databases):
    right = databases("intake").url
    for wrong, sentence in (
        (right.set(password="wrong"), "check WWW_DATABASE_PASSWORD"),
        (right.set(database="nowhere"), "check the database nowhere in WWW_DATABASE_URL"),
        (right.set(username="nobody-here"), "password authentication failed|check the role"),
        (right.set(host="host.invalid"), "check the host in WWW_DATABASE_URL"),
        (right.set(port=1), "start PostgreSQL, or check host and port"),
    ):
        said = told(PostgresDatabase(wrong))
        assert re.search(sentence, said), said
        assert right.password not in said
        assert "\n" not in said


@pytest.mark.parametrize(
    "text", ["mysql://a@b/c", "not an address", "postgresql:", "sqlite:///x.db"]
)
def test_an_address_of_something_else_is_refused_without_repeating_it(text):
    with pytest.raises(Refuse, match="WWW_DATABASE_URL is not an address of PostgreSQL") as refused:
        databases_at(SecretStr(text))("intake")
    assert "b/c" not in str(refused.value)


def test_the_service_s_name_and_the_password_are_put_into_the_address():
    url = address(
        SecretStr("postgres://www_{service}@db/{service}"), "scoring", SecretStr("s3cret")
    )
    assert (url.username, url.database, url.password) == ("www_scoring", "scoring", "s3cret")
    assert "s3cret" not in f"{url!r} {url} {PostgresDatabase(url)!r}"


def test_a_statement_that_takes_too_long_is_ended(databases, monkeypatch):
    monkeypatch.setattr(postgres_module, "STATEMENT_MS", 50)
    store = Store(databases("blank"), name="intake")
    with pytest.raises(StoreUnavailable, match="overloaded, or somebody holds a lock"):
        store.write(lambda c: c.exec_driver_sql("SELECT pg_sleep(5)"))
    assert store.write(lambda c: c.exec_driver_sql("SELECT 1").scalar_one()) == 1
    store.close()


def test_large_values_are_compressed_the_quick_way_where_the_server_can(databases):
    database = databases("intake")
    store = Store(database, name="intake")
    with store.read() as connection:
        known = connection.exec_driver_sql(
            "SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'"
        ).scalar_one()
    say(store, SystemClock(), replace(withdrawn(1), partner="0" * 8_000))
    with store.read() as connection:
        used = connection.exec_driver_sql(
            "SELECT pg_column_compression(payload) FROM outbox"
        ).scalar_one()
    store.close()
    assert used == ("lz4" if "lz4" in known else "pglz")


def test_a_transaction_left_open_is_ended(databases, monkeypatch):
    monkeypatch.setattr(postgres_module, "IDLE_IN_TRANSACTION_MS", 50)
    store = Store(databases("blank"), name="intake")

    def forget(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT 1")
        time.sleep(0.2)
        connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreUnavailable, match="do the same in smaller parts"):
        store.write(forget)
    assert store.write(lambda c: c.exec_driver_sql("SELECT 1").scalar_one()) == 1
    store.close()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("53100", "free space on the disk of the server"),
        ("53300", "raise max_connections"),
        ("25006", "name the primary in WWW_DATABASE_URL"),
        ("40P01", "the same again will succeed"),
        ("40001", "the same again will succeed"),
        ("58030", "may be failing: look at its log"),
    ],
)
def test_what_the_server_cannot_help_is_a_sentence_with_what_to_do(databases, state, sentence):
    """The server itself raises the error here: nobody fills its disk."""
    store = Store(databases("blank"), name="intake")
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'so it is' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(StoreUnavailable, match=sentence):
        store.write(lambda c: c.exec_driver_sql(raising))
    store.close()


def test_a_server_with_no_room_for_another_connection_says_so(databases, postgres):
    database = databases("blank")
    with psycopg.connect(postgres.admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database.url.database}" CONNECTION LIMIT 0')
    assert "raise max_connections" in told(database)


# -- restarts ----------------------------------------------------------------------------------


@pytest.fixture
def mortal() -> Iterator[PostgresServer]:
    server = local_server()
    server.start()
    yield server
    server.stop()


@pytest.mark.postgres_here
def test_after_the_server_was_killed_and_started_again_the_same_store_goes_on(mortal):
    databases = databases_at(SecretStr(mortal.url()))
    store = open_store(databases, "service")
    say(store, SystemClock(), withdrawn(1))
    mortal.kill()
    with pytest.raises(StoreUnavailable, match=r"see whether PostgreSQL runs|start PostgreSQL"):
        say(store, SystemClock(), withdrawn(2))
    with pytest.raises(StoreUnavailable), store.read():
        pass
    mortal.start()
    say(store, SystemClock(), withdrawn(3))
    with store.read() as connection:
        keys = list(connection.execute(sa.select(Outbox.__table__.c.key)).scalars())
    assert keys == [withdrawn(1).key, withdrawn(3).key]
    store.close()


@pytest.mark.postgres_here
def test_who_comes_after_a_restart_in_a_quiet_hour_notices_nothing(mortal, monkeypatch):
    monkeypatch.setattr(postgres_module, "ASK_AFTER_IDLE_SECONDS", 0.0)
    store = open_store(databases_at(SecretStr(mortal.url())), "service")
    say(store, SystemClock(), withdrawn(1))
    with store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    mortal.kill()
    mortal.start()
    say(store, SystemClock(), withdrawn(2))
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count(Outbox.__table__.c.seq))).scalar() == 2
    store.close()


@pytest.mark.postgres_here
def test_while_the_server_is_gone_a_partner_is_answered_503_and_afterwards_202(mortal):
    server = Postgres(mortal.url())
    with postgres_databases(server) as databases:
        house = TurnedHouse(databases)
        house.load_territory()
        partner = house.partner()
        first = partner.submitted(BODY)
        mortal.kill()
        refused = partner.submit(BODY)
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        mortal.start()
        until(lambda: partner.submit(BODY, **AGAIN).status_code == 202)
        until(lambda: partner.get(first).status_code == 200)
        assert len(partner.get("/v1/proposals").json()["proposals"]) == 2
        until(lambda: quiet(house))
        states = {each["state"] for each in partner.get("/v1/proposals").json()["proposals"]}
        assert states == {"judged"}, "every loop goes on by itself"
        house.close()


@pytest.mark.postgres_here
def test_a_server_that_hangs_is_given_up_with_503_and_used_again_when_it_goes_on(
    mortal, monkeypatch
):
    monkeypatch.setattr(postgres_connecting, "ANSWER_SECONDS", 0.5)
    with postgres_databases(Postgres(mortal.url())) as databases:
        house = TurnedHouse(databases)
        house.load_territory()
        partner = house.partner()
        first = partner.submitted(BODY)
        mortal.pause()
        for refused in (partner.submit(BODY, **AGAIN), partner.get(first)):
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
        assert told(databases("intake")).startswith("the store intake cannot be used (")
        mortal.resume()
        until(lambda: partner.submit(BODY, **AGAIN).status_code == 202)
        assert len(partner.get("/v1/proposals").json()["proposals"]) == 2
        house.close()


def quiet(house: TurnedHouse) -> bool:
    """Whether every loop has nothing left to do and is in no trouble."""
    loops = [loop for each in house.services.services.values() for loop in each.loops]
    worked = [loop.run_once(0) for loop in loops]
    resting = [loop for loop in loops if loop.resume_at > time.monotonic()]
    return not any(worked) and not resting and all(loop.trouble is None for loop in loops)
