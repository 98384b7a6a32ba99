"""A broker that is killed, frozen, full, or refuses us: nothing is lost, one sentence says it."""

import gc
import socket
import threading
from contextlib import suppress

import pytest
from kafka import errors

from services.chassis.errors import BusUnavailable, Refuse
from services.chassis.messaging.bus import Outgoing, Record
from services.chassis.messaging.kafka import bus as kafka_bus
from services.chassis.messaging.kafka import client as kafka_client
from services.chassis.messaging.kafka import member_health
from services.chassis.messaging.kafka import producer as kafka_sender
from services.chassis.messaging.kafka.bus import KafkaBus
from services.chassis.messaging.kafka.client import unavailable
from tests.support.cluster.kafka import KafkaCluster
from tests.support.cluster.kafka_jars import java
from tests.support.kafka import Topics, create_topics, new_prefix, settings_for
from tests.support.waiting import until

pytestmark = [
    pytest.mark.timeout(150, func_only=True),
    # kafka-python leaves it to the garbage collector to close what never was connected.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
cluster_needed = pytest.mark.kafka_cluster

TOPICS: Topics = {"letters": (2, ["reader"])}


@pytest.fixture(autouse=True)
def left_behind():
    yield
    gc.collect()


@pytest.fixture
def cluster(tmp_path):
    with KafkaCluster(tmp_path / "kafka") as running:
        yield running


@pytest.fixture
def prefix(cluster):
    prefix = new_prefix()
    create_topics(cluster.bootstrap_servers, prefix, TOPICS)
    return prefix


@pytest.fixture
def bus(cluster, prefix):
    made = KafkaBus(TOPICS, settings_for(cluster.bootstrap_servers, prefix))
    yield made
    made.close()


@pytest.fixture
def impatient(monkeypatch):
    """Clients that give up after seconds instead of half a minute."""
    monkeypatch.setattr(kafka_client, "BOOTSTRAP_SECONDS", 2.0)
    monkeypatch.setattr(kafka_client, "REQUEST_SECONDS", 3.0)
    monkeypatch.setattr(kafka_bus, "DELIVERY_SECONDS", 5.0)


@pytest.fixture
def member(bus):
    joined = bus.subscribe("reader", ["letters"])
    until(lambda: joined.poll(1, 0.1) or joined.lag(), within=20.0)
    yield joined
    joined.close()


class Outbox:
    """Offers events in their order until each is delivered, as a relay does."""

    def __init__(self, bus: KafkaBus) -> None:
        self.bus = bus
        self.padding = ""
        self.delivered: list[int] = []
        self.failed: list[tuple[int, Exception]] = []

    def offer(self, *tokens: int) -> None:
        batch = [
            Outgoing(t, Record("letters", "k", f"{t}{self.padding}".encode(), ())) for t in tokens
        ]
        self.bus.publish(batch, self._report)

    def _report(self, tokens, error):
        if error is None:
            self.delivered += tokens
        else:
            self.failed += [(token, error) for token in tokens]


def hear(member, heard: list[int]) -> list[int]:
    with suppress(BusUnavailable):
        heard += [int(each.record.value) for each in member.poll(50, 0.1)]
    return heard


@cluster_needed
def test_what_was_offered_while_the_broker_was_away_arrives_once_and_in_order(cluster, bus, member):
    outbox, heard = Outbox(bus), []
    outbox.offer(1, 2)
    until(lambda: hear(member, heard) == [1, 2] and outbox.delivered == [1, 2], within=20.0)
    (node,) = cluster.nodes
    node.kill()
    outbox.offer(3, 4)
    hear(member, heard)
    assert outbox.delivered == [1, 2], "nothing is known of the others"
    assert outbox.failed == []
    node.start()
    until(lambda: len(hear(member, heard)) >= 4, within=60.0)
    until(lambda: len(outbox.delivered) == 4)
    assert heard == [1, 2, 3, 4]


@cluster_needed
def test_a_broker_that_is_frozen_is_said_to_be_silent_and_nothing_is_sent_twice(
    cluster, bus, member, monkeypatch
):
    monkeypatch.setattr(member_health, "SILENT_SECONDS", 1.0)
    outbox, heard = Outbox(bus), []
    outbox.offer(1)
    until(lambda: hear(member, heard) == [1] and outbox.delivered == [1], within=20.0)
    (node,) = cluster.nodes
    node.pause()
    outbox.offer(2, 3)

    def silent() -> str:
        member.lag()
        try:
            member.poll(10, 0.2)
        except BusUnavailable as error:
            return str(error)
        return ""

    said = until(silent, within=40.0)
    assert f"no Kafka answers at {cluster.bootstrap_servers}" in said
    assert outbox.delivered + [token for token, _ in outbox.failed] == [1]
    node.resume()
    until(lambda: len(hear(member, heard)) >= 3, within=60.0)
    until(lambda: outbox.delivered == [1, 2, 3])
    assert heard == [1, 2, 3]


@cluster_needed
def test_after_a_failure_nothing_newer_is_taken_before_the_sender_has_seen_it(
    cluster, impatient, bus, member
):
    outbox, heard = Outbox(bus), []
    outbox.offer(1)
    until(lambda: outbox.delivered == [1])
    (node,) = cluster.nodes
    node.kill()
    outbox.offer(2, 3)
    until(lambda: len(outbox.failed) == 2, within=40.0)
    assert [token for token, _ in outbox.failed] == [2, 3]
    assert "did not keep a record" in str(outbox.failed[0][1])
    node.start()
    cluster.wait()
    with pytest.raises(BusUnavailable, match="sent again first"):
        outbox.offer(4)
    outbox.offer(2, 3, 4)
    until(lambda: outbox.delivered == [1, 2, 3, 4], within=30.0)
    until(lambda: len(hear(member, heard)) >= 4, within=30.0)
    assert heard == [1, 2, 3, 4]


@cluster_needed
def test_a_service_may_start_before_its_broker(tmp_path, impatient):
    cluster = KafkaCluster(tmp_path / "kafka")
    bus = KafkaBus(TOPICS, settings_for(cluster.bootstrap_servers))
    member, outbox = bus.subscribe("reader", ["letters"]), Outbox(bus)
    threads = threading.active_count()
    for attempt in (lambda: member.poll(1, 0.1), lambda: outbox.offer(1)):
        with pytest.raises(BusUnavailable, match=r"no Kafka answers at 127.0.0.1:\d+: check"):
            attempt()
    assert threading.active_count() == threads, "nothing of an attempt is left behind"
    with cluster:
        with pytest.raises(BusUnavailable, match="no topic letters: run `winwinwin topics apply`"):
            member.poll(1, 0.1)
        create_topics(cluster.bootstrap_servers, "", TOPICS)
        outbox.offer(1)
        heard: list[int] = []
        until(lambda: hear(member, heard) == [1], within=30.0)
        until(lambda: outbox.delivered == [1])
        member.close()
        bus.close()


@cluster_needed
def test_a_full_disk_of_the_broker_fails_loudly_and_loses_nothing(tmp_path, monkeypatch, impatient):
    """No file of this broker may outgrow some megabytes, which to it is a full disk."""
    small = tmp_path / "small"
    (small / "bin").mkdir(parents=True)
    (small / "bin/java").write_text(f'#!/bin/sh\nulimit -f 24576\nexec {java()} "$@"\n')
    (small / "bin/java").chmod(0o755)
    cluster = KafkaCluster(tmp_path / "kafka")
    with monkeypatch.context() as limited:
        limited.setenv("JAVA_HOME", str(small))
        cluster.start()
    create_topics(cluster.bootstrap_servers, "", TOPICS)
    bus = KafkaBus(TOPICS, settings_for(cluster.bootstrap_servers))
    member, outbox, heard = bus.subscribe("reader", ["letters"]), Outbox(bus), []
    outbox.padding = " " * 900_000
    everything = list(range(40))
    outbox.offer(*everything)
    until(lambda: outbox.failed and len(outbox.delivered + outbox.failed) == 40, within=40.0)
    assert "their disks have space" in str(outbox.failed[0][1])
    (node,) = cluster.nodes
    node.kill()
    node.start()
    cluster.wait()
    with pytest.raises(BusUnavailable, match="sent again first"):
        outbox.offer(40)
    outbox.offer(*(token for token, _ in outbox.failed))
    until(lambda: set(everything) <= set(hear(member, heard)), within=60.0)
    member.close()
    bus.close()
    cluster.stop()


JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required "
LISTENER = "listener.name.sasl_plaintext.plain.sasl.jaas.config"
WITH_PASSWORDS = {
    "listeners": "SASL_PLAINTEXT://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controller}",
    "advertised.listeners": "SASL_PLAINTEXT://127.0.0.1:{clients}",
    "listener.security.protocol.map": "SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "SASL_PLAINTEXT",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "sasl.enabled.mechanisms": "PLAIN",
    LISTENER: f'{JAAS} username="a" password="b" user_a="b" user_scoring="correct horse";',
}
LOGIN = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "PLAIN",
    "sasl_plain_username": "a",
    "sasl_plain_password": "b",
}


