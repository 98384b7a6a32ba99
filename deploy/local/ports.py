"""Ports of this machine for parts that are started, killed and started again."""

import random
import socket

HOST = "127.0.0.1"

PORTS = range(20_000, 32_000)
"""Below the range from which systems take the ports of outgoing connections: what was killed
finds its port free when it comes back."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface nobody listens on now."""
    held: list[socket.socket] = []
    try:
        for port in random.sample(PORTS, len(PORTS)):
            if len(held) == count:
                break
            trying = socket.socket()
            try:
                trying.bind((HOST, port))
            except OSError:
                trying.close()
            else:
                held.append(trying)
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()
