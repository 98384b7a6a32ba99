"""The same bytes on every processor: the library behind numpy is told which one to take this for.

Its kernels round in different places, and one machine can run those of its ancestors too. What is
compared, and how it was judged, is in ``tests/support/processor.py``.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.processor import PROJECTS
from tests.support.repository import ROOT

PATIENCE_SECONDS = 300
KERNELS: Mapping[str, str] = {
    "Prescott": "pni",
    "Sandybridge": "avx",
    "Haswell": "avx2",
    "SkylakeX": "avx512f",
}
"""Kernels from the oldest to the newest, and the processor's flag without which none can run."""

OLD = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
}
"""numpy's own loops and the C library's logarithms have newer forms too."""


def flags() -> set[str]:
    about = Path("/proc/cpuinfo")
    return set(about.read_text("utf-8").split()) if about.exists() else set()


RUNNABLE = [name for name, flag in KERNELS.items() if flag in flags()]


@cache
def judged(**settings: str) -> Any:
    """What is said in a process of its own, with these variables."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.support.processor"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def differing(**settings: str) -> list[str]:
    here, there = judged()["said"], judged(**settings)["said"]
    assert len(here) > PROJECTS
    return [name for name in here if here[name] != there[name]]


def settings(name: str) -> dict[str, str]:
    return {"OPENBLAS_CORETYPE": name, **(OLD if name == RUNNABLE[0] else {})}


@pytest.mark.parametrize("name", RUNNABLE)
def test_verdicts_and_assessments_are_the_same_under_another_kernel(name: str) -> None:
    assert differing(**settings(name)) == []


def test_the_library_takes_each_kernel_that_it_is_told_to_take() -> None:
    taken = {name: judged(**settings(name))["kernel"] for name in RUNNABLE}
    assert len(set(taken.values())) == len(taken), (
        f"the library behind numpy ignores OPENBLAS_CORETYPE (told, taken: {taken}): a processor "
        f"was compared with itself; install numpy from its wheels, which hold all kernels"
    )


def test_verdicts_and_assessments_are_the_same_with_another_number_of_threads() -> None:
    several = os.cpu_count() != 1 and os.environ.get("OPENBLAS_NUM_THREADS") != "1"
    assert differing(OPENBLAS_NUM_THREADS="1" if several else "4") == []
