"""The firms' side of the verdict page, as one reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.events import VerdictIssued
from contracts.vocabulary.verdict import (
    FirmLevel,
    FirmShare,
    FirmsJudgement,
    Notion,
    TerritoryJudgement,
)
from services.method.claims import Visibility
from services.notify.committee.roles import Role
from services.notify.desk.views.charts import (
    Chart,
    ChartKind,
    Row,
    Scale,
    Span,
    cell_spans,
    short,
)
from services.notify.desk.views.sharings import SharingsView, sharings_view
from services.notify.desk.visibility import BAND_EDGES, Band, Viewer, band
from services.notify.desk.wording.figures import said, said_band, short_band
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import FIRM_LEVELS, SHARING_RULES, Tone

YEARLY = "EUR/year"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts."""

    term: str
    said: str


@dataclass(frozen=True, slots=True)
class FirmRow:
    """One firm's line; ``figures`` follow the table's figure columns."""

    name: str
    outcome: str
    tone: Tone
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmsView:
    """Who gains what against which threshold. ``withheld`` tells a reader what is not shown."""

    sentence: str
    columns: tuple[str, ...]
    rows: tuple[FirmRow, ...]
    withheld: bool
    facts: tuple[Fact, ...]
    chart: Chart
    sharings: SharingsView | None


def firms_view(
    event: VerdictIssued, firms: FirmsJudgement, reader: Viewer, voice: Speech
) -> FirmsView:
    """The firms as ``reader`` may see them: nothing withheld is in what is returned."""
    figures = _exact if reader.role is Role.OFFICER else _coarse
    transfers = any(share.transfer is not None for share in firms.shares)
    return FirmsView(
        sentence=levels_said(firms, FIRM_LEVELS, voice),
        columns=_columns(reader, voice, transfers=transfers),
        rows=tuple(
            FirmRow(
                name=share.name,
                outcome=_outcome(share, firms, voice),
                tone=_tone(share, firms),
                figures=figures(share, voice, transfers=transfers),
            )
            for share in firms.shares
        ),
        withheld=reader.role is not Role.OFFICER,
        facts=tuple(_facts(event, firms, reader, voice)),
        chart=(_exact_chart if reader.role is Role.OFFICER else _coarse_chart)(firms, voice),
        sharings=sharings_view(firms, reader, voice),
    )


def levels_said(
    judged: FirmsJudgement | TerritoryJudgement, words: Mapping[Any, str], voice: Speech
) -> str:
    """The level at the central values, and those at worst and at best where they differ."""
    levels = (judged.level, judged.worst, judged.best)
    central, worst, best = (voice.say(words[each]) for each in levels)
    sentence = voice.say("At the central values, %(level)s.", level=central)
    if judged.worst is judged.level is judged.best:
        return sentence
    if judged.worst is judged.best:
        both = voice.say("At worst as at best, %(level)s.", level=best)
        return f"{sentence} {both}"
    apart = voice.say("At worst, %(worst)s; at best, %(best)s.", worst=worst, best=best)
    return f"{sentence} {apart}"


def _columns(reader: Viewer, voice: Speech, *, transfers: bool) -> tuple[str, ...]:
    if reader.role is not Role.OFFICER:
        return (voice.say("Order of size of the gain"),)
    columns = [
        voice.say("Alone"),
        voice.say("Share in the project"),
        voice.say("Gain"),
        voice.say("Threshold to win"),
    ]
    return (*columns, voice.say("Transfer under contract")) if transfers else tuple(columns)


def _exact(share: FirmShare, voice: Speech, *, transfers: bool) -> tuple[str, ...]:
    figures = (
        voice.money(share.alone),
        voice.money(share.share),
        voice.money(share.gain),
        voice.money(share.threshold),
    )
    return (*figures, _transfer(share.transfer, voice)) if transfers else figures


def _transfer(transfer: float | None, voice: Speech) -> str:
    if transfer is None:
        return voice.say("nothing announced")
    if round(transfer) == 0:
        return voice.say("none")
    amount = voice.money(abs(transfer))
    if transfer > 0:
        return voice.say("receives %(amount)s", amount=amount)
    return voice.say("pays %(amount)s", amount=amount)


def _coarse(share: FirmShare, voice: Speech, *, transfers: bool) -> tuple[str, ...]:  # noqa: ARG001 - same shape as _exact
    return (said_band(band(share.gain), voice),)


