"""Two languages: messages by gettext (English is the key), figures and dates by Babel.

The French catalogue is read as it is committed (``locale/fr/desk.po``): nothing is compiled at
installation, and a translator's change is seen at the next start. English needs none.
"""

import gettext
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO, StringIO
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

CATALOGUE: Traversable = resources.files(__package__) / "locale" / "fr" / "desk.po"

OFFICE_TIMEZONE = get_timezone("Europe/Paris")
"""Times are stored in UTC and shown on the clock of the offices that read them."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUS = "\u2212"
_FRENCH_PLURAL = 2
"""From here on French has the plural: 1,9 an, 2 ans."""
_RIGHT_TO_LEFT = ("\u0590", "\u08ff")


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


_LOCALES = MappingProxyType(
    {Language.FRENCH: Locale.parse("fr_FR"), Language.ENGLISH: Locale.parse("en_GB")}
)


def mark(message: str) -> str:
    """Name a message for the catalogues without translating it yet (gettext's ``N_``)."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """The same for a message that counts something."""
    return one, many


class Speech:
    """One language's voice: messages, figures, dates. Shared by pages, charts and command line."""

    def __init__(self, language: Language, messages: gettext.NullTranslations) -> None:
        self.language = language
        self.messages = messages
        self._locale = _LOCALES[language]
        # French sets a no-break space before its double marks.
        before = "\u00a0" if language is Language.FRENCH else ""
        self.colon, self._semicolon = f"{before}:", f"{before}; "

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its ``%(name)s`` places filled."""
        return self.messages.gettext(message) % values

    def cite(self, source: str) -> str:
        """The source of a parameter; as it was written where another version wrote it."""
        return self.messages.gettext(source)

    def count(self, messages: tuple[str, str], n: int, **values: object) -> str:
        """The singular or plural message for ``n``, which fills ``%(n)s``."""
        return self.messages.ngettext(*messages, n) % {"n": self.number(n), **values}

    def measure(self, messages: tuple[str, str], value: float, **values: object) -> str:
        """The singular or plural message for a measured value, which may have decimals.

        French has the singular below two (1,5 an), English for exactly one (1.5 years).
        """
        singular = (
            abs(value) < _FRENCH_PLURAL if self.language is Language.FRENCH else abs(value) == 1
        )
        return self.messages.ngettext(*messages, 1 if singular else 2) % values

    def number(self, value: float, decimals: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        # Rounding -0.04 to one decimal must not print "-0.0".
        return _minus(format_decimal(round(value, decimals) + 0.0, pattern, locale=self._locale))

    def signed(self, value: float, decimals: int = 0) -> str:
        """A change, with its sign: a plus sign or a true minus sign, never a hyphen."""
        text = self.number(abs(value), decimals)
        if round(value, decimals) == 0:
            return text
        return ("+" if value > 0 else _MINUS) + text

    def figure(self, value: float) -> str:
        """A plain number with as many decimals as it needs, at most four."""
        return _minus(format_decimal(value, "#,##0.####", locale=self._locale))

    def money(self, value: float) -> str:
        """Whole euros; every amount of the desk is in euros."""
        return _minus(
            format_currency(
                round(value) + 0.0,
                "EUR",
                locale=self._locale,
                currency_digits=False,
                format="#,##0\u00a0¤" if self.language is Language.FRENCH else "¤#,##0",
            )
        )

    def percent(self, share: float) -> str:
        """A share of one as per cent, with one decimal only where it has one."""
        pattern = "#,##0.#\u00a0%" if self.language is Language.FRENCH else "#,##0.#%"
        return _minus(format_percent(share, pattern, locale=self._locale))

    def day(self, day: date) -> str:
        return self._dated(format_date(day, "long", locale=self._locale))

    def short_day(self, moment: datetime) -> str:
        local = moment.astimezone(OFFICE_TIMEZONE)
        return self._dated(format_date(local, "medium", locale=self._locale))

    def moment(self, moment: datetime) -> str:
        text: str = format_datetime(
            moment, "d MMM yyyy, HH:mm", tzinfo=OFFICE_TIMEZONE, locale=self._locale
        )
        return self._dated(text)

    def _dated(self, text: str) -> str:
        """French writes the first of a month as an ordinal; the locale data do not."""
        first = self.language is Language.FRENCH and text.startswith("1 ")
        return text.replace("1", "1er", 1) if first else text

    def age(self, age: timedelta) -> str:
        """How long ago something was, in its largest unit."""
        minutes = age // timedelta(minutes=1)
        if minutes < 1:
            return self.say(mark("just now"))
        if age < _HOUR:
            return self.count(mark_plural("%(n)s minute ago", "%(n)s minutes ago"), minutes)
        if age < 2 * _DAY:
            return self.count(mark_plural("%(n)s hour ago", "%(n)s hours ago"), age // _HOUR)
        return self.count(mark_plural("%(n)s day ago", "%(n)s days ago"), age // _DAY)

    def series(self, parts: Iterable[str]) -> str:
        """Parts with semicolons between."""
        return self._semicolon.join(parts)

    def listing(self, names: Sequence[str]) -> str:
        """``A, B and C``, each name kept apart from the direction of the text around it."""
        return format_list([isolated(name) for name in names], locale=self._locale)


def _minus(text: str) -> str:
    # A hyphen before a figure is easily lost, and breaks at the end of a line.
    return text.replace("-", _MINUS)


def isolated(name: str) -> str:
    """A name that may be written from right to left, fenced so that it cannot reorder a sentence.

    Names without such letters are returned as they are, so that a terminal shows no odd marks.
    """
    first, last = _RIGHT_TO_LEFT
    if any(first <= letter <= last for letter in name):
        return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
    return name


def read_catalogue() -> Catalog:
    """The committed catalogue."""
    return read_po(StringIO(CATALOGUE.read_text(encoding="utf-8")), locale=Language.FRENCH.value)


@cache
def speech(language: Language) -> Speech:
    """The voice of a language, its catalogue read once."""
    if language is Language.ENGLISH:
        return Speech(language, gettext.NullTranslations())
    compiled = BytesIO()
    write_mo(compiled, read_catalogue())
    compiled.seek(0)
    return Speech(language, gettext.GNUTranslations(compiled))
