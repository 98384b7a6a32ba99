"""Every service's files are made by its migrations, whole or not at all."""

import re
import sqlite3
from contextlib import closing
from importlib import import_module

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from contracts.catalogue import SERVICES
from services.chassis.database import migrations, sqlite
from services.chassis.database.sqlite import SqliteFile
from services.chassis.errors import Refuse, StoreUnavailable


def tables_of(service: str) -> sa.MetaData:
    """The service's tables as its code describes them, and no other's."""
    described = sa.MetaData()
    for table in import_module(f"services.{service}.storage").TABLES:
        table.to_metadata(described)
    return described


def names(path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found}


# Of an index on an expression SQLite tells no columns; the plans of the queries tell that it serves
# (tests/unit/notify/desk/test_plans.py).
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index"
)
@pytest.mark.parametrize("service", SERVICES)
def test_the_migrated_schema_is_the_one_the_code_describes(service, tmp_path):
    path = tmp_path / "x.db"
    migrations.upgrade(service, SqliteFile(path))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables_of(service)) == []
    engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
def test_migrating_twice_changes_nothing(service, tmp_path):
    path = tmp_path / "x.db"
    migrations.upgrade(service, SqliteFile(path))
    before = names(path)
    migrations.upgrade(service, SqliteFile(path))
    assert names(path) == before


def test_a_schema_that_is_not_the_newest_is_named_with_what_to_do(tmp_path):
    database = SqliteFile(tmp_path / "x.db")
    assert "not there" in (migrations.behind("intake", database) or "")
    migrations.upgrade("intake", database)
    assert migrations.behind("intake", database) is None
    stamp(database, "0001")
    said = migrations.behind("intake", database) or ""
    assert re.search(r"is 0001, this version works on \d{4}: run", said)
    assert "run `winwinwin migrate`" in said


def test_a_schema_of_a_newer_version_is_left_alone_and_named(tmp_path):
    database = SqliteFile(tmp_path / "x.db")
    migrations.upgrade("intake", database)
    stamp(database, "9999")
    with pytest.raises(Refuse, match="is 9999, which this version does not know"):
        migrations.upgrade("intake", database)
    assert "a newer version made it" in (migrations.behind("intake", database) or "")


def stamp(database: SqliteFile, version: str) -> None:
    engine = database.owner()
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()


def test_a_migration_that_dies_half_way_leaves_nothing_and_can_be_made_again(tmp_path, monkeypatch):
    path = tmp_path / "x.db"
    make, made = op.create_table, []

    def die_at_the_fourth(name: str, *columns: object, **options: object) -> object:
        made.append(name)
        if len(made) == 4:
            raise KeyboardInterrupt
        return make(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", die_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        migrations.upgrade("intake", SqliteFile(path))
    assert names(path) == set()
    monkeypatch.undo()
    migrations.upgrade("intake", SqliteFile(path))
    assert {"proposal", "outbox", "alembic_version"} <= names(path)


def test_a_database_that_another_process_holds_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "x.db"
    migrations.upgrade("intake", SqliteFile(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process holds its lock"):
            migrations.upgrade("intake", SqliteFile(path))


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="check the database file"):
        migrations.upgrade("intake", SqliteFile(path))
