"""How a service opens SQLite, and what its errors mean."""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from services.chassis.database.backend import Databases
from services.chassis.errors import StoreUnavailable

BUSY_TIMEOUT_MS = 2_000
"""How long SQLite waits for another process's lock before the write is answered 503."""

READERS = 8
"""Reading connections of one store; who comes when all are taken waits for one."""

_FULL_OR_FAILING = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database in one file, made at its first opening. Its folder must exist."""

    path: Path
    shared: ClassVar[bool] = False

    def reader(self) -> Engine:
        return _engine(self.path, writes=False)

    def writer(self) -> Engine:
        return _engine(self.path, writes=True)

    def owner(self) -> Engine:
        return self.writer()

    def is_unusable(self, error: DBAPIError) -> bool:
        # SQLite may have rolled back everything then.
        return _result_code(error) in _FULL_OR_FAILING | _LOCKED | _UNUSABLE

    def unavailable(self, store: str, error: DBAPIError) -> StoreUnavailable:
        code = _result_code(error)
        if code in _FULL_OR_FAILING:
            what = "its disk is full or failing: free space on the disk of the data directory"
        elif code in _LOCKED:
            what = "another process holds its lock: end the other process or wait"
        else:
            what = "check the database file and its folder"
        return StoreUnavailable(f"the store {store} cannot be used ({error.orig}): {what}")


def files_in(data_dir: Path) -> Databases:
    """One file for each service in this folder."""
    return lambda service: SqliteFile(data_dir / f"{service}.db")


def _engine(path: Path, *, writes: bool) -> Engine:
    """Connections to a database file: one that writes, or several that only read."""
    # Firms' secrets are their owner's alone; SQLite gives its other files the rights of this one.
    # A file that is there is not opened: closing it would end the locks SQLite holds on it.
    with suppress(OSError):  # whatever is wrong with the place, SQLite says when it is used
        if path.is_file():
            path.chmod(0o600)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    made = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        # Errors are logged, and the values of a statement are firms' business secrets.
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: BEGIN IMMEDIATE below takes the lock
        # at the start, so that a transaction never fails half way for want of it.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def _result_code(error: DBAPIError) -> int:
    """SQLite's primary result code; 0 when the error does not come from SQLite itself."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
