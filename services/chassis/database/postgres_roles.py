"""Roles and databases on a PostgreSQL server: who may do what.

Each service has a database of its own and two roles: ``<database>_owner``, which cannot log in and
owns the schema, and the role of WWW_DATABASE_URL, which may only read and write rows. An
administrator (WWW_DATABASE_ADMIN_URL) makes them, and migrates as the owner.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import URL, Engine, event

from services.chassis.database.postgres import CONNECT_SECONDS, PostgresDatabase
from services.chassis.errors import BadSetting, Refuse, StoreUnavailable

SCRAM = b"scram-sha-256"


@dataclass(frozen=True, slots=True)
class Administered(PostgresDatabase):
    """A service's database as the administrator migrates it: in the name of its owner.

    ``url`` is where the service itself logs in; ``admin`` is the address of the administrator.
    """

    admin: URL

    @property
    def owner_role(self) -> str:
        return f"{self.url.database}_owner"

    def owner(self) -> Engine:
        mine = PostgresDatabase(self.admin.set(database=self.url.database))
        made = mine.owner()

        @event.listens_for(made, "connect")
        def become_owner(connection: Any, _record: Any) -> None:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self.owner_role)))
            connection.commit()

        return made

    def prepare(self, password: SecretStr | None) -> None:
        """Make the roles and the database that are not there yet; set the password when given.

        Raises ``Refuse`` when the administrator may not do that or the service's role is missing
        and there is no password to make it with, ``StoreUnavailable`` when the server cannot be
        reached.
        """
        role, database = self.url.username or "", self.url.database or ""
        if not role or not database:
            raise BadSetting(
                "WWW_DATABASE_URL names no role or no database: write "
                "postgresql://winwinwin_{service}@host:5432/winwinwin_{service}"
            )
        with self._administrator() as connection:
            if not _exists(connection, "pg_roles", "rolname", self.owner_role):
                _run(connection, "CREATE ROLE {} NOLOGIN", self.owner_role)
            self._make_role(connection, role, password)
            if not _is_superuser(connection):
                # Who is not superuser must belong to a role to make something in its name.
                _run(connection, "GRANT {} TO CURRENT_USER", self.owner_role)
            if not _exists(connection, "pg_database", "datname", database):
                _run(connection, "CREATE DATABASE {} OWNER {}", database, self.owner_role)
            _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, role)

    def let_in(self) -> None:
        """Let the service's role read and write the rows of every table, and nothing else. To be
        called after each migration.
        """
        role = self.url.username or ""
        with self._administrator(self.url.database) as connection:
            _run(connection, "SET ROLE {}", self.owner_role)
            for grant in (
                "GRANT USAGE ON SCHEMA public TO {}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
                "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
                "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {}",
            ):
                _run(connection, grant, role)

    def _make_role(
        self, connection: "psycopg.Connection[Any]", role: str, password: SecretStr | None
    ) -> None:
        there = _exists(connection, "pg_roles", "rolname", role)
        if password is None:
            if there:
                return
            raise Refuse(
                f"the role {role} is not there: name its password in WWW_DATABASE_PASSWORDS, or "
                f"make the role yourself"
            )
        # Hashed here, so that no log of the server has it in clear.
        hashed = connection.pgconn.encrypt_password(
            password.get_secret_value().encode(), role.encode(), SCRAM
        ).decode()
        statement = "ALTER ROLE {} LOGIN PASSWORD " if there else "CREATE ROLE {} LOGIN PASSWORD "
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)) + sql.Literal(hashed))

    def _administrator(self, database: str | None = None) -> "psycopg.Connection[Any]":
        url = self.admin if database is None else self.admin.set(database=database)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            return psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_SECONDS)
        except psycopg.OperationalError as error:
            said = " ".join(str(error).split())
            raise StoreUnavailable(
                f"the administrator {url.username} cannot reach PostgreSQL ({said}): check "
                f"WWW_DATABASE_ADMIN_URL"
            ) from error


def _run(connection: "psycopg.Connection[Any]", statement: Any, *names: str) -> None:
    try:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg.errors.InsufficientPrivilege as error:
        said = " ".join(str(error).split())
        raise Refuse(
            f"the role of WWW_DATABASE_ADMIN_URL may not do this ({said}): give it CREATEROLE and "
            f"CREATEDB, or name one that has them"
        ) from error


def _exists(connection: "psycopg.Connection[Any]", table: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, (name,)).fetchone() is not None


def _is_superuser(connection: "psycopg.Connection[Any]") -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool((row.fetchone() or (False,))[0])
