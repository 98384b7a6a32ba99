"""Charts as plain geometry: horizontal places in per cent, vertical ones in lines of text.

Widths follow the page and heights follow the reader's text size, so that a chart neither shrinks
its words on a telephone nor cuts them when text is enlarged. Templates draw what is said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.notify.desk.wording.words import Tone

MAX_CHART_LABEL = 34
"""Letters of a name above its bar: as many as fit on a telephone; the table has all of it."""

_MARGIN = 0.04
"""Free part of the scale at either end, so that the longest bar does not touch the edge."""


class ChartKind(StrEnum):
    BULLETS = "bullets"
    """One bar per row from zero, with a threshold tick."""
    CELLS = "cells"
    """One row of ordered cells; one is filled, a whisker spans those that are possible."""
    WATERFALL = "waterfall"
    """Steps from a first figure to a last one, each starting where the one above ended."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a row, in per cent of the chart's width."""

    x: float
    width: float

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, what its bar says in words, and where the bar lies."""

    label: str
    said: str
    bar: Span
    tone: Tone
    tick: float | None = None
    whisker: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and the same content as words (``description``) and as a table."""

    id: str
    kind: ChartKind
    title: str
    description: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    legend: str
    zero: float | None = None
    cells: tuple[Span, ...] = ()
    scale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """Places values on a line from ``low`` to ``high``, zero always included."""

    low: float
    high: float

    @classmethod
    def around(cls, values: Sequence[float]) -> "Scale":
        low, high = min(0.0, *values), max(0.0, *values)
        if low == high:
            # Every figure is nothing: the line has a length all the same, and zero a place on it.
            return cls(low, low + 1.0)
        free = (high - low) * _MARGIN or 1.0
        return cls(low - (free if low < 0 else 0), high + (free if high > 0 else 0))

    def at(self, value: float) -> float:
        return _rounded((value - self.low) / (self.high - self.low) * 100)

    def between(self, start: float, end: float) -> Span:
        first, last = sorted((self.at(start), self.at(end)))
        return Span(first, _rounded(last - first))


def cell_spans(count: int) -> tuple[Span, ...]:
    """``count`` equal cells side by side."""
    return tuple(Span(_rounded(100 * i / count), _rounded(100 / count)) for i in range(count))


def middle_to_middle(cells: Sequence[Span], first: int, last: int) -> Span:
    """From the middle of one cell to the middle of another."""
    start = cells[first].x + cells[first].width / 2
    end = cells[last].x + cells[last].width / 2
    return Span(_rounded(start), _rounded(end - start))


def short(name: str) -> str:
    """The name as it fits above a bar."""
    return name if len(name) <= MAX_CHART_LABEL else name[: MAX_CHART_LABEL - 1].rstrip() + "…"


def _rounded(percent: float) -> float:
    # A tenth of a per cent is a fraction of a pixel; more digits only make the page larger.
    return round(percent, 1)
