"""From a text to the words that count: accents folded, stop words left out, endings taken off.

A word is kept under three kinds of key: its French stem, its English stem, and the family of trade
words it belongs to in either language. Two words are the same when they have a key in common, so
nobody has to say in which language a text is.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_]*)*")
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['\u2019]", re.IGNORECASE)

_ASKING = """
qui quoi quel quelle quels quelles quelqu quelque personne ici chez faut faudrait pouvoir peut
peux peuvent pouvez pourrait pourraient pourriez saurait sauraient sait savoir savez cherche
cherchons cherchent recherchons besoin besoins aide aider aiderait faire fait offre offrons
propose proposons connaît connais trouver dispose disposer who what which whom whose where here
there could can cannot would might may able know knows help need needs needed needing look
looking seek seeking find finding vers entre sous sans selon depuis pendant afin nouveau
nouvelle nouveaux nouvelles petit petite petits petites new small offer offers someone somebody
anyone anybody us we our you your do does make please like want
"""
"""Words of a question, or of a need, that say nothing of what is asked."""

_CONTENT = frozenset({"main", "car"})
"""Stop words in one language that are trade words in the other or in a phrase."""

_STEMS_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was written, where it stands in its text, and its keys."""

    written: str
    start: int
    end: int
    keys: frozenset[str]


Families = Sequence[tuple[Sequence[str], Sequence[str]]]
"""Trade words of one meaning: per family its French words, then its English ones."""


class Lexicon:
    """What makes words of texts, and knows which trade words mean the same."""

    def __init__(self, families: Families = ()) -> None:
        forms: dict[str, str] = {}
        stems: dict[str, set[str]] = {}
        for number, (french, english) in enumerate(families):
            key = f"family:{number}"
            for word in (*french, *english):
                forms.setdefault(folded(word), key)
            for word in french:
                stems.setdefault(f"fr:{_stems(folded(word))[0]}", set()).add(key)
            for word in english:
                stems.setdefault(f"en:{_stems(folded(word))[1]}", set()).add(key)
        # A stem that two families share would make them one: it names neither.
        self._families = forms | {s: keys.pop() for s, keys in stems.items() if len(keys) == 1}

    def words_of(self, text: str) -> tuple[Word, ...]:
        """The words of a text that count, in its order."""
        # An elided article must not stick to its word; its place is kept, so that positions hold.
        bare = _ELIDED.sub(lambda found: " " * len(found[0]), text)
        found = []
        for each in _WORD.finditer(bare):
            form = folded(each[0])
            if form in _stop_words() or (len(form) == 1 and not form.isdigit()):
                continue
            written = text[each.start() : each.end()]
            found.append(Word(written, each.start(), each.end(), self._keys(form)))
        return tuple(found)

    def _keys(self, form: str) -> frozenset[str]:
        french, english = _stems(form)
        keys = {f"fr:{french}", f"en:{english}"}
        for key in (form, form.removesuffix("s"), f"fr:{french}", f"en:{english}"):
            if (family := self._families.get(key)) is not None:
                return frozenset({*keys, family})
        return frozenset(keys)


def folded(text: str) -> str:
    """Lower case, without accents, ligatures written out."""
    spelt = text.casefold().replace("œ", "oe").replace("æ", "ae")
    parts = unicodedata.normalize("NFKD", spelt)
    return "".join(c for c in parts if not unicodedata.combining(c))


@lru_cache(_STEMS_REMEMBERED)
def _stems(form: str) -> tuple[str, str]:
    # A stemmer keeps state while it works and is cheap to make: one for each call, for threads.
    return (
        snowballstemmer.stemmer("french").stemWord(form),
        snowballstemmer.stemmer("english").stemWord(form),
    )


@cache
def _stop_words() -> frozenset[str]:
    # Imported on first use: it brings numpy and half a second that most callers need not wait for.
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_FRENCH  # noqa: PLC0415 - see above

    said = (*STOPWORDS_EN_PLUS, *STOPWORDS_FRENCH, *_ASKING.split())
    return frozenset(folded(word) for word in said) - _CONTENT


def shared(one: Word, other: Word) -> bool:
    """Whether the two words are one for a reader of either language."""
    return not one.keys.isdisjoint(other.keys)
