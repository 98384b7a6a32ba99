"""The method marks itself: did the indicator, in this territory's own past, predict what came?

Everything is fitted on the first two kept years and judged on the later ones, which no choice has
seen. The terms of the two scores were chosen by cross-validation over places on the first two
years of the area of Rouen alone (decision 0046 tells how).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from contracts.vocabulary.territory import EmploymentTable
from services.method.territory.potential.curves import (
    Bin,
    area_under_curve,
    calibration,
    standard_error,
)
from services.method.territory.potential.logistic import Fitted, fit
from services.method.territory.potential.panel import Claim, Panel, panel
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.variety import DIVISION, GROUP

LEVELS = (DIVISION, GROUP)
BASELINES = ("density", "ubiquity", "diversity")

SCORE_TERMS: Mapping[Claim, tuple[str, ...]] = {
    Claim.NEW: ("log_communes_with", "log_establishments", "log_expected", "kin_present"),
    Claim.GROWN: ("log_gap",),
}
"""The terms of our two scores. Of those tried for growth none added to the gap that is left."""

REFERENCE_SCORES: Mapping[str, tuple[str, ...]] = {
    "density alone": ("density",),
    "ubiquity alone": ("ubiquity",),
    "density + ubiquity (logistic)": ("density", "log_ubiquity"),
    "quotient + ubiquity + diversity": ("quotient", "log_ubiquity", "log_diversity"),
    "eight terms": (
        "density",
        "log_ubiquity",
        "log_diversity",
        "quotient",
        "kin_specialised",
        "log_size",
        "present",
        "log_in_places",
    ),
}
"""Scores fitted on all candidates together, for comparison. The published eight terms are not
defined to the last; these reach the same figures within 0.003."""

FIT_STEPS = 25
"""Fisher scoring has long converged by then."""
REFERENCE_STEPS = 5
"""The published comparison stopped there, a little before the maximum."""
BINS = 5
FEWEST_YEARS = 3
"""Two to fit on and a third to judge."""

Areas = Mapping[Claim, float | None]


@dataclass(frozen=True, slots=True)
class PastRow:
    """One row of the plain table: single terms as scores for all entries."""

    first: int
    second: int
    level: int
    places: int
    candidates: int
    entries: int
    areas: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One score of the comparison, by level and claim."""

    name: str
    areas: Mapping[int, Areas]


@dataclass(frozen=True, slots=True)
class Earned:
    """One of our scores on years it has not seen, beside what single terms reach on the same
    candidates. ``first`` to ``second`` is one period, or all of them together.
    """

    level: int
    claim: Claim
    first: int
    second: int
    candidates: int
    came: int
    announced: float
    area: float | None
    error: float | None
    baselines: Mapping[str, float | None]
    bins: tuple[Bin, ...]

    @property
    def best_baseline(self) -> float:
        """Of ubiquity and diversity; a half where nothing can be said."""
        return max(
            (area for name, area in self.baselines.items() if area and name != "density"),
            default=0.5,
        )


@dataclass(frozen=True, slots=True)
class Backtest:
    """``fitted``: our scores by level and claim, those for which there was anything to learn."""

    years: tuple[int, ...]
    past: tuple[PastRow, ...]
    reference: tuple[ReferenceRow, ...]
    reference_years: tuple[int, int] | None
    periods: tuple[Earned, ...]
    together: tuple[Earned, ...]
    fitted: Mapping[tuple[int, Claim], Fitted]


