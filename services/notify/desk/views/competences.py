"""Who here could …? What the page of competences shows, decided before the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from contracts.codec import decode
from contracts.events import CompetencesPublished
from contracts.nomenclature import word_families
from contracts.vocabulary.competences import CompetenceEntry, Holder, Side
from services.method.competences.asking import Answer, Index, Meeting, Phrase
from services.method.competences.words import Lexicon
from services.notify.desk.views.queue import Choice
from services.notify.desk.wording.language import Speech, mark, mark_plural

LONGEST_QUESTION = 300
MOST_ANSWERS = 50
SHOWN = 40
"""Entries, and needs that may be answered, on the page without a question."""

_INDEXES_KEPT = 4

HOLDERS: Mapping[Holder, str] = MappingProxyType(
    {
        Holder.FIRM: mark("Firm"),
        Holder.LABORATORY: mark("Laboratory"),
        Holder.TRAINING: mark("Training"),
        Holder.CHAMBER: mark("Chamber"),
        Holder.ASSOCIATION: mark("Association"),
        Holder.PUBLIC_BODY: mark("Public body"),
    }
)

SIDES: Mapping[Side, str] = MappingProxyType(
    {Side.OFFERS: mark("those who offer it"), Side.NEEDS: mark("those who need it")}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a phrase; ``hit`` says that it is a word that answers."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry. ``why`` says in words why it answers, empty where nothing was asked."""

    id: str
    name: str
    kind: str
    place: str
    contact: str
    offers: tuple[tuple[Piece, ...], ...]
    needs: tuple[tuple[Piece, ...], ...]
    since: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    name: str
    need: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencesView:
    """``notice`` is said instead of answers; ``found`` above them; ``hidden`` entries are one link
    away.
    """

    territory: str
    question: str
    sides: tuple[Choice, ...]
    notice: str
    found: str
    entries: tuple[EntryView, ...]
    meetings: tuple[MeetingView, ...]
    hidden: int


@cache
def _lexicon() -> Lexicon:
    return Lexicon(word_families())


@lru_cache(_INDEXES_KEPT)
def listed(body: bytes) -> tuple[CompetencesPublished, Index]:
    """A directory as it was said, ready to be asked; made once for each content."""
    said = decode(CompetencesPublished, body)
    return said, Index(said.entries, _lexicon())


def competences_view(
    body: bytes, question: str, among: Side, everything: bool, voice: Speech
) -> CompetencesView:
    """The answers to a question; without one, all entries and the needs that may be answered."""
    said, index = listed(body)
    asked = question.strip()
    notice = found = ""
    entries: Sequence[EntryView] = ()
    meetings: tuple[MeetingView, ...] = ()
    hidden = 0
    if len(asked) > LONGEST_QUESTION:
        notice = voice.say(
            "A question has at most %(n)s characters: name the work or the thing itself.",
            n=voice.number(LONGEST_QUESTION),
        )
    elif asked:
        answers = index.ask(asked, among, MOST_ANSWERS)
        entries = [_answer(each, among, voice) for each in answers.answers]
        if not answers.counted:
            notice = voice.say(
                "No word of the question says what is asked: name the work or the thing itself."
            )
        elif not entries:
            notice = voice.say(
                "Nobody here says %(words)s. Try other words, or ask the other half of the "
                "directory.",
                words=_quoted(answers.counted, voice),
            )
        else:
            found = voice.count(
                mark_plural("%(n)s entry answers", "%(n)s entries answer"), answers.total
            )
    else:
        shown = said.entries if everything else said.entries[:SHOWN]
        hidden = len(said.entries) - len(shown)
        entries = [_entry(each, voice) for each in shown]
        meetings = tuple(_meeting(each, voice) for each in index.meetings[:SHOWN])
    return CompetencesView(
        territory=said.territory.name,
        question=question[:LONGEST_QUESTION],
        sides=tuple(Choice(each, voice.say(SIDES[each]), each is among) for each in Side),
        notice=notice,
        found=found,
        entries=tuple(entries),
        meetings=meetings,
        hidden=hidden,
    )


def _answer(answer: Answer, among: Side, voice: Speech) -> EntryView:
    why = voice.say("Found: %(words)s.", words=_quoted(answer.words, voice))
    if answer.missing:
        why += " " + voice.say("Not found: %(words)s.", words=_quoted(answer.missing, voice))
    marked = {phrase.text: _pieces(phrase) for phrase in answer.phrases}
    return _entry(answer.entry, voice, why, among, marked)


def _entry(
    entry: CompetenceEntry,
    voice: Speech,
    why: str = "",
    among: Side | None = None,
    marked: Mapping[str, tuple[Piece, ...]] = MappingProxyType({}),
) -> EntryView:
    def phrases(side: Side, texts: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
        hits = marked if side is among else {}
        return tuple(hits.get(text, (Piece(text, hit=False),)) for text in texts)

    return EntryView(
        id=entry.id,
        name=entry.name,
        kind=voice.say(HOLDERS[entry.kind]),
        place=entry.place or entry.commune,
        contact=entry.contact,
        offers=phrases(Side.OFFERS, entry.offers),
        needs=phrases(Side.NEEDS, entry.needs),
        since=voice.day(entry.since),
        source=entry.source,
        why=why,
    )


def _pieces(phrase: Phrase) -> tuple[Piece, ...]:
    found = []
    at = 0
    for start, end in phrase.marks:
        found += [Piece(phrase.text[at:start], hit=False), Piece(phrase.text[start:end], hit=True)]
        at = end
    found.append(Piece(phrase.text[at:], hit=False))
    return tuple(piece for piece in found if piece.text)


def _meeting(meeting: Meeting, voice: Speech) -> MeetingView:
    return MeetingView(
        meeting.entry.name,
        meeting.need,
        tuple((each.entry.name, _quoted(each.words, voice)) for each in meeting.answers),
    )


def _quoted(words: Sequence[str], voice: Speech) -> str:
    return voice.listing([voice.say("“%(word)s”", word=word) for word in words])
