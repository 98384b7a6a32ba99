"""The ``winwinwin`` command. Wires services and prints; holds no rule.

stdout is data, stderr is progress. Exit status: 0 ok, 1 failure, 2 usage, 4 a service cannot be
reached, 5 the data was refused.
"""

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from contracts import codec
from contracts.catalogue import SERVICES
from contracts.events import VerdictIssued
from services import (
    competences_command,
    dead_letters,
    evaluation,
    journal_command,
    keys,
    territory_command,
    topics,
    verdict_command,
)
from services import demo as demo_data
from services import doctor as checks
from services import migrate as migrating
from services.alone import alone
from services.chassis import faults, logs
from services.chassis.errors import BusUnavailable, Decision, Refuse
from services.chassis.parameters import ParameterError
from services.chassis.settings import PREFIX, AdministratorSettings, Settings, refuse_unknown
from services.client import Failing, NotJudged, Refused, Unreachable
from services.connection import ClientSettings, connected
from services.groups_command import groups
from services.method import cases
from services.method_command import diff
from services.notify.desk.language import Language
from services.printing import paper, print_verdict
from services.serving import Serving, own
from services.wiring import parameter_book

OK, FAILED, USAGE, UNREACHABLE, REFUSED = 0, 1, 2, 4, 5

WAIT_FOR_VERDICT_SECONDS = 10.0


cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Decides, openly and fast, which local business projects deserve public money.",
)
method = typer.Typer(no_args_is_help=True, help="The evaluation method by itself.")
method.command()(diff)
cli.add_typer(method, name="method")
cli.command()(groups)
cli.add_typer(keys.cli, name="keys")
cli.add_typer(keys.accounts, name="accounts")
cli.add_typer(territory_command.cli, name="territory")
cli.add_typer(verdict_command.cli, name="verdict")
cli.add_typer(competences_command.cli, name="competences")
cli.add_typer(topics.cli, name="topics")
cli.add_typer(dead_letters.cli, name="dlq")
cli.add_typer(journal_command.cli, name="journal")

err = Console(stderr=True)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything stored [WWW_DATA_DIR].")
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="[WWW_PORT]")]
Url = Annotated[str | None, typer.Option("--url", help="Address of the service [WWW_URL].")]
Key = Annotated[str | None, typer.Option("--key", help="Your API key [WWW_KEY].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InLanguage = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Proposal, YAML or JSON.")
]
Why = Annotated[bool, typer.Option("--why", help="Print the whole explanation.")]


@cli.command()
def up(data_dir: DataDir = None, port: Port = None) -> None:
    """Run all four services in this process until Ctrl-C."""
    settings = _settings(data_dir, port)
    stop = _stop_signal()
    with own(settings.data_dir), Serving(settings) as serving:
        err.print(f"Winwinwin is ready at {serving.address} (data in {settings.data_dir})")
        stop.wait()
        err.print("Stopping…")


@cli.command()
def service(
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(SERVICES))],
    port: Port = None,
) -> None:
    """Run one service, on Kafka and PostgreSQL, until Ctrl-C; replicas share the work."""
    settings = _settings(None, port)
    stop = _stop_signal()
    with alone(name, settings) as running:
        said = f"{name} answers at {running.address}, those who operate it at {running.operations}"
        err.print(said, highlight=False, soft_wrap=True)
        stop.wait()
        err.print("Stopping…")


@cli.command()
def demo(data_dir: DataDir = None, port: Port = None) -> None:
    """Run all services with a real territory and the example proposals."""
    if data_dir is None and PREFIX + "DATA_DIR" not in os.environ:
        # Beside, not among, what `winwinwin up` stores.
        data_dir = Path("data/demo")
    settings = _settings(data_dir, port).model_copy(
        update={"log_level": os.environ.get(PREFIX + "LOG_LEVEL", "warning")}
    )
    logs.configure(settings)
    with own(settings.data_dir), Serving(settings) as serving:
        err.print("Loading the territory and the examples…")
        granted = demo_data.access(serving.house, settings.data_dir)
        doors = demo_data.Doors.one(serving.address)
        count = len(demo_data.load(doors, granted))
        stop = _stop_signal()
        typer.echo(demo_data.welcome(doors, granted, settings.data_dir, count))
        stop.wait()
        err.print("Stopping; the data stays in", str(settings.data_dir))


@cli.command()
def migrate(
    services: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="All four if left out.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Bring databases to the schema of this version, making them where that is allowed."""
    settings = _settings(data_dir, None)
    for name in migrating.migrate(settings, AdministratorSettings(), services or SERVICES):
        typer.echo(f"{name}: migrated")


@cli.command()
def evaluate(
    file: File,
    territory: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Snapshot (JSON); the demo's if left out."),
    ] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.ENGLISH,
    why: Why = False,
) -> None:
    """Judge a proposal (YAML or JSON) here and now, without any server."""
    book = parameter_book()
    proposal, notes = evaluation.read_proposal(file)
    for note in notes:
        err.print(f"{note.pointer}: {note.why}", highlight=False, markup=False, soft_wrap=True)
    event = evaluation.evaluate(
        proposal,
        evaluation.read_snapshot(territory),
        book,
        datetime.now(UTC),
    )
    _say(event, as_json=as_json, lang=lang, why=why)