@cluster_needed
def test_a_wrong_password_is_named_and_never_said_and_the_right_one_lets_in(tmp_path):
    with KafkaCluster(tmp_path / "kafka", settings=WITH_PASSWORDS, client=LOGIN) as cluster:

        def settings(password: str):
            return settings_for(
                cluster.bootstrap_servers,
                kafka_security_protocol="SASL_PLAINTEXT",
                kafka_sasl_mechanism="PLAIN",
                kafka_user="scoring",
                kafka_password=password,
            )

        wrong = KafkaBus(TOPICS, settings("battery staple"))
        with pytest.raises(BusUnavailable) as refused:
            wrong.subscribe("reader", ["letters"]).poll(1, 0.1)
        assert "let scoring in: check WWW_KAFKA_USER, WWW_KAFKA_PASSWORD" in str(refused.value)
        assert "battery staple" not in str(refused.value) + repr(settings("battery staple"))
        right = KafkaBus(TOPICS, settings("correct horse"))
        with pytest.raises(BusUnavailable, match="no topic letters"):
            right.subscribe("reader", ["letters"]).poll(1, 0.1)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.KafkaTimeoutError("Unable to bootstrap"), "WWW_KAFKA_BOOTSTRAP_SERVERS"),
        (errors.KafkaTimeoutError("Expiring 3 record(s)"), "min.insync.replicas"),
        (errors.SaslAuthenticationFailedError("no"), "WWW_KAFKA_PASSWORD"),
        (errors.TopicAuthorizationFailedError("t"), "grant it"),
        (errors.GroupAuthorizationFailedError("g"), "consumer group"),
        (errors.KafkaStorageError(), "free space"),
        (errors.NotEnoughReplicasError(), "min.insync.replicas"),
        (errors.InvalidTimestampError("late"), "set the clock"),
        (errors.MessageSizeTooLargeError("5 MB"), "larger than Kafka takes"),
        (errors.UnknownTopicOrPartitionError(), "winwinwin topics apply"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_trouble_is_a_sentence_that_names_what_to_do(error, words):
    said = str(unavailable(settings_for("kafka.example:9092"), error))
    assert words in said
    assert type(error).__name__ in said, "and what the client called it"
    assert "\n" not in said


def test_without_crc32c_it_does_not_start(monkeypatch):
    monkeypatch.setattr(kafka_client, "find_spec", lambda _name: None)
    with pytest.raises(Refuse, match="crc32c is not installed"):
        KafkaBus(TOPICS, settings_for("127.0.0.1:1"))


def test_something_else_at_the_address_is_told_from_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        bus = KafkaBus(TOPICS, settings_for(address))
        with pytest.raises(BusUnavailable, match="takes connections and does not answer as Kafka"):
            Outbox(bus).offer(1)


def test_without_an_address_it_does_not_start():
    with pytest.raises(Refuse, match="set WWW_KAFKA_BOOTSTRAP_SERVERS"):
        KafkaBus(TOPICS, settings_for(""))


class SlowProducer:
    """A producer that takes everything and decides nothing."""

    def __init__(self) -> None:
        self.taken = 0

    def send(self, *_args, **_options):
        self.taken += 1
        return self

    is_done = False
    exception = None

    def add_errback(self, _call):
        return self

    def get(self, **_options):
        raise errors.KafkaTimeoutError("no news")

    def close(self, timeout):
        """Nothing is pending here."""


def test_what_has_no_outcome_is_bounded_in_bytes_and_nothing_is_reported(monkeypatch):
    monkeypatch.setattr(kafka_sender, "MOST_BYTES", 100)
    monkeypatch.setattr(kafka_sender, "LOOK_AGAIN_SECONDS", 0.01)
    reported: list[object] = []
    producer = SlowProducer()
    sender = kafka_sender.Sender(producer, {"letters": 1}, str, lambda error: error)
    one = [Outgoing(1, Record("letters", "k", b"x" * 90, ()))]
    sender.send(one, lambda *told: reported.append(told))
    with pytest.raises(BusUnavailable, match="has not confirmed"):
        sender.send(one, lambda *told: reported.append(told))
    assert producer.taken == 1
    assert reported == []
    sender.close()


def test_a_producer_that_never_decides_is_given_up_and_what_it_held_is_offered_again(monkeypatch):
    monkeypatch.setattr(kafka_sender, "DELIVERY_SECONDS", 0.05)
    monkeypatch.setattr(kafka_sender, "SLACK_SECONDS", 0.05)
    monkeypatch.setattr(kafka_sender, "LOOK_AGAIN_SECONDS", 0.01)
    told: list[tuple[list[int], Exception | None]] = []
    sender = kafka_sender.Sender(SlowProducer(), {"letters": 1}, str, lambda error: error)
    sender.send(
        [Outgoing(n, Record("letters", "k", b"x", ())) for n in (1, 2)],
        lambda tokens, error: told.append((list(tokens), error)),
    )
    until(lambda: sender.drained)
    assert sender.broken
    assert sorted(token for tokens, _ in told for token in tokens) == [1, 2]
    assert all(error is not None for _, error in told)
    sender.close()
