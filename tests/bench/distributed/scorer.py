"""One replica of scoring on topics with as many partitions as it is told, in a process of its own.

``python -m tests.bench.distributed.scorer`` reads an ``Order`` as JSON, says ``ready``, waits for a
line, works, and stops at the next line.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

from contracts.catalogue import topics
from services.book import parameter_book
from services.chassis import logs
from services.chassis.clock import SystemClock
from services.chassis.databases import databases_of
from services.chassis.kafka_bus import KafkaBus
from services.chassis.loops import Runner
from services.chassis.settings import Settings
from services.wiring import SCORING, build


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
    runners = [Runner(loop.name, [loop]) for loop in service.loops]
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
