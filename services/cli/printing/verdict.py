"""A verdict on a terminal: the same views as the desk's pages, as text."""

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts import codec
from contracts.events import VerdictIssued
from contracts.vocabulary.identifiers import reference_of
from contracts.vocabulary.parameters import Parameter
from services.app.parameter_book import parameter_book
from services.cli.printing.console import print_json, stdout_console
from services.notify.committee.roles import Role
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.views.aid import AidView
from services.notify.desk.views.changes import ChangesView
from services.notify.desk.views.draws import DrawsView
from services.notify.desk.views.parameter import ParameterView
from services.notify.desk.views.relays import in_one_line
from services.notify.desk.views.verdict import Grounded, Reason, verdict_view
from services.notify.desk.wording.language import Language, Speech, speech


def print_said(event: VerdictIssued, *, as_json: bool, language: str, why: bool) -> None:
    """A verdict as a command prints it: its JSON, or with the parameters it was judged by."""
    if as_json:
        print_json(json.loads(codec.encode(event)))
    else:
        sheet = parameter_book().on(event.verdict.parameters_on)
        print_verdict(stdout_console(), event, sheet, Language(language), why=why)


def print_verdict(
    console: Console,
    event: VerdictIssued,
    parameters: Mapping[str, Parameter],
    language: Language,
    *,
    why: bool,
) -> None:
    """The verdict as its applicant may read it: all figures. ``why`` adds the whole explanation."""
    voice = speech(language)
    stored = StoredVerdict(
        reference=reference_of(event.proposal_id),
        event=event,
        issued_at=event.submitted_at,
        withdrawn_at=None,
    )
    view = verdict_view(stored, Role.OFFICER, parameters, voice)
    console.print(Text(view.title, style="bold"))
    console.print(f"{view.header} {view.certainty}".strip(), markup=False)
    _print_draws(console, view.draws, voice)
    if view.firms is not None:
        table = Table(voice.say("Firm"), *view.firms.columns, voice.say("Result"))
        for row in view.firms.rows:
            table.add_row(*map(Text, (row.name, *row.figures, row.outcome)))
        console.print(table)
        for fact in view.firms.facts:
            console.print(f"{fact.term}{voice.colon} {fact.said}", markup=False)
    for inner in view.partnership.inner:
        said = voice.series((inner.chip.word, inner.said))
        console.print(f"{inner.name}{voice.colon} {said}", markup=False)
    territory = Table(
        voice.say("Territory"), voice.say("Level"), voice.say("Interval"), voice.say("Figure")
    )
    for dimension in view.territory.rows:
        territory.add_row(
            *map(Text, (dimension.name, dimension.level, dimension.interval, dimension.figure))
        )
    console.print(territory)
    if view.glocal is not None:
        console.print(view.glocal.said, markup=False)
        for side in view.glocal.sides:
            console.print(f"  {side.said}", markup=False)
    _print_aid(console, view.aid, voice)
    for each in (*view.vetoes, *view.warnings):
        console.print(f"! {each.said}", markup=False)
    for asked in view.partnership.questions:
        console.print("? " + voice.series((asked.said, *asked.because)), markup=False)
    for line in view.missing:
        console.print(f"? {line}", markup=False)
    _print_changes(console, view.changes, voice)
    if event.whom_to_ask is not None:
        console.print(in_one_line(event.whom_to_ask, voice), markup=False)
    if why:
        for each in (*view.vetoes, *view.warnings):
            _print_grounds(console, each, voice)
        _print_reason(console, view.why, voice, 0)


def _print_draws(console: Console, draws: DrawsView | None, voice: Speech) -> None:
    """How sure: each verdict's share of the draws, and where the uncertainty comes from."""
    if draws is None:
        return
    for row in draws.verdicts:
        console.print(f"  {row.share}  {row.chip.word}", markup=False)
    if draws.sources:
        parts = voice.series(f"{row.what} {row.share}" for row in draws.sources)
        console.print(
            f"{voice.say('What the uncertainty comes from')}{voice.colon} {parts}", markup=False
        )
    if draws.rests:
        console.print(draws.rests, markup=False)


def _print_aid(console: Console, aid: AidView | None, voice: Speech) -> None:
    """How the checks on the aid stand; what each rests on is part of the explanation."""
    if aid is None:
        return
    console.print(f"{voice.say('Checks on the aid')}{voice.colon}", markup=False)
    for fact in aid.facts:
        console.print(f"  {fact}", markup=False)
    for row in aid.checks:
        console.print(f"  {row.said}{voice.colon} {row.state}", markup=False)


_NEAREST = 5
"""Safety margins shown on a terminal; ``--why`` shows them all."""


def _print_changes(console: Console, changes: ChangesView | None, voice: Speech) -> None:
    """What would make the verdict better, and what would end it first."""
    if changes is None:
        return
    if changes.better:
        console.print(f"{voice.say('To become Win-Win-Win')}{voice.colon}", markup=False)
        console.print(f"  {changes.better}", markup=False)
    for need in (*changes.needs, *changes.together):
        console.print(f"  {need.heading}", markup=False)
        for lever in need.levers:
            console.print(f"  → {lever}", markup=False)
    if changes.worse:
        console.print(changes.worse, markup=False)
    for row in changes.rows[1:_NEAREST]:
        console.print("  ↓ " + voice.series((f"{row.what} {row.last}", row.by)), markup=False)
    for note in changes.notes:
        console.print(f"  {note}", markup=False)
    if changes.without:
        console.print(f"  {voice.say('If a firm left')}{voice.colon}", markup=False)
    for line in changes.without:
        console.print(f"  → {line}", markup=False)


def _print_grounds(console: Console, each: Grounded, voice: Speech) -> None:
    """What a veto or a warning rests on: a rule, or parameters with their source and day."""
    console.print(f"! {each.said}", markup=False)
    if each.rule:
        console.print(f"    [{each.rule}]", markup=False)
    for parameter in each.parameters:
        console.print(f"    {_parameter(parameter, voice)}", markup=False)


def _parameter(parameter: ParameterView, voice: Speech) -> str:
    return f"[{voice.series((parameter.said, parameter.source, parameter.days))}]"


def _print_reason(console: Console, reason: Reason, voice: Speech, depth: int) -> None:
    console.print("  " * depth + "- " + reason.said, markup=False)
    for parameter in reason.parameters:
        console.print("  " * (depth + 1) + _parameter(parameter, voice), markup=False)
    for each in reason.because:
        _print_reason(console, each, voice, depth + 1)
