"""Databases for tests: one suite, SQLite and PostgreSQL.

Where the tests find a PostgreSQL, in this order: ``POSTGRES_TEST_URL`` when it is set (a role that
may create databases and roles); a container, when a Docker engine answers and has the image or can
pull it; the programs on this machine (``tests/support/cluster``). Otherwise ``missing`` says in one
paragraph what to install, and the tests that need one are not run; with ``CI=true`` they fail.
``POSTGRES_TEST_MAJOR`` chooses among the versions on this machine.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from docker.errors import DockerException
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import URL, make_url
from testcontainers.core.container import DockerContainer

from contracts.catalogue import SERVICES
from services.chassis.database import migrations
from services.chassis.database.backend import Databases
from services.chassis.database.postgres import PostgresDatabase
from services.chassis.database.postgres_roles import Administered
from services.chassis.database.sqlite import SqliteFile
from tests.support.brokers import image_is_here
from tests.support.cluster.ports import HOST, free_ports
from tests.support.cluster.postgres import PostgresServer
from tests.support.cluster.postgres_binaries import Missing, binaries
from tests.support.waiting import until

NAMED = "POSTGRES_TEST_URL"
MAJOR = "POSTGRES_TEST_MAJOR"
IMAGE = "postgres:18"

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
"""Parameters of a fixture that lends databases of both kinds."""


def missing() -> str | None:
    """Why there is no PostgreSQL to be had, in one paragraph; None when there is one."""
    if os.environ.get(NAMED) or image_is_here(IMAGE):
        return None
    return missing_here()


def missing_here() -> str | None:
    """Why there is no PostgreSQL whose processes a test may kill; None when there is one."""
    try:
        binaries(_major())
    except Missing as error:
        return str(error)
    return None


def local_server(**options: object) -> PostgresServer:
    """A server of this test's own, to be killed; in a folder that its user may enter."""
    folder = _folder("www-postgres-")
    folder.chmod(0o755)
    return PostgresServer(folder, major=_major(), quick=True, **options)  # type: ignore[arg-type]  # handed through


@contextmanager
def administrator() -> Iterator[str]:
    """The address of an administrator of a server that answers, and goes away if it was ours."""
    with ExitStack() as ours:
        named = os.environ.get(NAMED)
        if named is None and os.environ.get(MAJOR) is None and image_is_here(IMAGE):
            named = _in_a_container(ours)
        yield named or ours.enter_context(local_server()).url()


def _in_a_container(ours: ExitStack) -> str | None:
    try:
        return ours.enter_context(_container())
    except (DockerException, AssertionError):
        # An engine on another machine, say, whose ports are not ours.
        if missing_here() is None:
            return None
        raise


@contextmanager
def _container() -> Iterator[str]:
    (port,) = free_ports(1)
    password = secrets.token_urlsafe(16)
    container = DockerContainer(IMAGE).with_env("POSTGRES_PASSWORD", password)
    container.ports["5432/tcp"] = (HOST, port)
    address = f"postgresql://postgres:{password}@{HOST}:{port}/postgres"
    with container:
        until(lambda: _answers(address), within=60.0)
        yield address


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _major() -> int | None:
    said = os.environ.get(MAJOR)
    return int(said) if said else None


