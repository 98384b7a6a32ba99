"""The group's result shared by other rules: what each would give, and whether it is stable.

Fair and stable are two columns, never one word: the rule says in which sense it is fair, the next
column whether some subgroup would leave.
"""

from dataclasses import dataclass

from contracts.vocabulary.verdict import FirmsJudgement, SolutionShown
from services.notify.committee.roles import Role
from services.notify.desk.visibility import Viewer
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import NOTIONS, SOLUTION_SENSES, SOLUTIONS


@dataclass(frozen=True, slots=True)
class SharingRow:
    """One rule: its name, in which sense it is fair, two answers, and each firm's gain."""

    name: str
    sense: str
    stable: str
    wins: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingsView:
    """The rules side by side; ``firms`` heads the figures and is empty for who may not see them.

    ``left_out`` says what was not computed, empty when nothing was left out.
    """

    rows: tuple[SharingRow, ...]
    firms: tuple[str, ...]
    left_out: str


def sharings_view(firms: FirmsJudgement, reader: Viewer, voice: Speech) -> SharingsView | None:
    """The rules as ``reader`` may see them; None for a verdict of before they were told."""
    if not firms.solutions:
        return None
    exact = reader.role is Role.OFFICER
    return SharingsView(
        rows=tuple(_row(shown, voice, exact=exact) for shown in firms.solutions),
        firms=tuple(share.name for share in firms.shares) if exact else (),
        left_out=_left_out(firms, voice),
    )


def _row(shown: SolutionShown, voice: Speech, *, exact: bool) -> SharingRow:
    return SharingRow(
        name=voice.say(SOLUTIONS[shown.solution]),
        sense=voice.say(SOLUTION_SENSES[shown.solution]),
        stable=voice.say("yes") if shown.stable else voice.say("no"),
        wins=voice.say("yes") if shown.every_firm_wins else voice.say("no"),
        figures=tuple(voice.money(gain) for gain in shown.gains) if exact else (),
    )


def _left_out(firms: FirmsJudgement, voice: Speech) -> str:
    if not firms.not_computed:
        return ""
    return voice.say(
        "The group is too large for every subgroup to be looked at. Its cuts in two were searched; "
        "no longer computed: %(notions)s.",
        notions=voice.listing([voice.say(NOTIONS[notion]) for notion in firms.not_computed]),
    )
