"""``winwinwin resend``: events are published again that a topic lost before they were read."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from contracts.catalogue import topics
from services.app.parameter_book import parameter_book
from services.app.registry import EXTERNALITIES, INTAKE, SCORING
from services.chassis.clock import SystemClock
from services.chassis.errors import StoreUnavailable
from services.chassis.messaging.positions import mark_resolved
from services.chassis.messaging.resending import on_their_way, republish, since_then
from services.chassis.messaging.transaction import Transaction
from services.cli.options import AsJson, DataDir, OfService
from services.cli.printing.console import say
from services.cli.stores import databases_there, open_store
from services.externalities.repeating import repeat_territories
from services.intake.repeating import repeat_since, repeat_unjudged
from services.scoring.handlers import republish_verdicts
from services.scoring.storage import issued_since

AT_ONCE = 500


def resend(
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="All published since this day or moment (ISO 8601, UTC)."
        ),
    ] = None,
    unjudged: Annotated[
        bool, typer.Option("--unjudged", help="All proposals that wait for their verdict.")
    ] = False,
    service: OfService = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Publish again what left Kafka before it was read, or what waits for its verdict.

    Events keep their names: whoever has handled them changes nothing, and answers again; whoever
    has not handles them now. What was lost counts as dealt with.
    """
    if unjudged == (since is not None):
        raise typer.BadParameter("give either --since or --unjudged")
    moment = None if since is None else _moment(since)
    there = databases_there(data_dir)
    names = (INTAKE,) if moment is None else databases_there(data_dir, service)
    if moment is None and service not in {None, INTAKE}:
        raise typer.BadParameter(f"--unjudged is about proposals: only {INTAKE} publishes those")
    published: dict[str, int] = {}
    for name in names:
        with open_store(data_dir, name) as store:
            published[name] = store.write(partial(_published, name, moment))
    settled, unsettled = 0, []
    for consumer in there:
        lost = _dealt_with(consumer, names, everything=moment is not None)
        try:
            with open_store(data_dir, consumer) as store:
                settled += store.write(partial(mark_resolved, topics=lost))
        except StoreUnavailable as error:
            unsettled.append(consumer)
            say(f"{consumer} goes on naming what it lost: {error}")
    if as_json:
        typer.echo(json.dumps({"published": published, "settled": settled, "unsettled": unsettled}))
        return
    for name, count in published.items():
        typer.echo(f"{name}: {count} events are published again")
    typer.echo(f"{settled} partitions with a loss are dealt with")


def _published(service: str, since: datetime | None, connection: Connection) -> int:
    """How many events this service publishes again."""
    transaction = Transaction.begin(connection, SystemClock(), service)
    if since is None:
        repeat_unjudged(transaction)
        return on_their_way(connection)
    # In the order in which they were published; what follows is what the outbox holds no more.
    republish(transaction, since_then(since))
    if service == INTAKE:
        repeat_since(transaction, since)
    elif service == SCORING:
        issued = issued_since(connection, since)
        for at in range(0, len(issued), AT_ONCE):
            republish_verdicts(transaction, set(issued[at : at + AT_ONCE]))
            transaction.flush()
    elif service == EXTERNALITIES:
        repeat_territories(transaction, parameter_book())
    return on_their_way(connection)


def _dealt_with(consumer: str, producers: Collection[str], *, everything: bool) -> list[str]:
    """The topics of which this consumer lacks nothing any more."""
    if everything:
        return [each.name for each in topics() if each.says.producer in producers]
    # A proposal that is published again is answered again by all it takes to a verdict.
    way = {INTAKE: "verdicts", EXTERNALITIES: "proposals", SCORING: "proposals assessments"}
    return [topic for name, some in way.items() if name == consumer for topic in some.split()]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day or moment: write 2026-11-30 or 2026-11-30T08:00:00Z"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
