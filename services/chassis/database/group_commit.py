"""What is committed together: jobs, the calls they become, and what their callers are told."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - I for item, O for outcome
O = TypeVar("O")  # noqa: E741

Bulk = Callable[[Connection, list[I]], Sequence[O]]
"""Writes many items at once and answers one outcome per item, in order."""


@dataclass(slots=True)
class Job:
    """One item to be written, through which function, and how its caller is told. ``loop`` is the
    event loop of a coroutine that waits for it; None for a caller on a thread.
    """

    bulk: Bulk[Any, Any]
    item: Any
    resolve: Callable[[Any, BaseException | None], None]
    loop: asyncio.AbstractEventLoop | None


@dataclass(slots=True)
class Outcomes:
    """What to tell whom once the group is committed; those of one event loop at once."""

    direct: list[Callable[[], None]] = field(default_factory=list)
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = field(default_factory=dict)

    def add(self, job: Job, value: Any, error: BaseException | None) -> None:
        def tell() -> None:
            job.resolve(value, error)

        if job.loop is None:
            self.direct.append(tell)
        else:
            self.by_loop.setdefault(job.loop, []).append(tell)

    def add_all(self, jobs: Sequence[Job], values: Sequence[Any]) -> None:
        for job, value in zip(jobs, values, strict=True):
            self.add(job, value, None)

    def deliver(self) -> None:
        for tell in self.direct:
            tell()
        for loop, tells in self.by_loop.items():
            # A loop that closed has nobody left to tell; the write itself stands.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_tell_all, tells)


def _tell_all(tells: list[Callable[[], None]]) -> None:
    for tell in tells:
        tell()


def run_each(connection: Connection, jobs: list[Callable[[Connection], T]]) -> list[T]:
    """The bulk function of writes that have none."""
    return [job(connection) for job in jobs]


def by_bulk(group: list[Job]) -> list[tuple[Bulk[Any, Any], list[Job]]]:
    """Items of the same bulk function together; lone jobs stay apart, each with its savepoint."""
    calls: list[tuple[Bulk[Any, Any], list[Job]]] = []
    together: dict[Bulk[Any, Any], list[Job]] = {}
    for job in group:
        if job.bulk is run_each:
            calls.append((job.bulk, [job]))
        elif job.bulk in together:
            together[job.bulk].append(job)
        else:
            together[job.bulk] = [job]
            calls.append((job.bulk, together[job.bulk]))
    return calls
