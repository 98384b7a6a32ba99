"""A real Apache Kafka on this machine, without Docker: one node, or three that can be killed.

    with KafkaCluster(folder, nodes=3) as kafka:
        kafka.bootstrap_servers        # "127.0.0.1:20123,127.0.0.1:20517,127.0.0.1:21940"
        kafka.nodes[0].kill()          # SIGKILL; start() brings it back with its data

Everything listens on the loopback interface only. What lies in the folder is found again by the
next cluster with the same folder and number of nodes, on the same ports.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from shutil import which
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.support.cluster import private
from tests.support.cluster.kafka_jars import jars, java
from tests.support.cluster.ports import HOST, free_ports

START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.1
PROBE_TIMEOUT_MS = 5_000

QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For a start in three seconds. A benchmark leaves them out and warms the broker up first."""

_LAUNCHER = ThreadPoolExecutor(1, thread_name_prefix="launcher")
"""Starts every process: the system ends them when the *thread* that started them ends, and this one
lives as long as we do."""


class DidNotStart(Exception):
    """A broker that ended or did not answer in time; the text has the end of its log."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one node listens: for clients, for the other brokers, and for their controllers."""

    clients: int
    brokers: int
    controller: int


class KafkaNode:
    """One broker, which is also a controller; its process is known by its pid, never by name."""

    def __init__(self, number: int, folder: Path, ports: Ports, java_options: tuple[str, ...]):
        self.number = number
        self.folder = folder
        self.ports = ports
        self._java_options = java_options
        self._advertised = ports.clients
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.ports.clients}"

    @property
    def advertised(self) -> int:
        """The port that clients are told to come to."""
        return self._advertised

    def advertise(self, port: int) -> None:
        """Tell clients another port than one's own, that of a proxy, say; before the start."""
        self._advertised = port

    @property
    def pid(self) -> int:
        """Raises ``ProcessLookupError`` when the node does not run."""
        if self._process is None or self._process.poll() is not None:
            raise ProcessLookupError(f"Kafka node {self.number} does not run: start() it first")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether there is a process, be it paused."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self) -> None:
        """Start the process; it answers some seconds later (``KafkaCluster.wait``)."""
        if self.running:
            return
        with as_file(files("tests.support.cluster") / "kafka-log4j2.xml") as logging:
            self._process = _LAUNCHER.submit(
                self._spawn, [f"-Dlog4j2.configurationFile={logging}", *self._java_options]
            ).result()

    def _spawn(self, options: list[str]) -> "subprocess.Popen[bytes]":
        command = [java(), *options, "-cp", f"{jars()}/*", "kafka.Kafka"]
        command.append(str(self.folder / "server.properties"))
        if (setpriv := which("setpriv")) is not None:
            # Whoever is killed before it could stop its brokers does not leave them behind.
            command = [setpriv, "--pdeathsig", "KILL", *command]
        with private.appended(self.log) as log:
            # A session of its own: a Ctrl-C on the terminal is for those who use the broker.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=private.UMASK,
            )

    def stop(self) -> None:
        """End it cleanly (leaders move first); after half a minute, as it comes."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._signal(signal.SIGCONT)
            self._signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: what was not on disk or on other nodes is gone."""
        with suppress(ProcessLookupError):
            self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers; what follows meets it standing."""
        self._signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def format(self, cluster_id: str, voters: str, nodes: int, extra: dict[str, str]) -> None:
        """Write the configuration, and an empty log folder when there is none."""
        private.folder(self.folder)
        configuration = self.folder / "server.properties"
        said = _properties(self, voters, nodes)
        ports = {"{clients}": self.ports.clients, "{controller}": self.ports.controller}
        for name, value in extra.items():
            for word, port in ports.items():
                value = value.replace(word, str(port))  # noqa: PLW2901 - filled in
            said[name] = value
        private.write(configuration, "".join(f"{k}={v}\n" for k, v in said.items()))
        if (self.folder / "data" / "meta.properties").exists():
            return
        command = [java(), *QUICK, "-cp", f"{jars()}/*", "kafka.tools.StorageTool", "format"]
        # In one word each: an id may begin with a hyphen.
        command += [f"--cluster-id={cluster_id}", f"--config={configuration}"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, umask=private.UMASK
        )
        if done.returncode:
            raise DidNotStart(
                f"the log folder of Kafka node {self.number} in {self.folder} could not be made: "
                f"{(done.stdout + done.stderr).strip()[:600]}"
            )

    def last_words(self) -> str:
        """The end of the broker's log."""
        if not self.log.exists():
            return "(it wrote no log)"
        return self.log.read_text("utf-8", "replace")[-1500:].strip()


