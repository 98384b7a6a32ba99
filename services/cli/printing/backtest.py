"""The marks of the technology indicator as tables of text, three decimals, or as JSON."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from services.method.territory.potential.backtest import BASELINES, LEVELS, Backtest, Earned
from services.method.territory.potential.panel import Claim
from services.method.territory.variety import DIVISION

_LEVEL_NAMES = {DIVISION: "division (2)"}
_GROUP_NAME = "group (3)"


def lines(found: Backtest, name: str) -> Iterable[str]:
    """Three tables: single terms over all entries, the comparison, and our two scores."""
    yield f"{name}: area under the ROC curve (0.500 is a toss-up)."
    yield ""
    yield "1. Single terms, all entries"
    yield _row(("years", 11), ("level", 12), ("places", 6), ("candidates", 10), ("entries", 7),
               *((each, 9) for each in BASELINES))  # fmt: skip
    for past in found.past:
        yield _row(
            (f"{past.first}→{past.second}", 11),
            (_level(past.level), 12),
            (f"{past.places}", 6),
            (f"{past.candidates:,}", 10),
            (f"{past.entries}", 7),
            *((_area(past.areas[each]), 9) for each in BASELINES),
        )
    if found.reference_years is not None:
        first, second = found.reference_years
        yield ""
        yield (
            f"2. {first}→{second}, fitted on {found.years[0]}→{found.years[1]} on all candidates "
            f"together: entries that are new to the place, and entries that grew"
        )
        yield _row(
            ("score", 32),
            *((f"{_level(level).split()[0]}: {claim}", 16) for level in LEVELS for claim in Claim),
        )
        for reference in found.reference:
            yield _row(
                (reference.name, 32),
                *(
                    (_area(reference.areas[level][claim]), 16)
                    for level in LEVELS
                    for claim in Claim
                ),
            )
    yield ""
    yield (
        f"3. Our two scores, fitted on {found.years[0]}→{found.years[1]} only, on years they have "
        f"not seen; ± is one standard error"
    )
    yield _row(("claim", 6), ("level", 12), ("years", 11), ("candidates", 10), ("announced", 9),
               ("came", 5), ("score", 15), *((each, 9) for each in BASELINES))  # fmt: skip
    for earned in (*found.periods, *found.together):
        yield _row(
            (earned.claim, 6),
            (_level(earned.level), 12),
            (f"{earned.first}→{earned.second}", 11),
            (f"{earned.candidates:,}", 10),
            (f"{earned.announced:.0f}", 9),
            (f"{earned.came}", 5),
            (f"{_area(earned.area)} ±{earned.error or 0:.3f}", 15),
            *((_area(earned.baselines[each]), 9) for each in BASELINES),
        )
    yield ""
    yield "4. Calibration, all later years: fifths of the candidates, the least likely first"
    for earned in found.together:
        bands = "  ".join(
            f"{each.announced * each.count:.0f} announced, {each.came} came" for each in earned.bins
        )
        yield f"{earned.claim:<6} {_level(earned.level):<12} {bands}"


def as_dict(found: Backtest) -> dict[str, Any]:
    """Everything the tables show, unrounded, and the coefficients."""

    def earned(each: Earned) -> dict[str, Any]:
        return asdict(each) | {"baselines": dict(each.baselines)}

    return {
        "years": found.years,
        "past": [asdict(each) | {"areas": dict(each.areas)} for each in found.past],
        "reference_years": found.reference_years,
        "reference": [
            {
                "name": each.name,
                "areas": {_level(level): dict(areas) for level, areas in each.areas.items()},
            }
            for each in found.reference
        ],
        "periods": [earned(each) for each in found.periods],
        "together": [earned(each) for each in found.together],
        "fitted": [
            {
                "level": level,
                "claim": claim,
                "terms": model.names,
                "means": model.means.tolist(),
                "spreads": model.spreads.tolist(),
                "coefficients": model.coefficients.tolist(),
            }
            for (level, claim), model in found.fitted.items()
        ],
    }


def _level(level: int) -> str:
    return _LEVEL_NAMES.get(level, _GROUP_NAME)


def _area(area: float | None) -> str:
    return "-" if area is None else f"{area:.3f}"


def _row(first: tuple[str, int], *others: tuple[str, int]) -> str:
    text, width = first
    cells = [f"{text:<{width}}", *(f"{text:>{width}}" for text, width in others)]
    return "  ".join(cells).rstrip()
