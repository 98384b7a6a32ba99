"""The ``winwinwin`` command: installed, or forked from a process that has imported everything."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from services.cli.main import MODULES
from tests.support.cluster.ports import free_ports
from tests.support.repository import ROOT

COMMAND = Path(sys.executable).with_name("winwinwin")
PATIENCE_SECONDS = 60.0
OK, FAILED, USAGE, UNREACHABLE, REFUSED = 0, 1, 2, 4, 5

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(MODULES)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without settings of its own for the product."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("WWW_") and name != "COLUMNS"
    }
    return kept | settings


def free_port() -> int:
    """A port that nobody else on this machine was given."""
    return free_ports(1)[0]


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command as it is installed, with what it imports."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def started(*arguments: str | Path, **settings: str) -> subprocess.Popen[str]:
    """The installed command, going on, as from a terminal: a suite in the background ignores
    Ctrl-C, and what it starts would inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=ROOT,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    status: int | None
    out: str
    err: str


class Shell:
    """Runs the command in a folder, quickly, without a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: object, said: str = "", **settings: str) -> Done:
        """``said`` is what comes on standard input."""
        files = [self.folder / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(said, encoding="utf-8")
        process: Any = _FORKS.Process(
            target=_main,
            args=([str(each) for each in arguments], environment(**settings), files, self.folder),
        )
        process.start()
        process.join(PATIENCE_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        return Done(process.exitcode, *(each.read_text("utf-8") for each in files[1:]))


def one_sentence(text: str) -> str:
    """What was said on stderr, which is one line and nothing of the inside."""
    assert "Traceback" not in text
    (said,) = text.strip().splitlines()
    assert said.startswith("winwinwin: ")
    return said


@contextmanager
def answering(status: int, content_type: str, body: bytes) -> Iterator[str]:
    """A server that always says the same; answers its address."""

    class Parrot(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody asks."""

    with HTTPServer(("127.0.0.1", 0), Parrot) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _main(arguments: list[str], settings: dict[str, str], files: list[Path], folder: Path) -> None:
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    for number, file in enumerate(files):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(file, flags)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        for number, mode in enumerate("rww")
    )
    sys.argv = ["winwinwin", *arguments]
    from services.cli.main import main  # noqa: PLC0415 - only in the child, where it is imported already

    main()
