"""What a command was given: settings with its options in their place, and the data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.chassis.errors import Refuse
from services.chassis.ops import faults, logs
from services.chassis.ops.settings import Settings


def settings_given(data_dir: Path | None, port: int | None = None) -> Settings:
    """The settings of the environment, or what the options say instead; the log is as they say."""
    given: dict[str, Any] = {"data_dir": data_dir, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings)
    faults.arm(settings.fault)
    return settings


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for this process alone; creates it when there is none.

    Raises ``Refuse`` when it cannot be written or another process holds it.
    """
    lock = _lock_file(data_dir)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refuse(
                f"another winwinwin process uses the data directory {data_dir}: end that one or "
                f"choose another with --data-dir"
            ) from error
        yield
    finally:
        os.close(lock)


def make_folder(data_dir: Path) -> None:
    """Create the data directory, for its owner alone. Raises ``Refuse`` when that cannot be."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _not_writable(data_dir, error) from error


def _lock_file(data_dir: Path) -> int:
    make_folder(data_dir)
    try:
        return os.open(data_dir / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _not_writable(data_dir, error) from error


def _not_writable(data_dir: Path, error: OSError) -> Refuse:
    return Refuse(
        f"the data directory {data_dir} cannot be written ({error.strerror}): choose another "
        f"with --data-dir or WWW_DATA_DIR"
    )
