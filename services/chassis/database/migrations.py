"""Schemas are versioned from the first day: each service has its own Alembic history.

A service's ``migrations/versions`` holds its steps; its ``migrations/env.py`` only calls
``run_here``. What all services share (outbox, inbox, dead letters) is created by
``create_bus_tables_v1``, which never changes again: a later change is a function beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from services.chassis.database.backend import Database
from services.chassis.database.tables import Moment
from services.chassis.errors import Refuse


def upgrade(service: str, database: Database) -> None:
    """Bring a service's database to the newest schema, from nothing if need be.

    All steps are one transaction: a process that dies half way leaves the schema as it was, and two
    that start at once wait for each other. Raises ``Refuse`` when the database was written by a
    newer version and ``StoreUnavailable`` when it cannot be written.
    """
    with _errors_said(service, database), _connected(database.owner()) as connection:
        config = _config(service)
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and not _known(config, found):
            raise Refuse(_newer(service, found))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def make_ready(service: str, database: Database) -> None:
    """Migrate a database that belongs to this process alone; of another one, see that it has been.

    Raises ``Refuse`` when its schema is not that of this version.
    """
    if not database.shared:
        upgrade(service, database)
    elif (reason := behind(service, database)) is not None:
        raise Refuse(reason)


def behind(service: str, database: Database) -> str | None:
    """Why this version cannot work on the database as it is; None when its schema is the newest.

    Raises ``StoreUnavailable`` when the database cannot be read.
    """
    config = _config(service)
    with _errors_said(service, database), _connected(database.reader()) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = newest(service)
    if found == wanted:
        return None
    if found is not None and not _known(config, found):
        return _newer(service, found)
    return (
        f"the schema of the database of {service} is {found or 'not there'}, this version works on "
        f"{wanted}: run `winwinwin migrate` of this version"
    )


def newest(service: str) -> str:
    """The schema this version of a service works on."""
    return ScriptDirectory.from_config(_config(service)).get_current_head() or ""


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _errors_said(service: str, database: Database) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not database.is_unusable(error):
            raise
        raise database.unavailable(service, error) from error


def _known(config: Config, revision: str) -> bool:
    steps = ScriptDirectory.from_config(config).walk_revisions()
    return revision in {step.revision for step in steps}


def _newer(service: str, found: str) -> str:
    return (
        f"the schema of the database of {service} is {found}, which this version does not know: a "
        f"newer version made it; start that one, or restore the backup made before it"
    )


def _config(service: str) -> Config:
    config = Config()
    folder = resources.files(f"services.{service}") / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config


def run_here() -> None:
    """Run the steps on the connection ``upgrade`` opened; called by each ``migrations/env.py``."""
    context.configure(connection=context.config.attributes["connection"])
    with context.begin_transaction():
        context.run_migrations()


def create_bus_tables_v1() -> None:
    """Outbox, inbox and dead letters, as of the first version."""
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("event_id", sa.String(64), nullable=False, unique=True),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("headers", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("published", sa.Integer, nullable=False, server_default="0"),
    )
    pending = sa.text("published = 0")
    op.create_index(
        "outbox_pending", "outbox", ["seq"], sqlite_where=pending, postgresql_where=pending
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(60), primary_key=True),
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("event_id", sa.String(64), primary_key=True),
        sa.Column("processed_at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("inbox_processed_at", "inbox", ["processed_at"])
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("consumer", sa.String(60), nullable=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("record_offset", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("headers", sa.String, nullable=False),
        sa.Column("error_class", sa.String(100), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
    )
    op.create_index("dead_letter_status", "dead_letter", ["status"])


def create_api_key_table_v1() -> None:
    """Keys of those who call a service's API, as of the first version."""
    op.create_table(
        "api_key",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
    )


def widen_bus_tables_v2() -> None:
    """For PostgreSQL: numbers that only grow get eight bytes, and relays get their leases."""
    if op.get_bind().dialect.name != "postgresql":
        return
    widen("outbox", "seq")
    # Every row is changed once soon after it was written: what is left of it must not pile up.
    op.execute(
        "ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, "
        "autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0, "
        "autovacuum_analyze_threshold = 5000)"
    )
    op.alter_column("dead_letter", "record_offset", type_=sa.BigInteger)
    op.create_table(
        "relay",
        sa.Column("owner", sa.String(32), primary_key=True),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "relay_lease",
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("token", sa.String(32)),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )


def widen(table: str, column: str) -> None:
    """Give a number that counts itself eight bytes, where the first version gave it four."""
    op.alter_column(table, column, type_=sa.BigInteger)
    op.execute(f"ALTER SEQUENCE {table}_{column}_seq AS bigint")


def settle_dead_letters_v3() -> None:
    """Dead letters that are asked back, replayed or discarded: by whom, when and why."""
    op.add_column("dead_letter", sa.Column("replay_by", sa.String(100)))
    op.add_column("dead_letter", sa.Column("settled_at", Moment))
    op.add_column("dead_letter", sa.Column("settled_by", sa.String(100)))
    op.add_column("dead_letter", sa.Column("settled_why", sa.String(500)))


def remember_positions_v4() -> None:
    """How far each partition was read, and what was gone before it was."""
    op.create_table(
        "bus_position",
        sa.Column("topic", sa.String(100), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("topic_id", sa.String(40), nullable=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("lost_records", sa.BigInteger, nullable=False),
        sa.Column("lost_at", Moment),
    )
