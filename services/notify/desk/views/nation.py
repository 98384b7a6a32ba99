"""The territory on the nation's map, and what the projects judged here do to its activities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.territory_profile import ProfileGroup, ProfileNation
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.wording.language import Speech, mark

PROJECTS = 25
"""Verdicts issued last that the page looks through."""

NAMED = 6
"""Activities named in a quadrant; the others are counted."""

_QUADRANTS = (
    (True, True, mark("Related and complex: worth opening first")),
    (False, True, mark("Complex, not closely related: a long way, and a bet")),
    (True, False, mark("Related, not complex: easy, and brings little")),
    (False, False, mark("Neither related nor complex")),
)
_EFFECTS = (
    ("technology.opens", mark("opens")),
    ("technology.deepens", mark("deepens")),
    ("technology.already_special", mark("is strong in already")),
    ("technology.activity_leaves", mark("loses")),
    ("technology.leaves_no_speciality", mark("loses, without being strong in it")),
)
_QUADRANT_OF = "technology.quadrant."
_QUADRANT_WORDS = {
    "related_complex": mark("related and complex"),
    "related_simple": mark("related, not complex"),
    "unrelated_complex": mark("complex, not related"),
    "unrelated_simple": mark("neither"),
}


@dataclass(frozen=True, slots=True)
class GroupLine:
    code: str
    label: str
    density: str
    complexity: str


@dataclass(frozen=True, slots=True)
class QuadrantView:
    title: str
    count: str
    groups: tuple[GroupLine, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NationView:
    """``strong``: what the territory is specialised in, complex ones first."""

    what: str
    strong: QuadrantView
    quadrants: tuple[QuadrantView, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ProjectLine:
    id: str
    title: str
    effect: str
    activities: str
    quadrant: str


def nation_view(nation: ProfileNation | None, voice: Speech) -> NationView | None:
    """None where the territory's file covered this one area: there is no map then."""
    if nation is None:
        return None
    absent = [each for each in nation.groups if each.quotient < 1]
    strong = [each for each in nation.groups if each.quotient >= 1]
    return NationView(
        what=voice.say(
            "Among %(places)s employment areas at the end of %(year)s. Complexity is told in "
            "standard deviations from the mean of all activities; relatedness is the share of "
            "what lies close to the activity that the territory is strong in.",
            places=voice.number(nation.places),
            year=str(nation.year),
        ),
        strong=_quadrant(
            voice.say("What the territory is strong in, the most complex first"),
            sorted(strong, key=lambda each: (-each.complexity, each.code)),
            voice,
        ),
        quadrants=tuple(
            _quadrant(
                voice.say(title),
                sorted(
                    (e for e in absent if (e.related, e.complex) == (related, complex_)),
                    key=lambda each: (-each.density, each.code),
                ),
                voice,
            )
            for related, complex_, title in _QUADRANTS
        ),
        source=nation.source,
    )


def _quadrant(title: str, groups: Sequence[ProfileGroup], voice: Speech) -> QuadrantView:
    more = len(groups) - NAMED
    return QuadrantView(
        title,
        voice.number(len(groups)),
        tuple(
            GroupLine(
                each.code,
                each.label,
                voice.percent(each.density),
                voice.signed(each.complexity, 1),
            )
            for each in groups[:NAMED]
        ),
        voice.number(more) if more > 0 else "",
    )


def project_lines(stored: Sequence[StoredVerdict], voice: Speech) -> tuple[ProjectLine, ...]:
    """What each project opens, deepens or loses, as its verdict says it."""
    return tuple(line for each in stored for line in _lines(each, voice))


def _lines(stored: StoredVerdict, voice: Speech) -> Iterator[ProjectLine]:
    claims = list(_all(stored.event.verdict.explanation))
    quadrants = {
        claim.about[0]: claim.code.removeprefix(_QUADRANT_OF)
        for claim in claims
        if claim.code.startswith(_QUADRANT_OF) and claim.about
    }
    for code, word in _EFFECTS:
        for claim in claims:
            if claim.code != code and not claim.code.startswith(code + "."):
                continue
            # A measured claim names the activity and the commune; a departure all activities.
            several = code in {"technology.activity_leaves", "technology.leaves_no_speciality"}
            activities = claim.about if several else claim.about[:1]
            where = quadrants.get(claim.about[0], "") if claim.about else ""
            yield ProjectLine(
                stored.event.proposal_id,
                stored.event.title,
                voice.say(word),
                voice.listing(activities) if activities else voice.say("not said which"),
                voice.say(_QUADRANT_WORDS[where]) if where in _QUADRANT_WORDS else "",
            )


def _all(claim: Claim) -> Iterator[Claim]:
    yield claim
    for reason in claim.because:
        yield from _all(reason)