def backtest(table: EmploymentTable, p: PotentialParameters) -> Backtest:
    """Ask the past of one territory. Raises ``ValueError`` with fewer than three kept years."""
    years = table.years
    if len(years) < FEWEST_YEARS:
        raise ValueError(
            f"the past needs three kept years, the table holds {', '.join(map(str, years))}: "
            f"import the file again with a smaller --step or a later --year"
        )
    panels = _Panels(table, p)
    past = tuple(_past(panels.of(first, second, level)) for first, second, level in _rows(years))
    fit_years, *judged = pairwise(years)
    fitted = {
        (level, claim): _fit(panels.of(*fit_years, level), claim)
        for level in LEVELS
        for claim in SCORE_TERMS
    }
    periods, together = [], []
    for (level, claim), model in fitted.items():
        if model is None:
            continue
        seen = [panels.of(first, second, level) for first, second in judged]
        periods += [_earned([each], level, claim, model) for each in seen]
        together.append(_earned(seen, level, claim, model))
    reference = tuple(
        ReferenceRow(
            name,
            {
                level: _reference(
                    panels.of(*fit_years, level), panels.of(*judged[-1], level), terms
                )
                for level in LEVELS
            },
        )
        for name, terms in REFERENCE_SCORES.items()
    )
    return Backtest(
        years,
        past,
        reference,
        judged[-1],
        tuple(periods),
        tuple(together),
        {key: model for key, model in fitted.items() if model is not None},
    )


class _Panels:
    """Each panel is made once."""

    def __init__(self, table: EmploymentTable, p: PotentialParameters) -> None:
        self._table, self._p = table, p
        self._made: dict[tuple[int, int, int], Panel] = {}

    def of(self, first: int, second: int, level: int) -> Panel:
        key = first, second, level
        if key not in self._made:
            self._made[key] = panel(
                self._table,
                first,
                second,
                level,
                place_size=self._p.place_size,
                sections=self._p.sections,
            )
        return self._made[key]


def _rows(years: Sequence[int]) -> list[tuple[int, int, int]]:
    """Two periods apart, and the last one; at both levels, the last one by division only."""
    apart = list(zip(years, years[2:], strict=False))
    last = (years[-2], years[-1])
    divisions = [(*pair, DIVISION) for pair in [*apart, *([] if last in apart else [last])]]
    return divisions + [(*pair, GROUP) for pair in apart]


def _past(seen: Panel) -> PastRow:
    outcome = seen.outcome(Claim.ALL)
    columns = seen.columns(BASELINES, Claim.ALL)
    return PastRow(
        seen.first,
        seen.second,
        seen.level,
        places=len(seen.terms.places),
        candidates=len(outcome),
        entries=int(outcome.sum()),
        areas={name: area_under_curve(outcome, columns[:, i]) for i, name in enumerate(BASELINES)},
    )


def _fit(seen: Panel, claim: Claim) -> Fitted | None:
    """None when nothing came, or all did: there is nothing to learn from."""
    outcome = seen.outcome(claim)
    if not 0 < outcome.sum() < len(outcome):
        return None
    names = SCORE_TERMS[claim]
    return fit(names, seen.columns(names, claim), outcome, FIT_STEPS)


def _earned(seen: Sequence[Panel], level: int, claim: Claim, model: Fitted) -> Earned:
    outcome = np.concatenate([each.outcome(claim) for each in seen])
    chances = np.concatenate(
        [model.probabilities(each.columns(model.names, claim)) for each in seen]
    )
    baselines = np.concatenate([each.columns(BASELINES, claim) for each in seen])
    area = area_under_curve(outcome, chances)
    came = int(outcome.sum())
    return Earned(
        level=level,
        claim=claim,
        first=seen[0].first,
        second=seen[-1].second,
        candidates=len(outcome),
        came=came,
        announced=float(chances.sum()),
        area=area,
        error=None if area is None else standard_error(area, came, len(outcome) - came),
        baselines={
            name: area_under_curve(outcome, baselines[:, i]) for i, name in enumerate(BASELINES)
        },
        bins=calibration(outcome, chances, BINS),
    )


def _reference(learnt: Panel, judged: Panel, terms: tuple[str, ...]) -> Areas:
    model = None
    if len(terms) > 1:
        columns = learnt.columns(terms, Claim.ALL)
        model = fit(terms, columns, learnt.outcome(Claim.ALL), REFERENCE_STEPS)

    def area(claim: Claim) -> float | None:
        columns = judged.columns(terms, claim)
        score = columns[:, 0] if model is None else model.logits(columns)
        return area_under_curve(judged.outcome(claim), score)

    return {claim: area(claim) for claim in Claim}
