"""The services as processes of this machine, each of which can be killed, paused and started again.

They are forked from a process that has imported everything already: an import takes seconds, and a
service that was killed should be back sooner.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx2

from services.chassis.ops.settings import PREFIX
from services.cli.main import MODULES

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(MODULES)

STOP_SECONDS = 12.0
PROBE_SECONDS = 2.0
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


class Failed(Exception):
    """A command that did not end well; the text has what it said."""


class Command:
    """``winwinwin`` with arguments, as a process with a log. May be started again when it ended."""

    def __init__(self, arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self.arguments = tuple(arguments)
        self.log = log
        self._settings = dict(settings)
        self._process: ForkServerProcess | None = None

    @property
    def running(self) -> bool:
        """Whether there is a process, be it paused."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int:
        """Raises ``ProcessLookupError`` when it does not run."""
        if self._process is None or self._process.pid is None or not self.running:
            raise ProcessLookupError(f"winwinwin {' '.join(self.arguments)} does not run")
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Exit status, negative for the signal that ended it; None while it runs."""
        return None if self._process is None else self._process.exitcode

    def start(self) -> None:
        if self.running:
            return
        process = _FORKS.Process(
            target=_main, args=(self.arguments, self._settings, self.log), daemon=False
        )
        process.start()
        self._process = process

    def run(self, within: float) -> None:
        """Start it and wait for its end. Raises ``Failed`` unless that is a good one in time."""
        self.start()
        if self.wait(within) != 0:
            self.kill()
            raise Failed(f"winwinwin {' '.join(self.arguments)}: {self.last_words()}")

    def wait(self, seconds: float) -> int | None:
        """The exit status once it has ended; None when it has not after so many seconds."""
        if self._process is not None:
            self._process.join(seconds)
        return self.status

    def stop(self) -> int | None:
        """End it as a supervisor would; answers the exit status. After that time it is killed."""
        self.resume()
        self._signal(signal.SIGTERM)
        status = self.wait(STOP_SECONDS)
        self.kill()
        return status

    def kill(self) -> None:
        """SIGKILL."""
        self._signal(signal.SIGKILL)
        self.wait(STOP_SECONDS)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8", "replace")[-1500:].strip() if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None and self.running:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


class Replica(Command):
    """One process of one service, at a port of its own, and one for those who operate it."""

    def __init__(
        self,
        service: str,
        number: int,
        ports: Sequence[int],
        settings: Mapping[str, str],
        folder: Path,
    ) -> None:
        port, operations = ports
        self.service = service
        self.name = f"{service}-{number}"
        self.url = f"http://127.0.0.1:{port}"
        self.operations = f"http://127.0.0.1:{operations}"
        super().__init__(
            ["service", service],
            {
                **settings,
                f"{PREFIX}PORT": str(port),
                f"{PREFIX}HOST": "127.0.0.1",
                f"{PREFIX}OPERATIONS_PORT": str(operations),
            },
            folder / f"{self.name}.log",
        )

    def not_ready(self) -> str | None:
        """Why it cannot do its work now, or None."""
        try:
            with httpx2.Client(trust_env=False, timeout=PROBE_SECONDS) as http:
                answer = http.get(f"{self.operations}/readyz")
        except httpx2.TransportError as error:
            return f"no answer ({error or type(error).__name__})"
        said = answer.json()
        troubles = said["not_ready"] | said.get("also", {})
        # What was lost before it was read is nothing to wait for.
        troubles.pop(f"{self.service}-positions", None)
        return "; ".join(f"{part}: {why}" for part, why in troubles.items()) or None


def _main(arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
    if sys.platform == "linux":
        # Whoever started us may be killed before it can stop us.
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    # A Ctrl-C on the terminal is for those who use the service; they stop it.
    os.setsid()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(settings)
    sys.argv = ["winwinwin", *arguments]
    from services.cli.main import main  # noqa: PLC0415 - imported already where this is forked from

    main()
