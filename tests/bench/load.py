"""The load process: one prepared request, posted again and again.

Raw protocol on purpose: a client library would cost more per request than the server under test.
``python -m tests.bench.load PORT KEY COUNT CONNECTIONS`` posts as fast as it is answered,
``python -m tests.bench.load PORT KEY COUNT PER_SECOND FOLDER`` posts at a steady pace and times
each proposal from its POST to the end of the GET that reads its verdict. It watches the database of
intake for the moment to ask, because asking every millisecond would be a load of its own.
Prints one JSON object.
"""

import asyncio
import json
import sqlite3
import sys
import time
from typing import Any

from contracts.samples import five_firms_2kb

HOST = "127.0.0.1"
PATH = "/v1/proposals"
POLL_SECONDS = 0.001


class Counter:
    """How many requests are left, and how the answered ones went."""

    def __init__(self, total: int) -> None:
        self._left = total
        self.statuses: dict[int, int] = {}
        self.seconds: list[float] = []

    def take(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def record(self, status: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(seconds)


class Poster(asyncio.Protocol):
    """One connection: sends the request, waits for the whole answer, sends the next."""

    def __init__(self, request: bytes, counter: Counter, done: asyncio.Future[None]) -> None:
        self._request = request
        self._counter = counter
        self._done = done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end or len(rest) < _content_length(head):
            return
        self._counter.record(int(head[9:12]), time.perf_counter() - self._sent_at)
        self._buffer = b""
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _next(self) -> None:
        if not self._counter.take():
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._request)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"no content-length in {head!r}")


def _request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n{content}\r\n"
    ).encode() + body


async def post_as_answered(port: int, key: str, total: int, connections: int) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    counter = Counter(total)
    request = _request("POST", PATH, key, five_firms_2kb())
    ends = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for done in ends:
        await loop.create_connection(lambda d=done: Poster(request, counter, d), HOST, port)
    await asyncio.gather(*ends)
    return _summary(counter, time.perf_counter() - started)


class Caller:
    """One keep-alive connection for requests whose answers matter."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)

    async def call(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        self._writer.write(_request(method, path, self._key, body))
        head = await self._reader.readuntil(b"\r\n\r\n")
        return int(head[9:12]), await self._reader.readexactly(_content_length(head.rstrip()))


async def time_to_verdict(
    port: int, key: str, total: int, per_second: float, folder: str
) -> dict[str, Any]:
    watched = sqlite3.connect(f"file:{folder}/intake.db?mode=ro", uri=True)
    there = "SELECT 1 FROM verdict WHERE proposal_id = ?"
    body = five_firms_2kb()
    counter = Counter(total)
    idle: asyncio.Queue[Caller] = asyncio.Queue()
    for _ in range(16):
        caller = Caller(port, key)
        await caller.open()
        idle.put_nowait(caller)

    async def one() -> None:
        caller = await idle.get()
        sent_at = time.perf_counter()
        _, receipt = await caller.call("POST", PATH, body)
        proposal_id = json.loads(receipt)["id"]
        while watched.execute(there, (proposal_id,)).fetchone() is None:
            await asyncio.sleep(POLL_SECONDS)
        status, _ = await caller.call("GET", f"{PATH}/{proposal_id}/verdict")
        counter.record(status, time.perf_counter() - sent_at)
        idle.put_nowait(caller)

    started = time.perf_counter()
    tasks = []
    for number in range(total):
        await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    return _summary(counter, time.perf_counter() - started)


def _summary(counter: Counter, elapsed: float) -> dict[str, Any]:
    ordered = sorted(counter.seconds)
    return {
        "seconds": elapsed,
        "per_second": len(ordered) / elapsed,
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(len(ordered) * 0.99)],
        "statuses": counter.statuses,
    }


def main() -> None:
    port, key, total, pace, *folder = sys.argv[1:]
    if folder:
        work = time_to_verdict(int(port), key, int(total), float(pace), folder[0])
    else:
        work = post_as_answered(int(port), key, int(total), int(pace))
    print(json.dumps(asyncio.run(work)))


if __name__ == "__main__":
    main()
