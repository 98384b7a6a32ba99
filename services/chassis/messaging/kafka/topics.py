"""What topics a Kafka has, and whether they are the ones that are needed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, errors
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

from services.chassis.errors import BusUnavailable, Refuse
from services.chassis.messaging.kafka.client import MAX_MESSAGE_BYTES, connected, unavailable
from services.chassis.ops.settings import Settings


@contextmanager
def administrator(settings: Settings) -> Iterator[Any]:
    """A client that asks and changes what topics there are.

    Raises ``BusUnavailable`` when the broker cannot be reached or refuses.
    """
    client = connected(KafkaAdminClient, settings, "winwinwin-topics")
    try:
        yield client
    except errors.KafkaError as error:
        raise unavailable(settings, error) from error
    finally:
        client.close()


def partitions_of(client: Any, names: list[str]) -> dict[str, int]:
    """How many partitions each of these topics has; a topic that is not there is left out."""
    return {
        topic["name"]: len(topic["partitions"])
        for topic in client.describe_topics(names)
        if not topic["error_code"]
    }


def check(settings: Settings, needed: Mapping[str, int]) -> None:
    """That topics of these names are there with at least so many partitions each.

    Raises ``BusUnavailable`` naming what is not, and what to do.
    """
    with administrator(settings) as client:
        found = partitions_of(client, sorted(needed))
    if missing := sorted(needed.keys() - found.keys()):
        raise BusUnavailable(
            f"Kafka has no topic {', '.join(missing)}: run `winwinwin topics apply`, or check "
            f"WWW_KAFKA_PREFIX and what {settings.kafka_user or 'this client'} may describe"
        )
    for name, count in needed.items():
        if found[name] < count:
            raise BusUnavailable(
                f"the topic {name} has {found[name]} partitions and needs {count}: let the "
                f"services read what is there, then run `winwinwin topics apply`"
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be on the broker: its name there, partitions, copies and settings."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between a broker and what is wanted. ``what`` is ``topic``, ``partitions``,
    ``replication`` or the name of a setting; ``now`` is None for what is not there yet.
    """

    topic: str
    what: str
    now: str | None
    wanted: str
    note: str = ""
    """What to know before it is made, or why it is not."""
    made_here: bool = True
    """False where only the brokers' own tools can do it."""


def settings_of(
    retention_days: int, replication: int, *, compacted: bool = False
) -> dict[str, str]:
    """The settings of a topic whose records are kept so long, in so many copies; of one that is
    ``compacted`` the last of each key beyond that.

    All copies but one must be there when a record is acknowledged. The broker's clock dates it: a
    producer whose clock is wrong would be refused, or its records deleted too early.
    """
    return {
        "cleanup.policy": "compact" if compacted else "delete",
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(max(1, replication - 1)),
        "min.compaction.lag.ms" if compacted else "retention.ms": str(
            retention_days * 24 * 60 * 60 * 1000
        ),
        "unclean.leader.election.enable": "false",
    }


def plan(client: Any, wanted: Sequence[Wanted]) -> list[Change]:
    """What differs, in the order in which it is told. Raises ``Refuse`` where a topic has more
    partitions than are wanted: what lies in them would be lost, and it is not done here.
    """
    names = [topic.name for topic in wanted]
    there = {t["name"]: t for t in client.describe_topics(names) if not t["error_code"]}
    asked = [
        ConfigResource(ConfigResourceType.TOPIC, topic.name, list(topic.settings))
        for topic in wanted
        if topic.name in there
    ]
    found = client.describe_configs(asked, config_filter="all")["topic"] if asked else {}
    changes: list[Change] = []
    for topic in wanted:
        if topic.name not in there:
            words = f"{topic.partitions} partitions, {topic.replication} copies"
            changes.append(Change(topic.name, "topic", None, words))
            continue
        changes += _shape(topic, there[topic.name]["partitions"])
        for name, value in topic.settings.items():
            now = str(found[topic.name][name]["value"])
            if now != value:
                changes.append(Change(topic.name, name, now, value))
    return changes


def _shape(topic: Wanted, partitions: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    now = len(partitions)
    if now > topic.partitions:
        raise Refuse(
            f"the topic {topic.name} has {now} partitions and contracts/topics wants "
            f"{topic.partitions}: partitions cannot be taken away without losing what is in them; "
            f"write {now} into the contract, or make a topic of another name"
        )
    if now < topic.partitions:
        note = "let the services read what is there first: keys change their partition"
        yield Change(topic.name, "partitions", str(now), str(topic.partitions), note)
    copies = min(len(p["replica_nodes"]) for p in partitions)
    if copies != topic.replication:
        note = "not done here: use kafka-reassign-partitions, or set WWW_KAFKA_REPLICATION"
        yield Change(
            topic.name, "replication", str(copies), str(topic.replication), note, made_here=False
        )


def apply(client: Any, wanted: Sequence[Wanted], changes: Sequence[Change]) -> None:
    """Make the changes of a plan; nothing is ever deleted. Raises ``kafka.errors.KafkaError``."""
    new = {change.topic for change in changes if change.what == "topic"}
    if new:
        # Another one who applies at the same moment may have been faster.
        with suppress(errors.TopicAlreadyExistsError):
            client.create_topics(
                [
                    NewTopic(t.name, t.partitions, t.replication, topic_configs=dict(t.settings))
                    for t in wanted
                    if t.name in new
                ]
            )
        client.wait_for_topics(sorted(new))
    grown = {c.topic: int(c.wanted) for c in changes if c.what == "partitions"}
    if grown:
        client.create_partitions(grown)
    settings: dict[str, dict[str, str]] = {}
    for change in changes:
        if change.made_here and change.what not in {"topic", "partitions"}:
            settings.setdefault(change.topic, {})[change.what] = change.wanted
    if settings:
        client.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, s) for name, s in settings.items()]
        )
