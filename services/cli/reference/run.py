"""Running cases: every figure that is expected, within the tolerance of its case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from contracts.vocabulary.parameters import ParameterSheet
from services.cli.reference.bench import Bench, Figures, Input, Kind, NotRunnableError
from services.cli.reference.firms import FIRM_KINDS
from services.cli.reference.territory import TERRITORY_KINDS
from services.cli.reference.verdict import VERDICT_KINDS

KINDS: Mapping[str, Kind] = MappingProxyType(FIRM_KINDS | TERRITORY_KINDS | VERDICT_KINDS)
"""Every kind of case there is code for."""


class CaseStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN_KIND = "unknown kind"
    NOT_RUNNABLE = "not runnable"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: what its file expects, what was computed under the same names, and the outcome.

    ``reason`` says why a case failed without figures or could not be run.
    """

    id: str
    kind: str
    status: CaseStatus
    expected: Figures
    computed: Figures
    reason: str = ""


def run(cases: Iterable[Mapping[str, Any]], sheet: ParameterSheet) -> list[CaseResult]:
    """Run the cases of one file, in its order; a case may refer to another one of the file.

    A kind without code and a case whose input is not in the file are said to be that, never passed.
    """
    listed = list(cases) if isinstance(cases, (list, tuple)) else None
    if listed is None or not all(isinstance(case, Mapping) for case in listed):
        raise ValueError("it must be a JSON list of objects, one a case")
    bench = Bench(sheet, {str(case["id"]): case for case in listed if "id" in case})
    return [_run_one(case, bench) for case in listed]


def _run_one(case: Mapping[str, Any], bench: Bench) -> CaseResult:
    case_id, name = str(case.get("id", "-")), str(case.get("kind", "-"))
    said = case.get("expected")
    expected = dict(said) if isinstance(said, Mapping) else {}
    if (why := _incomplete(case)) is not None:
        return CaseResult(case_id, name, CaseStatus.NOT_RUNNABLE, expected, {}, why)
    kind = KINDS.get(name)
    if kind is None:
        return CaseResult(case_id, name, CaseStatus.UNKNOWN_KIND, expected, {})
    try:
        found = kind(Input(case.get("input") or {}), bench)
    except NotRunnableError as reason:
        return CaseResult(case_id, name, CaseStatus.NOT_RUNNABLE, expected, {}, str(reason))
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as reason:
        # A bad figure in one case of a file must not hide the outcome of the others.
        said = str(reason) if type(reason) is ValueError else f"{type(reason).__name__}: {reason}"
        return CaseResult(case_id, name, CaseStatus.FAILED, expected, {}, said)
    computed = {key: found[key] for key in expected if key in found}
    agree = all(
        key in computed and agrees(value, computed[key], case["tol"])
        for key, value in expected.items()
    )
    status = CaseStatus.PASSED if agree else CaseStatus.FAILED
    return CaseResult(case_id, name, status, expected, computed)


def _incomplete(case: Mapping[str, Any]) -> str | None:
    """What the case lacks to be one, None when it is whole: it must not hide the others."""
    for key, kind in _SHAPE.items():
        if not isinstance(case.get(key), kind) or isinstance(case.get(key), bool):
            return f"the case has no {key!r}, or one of another form"
    if not isinstance(case.get("input") or {}, Mapping):
        return "'input' is not an object"
    return None


_SHAPE: dict[str, Any] = {"id": (str, int), "kind": str, "expected": Mapping, "tol": (int, float)}


def agrees(expected: Any, computed: Any, tolerance: float) -> bool:
    """Whether a figure, or every figure of a structure, is within the absolute tolerance."""
    if isinstance(expected, Mapping):
        return (
            isinstance(computed, Mapping)
            and expected.keys() == computed.keys()
            and all(agrees(value, computed[key], tolerance) for key, value in expected.items())
        )
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(computed, (list, tuple))
            and len(expected) == len(computed)
            and all(agrees(a, b, tolerance) for a, b in zip(expected, computed, strict=True))
        )
    if isinstance(expected, bool) or isinstance(computed, bool):
        return expected is computed
    if isinstance(expected, (int, float)) and isinstance(computed, (int, float)):
        return abs(expected - computed) <= tolerance
    return bool(expected == computed)