class KafkaCluster:
    """One or three nodes in a folder. Used as a context manager, or with ``start`` and ``stop``.

    Three nodes keep each record three times and acknowledge it when two have it (``acks=all`` with
    ``min.insync.replicas=2``), so that any one of them may be killed. ``quick`` is for tests;
    ``settings`` are further lines of the brokers' ``server.properties``, in which ``{clients}`` and
    ``{controller}`` stand for a node's ports; ``client`` is how we log in, where we must. Topics
    are never created by themselves. Raises ``kafka_jars.Missing`` when this machine cannot run a
    broker.
    """

    def __init__(
        self,
        folder: Path,
        nodes: int = 1,
        *,
        quick: bool = True,
        heap_mb: int = 512,
        settings: dict[str, str] | None = None,
        client: dict[str, Any] | None = None,
    ) -> None:
        options = (f"-Xmx{heap_mb}m", "-Xms128m", *(QUICK if quick else ()))
        self._folder = folder
        self._settings = settings or {}
        self._client = client or {}
        self._id, ports = _identity(folder, nodes)
        self.nodes = tuple(
            KafkaNode(number, folder / f"node-{number}", each, options)
            for number, each in enumerate(ports, start=1)
        )

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(node.address for node in self.nodes)

    def start(self, within: float = START_SECONDS) -> None:
        """Start every node and wait until all answer. Raises ``DidNotStart``."""
        voters = ",".join(f"{n.number}@{HOST}:{n.ports.controller}" for n in self.nodes)
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            formatting = [
                pool.submit(n.format, self._id, voters, len(self.nodes), self._settings)
                for n in self.nodes
            ]
            for each in formatting:
                each.result()
        try:
            for node in self.nodes:
                node.start()
            self.wait(within)
        except BaseException:
            self.stop()
            raise

    def wait(self, within: float = START_SECONDS) -> None:
        """Until the admin client sees every node that should run. Raises ``DidNotStart``."""
        deadline = time.monotonic() + within
        expected = [node for node in self.nodes if node.running]
        while (lacking := self._lacking(expected)) is not None:
            for node in expected:
                if not node.running:
                    raise DidNotStart(f"Kafka node {node.number} ended:\n{node.last_words()}")
            if time.monotonic() > deadline:
                raise DidNotStart(
                    f"Kafka did not answer within {within:g} s ({lacking}):\n"
                    f"{expected[0].last_words()}"
                )
            time.sleep(LOOK_AGAIN_SECONDS)

    def _lacking(self, expected: list[KafkaNode]) -> str | None:
        for node in expected:
            try:
                socket.create_connection((HOST, node.ports.clients), timeout=1).close()
            except OSError as error:
                return f"node {node.number}: {error}"
        try:
            admin = KafkaAdminClient(
                bootstrap_servers=self.bootstrap_servers,
                bootstrap_timeout_ms=PROBE_TIMEOUT_MS,
                **self._client,
            )
        except KafkaError as error:
            return f"{type(error).__name__}: {error}"
        try:
            seen = {broker["broker_id"] for broker in admin.describe_cluster()["brokers"]}
        except KafkaError as error:
            return f"{type(error).__name__}: {error}"
        finally:
            admin.close()
        unseen = {node.number for node in expected} - seen
        return f"nodes not seen yet: {sorted(unseen)}" if unseen else None

    def stop(self) -> None:
        """End every node; what is stored stays in the folder."""
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            for ending in [pool.submit(node.stop) for node in self.nodes]:
                ending.result()

    def __enter__(self) -> "KafkaCluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _identity(folder: Path, nodes: int) -> tuple[str, list[Ports]]:
    """The cluster's id and ports: those of the folder, or new ones, which are noted there."""
    private.folder(folder)
    noted = folder / "cluster.json"
    if noted.exists():
        said = json.loads(noted.read_text("utf-8"))
        if len(said["ports"]) != nodes:
            raise DidNotStart(
                f"{folder} holds a cluster of {len(said['ports'])} nodes, not {nodes}: choose "
                f"another folder, or remove this one and what is stored in it"
            )
        return said["id"], [Ports(*each) for each in said["ports"]]
    ports = free_ports(3 * nodes)
    id_ = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    shared_out = [ports[3 * i : 3 * i + 3] for i in range(nodes)]
    private.write(noted, json.dumps({"id": id_, "ports": shared_out}))
    return id_, [Ports(*each) for each in shared_out]


def _properties(node: KafkaNode, voters: str, nodes: int) -> dict[str, str]:
    ports = node.ports
    two_of_three = str(min(nodes, 2))
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": voters,
        # Brokers among themselves have a door of their own: what is done to clients' connections
        # must not reach them.
        "listeners": (
            f"PLAINTEXT://{HOST}:{ports.clients},BROKERS://{HOST}:{ports.brokers},"
            f"CONTROLLER://{HOST}:{ports.controller}"
        ),
        "advertised.listeners": (
            f"PLAINTEXT://{HOST}:{node.advertised},BROKERS://{HOST}:{ports.brokers}"
        ),
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
        "inter.broker.listener.name": "BROKERS",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(node.folder / "data"),
        "auto.create.topics.enable": "false",
        "default.replication.factor": str(nodes),
        "min.insync.replicas": two_of_three,
        "offsets.topic.replication.factor": str(nodes),
        "offsets.topic.num.partitions": "6",
        "transaction.state.log.replication.factor": str(nodes),
        "transaction.state.log.min.isr": two_of_three,
        # Otherwise every new group waits three seconds for members that do not come.
        "group.initial.rebalance.delay.ms": "0",
        # A dead node is noticed, and its partitions get another leader, after this long.
        "broker.session.timeout.ms": "6000",
        "broker.heartbeat.interval.ms": "1000",
    }
