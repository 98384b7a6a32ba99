"""The machine that measures: what it is, what a commit costs on it, who used its processors."""

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def description() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; "
        f"a write of 40 kB and its fsync take {_fsync_ms():.2f} ms (median)."
    )


def processor_seconds(*pids: int) -> float:
    """User and system time of these processes so far."""
    return sum(sum(_times(pid)[:2]) for pid in pids)


def family_seconds(parent: int) -> float:
    """The same of a process with its children, those that have ended included."""
    children = [pid for pid in _pids() if _parent(pid) == parent]
    return sum(_times(parent)) + sum(sum(_times(pid)[:2]) for pid in children)


def _times(pid: int) -> tuple[float, ...]:
    """User, system, and both of the children that have ended."""
    return tuple(int(each) / _TICKS for each in _fields(pid)[11:15])


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []


def _pids() -> Iterable[int]:
    return (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())


def _fsync_ms() -> float:
    """What a commit cannot be quicker than, here and now."""
    seconds = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            started = time.perf_counter()
            file.write(b"x" * 40_960)
            file.flush()
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds)


def _processor() -> str:
    for each in Path("/proc/cpuinfo").read_text().splitlines():
        if each.startswith("model name"):
            return each.partition(":")[2].strip()
    return platform.machine()
