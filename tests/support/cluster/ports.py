"""Ports of this machine for parts that are started, killed and started again."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

HOST = "127.0.0.1"

PORTS = range(20_000, 32_000)
"""Below the range from which systems take the ports of outgoing connections: what was killed
finds its port free when it comes back."""

_kept: dict[int, int] = {}
"""Ports given out by this process, each with the lock on its file, which ends with the process."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface nobody listens on now, and nobody else was given by this: a
    port is given out a while before its part listens on it.
    """
    given: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if len(given) == count:
            break
        if _is_free(port) and _keep(port):
            given.append(port)
    return given


def _is_free(port: int) -> bool:
    with socket.socket() as trying:
        try:
            trying.bind((HOST, port))
        except OSError:
            return False
        return True


def _keep(port: int) -> bool:
    """Reserve a port among all processes of this user; False when it is somebody's already."""
    if port in _kept:
        return False
    folder = Path(tempfile.gettempdir()) / f"winwinwin-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    _kept[port] = lock
    return True
