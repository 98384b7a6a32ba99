"""A broker on this machine: what is said where there is none, and that ours is a real one."""

import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from tests.support import brokers
from tests.support.cluster import kafka_jars
from tests.support.cluster.kafka import DidNotStart, KafkaCluster
from tests.support.repository import ROOT
from tests.support.waiting import until


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine with nothing on its PATH and nothing in its cache."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    asked = kafka_jars.java_version
    asked.cache_clear()
    yield
    asked.cache_clear()


def test_a_machine_without_java_and_maven_is_told_what_is_missing_and_three_ways(bare_machine):
    said = kafka_jars.missing()
    assert "no Java runtime and no Maven" in said
    assert "\n" not in said, "one paragraph"
    for way in ("apt-get install", "Docker", "KAFKA_BOOTSTRAP_SERVERS"):
        assert way in said


def test_a_java_that_is_too_old_is_named_with_the_version_that_is_needed(bare_machine, monkeypatch):
    monkeypatch.setattr(kafka_jars, "java_version", lambda: 11)
    assert "Java 11, which is too old (Kafka needs 17)" in kafka_jars.missing()


def test_a_broker_that_is_named_is_taken_before_any_other(bare_machine, monkeypatch, tmp_path):
    monkeypatch.setenv(brokers.NAMED, "kafka.example:9092")
    assert brokers.missing() is None
    with brokers.broker(tmp_path) as address:
        assert address == "kafka.example:9092"


def test_without_any_broker_tests_are_left_out_loudly_and_fail_under_ci(tmp_path):
    """What a stranger sees on a bare machine, and what the gate would see."""
    test = "tests/unit/support/test_cluster_kafka.py::test_a_broker_answers"
    bare = {"PATH": str(tmp_path), "HOME": str(tmp_path), "DOCKER_HOST": "tcp://127.0.0.1:1"}
    command = [sys.executable, "-m", "pytest", test, "-p", "no:cacheprovider"]

    def run(**more):
        return subprocess.run(
            command, env=bare | more, cwd=ROOT, capture_output=True, text=True, check=False
        )

    here, gate = run(), run(CI="true")
    assert here.returncode == 0, here.stdout
    assert "1 skipped" in here.stdout
    assert "Some tests were not run. Apache Kafka cannot be started here" in here.stdout
    assert gate.returncode == 1
    assert "Apache Kafka cannot be started here" in gate.stdout


def test_a_folder_of_another_size_is_refused(tmp_path):
    KafkaCluster(tmp_path, nodes=1)
    with pytest.raises(DidNotStart, match="holds a cluster of 1 nodes, not 3"):
        KafkaCluster(tmp_path, nodes=3)


@pytest.mark.kafka
def test_a_broker_answers(kafka_broker):
    admin = KafkaAdminClient(bootstrap_servers=kafka_broker)
    assert admin.describe_cluster()["brokers"]
    admin.close()


@pytest.mark.kafka_cluster
def test_a_node_can_be_paused_killed_and_started_again(tmp_path: Path):
    with KafkaCluster(tmp_path) as cluster:
        (node,) = cluster.nodes
        first = node.pid
        node.pause()
        state = Path(f"/proc/{first}/stat")
        if state.exists():
            until(lambda: state.read_text().rpartition(")")[2].split()[0] == "T")
        node.resume()
        cluster.wait()
        node.kill()
        assert not node.running
        with pytest.raises(ProcessLookupError, match="does not run"):
            node.pause()
        node.start()
        cluster.wait()
        assert node.pid != first
    assert not node.running
    assert KafkaCluster(tmp_path).bootstrap_servers == cluster.bootstrap_servers
