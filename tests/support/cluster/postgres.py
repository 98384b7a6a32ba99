"""A real PostgreSQL on this machine, without Docker: one server that can be killed.

    with PostgresServer(folder) as server:
        server.url()                   # "postgresql://postgres:…@127.0.0.1:20123/postgres"
        server.kill()                  # SIGKILL; start() brings it back with its data

It listens on the loopback interface only and asks everyone for a password. What lies in the folder
is found again by the next server with the same folder, on the same port with the same password.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.support.cluster import private
from tests.support.cluster.ports import HOST, free_ports
from tests.support.cluster.postgres_binaries import RunAs, binaries, candidates

ADMINISTRATOR = "postgres"

START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.05

QUICK = {"fsync": "off", "shared_buffers": "32MB", "max_connections": "200"}
"""For tests: a process that is killed loses nothing by it, only a machine without power would."""

_LAUNCHER = ThreadPoolExecutor(1, thread_name_prefix="postgres-launcher")
"""Starts every process: the system ends them when the *thread* that started them ends, and this one
lives as long as we do."""


class DidNotStart(Exception):
    """A server that ended or did not answer in time; the text has the end of its log."""


class PostgresServer:
    """One server in a folder. Used as a context manager, or with ``start`` and ``stop``.

    ``major`` chooses among the versions on this machine, the newest if left out. ``settings`` are
    those of ``postgresql.conf``. ``quick`` is for tests. Raises ``postgres_binaries.Missing`` when
    this machine cannot run one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        major: int | None = None,
        quick: bool = False,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self._user = RunAs()
        self._binaries = binaries(major)
        self._settings = (QUICK if quick else {}) | (settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._password = ""

    @property
    def pid(self) -> int:
        """Of the postmaster. Raises ``ProcessLookupError`` when the server does not run."""
        if self._process is None or self._process.poll() is not None:
            raise ProcessLookupError("the PostgreSQL server does not run: start() it first")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether there is a process, be it paused."""
        return self._process is not None and self._process.poll() is None

    @property
    def major(self) -> int:
        return self._binaries.major

    @property
    def port(self) -> int:
        return self._port

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def url(self, database: str = "postgres") -> str:
        """Where the administrator finds a database of this server, password included."""
        return f"postgresql://{ADMINISTRATOR}:{self._password}@{HOST}:{self._port}/{database}"

    def start(self, within: float = START_SECONDS) -> None:
        """Start it and wait until it answers. Raises ``DidNotStart``."""
        if self.running:
            return
        self._found()
        deadline = time.monotonic() + within
        self._process = _LAUNCHER.submit(self._spawn).result()
        try:
            self._wait(deadline)
        except BaseException:
            self.kill()
            raise

    def _wait(self, deadline: float) -> None:
        while (lacking := self._lacking()) is not None:
            if not self.running:
                if "pre-existing shared memory" not in self.last_words():
                    raise DidNotStart(f"PostgreSQL ended:\n{self.last_words()}")
                # The children of a killed server are still ending.
                self._process = _LAUNCHER.submit(self._spawn).result()
            if time.monotonic() > deadline:
                raise DidNotStart(
                    f"PostgreSQL did not answer in time ({lacking}):\n{self.last_words()}"
                )
            time.sleep(LOOK_AGAIN_SECONDS)

    def stop(self) -> None:
        """End it cleanly, breaking what connections there are; after half a minute, as it comes."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self.resume()
            os.kill(self.pid, signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL for the server and all its processes at once, as when the machine dies."""
        self._signal_all(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal_all(signal.SIGCONT)

    def last_words(self) -> str:
        """The end of the server's log."""
        if not self.log.exists():
            return "(it wrote no log)"
        return self.log.read_text("utf-8", "replace")[-1500:].strip()

    def _signal_all(self, number: signal.Signals) -> None:
        if not self.running:
            return
        # The server first: stopped or dead, it starts no further processes meanwhile.
        for pid in (self.pid, *_children(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _found(self) -> None:
        """Make the data folder, the password and the port, unless they are there."""
        private.folder(self.folder, passed_through=True)
        secret, noted = self.folder / "password", self.folder / "port"
        data = self.folder / "data"
        if (data / "PG_VERSION").exists():
            self._user = self._whoever_may(self.folder, owner=data.stat().st_uid)
        else:
            self._user = self._whoever_may(self.folder)
            shutil.rmtree(data, ignore_errors=True)
            self._password = secrets.token_urlsafe(24)
            private.write(secret, self._password)
            self._init(data)
            private.write(noted, str(free_ports(1)[0]))
        self._password = secret.read_text("utf-8")
        self._port = int(noted.read_text("utf-8"))

    def _init(self, data: Path) -> None:
        data.mkdir(mode=0o700)
        self._user.own(data)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as given:
            given.write(self._password)
            given.flush()
            self._user.own(Path(given.name))
            done = subprocess.run(
                [
                    *(*self._user.through, self._binaries.program("initdb")),
                    *("--pgdata", str(data), "--username", ADMINISTRATOR, "--pwfile", given.name),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"),
                ],
                capture_output=True,
                text=True,
                check=False,
                **self._user.options(),
            )
        if done.returncode:
            shutil.rmtree(data)
            raise DidNotStart(f"initdb failed in {data}: {(done.stdout + done.stderr)[-600:]}")

    def _whoever_may(self, folder: Path, owner: int | None = None) -> RunAs:
        """The first who may run the programs and enter the folder; the owner of the data there."""
        program = self._binaries.program("postgres")
        for user in candidates():
            if (owner in {None, user.owner}) and user.may_run(program) and user.may_enter(folder):
                return user
        raise DidNotStart(
            f"nobody whom PostgreSQL could run as here (root it refuses) may both run what lies in "
            f"{self._binaries.folder} and enter {folder}: run this as another user than root, or "
            f"make the folders above them accessible (chmod a+x)"
        )

    def _spawn(self) -> "subprocess.Popen[bytes]":
        settings = {
            "listen_addresses": HOST,
            "port": str(self._port),
            "unix_socket_directories": "",
            **self._settings,
        }
        command = [self._binaries.program("postgres"), "-D", str(self.folder / "data")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        if (setpriv := shutil.which("setpriv")) is not None:
            # Whoever is killed before it could stop its server does not leave it behind.
            command = [setpriv, "--pdeathsig", "INT", *command]
        command = [*self._user.through, *command]
        with private.appended(self.log) as log:
            # A session of its own: a Ctrl-C on the terminal is for those who use the server.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._user.options(),
            )

    def _lacking(self) -> str | None:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            return str(error).strip()
        return None

    def __enter__(self) -> "PostgresServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _children(pid: int) -> list[int]:
    # All processes of a server are children of its first one.
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]
