"""``winwinwin competences``: the directory of who offers and who needs what, and questions to it.

Part of the command line: reads files, calls the service, prints. stdout is data, stderr progress.
"""

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer
from pydantic import ValidationError

from contracts import codec
from contracts.geography import geography
from contracts.samples import competences_file
from contracts.vocabulary.competences import CompetenceDirectory, Side
from contracts.vocabulary.identifiers import TerritoryId
from services.cli.client import connected
from services.cli.options import AsJson, AuthorityKey, Territory, Url, input_file
from services.cli.printing.console import print_json, print_table, say
from services.externalities.competences.api import (
    LONGEST_QUESTION,
    MOST_ANSWERS,
    AnswersShown,
    MeetingsShown,
    answers_shown,
    meetings_shown,
)
from services.externalities.competences.csv_file import read_competences, written_competences
from services.externalities.competences.directory import lexicon
from services.externalities.csv_files import BadTable
from services.method.competences.asking import Index

cli = typer.Typer(no_args_is_help=True)

File = Annotated[Path, input_file("Directory (CSV).")]
FromFile = Annotated[
    Path | None,
    typer.Option("--file", exists=True, dir_okay=False, help="A directory (CSV) instead."),
]
MaybeTerritory = Annotated[
    str | None, typer.Option("--territory", help="The directory of this territory, at the service.")
]
Limit = Annotated[int, typer.Option(min=1, max=MOST_ANSWERS, help="Most answers.")]


@cli.command("import")
def import_command(
    file: File,
    territory: Territory,
    url: Url = None,
    key: AuthorityKey = None,
    as_json: AsJson = False,
) -> None:
    """Put a directory in force at the service, whole; it replaces the one before."""
    with connected(url, key) as client:
        said = client.call("PUT", _address(territory), directory_json(file)).body
    if as_json:
        typer.echo(json.dumps(said))
    else:
        say(f"In force: {said['entries']} entries of {territory}, revision {said['revision']}")


@cli.command("export")
def export_command(
    territory: Territory,
    out: Annotated[Path | None, typer.Option(help="File to write; stdout if left out.")] = None,
    url: Url = None,
    key: AuthorityKey = None,
) -> None:
    """Write the directory in force as CSV; reading it again gives the same entries."""
    with connected(url, key) as client:
        said = client.call("GET", _address(territory)).body
    directory: CompetenceDirectory = codec.adapter(CompetenceDirectory).validate_json(
        json.dumps(said)
    )
    text = written_competences(directory.entries)
    if out is None:
        typer.echo(text, nl=False)
        return
    # With the mark of UTF-8 that spreadsheets look for.
    out.write_text(text, encoding="utf-8-sig", newline="")
    say(f"Written: {out} ({len(directory.entries)} entries)")


@cli.command("check")
def check_command(file: File) -> None:
    """Read a directory (CSV) and say what is wrong with it; nothing is sent."""
    say(f"{file}: {len(read_competences(file, geography()))} entries, nothing wrong")


@cli.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="In plain words, French or English.")],
    territory: MaybeTerritory = None,
    file: FromFile = None,
    among: Annotated[Side, typer.Option(help="Who offers it, or who needs it.")] = Side.OFFERS,
    limit: Limit = 20,
    url: Url = None,
    key: AuthorityKey = None,
    as_json: AsJson = False,
) -> None:
    """Who here could …? Without --territory or --file, the demo's directory is asked."""
    if len(question) > LONGEST_QUESTION or not question:
        raise typer.BadParameter(f"a question has 1 to {LONGEST_QUESTION} characters")
    if territory is not None:
        query = urlencode({"q": question, "among": among.value, "limit": limit})
        with connected(url, key) as client:
            said = client.call("GET", f"{_address(territory)}/answers?{query}").body
    else:
        index = Index(read_competences(file or competences_file(), geography()), lexicon())
        said = _plain(answers_shown(index.ask(question, among, limit)))
    if as_json:
        print_json(said)
        return
    if not said["counted"]:
        say("No word of the question says what is asked: name the work or the thing itself")
        return
    _print_answers(said["answers"])
    say(f"Entries with one of these words: {said['total']} ({', '.join(said['counted'])})")


@cli.command("meetings")
def meetings_command(
    territory: MaybeTerritory = None,
    file: FromFile = None,
    limit: Limit = 20,
    url: Url = None,
    key: AuthorityKey = None,
    as_json: AsJson = False,
) -> None:
    """The needs that somebody else's offer may answer, the best answered first."""
    if territory is not None:
        with connected(url, key) as client:
            said = client.call("GET", f"{_address(territory)}/meetings?limit={limit}").body
    else:
        index = Index(read_competences(file or competences_file(), geography()), lexicon())
        said = _plain(meetings_shown(index, limit))
    if as_json:
        print_json(said)
        return
    print_table(
        ("who needs", "what", "who offers", "words in common"),
        (
            (
                each["entry"]["name"],
                each["need"],
                answer["entry"]["name"],
                ", ".join(answer["words"]),
            )
            for each in said["meetings"]
            for answer in each["answers"]
        ),
    )
    say(f"Needs that may be answered here: {said['total']}")


def directory_json(file: Path) -> bytes:
    """The directory in a file as the service takes it. Raises ``BadTable``."""
    directory = CompetenceDirectory(entries=read_competences(file, geography()))
    body: bytes = codec.adapter(CompetenceDirectory).dump_json(directory)
    return body


def _print_answers(answers: list[dict[str, Any]]) -> None:
    rows = []
    for each in answers:
        entry = each["entry"]
        phrases = "\n".join(phrase["text"] for phrase in each["phrases"])
        found = ", ".join(dict.fromkeys(w for p in each["phrases"] for w in p["words"]))
        cells = (entry["name"], entry["place"] or entry["commune"], phrases, found)
        rows.append((*cells, entry["contact"], entry["since"]))
    print_table(("who", "where", "holds", "words", "contact", "since"), rows)


def _address(territory: str) -> str:
    try:
        codec.adapter(TerritoryId).validate_python(territory)
    except ValidationError as error:
        raise BadTable(
            f"{territory!r} cannot name a territory: use country, kind and code, as in fr-ze-2815"
        ) from error
    return f"/v1/territories/{quote(territory, safe='')}/competences"


def _plain(said: AnswersShown | MeetingsShown) -> dict[str, Any]:
    plain: dict[str, Any] = codec.adapter(type(said)).dump_python(said, mode="json")
    return plain
