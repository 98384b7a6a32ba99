"""``winwinwin territory relays``, ``load-relays``, ``load-funded`` …: the milieu from files.

Part of the command line: reads files, calls the service, prints. stdout is data, stderr progress.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from contracts import codec, strict_yaml
from contracts.geography import Geography, geography, spot_of
from contracts.vocabulary.funded import FundedProjects
from contracts.vocabulary.milieu import Answer, Directory, Survey, WhomToAsk
from services.chassis.errors import BadData
from services.chassis.web.places import errors_of
from services.cli.client import connected
from services.cli.options import AsJson, AuthorityKey, Territory, Url, input_file
from services.cli.printing.console import print_json, say
from services.externalities.csv_files import BadTable
from services.externalities.milieu import funded as lists
from services.externalities.milieu.relays import read_relays, spots, written
from services.method.territory.relays import whom_to_ask

cli = typer.Typer()

DirectoryFile = Annotated[Path, input_file("Directory (CSV).")]


class BadSurvey(BadData):
    """A survey that cannot be used: each place by its pointer."""


@cli.command("relays")
def relays_command(
    file: DirectoryFile,
    need: Annotated[str, typer.Option(help="Competence that is needed, for example export.")],
    commune: Annotated[str, typer.Option(help="INSEE code of the place: 76540.")],
    as_json: AsJson = False,
) -> None:
    """The relays for a need and a place: mandate first, then distance, then the next one up."""
    here = geography()
    relays = read_relays(file, here)
    place = spot_of(here.communes[_commune(commune, here)])
    found = whom_to_ask(relays, need, place, spots(relays, here))
    if as_json:
        print_json(codec.adapter(WhomToAsk).dump_python(found, mode="json"))
        return
    if not found.competent:
        say(f"Nobody in the directory is competent for {need!r}: these can pass it on.")
    for each in found.relays:
        distance = "distance unknown" if each.km is None else f"{each.km:.0f} km ({each.precision})"
        relay = each.relay
        typer.echo(
            f"{relay.name}, {relay.function}: {relay.phone}; mandate {each.level}; {distance}"
        )


@cli.command("load-relays")
def load_relays_command(
    file: DirectoryFile, territory: Territory, url: Url = None, key: AuthorityKey = None
) -> None:
    """Put a directory of relays in force: from now on verdicts name whom to ask.

    All or nothing: each fault is named by line and column.
    """
    directory = Directory(relays=read_relays(file, geography()))
    with connected(url, key) as client:
        body = codec.adapter(Directory).dump_json(directory)
        client.call("PUT", f"/v1/territories/{territory}/relays", body)
    say(f"In force: {len(directory.relays)} relays of {territory}.")


@cli.command("export-relays")
def export_relays_command(territory: Territory, url: Url = None, key: AuthorityKey = None) -> None:
    """The directory in force as CSV, as ``load-relays`` reads it."""
    with connected(url, key) as client:
        body = client.call("GET", f"/v1/territories/{territory}/relays").body
    directory: Directory = codec.adapter(Directory).validate_json(json.dumps(body))
    typer.echo(written(directory.relays), nl=False)


@cli.command("load-survey")
def load_survey_command(
    file: Annotated[Path, input_file("Survey (YAML).")],
    territory: Territory,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Put the answers of an inquiry into the milieu in force, each with its source and day.

    A question without an answer stays unknown.
    """
    survey = read_survey(file)
    with connected(url, key) as client:
        body = codec.adapter(Survey).dump_json(survey)
        client.call("PUT", f"/v1/territories/{territory}/survey", body)
    say(
        f"In force for {territory}: {len(survey.answers)} answers, {len(survey.projects)} joint "
        f"projects, {len(survey.resources)} resources, {len(survey.links)} external links."
    )


@cli.command("load-funded")
def load_funded_command(
    file: Annotated[Path, input_file("Funded projects (CSV).")],
    territory: Territory,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Say which projects were funded, all of them, a row each; the file replaces the list in force.

    Header: proposal_id;revision;decided_on;source;institutions. They tie their institutions from
    now on, and the territory's page shows what they bring, apart from public data. All or nothing;
    each fault by line and column.
    """
    funded = lists.read_funded(file)
    with connected(url, key) as client:
        body = codec.adapter(FundedProjects).dump_json(funded)
        client.call("PUT", f"/v1/territories/{territory}/funded", body)
    ties = sum(len(project.institutions) > 1 for project in funded.projects)
    projects = f"{len(funded.projects)} funded project" + "s" * (len(funded.projects) != 1)
    say(f"In force for {territory}: {projects} ({ties} with two institutions or more).")


@cli.command("export-funded")
def export_funded_command(territory: Territory, url: Url = None, key: AuthorityKey = None) -> None:
    """The list of funded projects in force as CSV, as ``load-funded`` reads it."""
    with connected(url, key) as client:
        body = client.call("GET", f"/v1/territories/{territory}/funded").body
    funded: FundedProjects = codec.adapter(FundedProjects).validate_json(json.dumps(body))
    typer.echo(lists.written(funded), nl=False)


def read_survey(file: Path) -> Survey:
    """All or nothing. Raises ``BadSurvey`` naming each place."""
    try:
        value = strict_yaml.load(file.read_text("utf-8-sig"))
        body = json.dumps(_with_words(value), ensure_ascii=False, default=_iso)
        survey: Survey = codec.adapter(Survey).validate_json(body)
    except (strict_yaml.BadYaml, UnicodeDecodeError) as error:
        raise BadSurvey(f"{file}: nothing was read: {error}") from error
    except ValidationError as error:
        places = [f"{each.pointer or '/'}: {each.why}" for each in errors_of(error)]
        raise BadSurvey("\n  ".join([f"{file}: nothing was read:", *places])) from error
    return survey


def _commune(said: str, here: Geography) -> str:
    now = here.current(said)
    if now is None:
        raise BadTable(f"--commune {': '.join(here.refusal(said) or ())}")
    if now != said:
        say(f"{said} is part of {here.named(now)} today.")
    return now


def _with_words(value: Any) -> Any:
    """YAML reads a plain ``yes`` or ``no`` as a truth value: here they are words."""
    answers = value.get("answers") if isinstance(value, dict) else None
    for each in answers if isinstance(answers, list) else ():
        if isinstance(each, dict) and isinstance(each.get("answer"), bool):
            each["answer"] = Answer.YES if each["answer"] else Answer.NO
    return value


def _iso(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")
