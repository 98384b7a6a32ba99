"""Claims, warnings and vetoes as sentences, each as far as its reader may read it."""

import re
from collections.abc import Mapping
from datetime import date

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import ImageAnchor
from contracts.vocabulary.verdict import VerdictLabel
from services.method.claims import CODES, Visibility
from services.notify.committee.roles import Role
from services.notify.desk.visibility import Viewer, band
from services.notify.desk.wording.figures import said, said_band
from services.notify.desk.wording.language import Speech, isolated, mark
from services.notify.desk.wording.pointers import question
from services.notify.desk.wording.words import ANCHORS, CHECK_STATES, LABELS, POINT_STATES, SPOKEN

_PLACES = ("first", "second", "third", "fourth")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMED_AT_MOST = 4
"""Firms that are named one by one where a claim is about all of them."""
_YEARLY = "EUR/year"
_NOBODY: Mapping[str, str] = {}
_APPLICANT = Viewer(Role.OFFICER, totals=True)
"""The reader of the command line: the applicant, reading their own file."""


def sentence(
    claim: Claim,
    voice: Speech,
    *,
    names: Mapping[str, str] = _NOBODY,
    seen_by: Viewer = _APPLICANT,
) -> str:
    """What the claim says, with its figure as far as ``seen_by`` may see it.

    ``names`` gives firms' names by their id. A code of a newer method, unknown here, is shown as
    it is and treated as a firm's own secret.
    """
    words = name(claim, voice, names=names)
    if claim.value is None:
        return words
    shown = figure(claim, voice, seen_by=seen_by)
    return voice.say("%(what)s: %(figure)s", what=words, figure=shown)


def figure(claim: Claim, voice: Speech, *, seen_by: Viewer = _APPLICANT) -> str:
    """The claim's figure as far as ``seen_by`` may see it; nothing where it has none."""
    meaning = CODES.get(claim.code)
    if claim.value is None:
        return ""
    if not seen_by.sees(Visibility.FIRM if meaning is None else meaning.whose):
        return _withheld(claim, voice)
    return _figure(claim.value, claim.unit, voice)


def name(claim: Claim, voice: Speech, *, names: Mapping[str, str] = _NOBODY) -> str:
    """What the claim is about, without its figure."""
    meaning = CODES.get(claim.code)
    if meaning is None:
        return claim.code
    about = [_named(one, names, voice) for one in claim.about]
    padded = (*about, *("" for _ in _PLACES))
    places = dict(zip(_PLACES, padded, strict=False))
    words = meaning.alone if meaning.alone and len(about) == 1 else meaning.words
    return voice.say(words, about=_listed(claim, about, names, voice), **places)


def _listed(claim: Claim, about: list[str], names: Mapping[str, str], voice: Speech) -> str:
    """Those the claim is about, one by one or, where they are many and all, in a word."""
    if len(about) > _NAMED_AT_MOST and names and set(claim.about) >= names.keys():
        return voice.say(mark("all the firms"))
    return voice.listing(about)


def left_out(claim: Claim, seen_by: Viewer) -> bool:
    """Whether this reader may not even know of the claim, or would learn nothing from it."""
    meaning = CODES.get(claim.code)
    if meaning is None or seen_by.sees(meaning.whose):
        return False
    if meaning.whose is Visibility.WHOLE:
        return True
    # Where it is now and how far it may move: the change above them says already "withheld".
    return claim.code.startswith("change.") and claim.unit != _YEARLY


def warning_or_veto(code: str, voice: Speech) -> str:
    """As a sentence; a code of a newer method as it is."""
    return voice.say(CODES[code].words) if code in CODES else code


def _named(one: str, names: Mapping[str, str], voice: Speech) -> str:
    if one in names:
        return names[one]
    if one.startswith("/"):
        return question(one, voice, tuple(names.values()))
    if one in SPOKEN:
        return voice.say(SPOKEN[one])
    if (day := _day(one)) is not None:
        return voice.day(day)
    if one in set(VerdictLabel):
        return voice.say(LABELS[VerdictLabel(one)])
    return voice.say(ANCHORS[ImageAnchor(one)]) if one in set(ImageAnchor) else one


def _day(one: str) -> date | None:
    """A day, where it is one: a name may be written like it."""
    try:
        return date.fromisoformat(one) if _DAY.fullmatch(one) else None
    except ValueError:
        return None


def _figure(value: Estimate | float | str, unit: str, voice: Speech) -> str:
    if not isinstance(value, str):
        return said(value, unit, voice)
    if unit == "state" and value in POINT_STATES:
        return voice.say(POINT_STATES[value][0])
    if unit == "check" and value in CHECK_STATES:
        return voice.say(CHECK_STATES[value][0])
    if unit == "size" and value in SPOKEN:
        return voice.say("a %(size)s; to be verified", size=voice.say(SPOKEN[value]))
    return voice.say(LABELS[VerdictLabel(value)]) if value in set(VerdictLabel) else isolated(value)


def _withheld(claim: Claim, voice: Speech) -> str:
    """The order of size of a secret amount; nothing of any other secret."""
    value = claim.value.central if isinstance(claim.value, Estimate) else claim.value
    if claim.unit == _YEARLY and isinstance(value, (int, float)):
        return said_band(band(value), voice)
    return voice.say("withheld (business secret)")
