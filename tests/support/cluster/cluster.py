"""The distributed form on this machine, without Docker: Kafka, PostgreSQL and the services.

    with Cluster(folder) as cluster:
        cluster.replicas["intake-1"].url

Everything listens on the loopback interface. What lies in the folder is found again by the next
cluster with the same folder.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from sqlalchemy import Connection

from contracts.catalogue import SERVICES
from services.chassis.database.postgres import databases_at
from services.chassis.database.store import Store
from services.cli.demo import ServiceUrls
from tests.support.cluster import private
from tests.support.cluster.kafka import KafkaCluster
from tests.support.cluster.ports import free_ports
from tests.support.cluster.postgres import PostgresServer
from tests.support.cluster.processes import Command, Replica

T = TypeVar("T")

READY_SECONDS = 60.0
SCHEMA_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1
OPERATIONS_ABOVE = 90
"""How far above a port that was named lies that of those who operate the replica."""


class NotReady(Exception):
    """A service that did not become ready in time; the text says what it waits for."""


class Cluster:
    """Kafka, PostgreSQL and replicas of the four services. Used as a context manager.

    ``replicas`` of each service; ``ports`` names the ports of some (``intake-1``), who are
    operated ``OPERATIONS_ABOVE`` that, the others take free ones. ``kafka_at`` and
    ``postgres_at`` are where the services look for those two when that is not where they are: a
    proxy, say. Raises what the parts raise that cannot run
    here.
    """

    def __init__(
        self,
        folder: Path,
        *,
        brokers: int = 1,
        replicas: int = 1,
        quick: bool = False,
        ports: Mapping[str, int] | None = None,
        log_level: str = "info",
    ) -> None:
        self.folder = folder
        self.kafka = KafkaCluster(folder / "kafka", brokers, quick=quick)
        self.postgres = PostgresServer(folder / "postgres", quick=quick)
        self.kafka_at: str | None = None
        self.postgres_at: int | None = None
        self.replicas: dict[str, Replica] = {}
        self._brokers = brokers
        self._wanted = replicas
        self._ports = dict(ports or {})
        self._log_level = log_level
        self._passwords: dict[str, str] = {}

    def start(self) -> None:
        """Start everything in its order and wait until all replicas are ready."""
        self.start_parts()
        self.start_services()

    def start_parts(self) -> None:
        """Start Kafka and PostgreSQL."""
        private.folder(self.folder, passed_through=True)
        self._passwords = self._kept_passwords()
        with ThreadPoolExecutor(2) as pool:
            for started in [pool.submit(self.postgres.start), pool.submit(self.kafka.start)]:
                started.result()

    def start_services(self) -> None:
        """Make databases, roles, schemas and topics, then start the replicas and wait for them."""
        self.migrate()
        self._command("topics", "apply").run(SCHEMA_SECONDS)
        for service in SERVICES:
            for number in range(1, self._wanted + 1):
                self.add(service, number).start()
        self.wait(self.replicas)

    def migrate(self) -> None:
        self._command("migrate").run(SCHEMA_SECONDS)

    def run(self, *arguments: str) -> None:
        """One of the commands that read several databases. Raises what a command's end does."""
        self._command(*arguments).run(SCHEMA_SECONDS)

    def add(self, service: str, number: int) -> Replica:
        """One more replica, which is not started yet."""
        name = f"{service}-{number}"
        named = self._ports.get(name)
        ports = (named, named + OPERATIONS_ABOVE) if named else tuple(free_ports(2))
        settings = self.settings(service)
        self.replicas[name] = Replica(service, number, ports, settings, self.folder)
        return self.replicas[name]

    def wait(self, names: Iterable[str], within: float = READY_SECONDS) -> None:
        """Until these replicas are ready. Raises ``NotReady``."""
        deadline = time.monotonic() + within
        for name in names:
            replica = self.replicas[name]
            while True:
                # Before its address is asked, where another program may answer in its place.
                if not replica.running:
                    raise NotReady(f"{name} ended ({replica.status}): {replica.last_words()}")
                if (reason := replica.not_ready()) is None:
                    break
                if time.monotonic() > deadline:
                    raise NotReady(f"{name} is not ready after {within:g} s: {reason}")
                time.sleep(LOOK_AGAIN_SECONDS)

    def settings(self, service: str | None = None) -> dict[str, str]:
        """The environment of one service, or, without its name, of what prepares for all."""
        shared = {
            "WWW_KAFKA_BOOTSTRAP_SERVERS": self.kafka_at or self.kafka.bootstrap_servers,
            "WWW_DATABASE_URL": self.url_of_databases(),
            "WWW_KAFKA_REPLICATION": str(self._brokers),
            "WWW_LOG_LEVEL": self._log_level,
        }
        if service is None:
            return shared | {
                "WWW_DATABASE_ADMIN_URL": self.postgres.url(),
                "WWW_DATABASE_PASSWORDS": json.dumps(self._passwords, separators=(",", ":")),
            }
        return shared | {"WWW_DATABASE_PASSWORD": self._passwords[service]}

    def operating(self) -> dict[str, str]:
        """The environment of the operator's commands: every service's database, each with its own
        password, and not the administrator's.
        """
        return {k: v for k, v in self.settings().items() if k != "WWW_DATABASE_ADMIN_URL"}

    def write(self, service: str, job: Callable[[Connection], T]) -> T:
        """Run a write in the database of one service; back after the commit."""
        url, password = SecretStr(self.url_of_databases()), SecretStr(self._passwords[service])
        store = Store(databases_at(url, password)(service), name=service)
        try:
            return store.write(job)
        finally:
            store.close()

    def url_of_databases(self) -> str:
        """Where services find theirs, ``{service}`` for their name, without the password."""
        port = self.postgres_at or self.postgres.port
        return f"postgresql://winwinwin_{{service}}@127.0.0.1:{port}/winwinwin_{{service}}"

    def doors(self) -> ServiceUrls:
        """The addresses of the first replicas."""
        intake, externalities, notify = (
            self.replicas[f"{name}-1"].url for name in ("intake", "externalities", "notify")
        )
        return ServiceUrls(intake, externalities, notify, self.replicas["intake-1"].operations)

    def database_urls(self) -> dict[str, str]:
        """Where the administrator finds each service's database, password included."""
        return {name: self.postgres.url(f"winwinwin_{name}") for name in SERVICES}

    def stop(self) -> None:
        """End the services, then what they stand on; what is stored stays in the folder."""
        with ThreadPoolExecutor(max(1, len(self.replicas))) as pool:
            list(pool.map(lambda replica: replica.stop(), self.replicas.values()))
        with ThreadPoolExecutor(2) as pool:
            for stopped in [pool.submit(self.kafka.stop), pool.submit(self.postgres.stop)]:
                stopped.result()

    def kill(self) -> None:
        """End everything at once: for a folder that nobody will use again."""
        for replica in self.replicas.values():
            replica.kill()
        for node in self.kafka.nodes:
            node.kill()
        self.postgres.kill()

    def _command(self, *arguments: str) -> Command:
        return Command(arguments, self.settings(), self.folder / f"{arguments[0]}.log")

    def _kept_passwords(self) -> dict[str, str]:
        """The passwords of the services' roles: those of the folder, or new ones."""
        file = self.folder / "passwords.json"
        if not file.exists():
            made = {service: secrets.token_urlsafe(24) for service in SERVICES}
            private.write(file, json.dumps(made))
        kept: dict[str, str] = json.loads(file.read_text("utf-8"))
        return kept

    def __enter__(self) -> "Cluster":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
