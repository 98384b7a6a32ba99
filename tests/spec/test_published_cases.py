"""Figures printed by others, computed again."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.method import cases
from services.method.cases import CaseStatus
from tests.spec.reading import sheet

PUBLISHED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "published.json").read_text("utf-8")
)
RESULTS = {result.id: result for result in cases.run(PUBLISHED, sheet())}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case['id']} {case['name']}")
def test_the_published_figure_is_found(case: dict[str, Any]) -> None:
    result = RESULTS[case["id"]]
    assert result.status is CaseStatus.PASSED, cases.line(result)


def test_a_wrong_figure_an_unknown_kind_and_a_missing_input_are_told_apart() -> None:
    def case(case_id: str, kind: str, given: Any, expected: dict[str, Any]) -> dict[str, Any]:
        return {"id": case_id, "kind": kind, "input": given, "expected": expected, "tol": 1e-4}

    results = cases.run(
        [
            case("right", "hhi", {"shares": [50, 50]}, {"hhi": 5000}),
            case("wrong", "hhi", {"shares": [50, 50]}, {"hhi": 5001}),
            case("more than is computed", "hhi", {"shares": [50]}, {"hhi": 2500, "gini": 0}),
            case("broken", "lq", {"X": [[1], [1, 2]]}, {"lq": []}),
            case("unheard of", "astrology", {}, {"sign": "leo"}),
            case("no input", "hhi", None, {"hhi": 1}),
            case("refers elsewhere", "levels", {"games": ["G99"]}, {"level": {"G99": "F0"}}),
        ],
        sheet(),
    )
    assert [result.status.value for result in results] == [
        "passed",
        "failed",
        "failed",
        "failed",
        "unknown kind",
        "not runnable",
        "not runnable",
    ]
    assert cases.summary(results) == "1 passed, 3 failed, 1 unknown kind, 2 not runnable"
    assert cases.any_failed(results)
    assert "5001" in cases.line(results[1])
    assert "5000}" in cases.line(results[1])
    assert "'shares'" in cases.line(results[5])


def test_a_truth_value_is_not_a_number() -> None:
    empty_core = {"id": "x", "kind": "tu", "tol": 1.0, "input": {"v_lex": [1, 1, 0]}}
    (result,) = cases.run([empty_core | {"expected": {"core_nonempty": 0}}], sheet())
    assert result.computed == {"core_nonempty": False}
    assert result.status is CaseStatus.FAILED
