"""A TCP proxy that can delay, cut and shut: the network between services, brokers and database.

One thread with one event loop carries all links. What it does to a link is set from outside, at any
time: ``delay`` seconds before each piece is passed on, ``reset`` cuts what is open with RST,
``shut`` refuses what comes.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from typing import Any

HOST = "127.0.0.1"
PIECE = 64 * 1024
CUT_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends RST and drops what is under way."""


class Link:
    """One listening port that leads to one address."""

    def __init__(self, name: str, target: int) -> None:
        self.name = name
        self.target = target
        self.port = 0
        self.delay = 0.0
        self.shut = False
        self.resets = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def serve(self) -> None:
        self._server = await asyncio.start_server(self._connected, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.shut = True
        if self._server is not None:
            self._server.close()
        self.reset()
        await asyncio.gather(*self._under_way)

    def reset(self) -> None:
        """Cut everything that is open, on the loop's thread."""
        for writer in list(self._open):
            self.resets += 1
            _cut(writer)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            _cut(writer)
            return
        task = asyncio.ensure_future(self._lead(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self.target)
        except OSError:
            _cut(writer)
            return
        self._open |= {writer, back}
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            self._open -= {writer, back}
            _cut(writer)
            _cut(back)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        # A broken side ends both: the other's read ends when its writer is cut.
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(piece)
                await sink.drain()
        _cut(sink)


class Proxy:
    """Links on a thread of their own. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self.links: dict[str, Link] = {}

    def link(self, name: str, target: int, port: int = 0) -> Link:
        """Open a port that leads to ``target``; ``port`` 0 takes a free one."""
        made = Link(name, target)
        made.port = port
        self._wait(made.serve())
        self.links[name] = made
        return made

    def reset(self, name: str) -> None:
        self._call(self.links[name].reset)

    def close(self) -> None:
        for link in self.links.values():
            self._wait(link.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, job: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(job, self._loop).result()

    def _call(self, job: Callable[[], None]) -> None:
        async def run() -> None:
            job()

        self._wait(run())


def _cut(writer: asyncio.StreamWriter) -> None:
    if writer.is_closing():
        return
    raw = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CUT_AT_ONCE)
    writer.transport.abort()
