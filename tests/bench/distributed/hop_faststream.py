"""The same hop with FastStream, in an environment of its own: see ``hop`` for the form.

``batch`` takes up to 250 messages at a time, ``message`` one after the other. Both acknowledge what
they have handled, as at-least-once delivery asks; neither remembers what it has seen. FastStream's
own way of reading (``json.loads``, then the values) is not that of this model, which is strict: the
model reads and writes its bytes itself, which is also the quicker way.
"""

import asyncio
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from contracts import codec
from contracts.events import ProposalSubmitted

MOST_AT_ONCE = 250
LINGER_MS = 5
BATCH_BYTES = 900 * 1024
"""``publish_batch`` makes one batch of what it is given and refuses what does not fit."""


@contextmanager
def _or_end() -> Iterator[None]:
    """FastStream would go on with the next message: a measurement must not."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it was, nothing is measured
        traceback.print_exc()
        os._exit(1)


async def work(kind: str, number: int, bootstrap_servers: str, prefix: str, count: int) -> float:
    broker = KafkaBroker(
        bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=LINGER_MS,
        max_batch_size=BATCH_BYTES,
        apply_types=False,
        logger=None,
    )
    reads, writes = (f"{prefix}hop-{n}" for n in (number, number + 1))
    group = f"{prefix}{number}"
    over = asyncio.Event()
    done = 0

    async def decode(message: Any) -> Any:
        with _or_end():
            return read(message)

    def read(message: Any) -> Any:
        if kind == "batch":
            return [codec.decode(ProposalSubmitted, body) for body in message.body]
        return codec.decode(ProposalSubmitted, message.body)

    def count_up(messages: int) -> None:
        nonlocal done
        done += messages
        if done >= count:
            over.set()

    subscribed = {
        "group_id": group,
        "auto_offset_reset": "earliest",
        "ack_policy": AckPolicy.ACK,
        "decoder": decode,
    }

    async def forward_all(messages: Sequence[ProposalSubmitted]) -> None:
        with _or_end():
            await broker.publish_batch(*map(codec.encode, messages), topic=writes)
        count_up(len(messages))

    async def forward(message: ProposalSubmitted) -> None:
        with _or_end():
            await broker.publish(codec.encode(message), topic=writes)
        count_up(1)

    if kind == "batch":
        broker.subscriber(reads, **subscribed, batch=True, max_records=MOST_AT_ONCE)(forward_all)
    else:
        broker.subscriber(reads, **subscribed)(forward)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    began = time.process_time()
    async with broker:
        await broker.start()
        await over.wait()
        # What was handled last is acknowledged after its handler: stopping waits for it.
    return time.process_time() - began


def main() -> None:
    order = json.loads(sys.stdin.readline())
    del order["database"]
    print(asyncio.run(work(**order)), flush=True)


if __name__ == "__main__":
    main()
