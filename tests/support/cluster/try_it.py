"""``make cluster``: the distributed form on this machine, with the demo's territory and examples.

python -m tests.support.cluster.try_it [--folder DIR] [--replicas N]
"""

import argparse
import signal
import sys
import threading
from pathlib import Path

from services.chassis.errors import Decision, Unreachable
from services.cli import demo
from services.cli.client import Failing, Refused
from tests.support.cluster import kafka, kafka_jars, postgres, postgres_binaries, processes
from tests.support.cluster.cluster import Cluster, NotReady

FOLDER = Path("data/cluster")
PORTS = {"intake-1": 8401, "externalities-1": 8402, "scoring-1": 8403, "notify-1": 8404}

_FORESEEN = (
    kafka.DidNotStart,
    kafka_jars.Missing,
    postgres.DidNotStart,
    postgres_binaries.Missing,
    processes.Failed,
    NotReady,
    Decision,
    Failing,
    Refused,
    Unreachable,
    OSError,
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.cluster.try_it", description=__doc__
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of everything stored")
    parser.add_argument("--replicas", type=int, default=1, help="of each service")
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _serve(given.folder, given.replicas, stop)
    except _FORESEEN as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1


def _serve(folder: Path, replicas: int, stop: threading.Event) -> int:
    print("Starting Kafka, PostgreSQL and the services…", file=sys.stderr)
    cluster = Cluster(folder.absolute(), replicas=replicas, ports=PORTS, log_level="warning")
    with cluster:
        print("Loading the territory and the examples…", file=sys.stderr)
        granted = demo.access(cluster, cluster.folder)
        count = len(demo.load(cluster.doors(), granted))
        print(demo.welcome(cluster.doors(), granted, folder, count))
        print(how_to_operate(cluster, folder), flush=True)
        ended = _wait(cluster, stop)
        print("Stopping…", file=sys.stderr)
    if ended is not None:
        print(f"cluster: {ended}", file=sys.stderr)
        return 1
    return 0


def how_to_operate(cluster: Cluster, folder: Path) -> str:
    """How the operator's commands are run. What they need is written to a file for its owner."""
    file = folder / "operating.env"
    file.touch(mode=0o600)
    # Without a space in any of them, which is what lets a shell pass them on as they are.
    file.write_text("".join(f"{k}={v}\n" for k, v in cluster.operating().items()), "utf-8")
    return (
        f"To operate it, in another terminal:\n\n"
        f"    env $(cat {file}) .venv/bin/winwinwin dlq list\n"
    )


def _wait(cluster: Cluster, stop: threading.Event) -> str | None:
    """Until asked to stop (None), or until a process ended by itself: which, and its last words."""
    while not stop.wait(1.0):
        for name, replica in cluster.replicas.items():
            if not replica.running:
                return f"{name} ended by itself ({replica.status}): {replica.last_words()}"
    return None


if __name__ == "__main__":
    sys.exit(main())
