"""``winwinwin evaluate FILE``: a proposal judged here and now."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.app.parameter_book import parameter_book
from services.cli import evaluation
from services.cli.options import AsJson, File, Why
from services.cli.printing.verdict import InLanguage, print_said
from services.notify.desk.wording.language import Language

err = Console(stderr=True)


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
    proposal, notes = evaluation.read_proposal(file)
    for note in notes:
        err.print(f"{note.pointer}: {note.why}", highlight=False, markup=False, soft_wrap=True)
    event = evaluation.evaluate(
        proposal,
        evaluation.read_snapshot(territory),
        parameter_book(),
        datetime.now(UTC),
    )
    print_said(event, as_json=as_json, language=lang, why=why)
