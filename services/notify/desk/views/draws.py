"""How sure a verdict is, read from its explanation: nothing is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.verdict import Verdict, VerdictLabel
from services.notify.desk.views.queue import Chip, chip
from services.notify.desk.wording.figures import said
from services.notify.desk.wording.language import Speech, mark, mark_plural
from services.notify.desk.wording.pointers import question

_SOURCES_SHOWN = 6

_RESTS = mark_plural(
    "This verdict rests on %(n)s answer that was not given.",
    "This verdict rests on %(n)s answers that were not given.",
)
_NOT_GIVEN = mark("%(what)s (not said)")


@dataclass(frozen=True, slots=True)
class DrawnVerdict:
    """One verdict and the share of the draws that give it."""

    chip: Chip
    share: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where uncertainty comes from: the answer, and its part."""

    what: str
    share: str


@dataclass(frozen=True, slots=True)
class DrawsView:
    """``rests`` is empty where every answer was given."""

    said: str
    verdicts: tuple[DrawnVerdict, ...]
    sources: tuple[Source, ...]
    rests: str


def draws_view(verdict: Verdict, firms: Sequence[str], voice: Speech) -> DrawsView | None:
    """None where the verdict is certain, or was not drawn. ``firms`` are the names in order."""
    drawn = next((c for c in verdict.explanation.because if c.code == "draws.drawn"), None)
    if drawn is None or not isinstance(drawn.value, float):
        return None
    verdicts = [claim for claim in drawn.because if claim.code == "draws.verdict"]
    inputs = [claim for claim in drawn.because if claim.code.startswith("draws.input.")]
    return DrawsView(
        said=voice.say(
            "Each uncertain figure was drawn at random between its worst and its best value, "
            "%(count)s times, and the project judged each time.",
            count=voice.number(int(drawn.value)),
        ),
        verdicts=tuple(
            DrawnVerdict(chip(VerdictLabel(claim.about[0]), voice), _share(claim, voice))
            for claim in verdicts
        ),
        sources=(
            *(_source(claim, firms, voice) for claim in inputs[:_SOURCES_SHOWN]),
            *(
                Source(voice.say("several answers together"), _share(claim, voice))
                for claim in drawn.because
                if claim.code == "draws.together"
            ),
        ),
        rests=_rests(verdict, inputs, firms, voice),
    )


def _rests(verdict: Verdict, inputs: list[Claim], firms: Sequence[str], voice: Speech) -> str:
    if not verdict.unknown:
        return ""
    rests = voice.count(_RESTS, len(verdict.unknown))
    unknown = [claim for claim in inputs if claim.code == "draws.input.unknown"]
    if not unknown:
        return rests
    matters = voice.say(
        "The one that matters most is %(what)s.", what=question(unknown[0].about[0], voice, firms)
    )
    return f"{rests} {matters}"


def _source(claim: Claim, firms: Sequence[str], voice: Speech) -> Source:
    what = question(claim.about[0], voice, firms)
    if claim.code == "draws.input.unknown":
        what = voice.say(_NOT_GIVEN, what=what)
    return Source(what, _share(claim, voice))


def _share(claim: Claim, voice: Speech) -> str:
    return said(claim.value, claim.unit, voice) if isinstance(claim.value, float) else ""
