"""The page of a territory and of one activity in it: each figure leads to a line of the file."""

from dataclasses import dataclass

from contracts.events import TerritoryProfiled
from contracts.vocabulary.territory_profile import IndicatorMark, ProfileActivity
from services.notify.desk.views.firms import Fact
from services.notify.desk.wording.language import Speech, mark

SHOWN = 40
"""Activities on the first page; the others are one link away."""

_CLAIMS = {
    "new": mark("Activities new to a commune"),
    "grown": mark("Activities that grow in a commune"),
}


@dataclass(frozen=True, slots=True)
class ActivityLine:
    naf: str
    label: str
    establishments: str
    employees: str
    share: str
    change: str


@dataclass(frozen=True, slots=True)
class MarkLine:
    claim: str
    period: str
    score: str
    ubiquity: str
    density: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    name: str
    year: str
    earliest: str
    facts: tuple[Fact, ...]
    activities: tuple[ActivityLine, ...]
    hidden: int
    marks: tuple[MarkLine, ...]
    source: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RowLine:
    line: str
    commune: str
    code: str
    establishments: str
    employees: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityView:
    title: str
    territory: str
    year: str
    rows: tuple[RowLine, ...]
    left_out: bool
    employees: str
    source: tuple[Fact, ...]


def profile_view(said: TerritoryProfiled, everything: bool, voice: Speech) -> ProfileView:
    """Totals, variety, the activities by size, and what the indicator has earned here."""
    profile, territory = said.profile, said.territory
    shown = profile.activities if everything else profile.activities[:SHOWN]
    total = territory.private_employment
    return ProfileView(
        name=territory.name,
        year=str(territory.year),
        earliest=str(profile.totals[0].year),
        facts=(
            *(
                Fact(
                    voice.say("Employees at the end of %(year)s", year=each.year),
                    voice.number(each.employees),
                )
                for each in profile.totals
            ),
            Fact(voice.say("Communes"), voice.number(len(profile.communes))),
            Fact(voice.say("Activities"), voice.number(len(profile.activities))),
            Fact(
                voice.say("Unrelated variety (between divisions)"),
                voice.say("%(n)s bits", n=voice.number(profile.unrelated_variety, 2)),
            ),
            Fact(
                voice.say("Related variety (inside divisions)"),
                voice.say("%(n)s bits", n=voice.number(profile.related_variety, 2)),
            ),
            Fact(
                voice.say("Concentration of employment over activities (0 to 10,000)"),
                voice.number(profile.concentration),
            ),
        ),
        activities=tuple(_activity(each, total, voice) for each in shown),
        hidden=len(profile.activities) - len(shown),
        marks=tuple(_mark(each, voice) for each in profile.marks),
        source=_source(said, voice),
    )


def activity_view(said: TerritoryProfiled, naf: str, voice: Speech) -> ActivityView | None:
    """The rows of the public file behind one activity; None when the territory has none."""
    found = next((each for each in said.profile.activities if each.naf == naf), None)
    if found is None:
        return None
    names = {commune.code: commune.name for commune in said.profile.communes}
    return ActivityView(
        title=f"{found.naf} · {found.label}",
        territory=said.territory.name,
        year=str(said.territory.year),
        rows=tuple(
            RowLine(
                # A line number is an address and takes no thousands separator.
                line=str(row.line),
                commune=names.get(row.commune, row.commune),
                code=row.commune,
                establishments=voice.number(row.establishments),
                employees=voice.number(row.employees),
            )
            for row in sorted(found.rows, key=lambda row: (-row.employees, row.line))
        ),
        left_out=said.profile.rows_left_out,
        employees=voice.number(found.employees),
        source=_source(said, voice),
    )


def _activity(each: ProfileActivity, total: int, voice: Speech) -> ActivityLine:
    return ActivityLine(
        naf=each.naf,
        label=each.label,
        establishments=voice.number(each.establishments),
        employees=voice.number(each.employees),
        share=voice.percent(each.employees / total),
        change=voice.signed(each.employees - each.earlier),
    )


def _mark(each: IndicatorMark, voice: Speech) -> MarkLine:
    def area(value: float | None) -> str:
        return voice.say("none") if value is None else voice.number(value, 3)

    return MarkLine(
        claim=voice.say(_CLAIMS[each.claim]) if each.claim in _CLAIMS else each.claim,
        period=voice.say("%(first)s to %(second)s", first=each.first, second=each.second),
        score=voice.say("%(area)s ± %(error)s", area=area(each.area), error=area(each.error)),
        ubiquity=area(each.ubiquity),
        density=area(each.density),
        came=voice.say(
            "%(came)s of %(n)s", came=voice.number(each.came), n=voice.number(each.candidates)
        ),
    )


def _source(said: TerritoryProfiled, voice: Speech) -> tuple[Fact, ...]:
    return (
        Fact(voice.say("Source"), said.territory.source),
        Fact(voice.say("Licence"), said.territory.licence),
        Fact(voice.say("File"), said.profile.file),
        Fact(voice.say("SHA-256 of the file"), said.profile.file_sha256),
        Fact(voice.say("SHA-256 of the territory's data"), said.territory.snapshot_sha256),
        Fact(voice.say("Parameters of"), voice.day(said.profile.parameters_on)),
    )
