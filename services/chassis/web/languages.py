"""The language an answer is read in: what a caller asks for, and what is wrong in French.

Messages are written in English where they are raised, by us or by Pydantic. Only when one goes out
to somebody who reads French is its sentence looked for in ``locale/fr/problems.po``, whose
placeholders say what stands in them: ``{figure_…}`` is a figure, written as French writes it,
``{quoted_…}`` goes into French quotation marks, ``{choice_…}`` names alternatives, ``{said_…}`` is
a message itself, ``{day…}`` is a day, and every other is taken over as it stands.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from io import StringIO
from types import MappingProxyType

from contracts.not_judged import SENTENCES

ENGLISH, FRENCH = "en", "fr"
CATALOGUE = resources.files(__package__) / "locale" / "fr" / "problems.po"

_WEIGHTED = re.compile(
    r"\s*([a-z]{1,8}|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\{([a-z]+)((?:_[a-z]+)*)\}")
_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "figure": r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?",
        "quoted": r"'.*?'|\".*?\"",
        "choice": r"['\"].*",
        "said": r".*?",
        "day": r"\d{4}-\d\d-\d\d",
    }
)
Sentence = tuple[tuple[str, ...], re.Pattern[str], str]


def accepted(header: str) -> list[str]:
    """Primary language codes of an Accept-Language header (RFC 9110, 12.5.4), the most wanted
    first. What cannot be read and what is not wanted (``q=0``) is left out.
    """
    found = [_WEIGHTED.fullmatch(part) for part in header.split(",")]
    wanted = [(float(each[2] or 1), each[1].lower()) for each in found if each is not None]
    return [code for weight, code in sorted(wanted, key=lambda each: -each[0]) if weight]


def language_asked(header: str) -> str:
    """The language of an error for who sent this Accept-Language: English unless French is wanted
    more.
    """
    return next((code for code in accepted(header) if code in {ENGLISH, FRENCH}), ENGLISH)


def told(message: str, language: str) -> str:
    """A message in a language; as it was written where there are no words for it."""
    return (french(message) or message) if language == FRENCH else message


def french(message: str) -> str | None:
    """The message in French; None when the catalogue has no sentence that it is."""
    message = message.removeprefix("Value error, ").replace("Input should", "must", 1)
    plain, with_places = sentences()
    if message in plain:
        return plain[message]
    for words, pattern, said in with_places:
        # Without this look a long message would be searched by every pattern, again and again.
        if all(each in message for each in words) and (found := pattern.fullmatch(message)):
            return _PLACE.sub(_filled(found), said)
    return None


def _filled(found: re.Match[str]) -> Callable[[re.Match[str]], str]:
    def fill(place: re.Match[str]) -> str:
        value = found[place[1] + place[2]]
        match place[1]:
            case "figure":
                return value.replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")
            case "quoted":
                return f"«\u00a0{value[1:-1]}\u00a0»"
            case "choice":
                return value.replace(" or ", " ou ")
            case "said":
                return french(value) or value
        return value

    return fill


@cache
def sentences() -> tuple[Mapping[str, str], tuple[Sentence, ...]]:
    """Sentences by their English, and those with places, those that say most first."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - a third of a second for what no command that ends at once says

    text = CATALOGUE.read_text(encoding="utf-8")
    catalogue = {
        **{str(each.id): str(each.string) for each in read_po(StringIO(text)) if each.id},
        SENTENCES[ENGLISH]: SENTENCES[FRENCH],
    }
    with_places = [english for english in catalogue if _PLACE.search(english)]
    with_places.sort(key=lambda english: -len(_PLACE.sub("", english)))
    return (
        {english: said for english, said in catalogue.items() if not _PLACE.search(english)},
        tuple((_words(english), _pattern(english), catalogue[english]) for english in with_places),
    )


def _words(english: str) -> tuple[str, ...]:
    return tuple(_PLACE.sub("\0", english).split("\0"))


def _pattern(english: str) -> re.Pattern[str]:
    parts, end = [], 0
    for place in _PLACE.finditer(english):
        shape = _SHAPES.get(place[1], ".+?")
        parts += [re.escape(english[end : place.start()]), f"(?P<{place[1]}{place[2]}>{shape})"]
        end = place.end()
    return re.compile("".join([*parts, re.escape(english[end:])]), re.DOTALL)
