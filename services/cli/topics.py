"""``winwinwin topics``: what Kafka should have, from ``contracts/topics/``, and what it has."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from contracts import catalogue
from services.chassis.errors import BadSetting, BusUnavailable
from services.chassis.messaging.kafka import topics as kafka_topics
from services.chassis.messaging.kafka.topics import Change, Wanted, administrator
from services.chassis.ops.settings import Settings
from services.cli.options import AsJson
from services.cli.printing.console import print_json, print_table, say

cli = typer.Typer(no_args_is_help=True)

LOOK_AGAIN_SECONDS = 2.0
SEEN_WITHIN_SECONDS = 15.0
SEEN_AGAIN_SECONDS = 0.1

Wait = Annotated[
    float, typer.Option("--wait", min=0, max=600, help="Seconds to wait for Kafka to answer.")
]


def wanted(settings: Settings) -> list[Wanted]:
    """Every topic of the contracts, as it should be on the broker of these settings."""
    copies = settings.kafka_replication
    return [
        Wanted(
            settings.kafka_prefix + topic.name,
            topic.says.partitions,
            copies,
            kafka_topics.settings_of(
                topic.says.retention_days, copies, compacted=topic.says.compacted
            ),
        )
        for topic in catalogue.topics()
    ]


@cli.command()
def plan(wait: Wait = 0.0, as_json: AsJson = False) -> None:
    """Show what `topics apply` would do; exit 1 when that is anything."""
    changes = _change(wait, make=False)
    _show(changes, as_json=as_json, made=False)
    if changes:
        raise typer.Exit(1)


@cli.command()
def apply(wait: Wait = 0.0, as_json: AsJson = False) -> None:
    """Make topics that are missing, add partitions, set what differs; nothing is deleted."""
    _show(_change(wait, make=True), as_json=as_json, made=True)


def _change(wait: float, *, make: bool) -> list[Change]:
    settings = Settings()
    if not settings.kafka_bootstrap_servers:
        raise BadSetting("no Kafka is named: set WWW_KAFKA_BOOTSTRAP_SERVERS to host:port")
    deadline = time.monotonic() + wait
    while True:
        try:
            return _once(settings, make=make)
        except BusUnavailable as error:
            if time.monotonic() > deadline:
                raise
            say(f"waiting: {error}")
            time.sleep(LOOK_AGAIN_SECONDS)


def _once(settings: Settings, *, make: bool) -> list[Change]:
    topics = wanted(settings)
    with administrator(settings) as client:
        changes = kafka_topics.plan(client, topics)
        if make:
            kafka_topics.apply(client, topics, changes)
            _wait_until_seen(client, topics)
    return changes


def _wait_until_seen(client: Any, topics: Sequence[Wanted]) -> None:
    """A broker answers before all that asks it sees the change. Raises ``BusUnavailable``."""
    deadline = time.monotonic() + SEEN_WITHIN_SECONDS
    while left := [each for each in kafka_topics.plan(client, topics) if each.made_here]:
        if time.monotonic() > deadline:
            named = ", ".join(sorted({f"{each.topic} ({each.what})" for each in left}))
            raise BusUnavailable(
                f"Kafka took the changes and after {SEEN_WITHIN_SECONDS:g} s still shows the old "
                f"state of {named}: look at the brokers' logs, then run `winwinwin topics plan`"
            )
        time.sleep(SEEN_AGAIN_SECONDS)


def _show(changes: Sequence[Change], *, as_json: bool, made: bool) -> None:
    if as_json:
        print_json([asdict(change) for change in changes])
    elif not changes:
        typer.echo("Kafka has the topics of contracts/topics.")
    else:
        print_table(
            ("topic", "what", "now", "done" if made else "wanted", ""),
            (
                (each.topic, each.what, each.now or "(missing)", each.wanted, each.note)
                for each in changes
            ),
        )
