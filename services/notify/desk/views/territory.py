"""The territory's side of the verdict page: five dimensions, vetoes, and where the jobs go."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.vocabulary.assessment import Dimension, LevelRange
from contracts.vocabulary.verdict import DimensionJudgement, TerritoryJudgement
from services.notify.desk.views.charts import Chart, ChartKind, Row, cell_spans, middle_to_middle
from services.notify.desk.views.firms import levels_said
from services.notify.desk.wording.figures import said
from services.notify.desk.wording.language import Speech
from services.notify.desk.wording.words import DIMENSIONS, LEVELS, TERRITORY_LEVELS, Tone

LOWEST_LEVEL, HIGHEST_LEVEL = min(LEVELS), max(LEVELS)

MAKES_THE_TERRITORY_WIN = frozenset({Dimension.JOBS, Dimension.TECHNOLOGY})
"""Dimensions whose level +1 suffices (method, section 0, step 2); image alone never does."""


@dataclass(frozen=True, slots=True)
class DimensionRow:
    name: str
    level: str
    interval: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryView:
    sentence: str
    rows: tuple[DimensionRow, ...]
    chart: Chart


def territory_view(judgement: TerritoryJudgement, voice: Speech) -> TerritoryView:
    """The territory's side; it holds no firm's figure, so every reader sees the same."""
    return TerritoryView(
        sentence=levels_said(judgement, TERRITORY_LEVELS, voice),
        rows=tuple(_row(dimension, voice) for dimension in judgement.dimensions),
        chart=_chart(judgement.dimensions, voice),
    )


def _row(dimension: DimensionJudgement, voice: Speech) -> DimensionRow:
    level = dimension.level
    return DimensionRow(
        name=voice.say(DIMENSIONS[dimension.dimension]),
        level=_level(level.central, voice) if level.known else voice.say("not known"),
        interval=_interval(level, voice),
        figure=(
            said(dimension.figure, dimension.unit, voice)
            if dimension.figure is not None
            else voice.say("no figure")
        ),
    )


def _level(level: int, voice: Speech) -> str:
    return f"{voice.signed(level)} · {voice.say(LEVELS[level])}"


def _interval(level: LevelRange, voice: Speech) -> str:
    if level.low == level.high:
        return voice.say("certain") if level.known else voice.say("not known")
    return voice.say(
        "from %(low)s to %(high)s", low=voice.signed(level.low), high=voice.signed(level.high)
    )


def _chart(dimensions: Sequence[DimensionJudgement], voice: Speech) -> Chart:
    cells = cell_spans(HIGHEST_LEVEL - LOWEST_LEVEL + 1)

    def row(judged: DimensionJudgement) -> Row:
        level = judged.level
        shown = _row(judged, voice)
        wins_from = (
            cells[1 - LOWEST_LEVEL].x if judged.dimension in MAKES_THE_TERRITORY_WIN else None
        )
        return Row(
            label=shown.name,
            said=voice.signed(level.central) if level.known else shown.level,
            bar=cells[level.central - LOWEST_LEVEL],
            tone=_tone(level),
            tick=wins_from,
            whisker=None
            if level.low == level.high
            else middle_to_middle(cells, level.low - LOWEST_LEVEL, level.high - LOWEST_LEVEL),
        )

    shown = [_row(judged, voice) for judged in dimensions]
    return Chart(
        id="territory-chart",
        kind=ChartKind.CELLS,
        title=voice.say(
            "Level of each dimension of the territory, from very unfavourable to very favourable"
        ),
        description=voice.series(
            f"{row.name}{voice.colon} {row.level} ({row.interval})" for row in shown
        ),
        rows=tuple(row(judged) for judged in dimensions),
        columns=(voice.say("Dimension"), voice.say("Level"), voice.say("Interval")),
        table=tuple((row.name, row.level, row.interval) for row in shown),
        legend=voice.say(
            "Filled cell: level at the central values. Line: levels that are possible. "
            "Vertical mark: from here on the territory wins."
        ),
        cells=cells,
        scale=tuple(voice.signed(level) for level in LEVELS),
    )


def _tone(level: LevelRange) -> Tone:
    if not level.known:
        return Tone.PENDING
    if level.central > 0:
        return Tone.WIN
    return Tone.NEUTRAL if level.central == 0 else Tone.LOSE
