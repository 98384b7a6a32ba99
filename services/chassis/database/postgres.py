"""How a service opens PostgreSQL, and what its errors mean.

A service logs in as a role that may read and write its own tables and nothing else; the schema
belongs to another role, and only ``winwinwin migrate`` changes it (``postgres_roles``).
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import psycopg
from pydantic import SecretStr
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import QueuePool

from services.chassis.database.backend import Database, Databases
from services.chassis.database.postgres_connections import Gate
from services.chassis.errors import BadSetting, LeftOpen, StoreUnavailable

READERS = 8
"""Reading connections of one service at most. With the one that writes, a replica takes nine of
the server's ``max_connections``."""

CONNECT_SECONDS = 5

POOL_SECONDS = 5.0
"""How long a reader waits for a connection when all are taken."""

STATEMENT_MS = 15_000
"""A statement that takes longer is ended by the server: every one of ours takes milliseconds."""

LOCK_MS = 5_000
IDLE_IN_TRANSACTION_MS = 30_000
"""A transaction forgotten open keeps rows locked and the vacuum waiting: the server ends it."""

MIGRATION_LOCK_MS = 60_000
"""How long a migration waits for another one, or for a table that is in use."""

ASK_AFTER_IDLE_SECONDS = 1.0
"""A connection unused for so long is asked whether it still lives: the server may have been started
again meanwhile, and whoever comes first should not pay for that."""

_QUICK_COMPRESSION = (
    "SELECT set_config(name, 'lz4', false) FROM pg_settings "
    "WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)
"""A verdict of 11 kB is compressed in a quarter of the time, where the server was built with it.
Not a parameter of the connection: a server without it would refuse that."""

MIGRATING = 0x77_77_77
"""Number of the advisory lock that a migration holds."""

OLDEST = 15
"""First major version of PostgreSQL the services are tested on."""

NAME = "{service}"
"""Stands for the service's name in WWW_DATABASE_URL."""


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """One service's database on a PostgreSQL server."""

    url: URL
    shared: ClassVar[bool] = True

    def reader(self) -> Engine:
        made = self._engine(READERS)

        @event.listens_for(made, "connect")
        def only_read(connection: Any, _record: Any) -> None:
            # One snapshot for all statements of a reading.
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

        return made

    def writer(self) -> Engine:
        made = self._engine(1)

        @event.listens_for(made, "connect")
        def compress_quickly(connection: Any, _record: Any) -> None:
            # Whatever goes wrong here, the next statement meets it too and is answered for.
            with suppress(psycopg.Error):
                connection.execute(_QUICK_COMPRESSION)
                connection.commit()

        return made

    def owner(self) -> Engine:
        made = create_engine(
            self.url,
            poolclass=NullPool,
            connect_args=_connect_args(lock_timeout=MIGRATION_LOCK_MS),
            hide_parameters=True,
        )

        @event.listens_for(made, "begin")
        def one_at_a_time(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")

        return made

    def is_unusable(self, error: DBAPIError) -> bool:
        if error.connection_invalidated:
            return True
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            # Said by the client, not by the server: there was no connection, or it broke.
            return isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)
        return state in _STATES or state[:2] in _CLASSES

    def unavailable(self, store: str, error: DBAPIError) -> StoreUnavailable:
        said = " ".join(str(error.orig).split())
        ended = getattr(error.orig, "sqlstate", None) == _LEFT_OPEN
        return (LeftOpen if ended else StoreUnavailable)(
            f"the store {store} cannot be used ({said}): {self._what_to_do(error, said)}"
        )

    def _what_to_do(self, error: DBAPIError, said: str) -> str:
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            advice = next((then for part, then in _CONNECTING if part in said), _GONE)
        else:
            advice = _STATES.get(state) or _CLASSES.get(state[:2]) or _GONE
        return advice.format(
            role=self.url.username,
            database=self.url.database,
            where=f"{self.url.host or 'this machine'}:{self.url.port or 5432}",
        )

    def _engine(self, connections: int) -> Engine:
        made = create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            connect_args=_connect_args(
                statement_timeout=STATEMENT_MS,
                lock_timeout=LOCK_MS,
                idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION_MS,
            ),
            # What partners wrote has no place in a log.
            hide_parameters=True,
        )

        _keep_values_out_of_errors(made)
        gate = Gate()

        @event.listens_for(made, "do_connect")
        def connect(_dialect: Any, _record: Any, arguments: Any, settings: Any) -> Any:
            return gate.connect(*arguments, **settings)

        @event.listens_for(made, "checkin")
        def note(_connection: Any, record: Any) -> None:
            record.info["idle_since"] = time.monotonic()

        @event.listens_for(made, "checkout")
        def ask(connection: Any, record: Any, _proxy: Any) -> None:
            idle_since = record.info.get("idle_since")
            if idle_since is None or time.monotonic() - idle_since < ASK_AFTER_IDLE_SECONDS:
                return
            try:
                made.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise DisconnectionError from error

        return made


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server says of itself: its version, its clock, and those of its settings that are off
    and without which a commit does not survive a power cut.
    """

    major: int
    now: datetime
    forgetful: tuple[str, ...]


def state_of(database: Database) -> ServerState:
    """Ask the server of a database. Raises ``StoreUnavailable``."""
    engine = database.reader()
    try:
        with engine.connect() as connection:
            number, now = connection.exec_driver_sql(
                "SELECT current_setting('server_version_num')::int, clock_timestamp()"
            ).one()
            off = connection.exec_driver_sql(
                "SELECT name FROM pg_settings WHERE setting = 'off' AND name IN "
                "('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name"
            )
            return ServerState(number // 10_000, now, tuple(off.scalars()))
    except DBAPIError as error:
        if not database.is_unusable(error):
            raise
        raise database.unavailable("database", error) from error
    finally:
        engine.dispose()


def _keep_values_out_of_errors(engine: Engine) -> None:
    """Leave of the server's words their first line: what follows repeats the row at fault, and that
    is a firm's business secret. Errors are logged.
    """

    @event.listens_for(engine, "handle_error")
    def shorten(context: ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if isinstance(error, psycopg.Error | DBAPIError) and error.args:
                error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def databases_at(template: SecretStr, password: SecretStr | None = None) -> Databases:
    """The database of each service: ``{service}`` in the address stands for its name.

    Raises ``Refuse`` when the address is not one of PostgreSQL.
    """
    return lambda service: PostgresDatabase(address(template, service, password))


def address(template: SecretStr, service: str, password: SecretStr | None = None) -> URL:
    """The address with the service's name and the password put in. Raises ``Refuse``."""
    said = template.get_secret_value().replace(NAME, service)
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        url = None
    # The text itself may hold a password and is not repeated.
    if url is None or url.get_backend_name() not in {"postgresql", "postgres"}:
        raise BadSetting(
            "WWW_DATABASE_URL is not an address of PostgreSQL: write "
            "postgresql://role@host:5432/database, with {service} for the service's name"
        )
    url = url.set(drivername="postgresql+psycopg")
    return url if password is None else url.set(password=password.get_secret_value())


