"""A directory ready to be asked: the entries that answer, best first, and why.

Ranking is Okapi BM25 (Robertson and Zaragoza, 2009) as the library bm25s computes it, with its
defaults; before it counts how many of the question's words an entry holds at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.vocabulary.competences import CompetenceEntry, Side
from services.method.competences.words import Lexicon, Word, shared


@dataclass(frozen=True, slots=True)
class Phrase:
    """One offer or need of an entry. ``words`` are those that answer, as they are written there,
    ``marks`` their places in it: from, to.
    """

    text: str
    words: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry that answers. ``words`` are the question's words it holds, ``missing`` the others;
    ``phrases`` the offers (or needs) that hold them; ``score`` orders answers and means no more.
    """

    entry: CompetenceEntry
    words: tuple[str, ...]
    missing: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Answers:
    """``counted`` are the words of the question that count; ``total`` may exceed the answers."""

    counted: tuple[str, ...]
    total: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A need of one entry, and the others who offer what answers it."""

    entry: CompetenceEntry
    need: str
    answers: tuple[Answer, ...]


class Index:
    """The entries of a directory, ready to be asked. Immutable; a new directory is a new index."""

    def __init__(self, entries: Sequence[CompetenceEntry], lexicon: Lexicon) -> None:
        self.entries = tuple(entries)
        self._lexicon = lexicon
        self._offers = _Half([entry.offers for entry in self.entries], lexicon)
        self._needs = _Half([entry.needs for entry in self.entries], lexicon)

    def ask(self, question: str, among: Side = Side.OFFERS, most: int | None = None) -> Answers:
        """Who holds a word of the question among their offers (or needs), best first. Nobody when
        nobody does, or when no word of the question counts.
        """
        return self._asked(_apart(self._lexicon.words_of(question)), among, most)

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Every need that an offer of somebody else answers, the best answered first: those of
        whose words fewest were missing.
        """
        found = []
        for entry in self.entries:
            for need in entry.needs:
                asked = _apart(self._lexicon.words_of(need))
                # One word in common of a long sentence is a coincidence more often than an answer.
                enough = min(len(asked), _ENOUGH_WORDS)
                said = self._asked(asked, Side.OFFERS, _MOST_MEET, enough=enough, but=entry.id)
                if said.answers:
                    found.append(Meeting(entry, need, said.answers))
        return tuple(sorted(found, key=lambda m: (len(m.answers[0].missing), m.entry.name, m.need)))

    def _asked(
        self,
        asked: tuple[Word, ...],
        among: Side,
        most: int | None,
        *,
        enough: int = 1,
        but: str | None = None,
    ) -> Answers:
        counted = tuple(word.written for word in asked)
        if not asked:
            return Answers(counted, 0, ())
        half = self._offers if among is Side.OFFERS else self._needs
        found = []
        for position in half.holding(asked):
            held = [not word.keys.isdisjoint(half.keys[position]) for word in asked]
            if sum(held) >= enough and self.entries[position].id != but:
                found.append((position, held))
        scores = half.scores(asked) if found else []
        found.sort(key=lambda f: (-sum(f[1]), -scores[f[0]], self.entries[f[0]].id))
        answers = tuple(
            Answer(
                self.entries[position],
                tuple(word.written for word, has in zip(asked, held, strict=True) if has),
                tuple(word.written for word, has in zip(asked, held, strict=True) if not has),
                half.phrases(position, asked),
                float(scores[position]),
            )
            for position, held in found[:most]
        )
        return Answers(counted, len(found), answers)


_ENOUGH_WORDS = 2
"""Words of a need that an offer must hold to be named as its answer."""

_MOST_MEET = 3
"""Answers named with one need."""


class _Half:
    """The offers, or the needs, of all entries."""

    def __init__(self, texts: Sequence[tuple[str, ...]], lexicon: Lexicon) -> None:
        self.texts = texts
        self._each = [[lexicon.words_of(phrase) for phrase in phrases] for phrases in texts]
        self.words = [tuple(word for phrase in each for word in phrase) for each in self._each]
        self.keys = [frozenset(key for word in words for key in word.keys) for words in self.words]
        self._places: dict[str, list[int]] = {}
        for position, keys in enumerate(self.keys):
            for key in keys:
                self._places.setdefault(key, []).append(position)

    def holding(self, asked: Sequence[Word]) -> list[int]:
        """Positions of the entries that hold one of the words."""
        keys = {key for word in asked for key in word.keys}
        return sorted({position for key in keys for position in self._places.get(key, ())})

    def scores(self, asked: Sequence[Word]) -> Any:
        known = sorted({key for word in asked for key in word.keys} & self._places.keys())
        return self._ranked.get_scores(known) if known else [0.0] * len(self.texts)

    def phrases(self, position: int, asked: Sequence[Word]) -> tuple[Phrase, ...]:
        """The phrases of an entry that hold one of the words, with the places of those."""
        found = []
        for text, words in zip(self.texts[position], self._each[position], strict=True):
            hits = [word for word in words if any(shared(word, each) for each in asked)]
            if hits:
                marks = tuple((word.start, word.end) for word in hits)
                found.append(Phrase(text, tuple(word.written for word in hits), marks))
        return tuple(found)

    @cached_property
    def _ranked(self) -> Any:
        # Imported on first use: it brings numpy and half a second that most callers need not wait.
        import bm25s  # noqa: PLC0415 - see above

        # It sets its own logger to DEBUG, which would fill an operator's log.
        bm25s.logger.setLevel("WARNING")
        made = bm25s.BM25()
        made.index(
            [[key for word in words for key in sorted(word.keys)] for words in self.words],
            show_progress=False,
        )
        return made


def _apart(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without those that say the same as one before."""
    kept: list[Word] = []
    for word in words:
        if not any(shared(word, each) for each in kept):
            kept.append(word)
    return tuple(kept)
