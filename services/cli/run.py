"""``winwinwin up``, ``demo`` and ``service``: processes that run until Ctrl-C.

What they run is imported when they are called: that takes seconds on a busy machine, and who is
stopped meanwhile still ends as asked.
"""

import os
import signal
import threading
from pathlib import Path

import typer

from services.chassis.ops import logs
from services.chassis.ops.settings import PREFIX
from services.cli.data_dir import lock_data_dir, settings_given
from services.cli.options import DataDir, Port, Service


def up(data_dir: DataDir = None, port: Port = None) -> None:
    """Run all four services in this process until Ctrl-C."""
    settings = settings_given(data_dir, port)
    stop = stop_signal()
    from services.app.serving import Serving  # noqa: PLC0415 - see the head of this file

    with lock_data_dir(settings.data_dir), Serving(settings) as serving:
        logs.announce("ready", address=serving.address, data=str(settings.data_dir))
        stop.wait()
        logs.announce("stopping")


def demo(data_dir: DataDir = None, port: Port = None) -> None:
    """Run all services with a real territory and the example proposals."""
    if data_dir is None and PREFIX + "DATA_DIR" not in os.environ:
        # Beside, not among, what `winwinwin up` stores.
        data_dir = Path("data/demo")
    settings = settings_given(data_dir, port).model_copy(
        update={"log_level": os.environ.get(PREFIX + "LOG_LEVEL", "warning")}
    )
    logs.configure(settings)
    from services.app.serving import Serving  # noqa: PLC0415 - see the head of this file
    from services.cli import demo as demo_data  # noqa: PLC0415 - see the head of this file

    with lock_data_dir(settings.data_dir), Serving(settings) as serving:
        typer.echo("Loading the territory and the examples…", err=True)
        granted = demo_data.access(serving.house, settings.data_dir)
        doors = demo_data.ServiceUrls.one(serving.address)
        count = len(demo_data.load(doors, granted))
        stop = stop_signal()
        typer.echo(demo_data.welcome(doors, granted, settings.data_dir, count))
        stop.wait()
        typer.echo(f"Stopping; the data stays in {settings.data_dir}", err=True)


def service(name: Service, port: Port = None) -> None:
    """Run one service, on Kafka and PostgreSQL, until Ctrl-C; replicas share the work."""
    settings = settings_given(None, port)
    logs.configure(settings, name)
    stop = stop_signal()
    from services.app.single_service import single_service  # noqa: PLC0415 - see above

    with single_service(name, settings) as running:
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
