"""Containers are built and started where there is an engine and the images; said plainly where not.

An engine is not required, not even under CI: what the containers run is tested without them
(``tests/chaos``, ``tests/story``), and their recipes are read by ``test_recipes.py`` everywhere.
"""

import re
import subprocess
from functools import cache

import pytest

from tests.support.repository import text

WITH_AN_ENGINE = "test_with_an_engine.py"
ENGINE_SECONDS = 20


@cache
def lacking() -> str | None:
    """Why no container can be built here, in a sentence; None when one can."""
    for command, fault in (
        (["docker", "version"], "no Docker engine answers"),
        (["docker", "compose", "version"], "Docker has no compose plugin"),
    ):
        if not _works(command):
            return f"{fault}: the recipes of deploy/ were read, and nothing was built or started"
    (base,) = set(re.findall(r"^FROM (\S+)", text("deploy/Dockerfile"), re.MULTILINE))
    if not (_works(["docker", "image", "inspect", base]) or _works(["docker", "pull", base])):
        return f"the image {base} is not here and cannot be had: nothing was built or started"
    return None


def _works(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=ENGINE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


collect_ignore = [WITH_AN_ENGINE] if lacking() else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if (reason := lacking()) is not None:
        terminalreporter.write_line(f"\nContainers: {reason}.")
