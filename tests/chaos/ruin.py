"""Breaks things as the schedule says, each lane on a thread of its own, and mends them again."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError

from contracts.catalogue import topics
from services.app.single_service import EXIT_STOPPED_SLOWLY
from tests.chaos.proxy import Proxy
from tests.chaos.schedule import BROKERS, DATABASE, LANES, Fault
from tests.support.cluster.cluster import Cluster
from tests.support.cluster.kafka import KafkaNode
from tests.support.cluster.postgres import PostgresServer
from tests.support.cluster.processes import Command

(PROPOSALS,) = (topic for topic in topics() if topic.name == "proposals")
Part = KafkaNode | PostgresServer | Command
SUPERVISE_SECONDS = 0.3
DELETE_WITHIN_SECONDS = 30.0
DELAY_SECONDS = 0.1
EXTRA = 9
"""Number of the replica that joins and leaves again."""


class Ruin:
    """What is broken now, and the supervisor that starts again what dies by itself."""

    def __init__(self, cluster: Cluster, proxy: Proxy, say: Callable[[str], None]) -> None:
        self._cluster = cluster
        self._proxy = proxy
        self._say = say
        self.done: Counter[str] = Counter()
        self.ended_by_themselves: list[str] = []
        self.slow_stops: list[str] = []
        self.failures: list[Exception] = []
        self.forgot = False
        """Whether records were deleted that somebody had not read."""
        self._bootstrap = cluster.kafka.bootstrap_servers.split(",")
        self._down: set[str] = set()
        """Replicas that are meant to be down."""
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor")
        self._lanes: list[threading.Thread] = []

    def start(self, faults: Sequence[Fault], began: float) -> None:
        """Do all of it; ``began`` is the monotonic time from which the schedule counts."""
        self._supervisor.start()
        for lane in LANES:
            mine = [fault for fault in faults if lane_of(fault) == lane]
            thread = threading.Thread(target=self._lane, args=(mine, began), name=lane)
            self._lanes.append(thread)
            thread.start()

    def join(self) -> None:
        """Wait for the last fault to be mended. Raises what went wrong in breaking and mending."""
        for thread in self._lanes:
            thread.join()
        if self.failures:
            raise ExceptionGroup("breaking and mending", self.failures)

    def close(self) -> None:
        self._over.set()
        if self._supervisor.is_alive():
            self._supervisor.join()

    def _lane(self, faults: Sequence[Fault], began: float) -> None:
        try:
            for fault in faults:
                self._sleep_until(began + fault.at)
                # A lane may be late: what joins must not be told to leave while it starts.
                at = time.monotonic()
                self._say(str(fault))
                self.done[fault.kind] += 1
                for mend in self._break(fault):
                    self._sleep_until(at + fault.lasting)
                    mend()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for this lane
            self.failures.append(error)

    def _sleep_until(self, moment: float) -> None:
        self._over.wait(max(0.0, moment - time.monotonic()))

    def _break(self, fault: Fault) -> list[Callable[[], None]]:
        """Break it; answers what mends it."""
        mending: list[Callable[[], None]] = []
        for target in fault.targets:
            mending += getattr(self, f"_{fault.kind}")(target)
        return mending

    def _part(self, name: str) -> Part:
        if name in BROKERS:
            return self._cluster.kafka.nodes[BROKERS.index(name)]
        if name == DATABASE:
            return self._cluster.postgres
        return self._cluster.replicas[name]

    # -- kinds of faults: each answers what mends it -----------------------------------------------

    def _kill(self, name: str) -> list[Callable[[], None]]:
        part = self._part(name)
        self._down.add(name)
        part.kill()

        def again() -> None:
            part.start()
            self._down.discard(name)

        return [again]

    def _pause(self, name: str) -> list[Callable[[], None]]:
        part = self._part(name)
        part.pause()
        return [part.resume]

    def _leave(self, name: str) -> list[Callable[[], None]]:
        replica = self._cluster.replicas[name]
        self._down.add(name)
        self._stop(name)

        def again() -> None:
            replica.start()
            self._down.discard(name)

        return [again]

    def _join(self, service: str) -> list[Callable[[], None]]:
        name = f"{service}-{EXTRA}"
        if name not in self._cluster.replicas:
            self._cluster.add(service, EXTRA)
        self._cluster.replicas[name].start()

        def leave() -> None:
            self._down.add(name)
            self._stop(name)

        return [leave]

    def _forget(self, service: str) -> list[Callable[[], None]]:
        """Its replicas are away, and what they have not read of the proposals by the time they come
        back is gone.
        """
        coming = [again for number in (1, 2) for again in self._leave(f"{service}-{number}")]
        self.forgot = True
        return [self._delete_proposals, *coming]

    def _delete_proposals(self) -> None:
        places = [TopicPartition(PROPOSALS.name, n) for n in range(PROPOSALS.says.partitions)]
        deadline = time.monotonic() + DELETE_WITHIN_SECONDS
        while places and time.monotonic() < deadline:
            # Brokers may be away at this very moment; what is not deleted then was not forgotten.
            with (
                suppress(KafkaError),
                closing(KafkaAdminClient(bootstrap_servers=self._bootstrap)) as admin,
            ):
                admin.delete_records(dict.fromkeys(places, -1), timeout_ms=5_000)
                return
            time.sleep(SUPERVISE_SECONDS)

    def _stop(self, name: str) -> None:
        started = time.monotonic()
        status = self._cluster.replicas[name].stop()
        seconds = time.monotonic() - started
        if status not in {0, EXIT_STOPPED_SLOWLY}:
            # Neither drained nor, with broker or database broken too, ended by its own clock.
            self.slow_stops.append(f"{name}: status {status} after {seconds:.1f} s")

    def _reset(self, name: str) -> list[Callable[[], None]]:
        self._proxy.reset(name)
        return []

    def _delay(self, name: str) -> list[Callable[[], None]]:
        link = self._proxy.links[name]
        link.delay = DELAY_SECONDS

        def on_time() -> None:
            link.delay = 0.0

        return [on_time]

    def _shut(self, name: str) -> list[Callable[[], None]]:
        link = self._proxy.links[name]
        link.shut = True
        self._proxy.reset(name)

        def open_again() -> None:
            link.shut = False

        return [open_again]

    # -- what a supervisor does ------------------------------------------------------------------

    def _supervise(self) -> None:
        while not self._over.wait(SUPERVISE_SECONDS):
            for name in (*BROKERS, DATABASE, *list(self._cluster.replicas)):
                if name in self._down or name.endswith(f"-{EXTRA}"):
                    continue
                part = self._part(name)
                if part.running:
                    continue
                # It may be about to be killed by its lane at this very moment.
                if self._over.wait(SUPERVISE_SECONDS) or name in self._down:
                    continue
                self.ended_by_themselves.append(f"{name}: {part.last_words()[-200:]}")
                self._say(f"{name} ended by itself")
                part.start()


def lane_of(fault: Fault) -> str:
    """The lane a fault was dealt in: by its targets, and the network by its kind."""
    if fault.kind in {"reset", "delay", "shut"}:
        return "network"
    if fault.targets[0] in BROKERS:
        return "brokers"
    return "database" if fault.targets[0] == DATABASE else "services"
