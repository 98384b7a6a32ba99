"""The proxy carries bytes, and does to them what it is told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.chaos.proxy import HOST, Link, Proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says everything again; answers its port."""
    listening = socket.create_server((HOST, 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(peer,), daemon=True).start()

    def answer(peer: socket.socket) -> None:
        with closing(peer):
            try:
                while said := peer.recv(1000):
                    peer.sendall(said)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.close()


@pytest.fixture
def link(proxy: Proxy, echo: int) -> Link:
    return proxy.link("echo", echo)


def connect(link: Link) -> socket.socket:
    return socket.create_connection((HOST, link.port), timeout=5.0)


def test_it_carries_both_ways(link):
    with connect(link) as peer:
        peer.sendall(b"hello")
        assert peer.recv(100) == b"hello"


def test_it_delays(link):
    with connect(link) as peer:
        link.delay = 0.1
        started = time.monotonic()
        peer.sendall(b"hello")
        assert peer.recv(100) == b"hello"
        assert time.monotonic() - started >= 0.2, "there and back"


def test_it_cuts_what_is_open(proxy, link):
    with connect(link) as peer:
        peer.sendall(b"hello")
        assert peer.recv(100) == b"hello"
        proxy.reset("echo")
        with pytest.raises(ConnectionResetError):
            peer.recv(100)
    with connect(link) as peer:
        peer.sendall(b"again")
        assert peer.recv(100) == b"again"


def test_it_refuses_while_it_is_shut(link):
    link.shut = True
    with pytest.raises(ConnectionResetError), connect(link) as peer:
        peer.recv(100)


def test_what_cannot_be_reached_is_cut(proxy):
    with socket.create_server((HOST, 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(ConnectionResetError), connect(proxy.link("nobody", port)) as peer:
        peer.recv(100)
