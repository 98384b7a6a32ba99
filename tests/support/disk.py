"""Databases that cannot be written for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from services.chassis.database.postgres import PostgresDatabase
from services.chassis.database.store import Store


@contextmanager
def full_disk(store: Store, pages: int = 2) -> Iterator[None]:
    """Let the database grow by a few pages only: SQLite then answers as on a full disk."""

    def limit(connection: Connection) -> int:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = connection.exec_driver_sql("PRAGMA max_page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={used + pages}")
        return most

    before = store.write(limit)
    try:
        yield
    finally:
        store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={before}"))


@contextmanager
def locked(store: Store, table: str = "outbox") -> Iterator[None]:
    """Keep others from writing, as another process would, and let the store give up at once."""
    if isinstance(store.database, PostgresDatabase):
        with _table_locked(store, store.database, table):
            yield
    else:
        with _file_locked(store):
            yield


@contextmanager
def _file_locked(store: Store) -> Iterator[None]:
    def patience(milliseconds: int) -> int:
        def set_(connection: Connection) -> int:
            before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
            return before

        return store.write(set_)

    before = patience(20)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        patience(before)


@contextmanager
def _table_locked(store: Store, database: PostgresDatabase, table: str) -> Iterator[None]:
    store.write(lambda c: c.exec_driver_sql("SET lock_timeout = 20"))
    other = database.writer()
    try:
        with other.begin() as connection:
            connection.exec_driver_sql(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
    finally:
        other.dispose()
        store.write(lambda c: c.exec_driver_sql("RESET lock_timeout"))
