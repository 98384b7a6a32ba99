"""Where the tests find an Apache Kafka: the one that is named, one in Docker, one from its jars.

In this order: ``KAFKA_BOOTSTRAP_SERVERS`` when it is set; a container, when a Docker engine answers
and has the image or can pull it; the jars, when Java and Maven are there
(``tests/support/cluster``). Otherwise ``missing`` says in one paragraph what to install, and the
tests that need a broker are not run; with ``CI=true`` they fail (``tests/conftest.py``).
"""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import docker
from docker.errors import DockerException
from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from tests.support.cluster import kafka_jars
from tests.support.cluster.kafka import KafkaCluster
from tests.support.cluster.ports import HOST, free_ports
from tests.support.waiting import until

NAMED = "KAFKA_BOOTSTRAP_SERVERS"
ENGINE_TIMEOUT_SECONDS = 120


def image() -> str:
    return f"apache/kafka:{kafka_jars.kafka_version()}"


def missing() -> str | None:
    """Why there is no broker to be had, in one paragraph; None when there is one."""
    if os.environ.get(NAMED) or kafka_jars.missing() is None or image_is_here(image()):
        return None
    return kafka_jars.missing()


def missing_cluster() -> str | None:
    """Why there are no nodes whose processes a test may kill; None when there are."""
    return kafka_jars.missing()


@contextmanager
def broker(folder: Path) -> Iterator[str]:
    """The bootstrap servers of a broker that answers, and goes away at the end if it was ours."""
    with ExitStack() as ours:
        yield os.environ.get(NAMED) or _in_a_container(ours) or _from_jars(ours, folder)


def _in_a_container(ours: ExitStack) -> str | None:
    if not image_is_here(image()):
        return None
    try:
        return ours.enter_context(_container())
    except (DockerException, AssertionError):
        # An engine on another machine, say, whose ports are not ours.
        if kafka_jars.missing() is None:
            return None
        raise


def _from_jars(ours: ExitStack, folder: Path) -> str:
    return ours.enter_context(KafkaCluster(folder)).bootstrap_servers


@cache
def image_is_here(name: str) -> bool:
    if not engine_listens():
        return False
    try:
        engine = docker.from_env(timeout=ENGINE_TIMEOUT_SECONDS)
    except DockerException:
        return False
    try:
        with suppress(DockerException):
            engine.images.get(name)
            return True
        engine.images.pull(name)
    except DockerException:
        return False
    else:
        return True
    finally:
        engine.close()


def engine_listens() -> bool:
    """Whether somebody listens at the engine's socket. The client leaves a socket open for each
    time nobody does, and pytest finds that in a test that has nothing to do with it.
    """
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(ENGINE_TIMEOUT_SECONDS)
        try:
            knocking.connect(address.removeprefix("unix://"))
        except OSError:
            return False
    return True


@contextmanager
def _container() -> Iterator[str]:
    (port,) = free_ports(1)
    address = f"{HOST}:{port}"
    settings = {
        "PROCESS_ROLES": "broker,controller",
        "NODE_ID": "1",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "LISTENERS": "PLAINTEXT://:9092,INSIDE://localhost:9094,CONTROLLER://localhost:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://{address},INSIDE://localhost:9094",
        "LISTENER_SECURITY_PROTOCOL_MAP": (
            "PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
        "INTER_BROKER_LISTENER_NAME": "INSIDE",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    # It removes what a killed run leaves behind, where its own image is to be had.
    testcontainers_config.ryuk_disabled = not image_is_here(testcontainers_config.ryuk_image)
    container = DockerContainer(image())
    for name, value in settings.items():
        container.with_env(f"KAFKA_{name}", value)
    # On the loopback interface alone: the broker asks nobody who they are.
    container.ports["9092/tcp"] = (HOST, port)
    with container:
        until(lambda: _answers(address), within=60.0)
        yield address


def _answers(address: str) -> bool:
    try:
        KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=5_000).close()
    except KafkaError:
        return False
    return True
