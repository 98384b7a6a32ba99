"""Figures with their units, as a sentence says them: ``12 (between 8 and 15) jobs``."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from contracts.vocabulary.estimates import Estimate
from services.notify.desk.visibility import Band
from services.notify.desk.wording.language import Speech, mark, mark_plural
from services.notify.desk.wording.words import LEVELS

_THOUSAND = 1_000

_MOST_DECIMALS = 4

Format = Callable[[Speech, float], str]
Words = str | tuple[str, str]
"""What stands around a figure; two forms where the unit is something that is counted."""

_EUROS: Format = Speech.money
_WHOLE: Format = Speech.number
_SHARE: Format = Speech.percent
_PLAIN: Format = Speech.figure


def _tenths(voice: Speech, value: float) -> str:
    return voice.number(value, 1)


def _hundredths(voice: Speech, value: float) -> str:
    return voice.number(value, 2)


_DECIMALS: Mapping[Format, int] = MappingProxyType({_WHOLE: 0, _tenths: 1, _hundredths: 2})
"""What is written of a figure in these forms."""


def _whole_or_plain(voice: Speech, value: float) -> str:
    # A year takes no thousands separator.
    return f"{value:.0f}" if value.is_integer() else voice.figure(value)


def _digits(_voice: Speech, value: float) -> str:
    # A seed is a name, not an amount: no thousands separator.
    return f"{value:.0f}"


def _level(voice: Speech, value: float) -> str:
    if value not in LEVELS:
        return voice.figure(value)
    return f"{voice.signed(value)} · {voice.say(LEVELS[int(value)])}"


UNITS: Mapping[str, tuple[Format, Words]] = MappingProxyType(
    {
        "": (_PLAIN, mark("%(figure)s")),
        "EUR/year": (_EUROS, mark("%(figure)s a year")),
        "EUR per net job": (_EUROS, mark("%(figure)s per net job")),
        "FTE": (_tenths, mark_plural("%(figure)s full-time job", "%(figure)s full-time jobs")),
        "factor": (_PLAIN, mark("× %(figure)s")),  # noqa: RUF001 - the multiplication sign is meant
        "jobs per job": (_PLAIN, mark("%(figure)s further jobs per job")),
        "tCO2e/year": (_WHOLE, mark("%(figure)s t of CO2e a year")),
        "HHI points": (
            _WHOLE,
            mark_plural("%(figure)s point of the HHI", "%(figure)s points of the HHI"),
        ),
        "share": (_SHARE, mark("%(figure)s")),
        "posts": (
            _PLAIN,
            mark_plural("%(figure)s full-time post", "%(figure)s full-time posts"),
        ),
        "percentage points": (
            _tenths,
            mark_plural("%(figure)s percentage point", "%(figure)s percentage points"),
        ),
        "share/year": (_SHARE, mark("%(figure)s a year")),
        "area": (_SHARE, mark("%(figure)s of the time (one half is a toss-up)")),
        "EUR": (_EUROS, mark("%(figure)s")),
        "employees": (_WHOLE, mark_plural("%(figure)s employee", "%(figure)s employees")),
        "standard errors": (_PLAIN, mark("%(figure)s standard errors")),
        "standard deviations": (_PLAIN, mark("%(figure)s standard deviations from the mean")),
        "quotient": (_PLAIN, mark("%(figure)s times the usual share")),
        "employment areas": (_WHOLE, mark("%(figure)s employment areas")),
        "division": (_WHOLE, mark("%(figure)s")),
        "level": (_level, mark("%(figure)s")),
        "year": (_whole_or_plain, mark("%(figure)s")),
        "firms": (_WHOLE, mark_plural("%(figure)s firm", "%(figure)s firms")),
        "groups": (_WHOLE, mark_plural("%(figure)s subgroup", "%(figure)s subgroups")),
        "weight": (_PLAIN, mark("%(figure)s")),
        "km": (_WHOLE, mark("%(figure)s km")),
        "minutes": (_WHOLE, mark_plural("%(figure)s minute", "%(figure)s minutes")),
        "years": (_PLAIN, mark_plural("%(figure)s year", "%(figure)s years")),
        "projects": (_WHOLE, mark_plural("%(figure)s project", "%(figure)s projects")),
        "bits": (_PLAIN, mark_plural("%(figure)s bit", "%(figure)s bits")),
        "of 1": (_hundredths, mark("%(figure)s")),
        "annual work units": (
            _PLAIN,
            mark_plural("%(figure)s annual work unit", "%(figure)s annual work units"),
        ),
        "countries": (_WHOLE, mark_plural("%(figure)s country", "%(figure)s countries")),
        "of 5": (_WHOLE, mark("%(figure)s of 5")),
        "nodes": (_WHOLE, mark("%(figure)s steps of the search")),
        "draws": (_WHOLE, mark("%(figure)s draws")),
        "seed": (_digits, mark("%(figure)s")),
        "classes": (_WHOLE, mark("%(figure)s classes")),
        "decimals": (_PLAIN, mark("%(figure)s decimals")),
    }
)
"""How each unit of the method is written: the form of the figure, and the words around it."""

_EUROS_OF_A_YEAR = re.compile(r"EUR(\d{4})(/tCO2e| per net job)?")


def said(value: Estimate | float, unit: str, voice: Speech) -> str:
    """One figure with its unit; an uncertain one with its interval.

    A unit of a newer method, unknown here, is written as it is called.
    """
    form, words, year = _unit(unit)
    if isinstance(value, Estimate):
        figure = form(voice, value.central)
        low, high = form(voice, value.low), form(voice, value.high)
        if low != high:
            figure = voice.say(
                "%(figure)s (between %(low)s and %(high)s)", figure=figure, low=low, high=high
            )
    else:
        figure = form(voice, value)
    return _with_words(figure, words, unit, year, voice, _most(value, form))


def bare(value: float, unit: str, voice: Speech) -> str:
    """One figure in the form of its unit, without its words: beside another one that has them."""
    form, _, _ = _unit(unit)
    return form(voice, value)


def said_values(value: float | tuple[float, ...], unit: str, voice: Speech) -> str:
    """The value of a parameter: one figure, or several in order."""
    values = value if isinstance(value, tuple) else (value,)
    form, words, year = _unit(unit)
    # A level has a dot of its own, before its word.
    said = [form(voice, one) for one in values]
    figure = voice.series(said) if form is _level else " · ".join(said)
    most = max(_most(one, form) for one in values)
    return _with_words(figure, words, unit, year, voice, most)


def said_band(where: Band, voice: Speech) -> str:
    """An order of size instead of a figure."""
    if where.low is None:
        return voice.say("loses")
    if where.high is None:
        return voice.say("more than %(low)s a year", low=voice.money(where.low))
    return voice.say(
        "%(low)s to %(high)s a year", low=voice.money(where.low), high=voice.money(where.high)
    )


def short_band(where: Band, voice: Speech) -> str:
    """An order of size as it fits beside a bar, in thousands of euros."""
    if where.low is None:
        return voice.say("loses")
    low = voice.number(where.low / _THOUSAND)
    if where.high is None:
        return voice.say("> €%(low)sk", low=low)
    return voice.say("€%(low)sk to €%(high)sk", low=low, high=voice.number(where.high / _THOUSAND))


def said_days(first: date, last: date, voice: Speech) -> str:
    """The day a value came into force, and the last day somebody checked it."""
    return voice.say(
        "since %(since)s, checked on %(checked)s", since=voice.day(first), checked=voice.day(last)
    )


def _most(value: Estimate | float, form: Format) -> float:
    """The largest of what is said, as it is written: the noun behind an interval agrees with it."""
    ends = (value.low, value.central, value.high) if isinstance(value, Estimate) else (value,)
    return round(max(map(abs, ends)), _DECIMALS.get(form, _MOST_DECIMALS))


def _unit(unit: str) -> tuple[Format, Words, str]:
    """The form of a figure, the words around it (empty when unknown), and its year of prices."""
    match = _EUROS_OF_A_YEAR.fullmatch(unit)
    if match is None:
        form, words = UNITS.get(unit, (_PLAIN, ""))
        return form, words, ""
    by_suffix = {
        None: mark("%(figure)s (prices of %(year)s)"),
        "/tCO2e": mark("%(figure)s per tonne of CO2e (prices of %(year)s)"),
        " per net job": mark("%(figure)s per net job (prices of %(year)s)"),
    }
    return _EUROS, by_suffix[match[2]], match[1]


def _with_words(figure: str, words: Words, unit: str, year: str, voice: Speech, most: float) -> str:
    if isinstance(words, tuple):
        return voice.measure(words, most, figure=figure)
    return voice.say(words, figure=figure, year=year) if words else f"{figure} {unit}"
