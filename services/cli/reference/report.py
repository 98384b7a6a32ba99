"""Case results as lines of text: what the command line prints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from json import dumps
from typing import Any

from services.cli.reference.run import CaseResult, CaseStatus

_COUNTED = (
    CaseStatus.PASSED,
    CaseStatus.FAILED,
    CaseStatus.UNKNOWN_KIND,
    CaseStatus.NOT_RUNNABLE,
)
_SIGNIFICANT_DIGITS = 10


def line(result: CaseResult) -> str:
    """One line: id, kind, expected, computed, and whether it is within the tolerance."""
    computed = dumps(_short(result.computed)) if result.computed else result.reason or "-"
    return (
        f"{result.id}  {result.kind}  expected {dumps(result.expected)}  computed {computed}  "
        f"{result.status}"
    )


def summary(results: Iterable[CaseResult]) -> str:
    """``N passed, N failed, N unknown kind, N not runnable``."""
    count = Counter(result.status for result in results)
    return ", ".join(f"{count[status]} {status}" for status in _COUNTED)


def any_failed(results: Sequence[CaseResult]) -> bool:
    """Whether a case gave another figure than expected; an unknown kind is no failure."""
    return any(result.status is CaseStatus.FAILED for result in results)


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(item) for item in value]
    return value