def _facts(
    event: VerdictIssued, firms: FirmsJudgement, reader: Viewer, voice: Speech
) -> list[Fact]:
    names = {share.firm: share.name for share in firms.shares}
    group = reader.sees(Visibility.GROUP)
    facts = [
        Fact(
            voice.say("Gain of the whole group over staying alone"),
            said(firms.gain, YEARLY, voice)
            if group
            else said_band(band(firms.gain.central), voice),
        ),
        Fact(voice.say("Sharing shown"), voice.say(SHARING_RULES[firms.rule])),
        Fact(
            voice.say("Is this sharing stable?"),
            voice.say("yes: no subgroup would do better by leaving")
            if firms.stable
            else voice.say("no: some firms would do better by leaving"),
        ),
    ]
    if firms.blocking:
        facts.append(
            Fact(
                voice.say("Would rather leave")
                if len(firms.blocking) == 1
                else voice.say("Would rather leave together"),
                voice.listing([names[firm] for firm in firms.blocking]),
            )
        )
    if firms.gets_nothing:
        facts.append(
            Fact(
                voice.say("Wins nothing in any stable sharing")
                if len(firms.gets_nothing) == 1
                else voice.say("Win nothing in any stable sharing"),
                voice.listing([names[firm] for firm in firms.gets_nothing]),
            )
        )
    if firms.level is FirmLevel.F1 and Notion.NEEDED_AID not in firms.not_computed:
        needed = [
            (voice.say("Outside aid that makes the group hold"), firms.cost_of_stability),
            (voice.say("Outside aid that also makes every firm win"), firms.needed_aid),
        ]
        exact = reader.sees(Visibility.FIRM)
        facts += [
            Fact(term, said(aid, YEARLY, voice) if exact else said_band(band(aid), voice))
            for term, aid in needed
        ]
    if event.aid_requested is not None:
        facts.append(Fact(voice.say("Aid requested"), voice.money(event.aid_requested)))
    return facts


def _exact_chart(firms: FirmsJudgement, voice: Speech) -> Chart:
    shares = firms.shares
    scale = Scale.around([figure for share in shares for figure in (share.gain, share.threshold)])
    rows = tuple(
        Row(
            label=short(share.name),
            said=voice.money(share.gain),
            bar=scale.between(0, share.gain),
            tone=_tone(share, firms),
            tick=scale.at(share.threshold),
        )
        for share in shares
    )
    return Chart(
        id="firms-chart",
        kind=ChartKind.BULLETS,
        title=voice.say("Yearly gain of each firm, and the threshold above which it wins"),
        description=_description(
            [
                (share.name, voice.money(share.gain), _outcome(share, firms, voice))
                for share in shares
            ],
            voice,
        ),
        rows=rows,
        columns=(voice.say("Firm"), voice.say("Gain"), voice.say("Threshold to win")),
        table=tuple(
            (share.name, voice.money(share.gain), voice.money(share.threshold)) for share in shares
        ),
        legend=voice.say("Bar: gain a year over staying alone. Vertical mark: threshold to win."),
        zero=scale.at(0),
    )


def _coarse_chart(firms: FirmsJudgement, voice: Speech) -> Chart:
    shares = firms.shares
    cells = cell_spans(len(BAND_EDGES) + 1)
    said_bands = [said_band(band(share.gain), voice) for share in shares]
    rows = tuple(
        Row(
            label=short(share.name),
            said=short_band(band(share.gain), voice),
            bar=_cell(band(share.gain), cells),
            tone=_tone(share, firms),
        )
        for share in shares
    )
    named = [
        (share.name, words, _outcome(share, firms, voice))
        for share, words in zip(shares, said_bands, strict=True)
    ]
    return Chart(
        id="firms-chart",
        kind=ChartKind.CELLS,
        title=voice.say("Order of size of each firm's yearly gain"),
        description=_description(named, voice),
        rows=rows,
        columns=(voice.say("Firm"), voice.say("Order of size of the gain")),
        table=tuple((name, words) for name, words, _outcome_said in named),
        legend=voice.say(
            "Cells from left to right: loses, then %(bands)s.",
            bands=" · ".join(short_band(band(edge), voice) for edge in BAND_EDGES),
        ),
        cells=cells,
    )


def _cell(where: Band, cells: Sequence[Span]) -> Span:
    return cells[0 if where.low is None else BAND_EDGES.index(where.low) + 1]


def _outcome(share: FirmShare, firms: FirmsJudgement, voice: Speech) -> str:
    if not share.wins:
        return voice.say("does not win")
    if _holds(firms):
        return voice.say("wins")
    return voice.say("would win if the group held")


def _tone(share: FirmShare, firms: FirmsJudgement) -> Tone:
    if not share.wins:
        return Tone.LOSE
    return Tone.WIN if _holds(firms) else Tone.FRAGILE


def _holds(firms: FirmsJudgement) -> bool:
    # On F1 the sharing shown may suit every firm and yet not be one that the group can keep.
    return firms.level in {FirmLevel.F2, FirmLevel.F3}


def _description(rows: Sequence[tuple[str, str, str]], voice: Speech) -> str:
    return voice.series(
        voice.say("%(name)s: %(figure)s, %(outcome)s", name=name, figure=figure, outcome=outcome)
        for name, figure, outcome in rows
    )
