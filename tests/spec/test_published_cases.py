"""Figures printed by others, computed again."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.cli import reference as cases
from services.cli.reference import CaseStatus
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


def figures(kind: str, **given: Any) -> cases.CaseResult:
    """The case as its own table would give it, expecting nothing in particular."""
    case = {"id": "x", "kind": kind, "tol": 1e-6, "input": given, "expected": {}}
    (result,) = cases.run([case], sheet())
    return result


SQUARE = {"sectors": ["a", "b"], "Z": [[1, 0], [2, 0]], "output": [10, 0]}
ALONE = {"deadweight": 0, "displacement": 0, "leakage": 0, "substitution": 0, "multiplier": 1}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("additionality", {"gross": "ten"} | ALONE, "'gross' is 'ten', not a number"),
    ("additionality", {"gross": None} | ALONE, "'gross' is None, not a number"),
    ("ratio", {"net": 1, "gross": 0}, "'gross' is 0"),
    (
        "survival_deadweight",
        {"gross_jobs": 1, "survival_supported": 0, "survival_reference": 0},
        "'survival_supported' is 0",
    ),
    ("leontief", SQUARE | {"employment_thousand": [1, 1]}, "'output' is 0 for a sector"),
    ("leontief", SQUARE | {"employment_thousand": [1]}, "not of one length"),
    ("leontief_w", {"sectors": ["a"], "Z": [[1]], "output": [1], "w": [1]}, "has no inverse"),
    ("matrix_inverse", {"A": [[1, 0], [0, 1]]}, "has no inverse"),
    ("matrix_inverse", {"A": [[0.5, 1]]}, "must be square"),
    ("matrix_inverse", {"A": [[1], [1, 2]]}, "not of one length"),
    ("lq", {"X": []}, "not a list of rows"),
    ("lq", {"X": [1, 2]}, "'X[0]' is 1"),
    ("lq", {"X": [[1, -1]]}, "negative figure -1"),
    ("lq", {"X": [[1, float("nan")]]}, "is nan, not a number"),
    ("density", {"X": [[1, 2]], "phi_diag": 2}, "'phi_diag' 2"),
    ("reflections", {"edges": [["A", "P", "Q"]]}, "not a list of pairs"),
    ("eci", {"edges": []}, "not a list of pairs"),
    ("hoover", {"ind": [0, 0], "pop": [1, 1]}, "neither all 0"),
    ("hoover", {"ind": [1, 1], "pop": [1]}, "as many of each"),
    ("hhi", {"shares": [-10]}, "negative figure -10"),
    ("vac2025", {"years": [2024]}, "begins in 2025, not in 2024"),
    ("vac2019", {"years": [2060]}, "from 2018 to 2050, not to 2060"),
    ("carbon_pv", {"t_per_year": 1, "years": 10**9, "r": 0.03}, "1 to 1000 years"),
    ("carbon_pv", {"t_per_year": 1, "years": 2, "r": -1}, "'r' is -1"),
    ("counterfactual_jobs", {"target": 1, "gross": 0} | ALONE, "the net jobs are 0"),
    ("market", {"p": [0, 0], "q": [0, 1]}, "not only zeros"),
    ("market", {"p": [1], "q": [0.5, 0.5]}, "a figure a market each"),
    ("evenness", {"sizes": [5]}, "two or more"),
    ("skill", {"F": [[0, 0], [0, 0]]}, "not only zeros"),
    ("relatedness", {"C": [[0, 1], [2, 0]]}, "is not symmetric"),
    ("relatedness", {"C": [[0]]}, "two or more"),
]


@pytest.mark.parametrize(("kind", "given", "why"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_cannot_be_computed_is_said_in_a_sentence(
    kind: str, given: dict[str, Any], why: str
) -> None:
    result = figures(kind, **given)
    assert result.status is CaseStatus.FAILED
    assert why in result.reason
    assert "Error:" not in result.reason


ALIKE = [["A", "P"], ["B", "P"]]
MANY = [[f"C{i}", f"P{j}"] for i in range(1, 13) for j in range(1, i + 1)]

FOUND: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("lq", {"X": [[0, 0], [0, 0]]}, {"lq": [[0, 0], [0, 0]]}),
    ("lq", {"X": [[1, 2]]}, {"lq": [[1, 1]]}),
    ("lq", {"X": [[1, 0], [2, 0], [0, 0]]}, {"lq": [[1, 0], [1, 0], [0, 0]]}),
    ("density", {"X": [[1], [2]]}, {"density_pct": [[0], [0]]}),
    ("density", {"X": [[1, 2]], "phi_diag": 1}, {"density_pct": [[100, 100]]}),
    ("density", {"X": [[1, 2]], "rca_threshold": ">1"}, {"density_pct": [[0, 0]]}),
    ("reflections", {"edges": [["A", "P"]]}, {"kc0": [1], "kp3": [1]}),
    ("reflections", {"edges": MANY}, {"kc0": list(range(1, 13)), "kp0": list(range(12, 0, -1))}),
    ("eci", {"edges": ALIKE}, {"second_eigenvalue": 0, "eci_z": [0, 0]}),
    ("hoover", {"ind": [5], "pop": [7]}, {"hoover": 0}),
    ("hhi", {"shares": []}, {"hhi": 0}),
    ("matrix_inverse", {"A": [[0.5]]}, {"L": [[2]]}),
    (
        "leontief",
        {"sectors": ["a", "b"], "Z": [[5, 0], [0, 0]], "output": [10, 0], "gva": [5, 0]},
        {"gva_multipliers": [1, 0]},
    ),
    (
        "leontief_w",
        {"sectors": ["a", "b"], "Z": [[5, 0], [0, 0]], "output": [10, 10], "w": [5, 0]},
        {"total_effects": [1, 0], "multipliers": [2, None]},
    ),
    (
        "survival_deadweight",
        {"gross_jobs": 9, "survival_supported": 0.5, "survival_reference": 0.6},
        {"deadweight": 1, "net_jobs": 0},
    ),
    ("vac2019", {"years": [2018, 2035, 2050]}, {"vac": [54, 375, 775]}),
    ("carbon_pv", {"t_per_year": -1, "years": 1, "r": 0.03}, {"pv_2025": -256}),
    (
        "relatedness",
        {"C": [[0, 0, 0], [0, 0, 2], [0, 2, 0]]},
        {"association": [[0, 0, 0], [0, 0, 2], [0, 2, 0]], "cosine_12": 0, "jaccard_12": 0},
    ),
    ("evenness", {"sizes": [5, 5, 0]}, {"J": 0.6309297535714574}),
]


@pytest.mark.parametrize(("kind", "given", "expected"), FOUND, ids=lambda each: str(each)[:40])
def test_the_edges_of_each_kind_have_their_figure(
    kind: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    case = {"id": "x", "kind": kind, "tol": 1e-9, "input": given, "expected": expected}
    (result,) = cases.run([case], sheet())
    assert result.status is CaseStatus.PASSED, cases.line(result)


@pytest.mark.parametrize(
    "change", [{"tol": None}, {"expected": 5}, {"input": [1]}, {"id": None}, {"kind": 3}]
)
def test_a_case_that_is_none_does_not_hide_the_others(change: dict[str, Any]) -> None:
    whole = {"id": "x", "kind": "hhi", "tol": 0, "input": {"shares": [50]}}
    whole |= {"expected": {"hhi": 2500}}
    broken, right = cases.run([whole | change, whole], sheet())
    assert (broken.status, right.status) == (CaseStatus.NOT_RUNNABLE, CaseStatus.PASSED)
    assert next(iter(change)) in broken.reason


@pytest.mark.parametrize("document", [{}, {"cases": []}, [1], "cases"])
def test_what_is_no_list_of_cases_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match="a JSON list of objects"):
        cases.run(document, sheet())
