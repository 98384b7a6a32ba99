"""Every figure of a text, and every figure that a verdict may give one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from html.parser import HTMLParser

from contracts.events import VerdictIssued
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from services.notify.desk.language import Language, Speech, speech
from services.notify.desk.readers import BAND_EDGES

_SPACES = "\u202f\u00a0"
_FIGURE = re.compile(rf"(?<![\w.,/\-])[\u2212-]?\d+(?:[{_SPACES},.]\d+)*(?![\w/])")
_LAW = re.compile(
    r"\d+\.\d+\.\d+"
    r"|[LR]\d{3}(?:-\d+)+|\d{4}/\d{2,4}(?:/[A-Z]{2})?|NF X50-770|PDF/UA-1|CO2e?"
    r"|\b[0-9a-f]{12,64}\b"
    r"|R311-3-1-2, \d°|^\d\. |\b\d\. (?=[A-ZÀ-Ý])|\bart(?:icle|\.)s? [0-9(), ]+",
    re.MULTILINE,
)
"""Versions, texts of law, norms, units, numbers of headings, fingerprints: no figures."""


class Text(HTMLParser):
    """What a reader sees of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the base has it
        self._hidden += tag in ("head", "style", "script", "title")
        self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("head", "style", "script", "title")
        self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)

    def __str__(self) -> str:
        return "".join(self.parts)


def figures_in(text: str, language: Language, names: Iterable[str]) -> Iterator[tuple[float, str]]:
    """Each figure of a text that is not part of a name, with the words around it."""
    for name in sorted({name for name in names if any(c.isdigit() for c in name)}, key=len)[::-1]:
        text = text.replace(name, " ")
    text = _LAW.sub(" ", text)
    for match in _FIGURE.finditer(text):
        said = match.group().replace("\u2212", "-")
        for space in _SPACES:
            said = said.replace(space, "")
        said = said.replace(",", "." if language is Language.FRENCH else "")
        around = " ".join(text[max(0, match.start() - 60) : match.end() + 30].split())
        yield abs(float(said)), around


def nodes(event: VerdictIssued) -> Iterator[Claim]:
    """Every node of the explanation and of the trees beside it."""
    verdict = event.verdict
    roots = (verdict.explanation, *verdict.questions, *verdict.feasibility, *verdict.partnership)
    for root in roots:
        yield from _walk(root)


def _walk(claim: Claim) -> Iterator[Claim]:
    yield claim
    for reason in claim.because:
        yield from _walk(reason)


def values(thing: object) -> Iterator[float]:
    """Every number of a value, however deep."""
    if isinstance(thing, bool | str | Enum | date) or thing is None:
        return
    if isinstance(thing, int | float):
        yield float(thing)
    elif isinstance(thing, tuple | list):
        for each in thing:
            yield from values(each)
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from values(getattr(thing, each.name))


def as_shown(value: float) -> set[float]:
    """The ways in which the desk writes one value: whole, to tenths, as per cent, in thousands."""
    size = abs(value)
    return {
        float(round(size)),
        round(size, 1),
        round(size, 2),
        round(size, 4),
        round(size * 100, 1),
        float(round(size * 100)),
        round(size / 1000, 3),
    }


def allowed(event: VerdictIssued, parameters: Iterable[Parameter]) -> set[float]:
    """What may be shown: values of nodes, of the judgement they explain, of parameters."""
    verdict = event.verdict
    found = [value for claim in nodes(event) for value in values(claim.value)]
    found += values((verdict.firms, verdict.territory, verdict.pairs, verdict.inner))
    found += values((verdict.net_jobs, verdict.territory_ref, event.aid_requested, event.revision))
    for parameter in parameters:
        found += values(parameter.value)
    found += BAND_EDGES
    shown = set().union(*map(as_shown, found))
    return shown | set(steps(event)) | set(counts(event))


def steps(event: VerdictIssued) -> Iterator[float]:
    """Bars of the chart of jobs: what one step leaves less what the one before it left."""
    left = [0.0]
    for claim in nodes(event):
        if claim.code in ("jobs.remaining", "jobs.gross.said", "jobs.net"):
            assert isinstance(claim.value, Estimate)
            left.append(claim.value.central)
    for one in left:
        for other in left:
            yield round(abs(one - other), 1)


def counts(event: VerdictIssued) -> Iterator[float]:
    """How many there are of what is listed beside."""
    verdict = event.verdict
    yield float(len(verdict.unknown))
    yield float(len(verdict.missing))
    yield from (float(len(claim.parameters)) for claim in nodes(event))
    yield from (float(n) for n, _ in enumerate(verdict.firms.shares if verdict.firms else ()))
    yield from (float(len(claim.because)) for claim in nodes(event))


def names_of(event: VerdictIssued, parameters: Iterable[Parameter], voice: Speech) -> set[str]:
    """What is no figure though it may hold digits: names, titles, sources, days, identifiers."""
    verdict = event.verdict
    ref = verdict.territory_ref
    names = {event.title, event.partner, event.proposal_id, ref.name, ref.source, ref.licence}
    names |= {ref.snapshot_sha256, verdict.inputs_sha256, verdict.method_version, str(ref.year)}
    names |= {line.strip() for line in event.summary.splitlines()} | set(
        event.summary.split("\n\n")
    )
    names |= {share.name for share in verdict.firms.shares} if verdict.firms else set()
    names |= {one for claim in nodes(event) for one in claim.about}
    days = {one for one in names if re.fullmatch(r"\d{4}-\d\d-\d\d", one)}
    names |= {voice.day(date.fromisoformat(day)) for day in days}
    names |= {words for claim in nodes(event) for words in _prices(claim.unit)}
    for parameter in parameters:
        names |= {parameter.id, parameter.source, parameter.label_en, parameter.label_fr}
        names |= {voice.day(parameter.since), voice.day(parameter.checked_on)}
        names |= set(_prices(parameter.unit))
    names |= {voice.day(verdict.parameters_on), voice.moment(event.submitted_at)}
    return names


def _prices(unit: str) -> Iterator[str]:
    """The year of prices, in both languages, as it stands after an amount."""
    for year in re.findall(r"EUR(\d{4})", unit):
        yield f"(prices of {year})"
        yield f"(prix de {year})"
        yield f"({year} prices)"


def moments(*when: datetime, language: Language) -> set[str]:
    return {speech(language).moment(each) for each in when}