@cli.command()
def submit(
    file: File,
    url: Url = None,
    key: Key = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="Repeat with the same key: stored once.")
    ] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.ENGLISH,
) -> None:
    """Submit a proposal and show its verdict."""
    with connected(url, key) as client:
        receipt = client.submit(evaluation.read_file(file), idempotency_key).body
        err.print(f"Accepted: {receipt['reference']} (id {receipt['id']})", highlight=False)
        try:
            verdict = client.wait_for_verdict(receipt["id"], WAIT_FOR_VERDICT_SECONDS)
        except NotJudged as error:
            typer.echo(json.dumps(receipt, indent=2))
            _fail(error.told[lang], FAILED)
    if verdict is None:
        err.print(f"No verdict yet: ask later with `winwinwin show {receipt['id']}`")
        typer.echo(json.dumps(receipt, indent=2))
        return
    _say_answer(verdict, as_json=as_json, lang=lang, why=False)


@cli.command()
def show(
    proposal_id: Annotated[str, typer.Argument(metavar="ID")],
    url: Url = None,
    key: Key = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.ENGLISH,
    why: Why = False,
) -> None:
    """Where a proposal stands, and its verdict."""
    with connected(url, key) as client:
        address = f"/v1/proposals/{quote(proposal_id, safe='')}"
        state = client.call("GET", address).body
        if state["state"] != "judged":
            if state.get("not_judged"):
                err.print(state["not_judged"][lang], highlight=False)
            typer.echo(json.dumps(state, ensure_ascii=False, indent=2))
            return
        verdict = client.call("GET", f"{address}/verdict").body
    err.print(f"{state['reference']}: {state['state']}, revision {state['revision']}")
    _say_answer(verdict, as_json=as_json, lang=lang, why=why)


@cli.command()
def doctor(
    services: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SERVICE]...", help="Whose databases; all four if left out."),
    ] = None,
    data_dir: DataDir = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """Check this machine and this installation; name each failing check and its fix."""
    findings = checks.check(_settings(data_dir, port), services or SERVICES)
    if as_json:
        typer.echo(json.dumps([vars_of(each) for each in findings], indent=2))
    else:
        table = Table("check", "", "found", "to mend it")
        for each in findings:
            table.add_row(
                each.name, "ok" if each.ok else "FAILS", each.found, "" if each.ok else each.fix
            )
        paper().print(table)
    if not all(each.ok for each in findings):
        raise typer.Exit(FAILED)


def vars_of(finding: checks.Finding) -> dict[str, Any]:
    return {"name": finding.name, "ok": finding.ok, "found": finding.found, "fix": finding.fix}


@method.command()
def run(
    case_file: Annotated[
        Path,
        typer.Option("--cases", exists=True, dir_okay=False, help="Numeric cases (JSON list)."),
    ],
) -> None:
    """Compute numeric cases and compare: one line a case, then the counts."""
    try:
        listed = json.loads(case_file.read_text("utf-8"))
        results = cases.run(listed, parameter_book().on(datetime.now(UTC).date()))
    except (ValueError, TypeError, KeyError) as error:
        raise evaluation.BadFile(f"{case_file} is not a list of cases: {error}") from error
    for result in results:
        typer.echo(cases.line(result))
    typer.echo(cases.summary(results))
    if cases.any_failed(results):
        raise typer.Exit(FAILED)


def main() -> None:
    """Entry point: every foreseen error is one clear sentence and an exit status."""
    try:
        refuse_unknown(os.environ, (Settings, ClientSettings, AdministratorSettings))
    except Refuse as error:
        _fail(error, USAGE)
    try:
        cli(standalone_mode=True)
    except (
        Refused,
        evaluation.BadFile,
        ParameterError,
        *territory_command.REFUSED,
    ) as error:
        _fail(error, REFUSED)
    except (Unreachable, BusUnavailable) as error:
        _fail(error, UNREACHABLE)
    except (Decision, Failing, OSError) as error:
        _fail(error, FAILED)
    except ValidationError as error:
        named = [_named(each["loc"], each["msg"]) for each in error.errors()]
        _fail("a setting is not valid: " + "; ".join(named), USAGE)


def _named(place: tuple[Any, ...], message: str) -> str:
    """A wrong setting by its name; what is wrong between several names them itself."""
    if not place:
        return message.removeprefix("Value error, ")
    return f"{PREFIX}{str(place[0]).upper()}: {message}"


def _fail(error: object, status: int) -> None:
    err.print(f"winwinwin: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


def _settings(data_dir: Path | None, port: int | None) -> Settings:
    given: dict[str, Any] = {"data_dir": data_dir, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings)
    faults.arm(settings.fault)
    return settings


def _event(body: dict[str, Any]) -> VerdictIssued:
    try:
        return codec.decode(VerdictIssued, json.dumps(body).encode())
    except ValidationError as error:
        raise Failing(
            "the service's verdict is not one this version can show: use the command of the "
            "service's own version"
        ) from error


def _say_answer(body: dict[str, Any], *, as_json: bool, lang: Language, why: bool) -> None:
    """A verdict as a service answered it, with the mention the law asks for."""
    event = _event(body)
    if as_json:
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    _say(event, as_json=False, lang=lang, why=why)
    # A service of before this version says none.
    if lang in body.get("mention", {}):
        paper().print("", *body["mention"][lang].values(), sep="\n", markup=False, highlight=False)


def _say(event: VerdictIssued, *, as_json: bool, lang: Language, why: bool) -> None:
    if as_json:
        typer.echo(evaluation.as_json(event))
    else:
        sheet = parameter_book().on(event.verdict.parameters_on)
        print_verdict(paper(), event, sheet, lang, why=why)


def _stop_signal() -> threading.Event:
    """Set by Ctrl-C or a supervisor's SIGTERM from now on.

    Asked for before the first loop starts: a supervisor may change its mind at any time, and a
    service that answers already must not die of it.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
