"""``winwinwin doctor``: what can be checked before anyone calls for help, each with its fix."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import typer
from prometheus_client.parser import text_string_to_metric_families

from contracts.catalogue import SERVICES, topics
from services.app.parameter_book import parameter_book
from services.app.registry import INTAKE
from services.app.serving import listen
from services.chassis.clock import SystemClock
from services.chassis.database import migrations, postgres
from services.chassis.database.backends import databases_of
from services.chassis.database.store import Store
from services.chassis.errors import BusUnavailable, Refuse, StoreUnavailable
from services.chassis.messaging.dead_letters import count_open
from services.chassis.messaging.kafka import topics as kafka_topics
from services.chassis.ops.settings import OPERATIONS_PORT, Settings
from services.cli import topics as topics_command
from services.cli.data_dir import lock_data_dir, settings_given
from services.cli.options import AsJson, DataDir, Port, Services
from services.cli.printing.console import print_json, print_table
from services.intake.admission import waiting

FREE_BYTES = 500_000_000
"""Room below which a busy day of proposals may fill the disk."""

CLOCKS_APART_SECONDS = 5.0
"""Difference of two clocks beyond which nobody would notice by chance."""

SQLITE_NEEDED = (3, 35, 0)
"""First version with RETURNING, which the inbox relies on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, what was found, and how to mend it."""

    name: str
    ok: bool
    found: str
    fix: str = ""


def doctor(
    services: Services = None,
    data_dir: DataDir = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """Check this machine and this installation; name each failing check and its fix."""
    findings = check(settings_given(data_dir, port), services or SERVICES)
    if as_json:
        print_json([asdict(each) for each in findings])
    else:
        print_table(
            ("check", "", "found", "to mend it"),
            (
                (each.name, "ok" if each.ok else "FAILS", each.found, "" if each.ok else each.fix)
                for each in findings
            ),
        )
    if not all(each.ok for each in findings):
        raise typer.Exit(1)


def check(settings: Settings, services: Sequence[str] = SERVICES) -> list[Finding]:
    """Every check, in the order in which one would look; databases of these services only."""
    found = [finding for each in _CHECKS for finding in each(settings)]
    if settings.database_url is not None:
        found += [finding for name in services for finding in _database(settings, name)]
    found += [finding for name in services for finding in _waiting(settings, name)]
    if settings.kafka_bootstrap_servers:
        found.append(_kafka(settings))
    return found


def _python(_: Settings) -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding("python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


def _sqlite(_: Settings) -> Iterator[Finding]:
    needed = ".".join(map(str, SQLITE_NEEDED))
    yield Finding(
        "sqlite",
        sqlite3.sqlite_version_info >= SQLITE_NEEDED,
        sqlite3.sqlite_version,
        f"use a Python built with SQLite {needed} or newer",
    )


def _contracts(_: Settings) -> Iterator[Finding]:
    found = topics()
    yield Finding("topics", ok=bool(found), found=f"{len(found)} topics read")
    parameter_book()
    yield Finding("parameters", ok=True, found="every parameter has its source and dates")


def _data(settings: Settings) -> Iterator[Finding]:
    if (answer := _answer(settings)) is not None:
        parts, lag = answer
        yield _service(settings, parts)
        yield Finding("lag", ok=True, found=f"{lag:,} records wait to be handled")
    elif _held(settings.data_dir):
        yield Finding(
            "service",
            ok=False,
            found=f"one runs on {settings.data_dir}, and none answers on port {settings.port}",
            fix="give its port with --port or WWW_PORT",
        )
    else:
        yield _folder(settings.data_dir)
        yield _port(settings)
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    yield Finding(
        "disk",
        free > FREE_BYTES,
        f"{free / 1e9:.1f} GB free at {settings.data_dir}",
        "free space or move the data directory",
    )


def _database(settings: Settings, service: str) -> Iterator[Finding]:
    name = f"database of {service}"
    try:
        database = databases_of(settings)(service)
        behind = migrations.behind(service, database)
        asked = SystemClock().now()
        state = postgres.state_of(database)
    except (Refuse, StoreUnavailable) as error:
        yield Finding(name, ok=False, found=str(error), fix="see what was found")
        return
    yield Finding(name, behind is None, behind or "its schema is that of this version", "see there")
    yield Finding(
        f"{name}: server",
        state.major >= postgres.OLDEST,
        f"PostgreSQL {state.major}",
        f"use PostgreSQL {postgres.OLDEST} or newer",
    )
    yield Finding(
        f"{name}: power cut",
        not state.forgetful,
        f"set off: {', '.join(state.forgetful)}" if state.forgetful else "commits are kept",
        "set them on: with them off, what was accepted is lost when the power goes",
    )
    apart = abs((state.now - asked).total_seconds())
    yield Finding(
        f"{name}: clock",
        apart < CLOCKS_APART_SECONDS,
        f"{apart:.0f} s from this machine's",
        "let both machines keep time (NTP): deadlines and leases are judged by it",
    )


def _waiting(settings: Settings, service: str) -> Iterator[Finding]:
    """What waits for somebody; nothing where there is no database to ask."""
    if settings.database_url is None and not (settings.data_dir / f"{service}.db").exists():
        return
    fix = f"read them with `winwinwin dlq list --service {service}`, then replay or discard them"
    try:
        database = databases_of(settings)(service)
        if migrations.behind(service, database) is not None:
            return
        store = Store(database, name=service)
        try:
            found = count_open(store)
            with store.read() as connection:
                unjudged, oldest = waiting(connection) if service == INTAKE else (0, None)
        finally:
            store.close()
    except (Refuse, StoreUnavailable):
        return  # told by the check of the database
    yield Finding(f"dead letters of {service}", found == 0, f"{found} open", fix)
    if service == INTAKE:
        patience = timedelta(minutes=settings.unjudged_again_minutes)
        yield Finding(
            "proposals without a verdict",
            oldest is None or SystemClock().now() - oldest < patience,
            f"{unjudged}, the first since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else "none",
            "mend what else fails here, then say them again: `winwinwin resend --unjudged`",
        )


def _kafka(settings: Settings) -> Finding:
    try:
        wanted = topics_command.wanted(settings)
        with kafka_topics.administrator(settings) as client:
            changes = kafka_topics.plan(client, wanted)
    except (Refuse, BusUnavailable) as error:
        return Finding("kafka", ok=False, found=str(error), fix="see what was found")
    if changes:
        said = f"{len(changes)} things of its topics are not as contracts/topics wants them"
        fix = "see them with `winwinwin topics plan`, then run `winwinwin topics apply`"
        return Finding("kafka", ok=False, found=said, fix=fix)
    return Finding("kafka", ok=True, found=f"answers, with all {len(wanted)} topics")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _folder(folder: Path) -> Finding:
    nearest = _existing(folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        why = "cannot be written" if nearest.is_dir() else "is not a folder"
        found, fix = f"{nearest} {why}", "choose another with --data-dir"
        return Finding("data directory", ok=False, found=found, fix=fix)
    if nearest != folder:
        return Finding("data directory", ok=True, found=f"{folder} will be made at the first start")
    try:
        with lock_data_dir(folder):
            empty = "" if any(folder.glob("*.db")) else ", and holds no database yet"
            return Finding("data directory", ok=True, found=f"{folder} can be written{empty}")
    except Refuse as error:
        return Finding("data directory", ok=False, found=str(error), fix="see what was found")


def _answer(settings: Settings) -> tuple[dict[str, str], int] | None:
    """What is wrong with the service that answers here, by its parts, and how many records wait
    for it; None when none answers.
    """
    try:
        # Whatever proxy the environment names, this question is for this machine.
        asked = httpx2.Client(timeout=2, trust_env=False)
        at = httpx2.URL(scheme="http", host=settings.host, port=settings.port)
        with asked:
            if asked.get(at.join("/healthz")).json() != {"status": "alive"}:
                return None
            inside = settings.operations_port
            if settings.database_url is not None and inside is None:
                inside = OPERATIONS_PORT
            if inside is not None:
                at = httpx2.URL(scheme="http", host=settings.operations_host, port=inside)
            told = asked.get(at.join("/readyz")).json()
            lag = sum(_lag(asked.get(at.join(path))) for path in _METRICS)
    except (httpx2.TransportError, ValueError):
        return None
    return dict(told.get("not_ready", {})) | dict(told.get("also", {})), lag


_METRICS = ("/metrics", *(f"/services/{name}/metrics" for name in SERVICES))
"""Of one service, or of each in the single process."""


def _lag(answer: httpx2.Response) -> int:
    families = text_string_to_metric_families(answer.text if answer.is_success else "")
    lags = (each.samples for each in families if each.name == "bus_consumer_lag_records")
    return int(sum(sample.value for samples in lags for sample in samples))


def _service(settings: Settings, parts: Mapping[str, str]) -> Finding:
    where = f"answers on port {settings.port}"
    if settings.database_url is None and not _held(settings.data_dir):
        found = f"a Winwinwin {where}, and it is not the one of {settings.data_dir}"
        fix = "give its folder with --data-dir, or the port of the one you mean with --port"
        return Finding("service", ok=False, found=found, fix=fix)
    said = "; ".join(f"{part}: {why}" for part, why in parts.items())
    return Finding("service", not parts, f"{where}{f': {said}' if said else ''}", "see there")


def _held(folder: Path) -> bool:
    """Whether a running process has this data directory."""
    if not (folder / ".lock").exists():
        return False
    try:
        with lock_data_dir(folder):
            return False
    except Refuse:
        return True


def _port(settings: Settings) -> Finding:
    fix = "choose another with --port or WWW_PORT"
    try:
        listen(settings.host, settings.port).close()
    except Refuse as error:
        return Finding("port", ok=False, found=str(error).partition(":")[0], fix=fix)
    return Finding("port", ok=True, found=f"{settings.port} is free", fix=fix)


_CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _python,
    _sqlite,
    _contracts,
    _data,
)
