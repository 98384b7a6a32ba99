"""One replica of scoring on topics with as many partitions as it is told, in a process of its own.

``python -m tests.bench.distributed.scorer`` reads an ``Order`` as JSON, says ``ready``, waits for a
line, works, and stops at the next line.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

from contracts.catalogue import topics
from services.app.parameter_book import parameter_book
from services.app.registry import SCORING, build
from services.chassis.clock import SystemClock
from services.chassis.database.backends import databases_of
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.ops import logs
from services.chassis.ops.loops import LoopThread
from services.chassis.ops.settings import Settings


@dataclass(frozen=True, slots=True)
class Order:
    partitions: int
    settings: dict[str, Any]


def main() -> None:
    order = Order(**json.loads(sys.stdin.readline()))
    settings = Settings(**order.settings)
    logs.configure(settings)
    bus = KafkaBus({t.name: (order.partitions, t.consumers()) for t in topics()}, settings)
    service = build(SCORING, databases_of(settings), bus, SystemClock(), parameter_book(), settings)
    runners = [LoopThread(loop.name, [loop]) for loop in service.loops]
    print("ready", flush=True)
    sys.stdin.readline()
    for runner in runners:
        runner.start()
    sys.stdin.readline()
    for runner in runners:
        runner.stop()
    service.store.close()
    bus.close()


if __name__ == "__main__":
    main()