class Postgres:
    """A server for tests: hands out databases nobody has used, and takes them away again.

    A database of a service is a copy of one that ``winwinwin migrate`` would have made; the role
    that comes with it may only read and write rows. Any other name gets an empty database, whose
    role owns it.
    """

    def __init__(self, admin: str) -> None:
        self.admin = admin
        self._run = secrets.token_hex(4)
        self._password = secrets.token_urlsafe(16)
        self._count = 0
        self._made: list[str] = []
        self._templates: dict[str, Administered] = {}
        self.owner_role = f"www_{self._run}"
        self._execute("CREATE ROLE {} LOGIN PASSWORD {}", self.owner_role, literal=self._password)

    def fresh(self, service: str) -> PostgresDatabase:
        """A database of its own for a service, or for a name that is none."""
        self._count += 1
        name = f"www_{self._run}_{self._count}"
        if service in SERVICES:
            template = self._template(service)
            self._create(name, template.url.database or "", template.owner_role)
            url = template.url.set(database=name)
        else:
            self._create(name, "template1", self.owner_role)
            url = template_url(self.admin, self.owner_role, self._password).set(database=name)
        return PostgresDatabase(url)

    def drop(self, database: PostgresDatabase) -> None:
        name = database.url.database or ""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.remove(name)

    def close(self) -> None:
        """Leave the server as it was."""
        for name in self._made:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self.remove(*self._templates.values())
        self._execute("DROP ROLE {}", self.owner_role)

    def administered(self, name: str) -> Administered:
        """A database that is not there yet, with its roles, as the settings of a service say."""
        url = template_url(self.admin, f"www_{self._run}_{name}", self._password)
        return Administered(
            url=url.set(database=f"www_{self._run}_{name}"),
            admin=make_url(self.admin).set(drivername="postgresql+psycopg"),
        )

    @property
    def password(self) -> SecretStr:
        return SecretStr(self._password)

    def remove(self, *prepared: Administered) -> None:
        """Take away what was made of an administered database, and its roles."""
        for each in prepared:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", each.url.database or "")
            self._execute("DROP ROLE IF EXISTS {}", each.url.username or "")
            self._execute("DROP ROLE IF EXISTS {}", each.owner_role)

    def _template(self, service: str) -> Administered:
        if service not in self._templates:
            template = self.administered(f"template_{service}")
            template.prepare(self.password)
            migrations.upgrade(service, template)
            template.let_in()
            self._templates[service] = template
        return self._templates[service]

    def _create(self, name: str, template: str, owner: str) -> None:
        self._execute("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template, owner)
        self._made.append(name)

    def _execute(self, statement: str, *names: str, literal: str | None = None) -> None:
        parts: list[sql.Composable] = [sql.Identifier(name) for name in names]
        if literal is not None:
            parts.append(sql.Literal(literal))
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*parts))  # type: ignore[arg-type]  # ours


def template_url(admin: str, role: str, password: str) -> URL:
    return make_url(admin).set(drivername="postgresql+psycopg", username=role, password=password)


@contextmanager
def sqlite_databases(folder: Path) -> Iterator[Databases]:
    """A file for each name in this folder, migrated where the name is a service's; what follows
    a colon tells two databases of one service apart.
    """

    def database(name: str) -> SqliteFile:
        path = folder / f"{name}.db"
        service = name.partition(":")[0]
        if service in SERVICES and not path.exists():
            shutil.copyfile(_migrated(service), path)
        return SqliteFile(path)

    yield database


@contextmanager
def postgres_databases(server: Postgres) -> Iterator[Databases]:
    """A database for each name, the same for the same name; see ``sqlite_databases``."""
    made: dict[str, PostgresDatabase] = {}

    def database(name: str) -> PostgresDatabase:
        if name not in made:
            made[name] = server.fresh(name.partition(":")[0])
        return made[name]

    try:
        yield database
    finally:
        for each in made.values():
            server.drop(each)


@cache
def _migrated(service: str) -> Path:
    path = _folder("www-sqlite-") / f"{service}.db"
    migrations.upgrade(service, SqliteFile(path))
    return path


@contextmanager
def lent(request: pytest.FixtureRequest, folder: Path) -> Iterator[Databases]:
    """Databases of the kind that the requesting fixture's parameter names."""
    if request.param == "sqlite":
        with sqlite_databases(folder) as databases:
            yield databases
    else:
        with postgres_databases(request.getfixturevalue("postgres")) as databases:
            yield databases


def _folder(prefix: str) -> Path:
    """A folder that is gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
