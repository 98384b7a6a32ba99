"""``winwinwin service``: one service in a process of its own, until Ctrl-C."""

import signal
import threading
from typing import Annotated

import typer

from contracts.catalogue import SERVICES
from services.chassis.ops import logs
from services.cli.data_dir import settings_given
from services.cli.options import Port


def service(
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(SERVICES))],
    port: Port = None,
) -> None:
    """Run one service, on Kafka and PostgreSQL, until Ctrl-C; replicas share the work."""
    settings = settings_given(None, port)
    logs.configure(settings, name)
    stop = stop_signal()
    # Takes seconds on a busy machine, and who is stopped meanwhile still ends as asked.
    from services.app.single_service import alone  # noqa: PLC0415

    with alone(name, settings) as running:
        logs.announce("answers", address=running.address, operations=running.operations)
        stop.wait()
        logs.announce("stopping")


def stop_signal() -> threading.Event:
    """Set by Ctrl-C or a supervisor's SIGTERM from now on.

    Asked for before the first loop starts: a supervisor may change its mind at any time, and a
    service that answers already must not die of it.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
