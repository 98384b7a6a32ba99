"""Batches computed by several processes: in order, to the end, and none is left behind."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.side_by_side import AHEAD, ProcessEnded, side_by_side
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


def nobody_is_left() -> None:
    until(lambda: not multiprocessing.active_children())


@pytest.mark.parametrize("processes", [1, 2])
def test_the_results_come_in_the_order_of_the_batches(tmp_path, processes):
    found = list(side_by_side(partial(squaring, tmp_path), iter(BATCHES), processes))
    assert found == [[n * n for n in batch] for batch in BATCHES]
    opened = {file.stem for file in tmp_path.glob("*.opened")}
    assert opened == {file.stem for file in tmp_path.glob("*.closed")}
    assert (str(os.getpid()) in opened) == (processes == 1)
    nobody_is_left()


def test_no_more_batches_are_taken_than_are_soon_worked_on():
    taken = []

    def batches() -> Iterator[list[int]]:
        for batch in BATCHES:
            taken.append(batch)
            yield batch

    results = side_by_side(squaring, batches(), 2)
    assert next(results) == [0, 1]
    assert len(taken) == AHEAD * 2
    results.close()
    assert len(taken) == AHEAD * 2
    nobody_is_left()


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_work_raises_is_raised_and_nobody_is_left(processes):
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(_failing, iter(BATCHES), processes))
    nobody_is_left()


def test_a_process_that_is_ended_from_outside_is_said():
    with pytest.raises(ProcessEnded, match="ended from outside"):
        list(side_by_side(_ending, iter(BATCHES), 2))
    nobody_is_left()
