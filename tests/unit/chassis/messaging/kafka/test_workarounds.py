"""What is mended of the Kafka client, where a broker is not needed to see it."""

import asyncio
import socket
from typing import Any

import pytest
from kafka.net.inet import KafkaNetSocket

from services.chassis.messaging.kafka.workarounds import close_what_did_not_connect
from tests.support.cluster.ports import HOST, free_ports


class Refusing:
    """The client's selector, which hears that nobody listens."""

    async def wait_write(self, *_waited_for: Any, **_until: Any) -> None:
        raise ConnectionRefusedError("nobody is there")


def test_a_connection_that_fails_gives_its_socket_back():
    close_what_did_not_connect()
    made: list[socket.socket] = []

    def note(*kind: int) -> socket.socket:
        made.append(socket.socket(*kind))
        return made[-1]

    connecting = KafkaNetSocket()
    connecting.socket = note
    (port,) = free_ports(1)
    nobody = (socket.AF_INET, socket.SOCK_STREAM, 0, "", (HOST, port))
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(connecting.connect(Refusing(), nobody))
    assert [each.fileno() for each in made] == [-1]
