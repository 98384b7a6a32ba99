"""What is stored on this machine is for its owner alone: it holds firms' business secrets."""

import os
from pathlib import Path
from typing import IO

UMASK = 0o077
"""For programs that make their files by themselves."""


def folder(path: Path, *, passed_through: bool = False) -> Path:
    """The folder, which others can neither list nor enter; ``passed_through`` lets somebody who
    knows the name of what lies in it come by (PostgreSQL runs as another user where we are root).
    """
    path.mkdir(parents=True, exist_ok=True)
    # Also one of an earlier version, which left it open.
    path.chmod(0o711 if passed_through else 0o700)
    return path


def appended(path: Path) -> IO[bytes]:
    """The file, at whose end is written."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return path.open("ab")


def write(path: Path, text: str) -> None:
    """Write a file anew."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
