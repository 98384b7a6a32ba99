"""The load process: partners at intake's door, and the moment each verdict is there.

``python -m tests.bench.distributed.door`` reads an ``Order`` as JSON on standard input and prints a
``Told`` as JSON. A verdict counts when it is committed in intake's database, where a GET would find
it from then on; asking with a GET every few milliseconds would be a load of its own.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import cast

import psycopg
import uvloop

from contracts.samples import five_firms_2kb

HOST = "127.0.0.1"
CONNECTIONS = 16
LOOK_SECONDS = 0.002
LOOK_AT_LEAST_SECONDS = 0.05
SHARE_OF_LOOKING = 10
"""A look for verdicts is followed by a pause so many times as long, within these bounds."""

STALLED_SECONDS = 120.0
"""So long without a single verdict, while some are awaited: nothing is measured."""

_THERE = "SELECT proposal_id FROM verdict WHERE proposal_id = ANY(%s)"
_BY_INDEX = "-c enable_seqscan=off"
"""A table that was empty a moment ago would be read from end to end each time."""


@dataclass(frozen=True, slots=True)
class Order:
    """Submit ``count`` proposals. At most ``window`` of them wait for their verdict at a time
    (None: as many as the door takes, and nobody waits for any); ``per_second`` is the pace (None:
    as answered).
    """

    port: int
    key: str
    database: str
    count: int
    window: int | None = None
    per_second: float | None = None
    connections: int = CONNECTIONS


@dataclass(slots=True)
class Told:
    """``judged`` and ``accepted`` are the seconds each verdict and each answer took. Of a paced
    proposal they count from the moment it was due, so that a door that keeps partners waiting
    cannot hide it.
    """

    seconds: float = 0.0
    """From the first POST to the last verdict, or, where nobody waits, to the last answer."""
    statuses: dict[str, int] = field(default_factory=dict)
    judged: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)


class Line(asyncio.Protocol):
    """One keep-alive connection, one request at a time. Raw, because a client library would cost
    more than the server under test.
    """

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, dict[str, str], bytes]] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (s.partition(": ") for s in lines)}
        if len(rest) >= int(headers["content-length"]) and self._answer is not None:
            self._buffer = b""
            self._answer.set_result((int(status.split(" ")[1]), headers, rest))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("the door hung up"))


class Partners:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._told = Told()
        self._statuses: Counter[int] = Counter()
        self._waiting: dict[str, float] = {}
        self._window = asyncio.Semaphore(order.window or order.count)
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        body = five_firms_2kb()
        self._request = (
            f"POST /v1/proposals HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {order.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def work(self) -> Told:
        loop = asyncio.get_running_loop()
        for _ in range(self._order.connections):
            _, line = await loop.create_connection(Line, HOST, self._order.port)
            self._lines.put_nowait(line)
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            if self._order.window is not None:
                group.create_task(self._look())
            for number in range(self._order.count):
                due = time.perf_counter()
                if self._order.per_second is not None:
                    due = started + number / self._order.per_second
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await self._window.acquire()
                line = await self._lines.get()
                group.create_task(
                    self._submit(line, due if self._order.per_second else time.perf_counter())
                )
        self._told.seconds = time.perf_counter() - started
        self._told.statuses = {str(status): n for status, n in self._statuses.items()}
        return self._told

    async def _submit(self, line: Line, since: float) -> None:
        """Until it is accepted; who is told to come again later does."""
        while True:
            status, headers, body = await line.ask(self._request)
            self._statuses[status] += 1
            if status not in {429, 503}:
                break
            await asyncio.sleep(float(headers["retry-after"]))
        if status != 202:
            raise SystemExit(f"the door answered {status}: {body.decode()}")
        self._told.accepted.append(time.perf_counter() - since)
        if self._order.window is not None:
            self._waiting[json.loads(body)["id"]] = since
        self._lines.put_nowait(line)

    async def _look(self) -> None:
        """See which verdicts have come, until all have."""
        heard = time.perf_counter()
        async with await psycopg.AsyncConnection.connect(
            self._order.database, autocommit=True, options=_BY_INDEX
        ) as connection:
            while len(self._told.judged) < self._order.count:
                asked = time.perf_counter()
                if self._waiting:
                    found = await connection.execute(_THERE, [list(self._waiting)])
                    seen = time.perf_counter()
                    for (proposal_id,) in await found.fetchall():
                        heard = seen
                        self._told.judged.append(seen - self._waiting.pop(proposal_id))
                        self._window.release()
                    if seen - heard > STALLED_SECONDS:
                        raise SystemExit(
                            f"{len(self._waiting)} verdicts are missing, and none has come for "
                            f"{STALLED_SECONDS:g} s: nothing was measured"
                        )
                else:
                    heard = asked
                took = time.perf_counter() - asked
                pause = max(LOOK_SECONDS, SHARE_OF_LOOKING * took)
                await asyncio.sleep(min(LOOK_AT_LEAST_SECONDS, pause))


def main() -> None:
    order = Order(**json.loads(sys.stdin.read()))
    print(json.dumps(asdict(uvloop.run(Partners(order).work()))))


if __name__ == "__main__":
    main()
