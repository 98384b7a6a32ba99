"""Checks on the aid and the glocalisation index, read from the explanation: nothing is computed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.verdict import Verdict
from services.notify.desk.views.parameter import ParameterView, parameter_view
from services.notify.desk.visibility import Viewer
from services.notify.desk.wording.claims import left_out, name, sentence
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import CHECK_STATES, SPOKEN, Tone

_SIZE = "check.size"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: what it is about, how it stands, and the figures this reader may see."""

    said: str
    state: str
    tone: Tone
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AidView:
    """``facts`` are what the checks rest on together; ``rules`` the parameters they apply."""

    facts: tuple[str, ...]
    checks: tuple[CheckRow, ...]
    rules: tuple[ParameterView, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Reach or embedding, and its answers."""

    said: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GlocalView:
    said: str
    sides: tuple[Side, ...]


def aid_view(
    verdict: Verdict,
    names: Mapping[str, str],
    seen_by: Viewer,
    parameters: Mapping[str, Parameter],
    voice: Speech,
) -> AidView | None:
    """None where no aid was asked for, and by verdicts of before there were checks."""
    branch = next((c for c in verdict.explanation.because if c.code == "aid.checks"), None)
    if branch is None:
        return None

    def said(claim: Claim) -> str:
        return sentence(claim, voice, names=names, seen_by=seen_by)

    checks, facts = [], []
    for claim in branch.because:
        if not claim.code.startswith("check."):
            facts.append(said(claim))
            continue
        state, tone = _state(claim, voice)
        because = tuple(said(each) for each in _below(claim, seen_by))
        if any(left_out(each, seen_by) for each in claim.because):
            because = (*because, voice.say("withheld (business secret)"))
        checks.append(CheckRow(name(claim, voice, names=names), state, tone, because))
    used = dict.fromkeys(p for claim in _all(branch) for p in claim.parameters)
    rules = tuple(parameter_view(each, parameters, voice) for each in used)
    return AidView(tuple(facts), tuple(checks), rules)


def glocal_view(
    verdict: Verdict, names: Mapping[str, str], seen_by: Viewer, voice: Speech
) -> GlocalView | None:
    """None in verdicts of before there was an index."""
    found = next((c for c in _all(verdict.explanation) if c.code in _INDEX), None)
    if found is None:
        return None

    def said(claim: Claim) -> str:
        return sentence(claim, voice, names=names, seen_by=seen_by)

    def answer(claim: Claim) -> str:
        # Its range is that of every unsaid answer; a zero at its centre would read as an answer.
        return name(claim, voice) if claim.code.endswith(".unknown") else said(claim)

    sides = tuple(Side(said(side), tuple(map(answer, side.because))) for side in found.because)
    return GlocalView(said(found), sides)


_INDEX = frozenset(("glocalisation.index", "glocalisation.unknown"))


def _state(claim: Claim, voice: Speech) -> tuple[str, Tone]:
    if isinstance(claim.value, str) and claim.value in CHECK_STATES:
        words, tone = CHECK_STATES[claim.value]
        return voice.say(words), tone
    if claim.code == _SIZE and isinstance(claim.value, str):
        size = SPOKEN.get(claim.value, claim.value)
        return voice.say("a %(size)s; to be verified", size=voice.say(size)), Tone.NEUTRAL
    words, tone = CHECK_STATES["open"]
    return voice.say(words), tone


def _below(claim: Claim, seen_by: Viewer) -> Iterator[Claim]:
    """What a check rests on, from the top, without what this reader may not know."""
    for each in claim.because:
        if not left_out(each, seen_by):
            yield each
            yield from _below(each, seen_by)


def _all(claim: Claim) -> Iterator[Claim]:
    yield claim
    for each in claim.because:
        yield from _all(each)
