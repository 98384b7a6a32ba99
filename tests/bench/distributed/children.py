"""Processes that are told and answer by the line: an order, ``ready``, the word to begin."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
END_SECONDS = 30.0


class Child:
    """A process that has said it is ready."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @property
    def failed(self) -> bool:
        """Whether it has ended badly."""
        return bool(self._process.poll())

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """Its next line. Raises ``SystemExit`` when it has ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a process ended before it was done (see above): nothing was measured")
        return line


@contextmanager
def child(command: Sequence[str], order: str) -> Iterator[Child]:
    """Started with its order; ended when the block is left. It may still be about to be ready."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        made = Child(process)
        try:
            made.tell(order)
            yield made
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
