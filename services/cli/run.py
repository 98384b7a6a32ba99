"""``winwinwin up`` and ``demo``: everything in one process until Ctrl-C."""

import os
from pathlib import Path

import typer
from rich.console import Console

from services.app.serving import Serving
from services.chassis.ops import logs
from services.chassis.ops.settings import PREFIX
from services.cli import demo as demo_data
from services.cli.data_dir import own, settings_given
from services.cli.options import DataDir, Port
from services.cli.service import stop_signal

err = Console(stderr=True)


def up(data_dir: DataDir = None, port: Port = None) -> None:
    """Run all four services in this process until Ctrl-C."""
    settings = settings_given(data_dir, port)
    stop = stop_signal()
    with own(settings.data_dir), Serving(settings) as serving:
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
    with own(settings.data_dir), Serving(settings) as serving:
        err.print("Loading the territory and the examples…")
        granted = demo_data.access(serving.house, settings.data_dir)
        doors = demo_data.ServiceUrls.one(serving.address)
        count = len(demo_data.load(doors, granted))
        stop = stop_signal()
        typer.echo(demo_data.welcome(doors, granted, settings.data_dir, count))
        stop.wait()
        err.print("Stopping; the data stays in", str(settings.data_dir))
