"""What topics a Kafka has, and whether they are the ones that are needed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, errors

from services.chassis.errors import BusUnavailable
from services.chassis.kafka_client import client_settings, unavailable
from services.chassis.settings import Settings


@contextmanager
def administrator(settings: Settings) -> Iterator[Any]:
    """A client that asks and changes what topics there are.

    Raises ``BusUnavailable`` when the broker cannot be reached or refuses.
    """
    try:
        client = KafkaAdminClient(**client_settings(settings, "winwinwin-topics"))
        try:
            yield client
        finally:
            client.close()
    except errors.KafkaError as error:
        raise unavailable(settings, error) from error


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
