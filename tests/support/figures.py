"""Every figure of a text, and every figure that a verdict may give one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from html.parser import HTMLParser

from contracts.events import VerdictIssued
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.verdict import Factor, firm_names
from services.notify.desk.visibility import BAND_EDGES
from services.notify.desk.wording.figures import bare
from services.notify.desk.wording.language import Language, Speech, speech

_SPACES = "\u202f\u00a0"
_FIGURE = re.compile(
    r"(?<![\w.,/\-])[\u2212-]?(?P<before>€)?"
    rf"(?P<digits>\d+(?:[{_SPACES},.]\d+)*)"
    rf"(?P<thousand>k\b)?(?:[{_SPACES}]?(?P<after>k?€|%))?(?![\w/])"
)
EURO, THOUSAND_EURO, PER_CENT, PLAIN = "€", "k€", "%", ""
"""What stands beside a figure: an amount is no share, and neither is a count."""

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


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is written: its size, what stands beside it, and the words around."""

    size: float
    kind: str
    around: str


def figures_in(text: str, language: Language, names: Iterable[str]) -> Iterator[Figure]:
    """Each figure of a text that is not part of a name."""
    for name in sorted({name for name in names if any(c.isdigit() for c in name)}, key=len)[::-1]:
        text = text.replace(name, " ")
    text = _LAW.sub(" ", text)
    for match in _FIGURE.finditer(text):
        around = " ".join(text[max(0, match.start() - 60) : match.end() + 30].split())
        yield Figure(_size(match["digits"], language), _kind(match), around)


def _size(digits: str, language: Language) -> float:
    for space in _SPACES:
        digits = digits.replace(space, "")
    return float(digits.replace(",", "." if language is Language.FRENCH else ""))


def _kind(match: re.Match[str]) -> str:
    if match["after"] == PER_CENT:
        return PER_CENT
    if match["thousand"] or match["after"] == THOUSAND_EURO:
        return THOUSAND_EURO
    return EURO if match["before"] or match["after"] else PLAIN


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


Known = dict[str, set[float]]
"""By what stands beside a figure: the sizes that are those of a node."""


def written(event: VerdictIssued, parameters: Iterable[Parameter], language: Language) -> Known:
    """What may be written: the value of each node in the form of its unit, and no other number."""
    voice = speech(language)
    known: Known = {EURO: set(), THOUSAND_EURO: set(), PER_CENT: set(), PLAIN: set()}
    figures = [(value, c.unit) for c in nodes(event) for value in values(c.value)]
    figures += [(value, unit) for unit, thing in judged(event) for value in values(thing)]
    figures += [(value, p.unit) for p in parameters for value in values(p.value)]
    figures += [(edge, "EUR") for edge in BAND_EDGES]
    for value, unit in figures:
        for match in _FIGURE.finditer(bare(value, unit, voice)):
            known[_kind(match)].add(_size(match["digits"], language))
    known[THOUSAND_EURO] = {round(value / 1000, 3) for value in known[EURO]}
    known[PLAIN] |= {*steps(event), *counts(event)}
    return known


def judged(event: VerdictIssued) -> Iterator[tuple[str, object]]:
    """The figures of the judgement's own fields with their units: nodes that are no claims, so that
    a line of the table of firms is not kept twice.
    """
    verdict = event.verdict
    groups = [verdict.firms, *(inner.firms for inner in verdict.inner)]
    for firms in filter(None, groups):
        for share in firms.shares:
            yield "EUR/year", (share.alone, share.share, share.gain, share.threshold)
            yield "EUR/year", share.transfer
        yield "EUR/year", (firms.gain, firms.cost_of_stability, firms.needed_aid, firms.least_core)
        yield "EUR/year", tuple(solution.gains for solution in firms.solutions)
        for group in firms.proof:
            yield "weight", group.weight
            yield "EUR/year", group.surplus
    for dimension in verdict.territory.dimensions:
        yield "level", (dimension.level.low, dimension.level.central, dimension.level.high)
        yield dimension.unit, dimension.figure
    for pair in verdict.pairs:
        for each in pair.factors:
            yield ("km" if each.factor is Factor.DISTANCE_KM else "of 1"), each.value
    yield "FTE", verdict.net_jobs
    yield "EUR", event.aid_requested
    yield "", event.revision
    yield "employees", verdict.territory_ref.private_employment
    yield "year", verdict.territory_ref.year


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
    names |= set(firm_names(verdict).values())
    names |= {one for claim in nodes(event) for one in claim.about}
    days = {one for one in names if re.fullmatch(r"\d{4}-\d\d-\d\d", one)}
    names |= {voice.day(date.fromisoformat(day)) for day in days}
    names |= {words for claim in nodes(event) for words in _prices(claim.unit)}
    for parameter in parameters:
        names |= {
            parameter.id,
            voice.cite(parameter.source),
            parameter.label_en,
            parameter.label_fr,
        }
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
