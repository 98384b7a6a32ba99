"""The servers under test, each in a process of its own.

``python -m tests.bench.servers NAME DIR PORT`` prints the key to call with once it serves.

``validate``: FastAPI validates the proposal with the same model and stores nothing, the yardstick.
``intake``: the intake service alone, stored and answered 202. ``house``: all four services.
``chain``: the same without judging: every proposal gets the verdict of the first one.
"""

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response

from contracts import codec
from contracts.catalogue import topics
from contracts.samples import territory_example
from contracts.vocabulary.verdict import Verdict
from services.app.gc_tuning import freeze_gc
from services.app.serving import Serving
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database.sqlite import files_in
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.in_memory_bus import InMemoryBus
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops import logs
from services.chassis.ops.loops import LoopThread
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.externalities.storage import load_snapshot, ref_of
from services.intake import main as intake
from services.intake.admission import Limits
from services.intake.storage import TERRITORIES
from services.method import Case, judge_all
from services.scoring import handlers

HOLDER = "bench"


def validate(port: int) -> None:
    app = FastAPI()

    @app.post("/v1/proposals", status_code=202)
    async def submit(request: Request) -> Response:
        codec.read_proposal(await request.body())
        return Response(b'{"state": "accepted"}', 202, media_type="application/json")

    print("no key needed", flush=True)
    _serve(app, port)


def intake_alone(folder: Path, port: int) -> None:
    clock = SystemClock()
    # The demo's level: nobody reads a line per proposal at this rate.
    logs.configure(Settings(log_level="warning"))
    # Nobody listens: the bus takes every event, and only the storing is measured.
    bus = InMemoryBus({topic.name: (topic.says.partitions, ()) for topic in topics()})
    databases = files_in(folder)
    migrations.upgrade(intake.NAME, databases(intake.NAME))
    service = intake.build(databases, bus, clock, Limits.of(Settings()))
    # Without its consumer, which would have no group to join.
    service.loops = [loop for loop in service.loops if not isinstance(loop, Consumer)]
    territory = territory_example()
    row = {"id": territory.id, "name": territory.name, "revision": 1}
    service.store.write(lambda connection: connection.execute(TERRITORIES.insert(), row))
    key = service.store.write(lambda c: auth.issue(c, clock, HOLDER, "partner"))
    runner = LoopThread("bench", service.loops)
    runner.start()
    freeze_gc()
    print(key, flush=True)
    _serve(service.app, port)
    runner.stop()


def house(folder: Path, port: int) -> None:
    clock = SystemClock()
    settings = Settings(data_dir=folder, port=port, log_level="warning")
    logs.configure(settings)
    with Serving(settings) as serving:
        services = serving.house.services
        ref = ref_of(territory_example())
        services["externalities"].store.write(
            lambda c: load_snapshot(
                Transaction.begin(c, clock, "externalities"), territory_example(), ref.id
            )
        )
        key = services["intake"].store.write(lambda c: auth.issue(c, clock, HOLDER, "partner"))
        print(key, flush=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        stop.wait()


def chain(folder: Path, port: int) -> None:
    """What the chain itself costs: the load posts one proposal again and again, and its verdict is
    worked out once.
    """
    known: list[Verdict] = []

    def judge_once(cases: Sequence[Case]) -> list[Verdict]:
        if cases and not known:
            known.extend(judge_all(cases[:1]))
        return known * len(cases)

    with mock.patch.object(handlers, "judge_all", judge_once):
        house(folder, port)


def _serve(app: FastAPI, port: int) -> None:
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")


if __name__ == "__main__":
    name, folder, port = sys.argv[1:]
    if name == "validate":
        validate(int(port))
    elif name == "intake":
        intake_alone(Path(folder), int(port))
    elif name == "chain":
        chain(Path(folder), int(port))
    else:
        house(Path(folder), int(port))
