"""The partnership on the verdict page: questions, feasibility, the pairs, the lower level."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.verdict import Factor, InnerJudgement, PairFactors, Verdict, firm_names
from services.notify.committee.roles import Role
from services.notify.desk.views.queue import Chip, chip
from services.notify.desk.visibility import Viewer
from services.notify.desk.wording.claims import name, sentence
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.pointers import question
from services.notify.desk.wording.words import FACTORS, FIRM_LEVELS, POINT_STATES, REMARKS, Tone


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the applicant, and what it rests on."""

    said: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of feasibility: what it is, how it stands, with what figures."""

    said: str
    state: str
    tone: Tone
    because: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two firms, and the factors known of them."""

    between: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InnerRow:
    """One group inside an incubator: its verdict, and how its firms fare."""

    name: str
    chip: Chip
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipView:
    """What is known of the partnership. None of it changes the verdict."""

    questions: tuple[Asked, ...]
    points: tuple[Point, ...]
    group: tuple[str, ...]
    pairs: tuple[PairRow, ...]
    inner: tuple[InnerRow, ...]
    skills: bool
    """Whether a table of skill relatedness was loaded."""

    @property
    def empty(self) -> bool:
        return not (self.questions or self.points or self.group or self.pairs or self.inner)


def partnership_view(
    verdict: Verdict, names: Mapping[str, str], seen_by: Viewer, voice: Speech
) -> PartnershipView:
    """The partnership as ``seen_by`` may see it: pairs are for the instructing officer."""

    def said(claim: Claim) -> str:
        return sentence(claim, voice, names=names, seen_by=seen_by)

    exact = seen_by.role is Role.OFFICER
    return PartnershipView(
        questions=tuple(
            Asked(said(claim), tuple(map(said, claim.because))) for claim in verdict.questions
        ),
        points=tuple(
            Point(
                name(claim, voice, names=names),
                voice.say(POINT_STATES[str(claim.value)][0]),
                POINT_STATES[str(claim.value)][1],
                voice.series(map(said, claim.because)),
            )
            for claim in verdict.feasibility
            if str(claim.value) in POINT_STATES
        ),
        group=tuple(map(said, verdict.partnership)),
        pairs=tuple(_pair(pair, names, voice) for pair in verdict.pairs) if exact else (),
        inner=tuple(
            InnerRow(
                names.get(inner.player, inner.player),
                chip(inner.label, voice),
                voice.say(FIRM_LEVELS[inner.firms.level])
                if inner.firms is not None
                else _lacking(inner, voice),
            )
            for inner in verdict.inner
        ),
        skills=any(claim.code == "group.skill_table" for claim in verdict.partnership),
    )


def _lacking(inner: InnerJudgement, voice: Speech) -> str:
    firms = list(firm_names(inner).values())
    return voice.listing([question(pointer, voice, firms) for pointer in inner.missing])


def _pair(pair: PairFactors, names: Mapping[str, str], voice: Speech) -> PairRow:
    factors = []
    for each in pair.factors:
        figure = (
            voice.say("%(figure)s km", figure=voice.number(each.value))
            if each.factor is Factor.DISTANCE_KM
            else voice.number(each.value, 2)
        )
        words = voice.say("%(name)s: %(value)s", name=voice.say(FACTORS[each.factor]), value=figure)
        if each.remark is not None:
            words = voice.say(
                "%(said)s (%(remark)s)", said=words, remark=voice.say(REMARKS[each.remark])
            )
        factors.append(words)
    return PairRow(voice.listing([names.get(firm, firm) for firm in pair.between]), tuple(factors))