def _connect_args(**settings: int) -> dict[str, Any]:
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "winwinwin",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        # A machine that vanished without a word is noticed within a minute.
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }


_GONE = (
    "it is tried again; if that lasts, see whether PostgreSQL runs at {where} (WWW_DATABASE_URL) "
    "and what its log says"
)
_LOGIN = (
    "check WWW_DATABASE_PASSWORD, or its own in WWW_DATABASE_PASSWORDS, or the one in "
    "WWW_DATABASE_URL, of the role {role}"
)
_NO_DATABASE = (
    "check the database {database} in WWW_DATABASE_URL, or make it with `winwinwin migrate` and "
    "WWW_DATABASE_ADMIN_URL"
)
_TOO_MANY = (
    f"raise max_connections of the server at {{where}} or run fewer replicas, each of which takes "
    f"up to {READERS + 1}"
)
_FULL = "free space on the disk of the server at {where}"
_STANDBY = (
    "{where} is a standby or set to read only: name the primary in WWW_DATABASE_URL, or add "
    "target_session_attrs=read-write to it"
)
_SLOW = "the server at {where} is overloaded, or somebody holds a lock: look at pg_stat_activity"
_AGAIN = "two transactions were in each other's way; the same again will succeed"
_RIGHTS = (
    "the role {role} has no right to this: run `winwinwin migrate` with WWW_DATABASE_ADMIN_URL, "
    "which works in the owner's name and gives the service's role its rights"
)
_ROLE = (
    "check the role {role} in WWW_DATABASE_URL and what pg_hba.conf of the server says of it, or "
    "make it with `winwinwin migrate` and WWW_DATABASE_ADMIN_URL"
)

_LEFT_OPEN = "25P03"
_STATES = {
    "25006": _STANDBY,
    _LEFT_OPEN: "a transaction was left open too long and was ended; do the same in smaller parts",
    "28000": _ROLE,
    "28P01": _LOGIN,
    "3D000": _NO_DATABASE,
    "40001": _AGAIN,
    "40P01": _AGAIN,
    "42501": _RIGHTS,
    "53100": _FULL,
    "53300": _TOO_MANY,
    "55P03": _SLOW,
    "57014": _SLOW,
}
"""SQLSTATEs that speak of the database and not of the statement, with what to do."""

_CLASSES = {
    "08": _GONE,
    "53": _GONE,
    "57": _GONE,
    "58": "the disk of the server at {where} may be failing: look at its log",
    "XX": "the server at {where} is not well: look at its log",
}
"""The same for classes of SQLSTATEs: connection, resources, intervention, system, internal."""

_CONNECTING = (
    ("password authentication failed", _LOGIN),
    ("no password supplied", _LOGIN),
    ("too many clients", _TOO_MANY),
    ("remaining connection slots", _TOO_MANY),
    ("too many connections", _TOO_MANY),
    ("failed to resolve host", "check the host in WWW_DATABASE_URL: nobody knows its address"),
    ("could not translate host name", "check the host in WWW_DATABASE_URL"),
    (
        "Connection refused",
        "start PostgreSQL, or check host and port in WWW_DATABASE_URL ({where})",
    ),
    ("read-write", _STANDBY),
    ("SSL", "check sslmode and the certificates named in WWW_DATABASE_URL"),
    ("pg_hba.conf", _ROLE),
    ('role "', _ROLE),
    ("is not permitted to log in", _ROLE),
    ('database "', _NO_DATABASE),
    ("permission denied for database", _NO_DATABASE),
)
"""Before a connection stands, the client passes on words and no SQLSTATE: parts of them, with what
to do. A server that speaks another language is understood less well, and its words are passed on.
"""
