"""Batches computed by several processes: in order, to the end, and none is left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.cli.processes import AHEAD, ProcessEnded, map_in_processes
from tests.support.waiting import until

BATCHES = [[n, n + 1] for n in range(0, 40, 2)]


@contextmanager
def squaring(folder: Path | None = None) -> Iterator[Callable[[list[int]], list[int]]]:
    """Squares; leaves a file for each process that opened this, and another that closed it."""
    if folder is not None:
        (folder / f"{os.getpid()}.opened").touch()
    yield lambda batch: [n * n for n in batch]
    if folder is not None:
        (folder / f"{os.getpid()}.closed").touch()


@contextmanager
def _failing() -> Iterator[Callable[[list[int]], list[int]]]:
    yield lambda batch: [1 // (n - 9) for n in batch]


@contextmanager
def _ending() -> Iterator[Callable[[list[int]], None]]:
    yield lambda batch: os.kill(os.getpid(), signal.SIGKILL) if 9 in batch else None


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    """No test leaves a process behind, however it ends; those of other tests are not ours."""
    before = set(multiprocessing.active_children())
    yield
    until(lambda: set(multiprocessing.active_children()) <= before)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_results_come_in_the_order_of_the_batches(tmp_path, processes):
    found = list(map_in_processes(partial(squaring, tmp_path), iter(BATCHES), processes))
    assert found == [[n * n for n in batch] for batch in BATCHES]
    opened = {file.stem for file in tmp_path.glob("*.opened")}
    assert opened == {file.stem for file in tmp_path.glob("*.closed")}
    assert (str(os.getpid()) in opened) == (processes == 1)


def test_no_more_batches_are_taken_than_are_soon_worked_on():
    taken = []

    def batches() -> Iterator[list[int]]:
        for batch in BATCHES:
            taken.append(batch)
            yield batch

    results = map_in_processes(squaring, batches(), 2)
    assert next(results) == [0, 1]
    assert len(taken) == AHEAD * 2
    results.close()
    assert len(taken) == AHEAD * 2


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_work_raises_is_raised_and_nobody_is_left(processes):
    with pytest.raises(ZeroDivisionError):
        list(map_in_processes(_failing, iter(BATCHES), processes))


def test_a_process_that_is_ended_from_outside_is_said():
    with pytest.raises(ProcessEnded, match="ended from outside"):
        list(map_in_processes(_ending, iter(BATCHES), 2))


def test_whoever_computes_ends_with_the_one_who_asked():
    """The workers hold the pipe as well: it is at its end when the last of them is gone."""
    asking = (
        "from contextlib import nullcontext; from functools import partial; "
        "from services.cli.processes import map_in_processes; "
        "sleeping = ['__import__(\"time\").sleep(30)'] * 9; "
        "results = map_in_processes(partial(nullcontext, eval), iter(['1', *sleeping]), 2); "
        "print(next(results), flush=True); "
        "input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", asking], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        process.kill()
        assert process.stdout.read() == ""
