"""Batches computed by several processes at once, their results in the order of the batches."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from multiprocessing.util import Finalize
from typing import Any, TypeVar

from services.app.gc_tuning import freeze_gc

Batch = TypeVar("Batch")
Result = TypeVar("Result")
Open = Callable[[], AbstractContextManager[Callable[[Batch], Result]]]
"""Opens what is needed (databases) and gives what is done with a batch; closes it at the end. What
several processes open must be picklable: a function of a module, be it with arguments filled in.
"""

AHEAD = 2
"""Batches under way for each process: enough that none waits, few enough to stop soon."""

_STOP_FIRST = 10
"""What a worker holds open is closed when it ends, whatever else ends then."""


class ProcessEnded(Exception):
    """One of the processes was ended from outside."""


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_processes(
    open_work: Open[Batch, Result], batches: Iterator[Batch], processes: int
) -> Iterator[Result]:
    """The result of each batch, in order; with one process, in this one.

    Raises what the work raises, and ``ProcessEnded``. Closed or interrupted, it ends its processes.
    """
    if processes == 1:
        with open_work() as work:
            yield from map(work, batches)
        return
    # Fresh processes: a fork would copy locks that other threads of this process hold.
    fresh = multiprocessing.get_context("spawn")
    under_way: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(processes, fresh, _begin, (open_work,)) as pool:
        try:
            for batch in batches:
                under_way.append(pool.submit(_work, batch))
                if len(under_way) == AHEAD * processes:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise ProcessEnded("a computing process was ended from outside") from error
        finally:
            for future in under_way:
                future.cancel()


_opened: list[Callable[[Any], Any]] = []


def _begin(open_work: Open[Any, Any]) -> None:
    # Ctrl-C reaches every process of the terminal; the first one says what becomes of the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    held = ExitStack()
    _opened.append(held.enter_context(open_work()))
    freeze_gc()
    Finalize(None, held.close, exitpriority=_STOP_FIRST)


def _work(batch: Any) -> Any:
    (work,) = _opened
    return work(batch)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
