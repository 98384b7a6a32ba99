"""What those can read who do not own it."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path


def open_to_others(folder: Path) -> Iterator[str]:
    """What in the folder somebody else could list, read or write, by the modes alone."""
    for path in folder.iterdir():
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_dir() and not path.is_symlink():
            if mode & 0o066:
                yield f"{path}: {mode:o}"
            if mode & 0o011:
                yield from open_to_others(path)
        elif mode & 0o077:
            yield f"{path}: {mode:o}"


def read_by_nobody(folder: Path) -> list[str]:
    """What the system's user ``nobody`` can read there who knows the names; only root may ask."""
    nobody = 65534
    paths = [str(path) for path in folder.rglob("*") if path.lstat().st_uid != nobody]
    asked = subprocess.run(
        ["/bin/sh", "-c", 'while IFS= read -r path; do test -r "$path" && echo "$path"; done; :'],
        input="\n".join(paths) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        user=nobody,
        group=nobody,
        extra_groups=[],
    )
    return asked.stdout.splitlines()


def as_root() -> bool:
    return os.geteuid() == 0
