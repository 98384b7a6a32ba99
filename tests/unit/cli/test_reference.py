"""Mathematics that no verdict uses, where it has an answer by hand, and the cases' kinds."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from services.cli import reference
from services.cli.reference import aggregation, games, groups, portfolio, relatedness
from tests.spec.reading import sheet


def test_relatedness_of_two_activities_out_of_three() -> None:
    counts = np.array([[0, 4, 2], [4, 0, 0], [2, 0, 0]], dtype=float)
    # Occurrences 6, 4, 2 of 12: 4 x 12 / (6 x 4) = 2.
    assert relatedness.association_strength(counts)[0, 1] == 2
    assert relatedness.cooccurrence_cosine(counts, 0, 1) == pytest.approx(4 / 24**0.5)
    assert relatedness.cooccurrence_jaccard(counts, 0, 1) == pytest.approx(4 / 6)


def test_the_best_structure_of_a_superadditive_game_is_the_whole() -> None:
    assert games.best_structure(games.from_lexicographic([1, 1, 3])) == (3, [0b11])
    assert games.best_structure(games.from_lexicographic([2, 2, 3])) == (4, [0b01, 0b10])


def test_the_priority_list_stops_where_the_next_project_does_not_fit() -> None:
    values, costs = [10, 9, 1], [10, 10, 2]
    assert portfolio.priority_list(values, costs, 12) == ([1, 0, 0], 10)
    assert portfolio.best_under_budget(values, costs, 12) == ([1, 0, 1], 11)


def test_the_smallest_addition_that_heals_a_cut() -> None:
    # Two pairs of 5, four conflicts of -1 across: the cut between them lacks 4.
    edges = [(0, 1, 5), (2, 3, 5), (0, 2, -1), (1, 3, -1), (0, 3, -1), (1, 2, -1)]
    total, added = games.least_addition_to_synergies(4, edges)
    assert total == pytest.approx(4)
    assert sum(added[2:]) == pytest.approx(4)


@pytest.mark.parametrize(
    ("differences", "share"),
    [
        ([1, 1, 1], 1),
        ([-1, -1, -1], 0),
        ([0, 0, 0], 0),
        ([1, -1, -1], 0.25),
        ([1, 1, -1], 0.75),
        ([1, 0, -1], 0.5),
        ([2, -1, -1], 4 / 9),
    ],
)
def test_share_of_the_triangle_of_weights(differences: list[float], share: float) -> None:
    assert aggregation.share_of_weights_in_favour(differences) == pytest.approx(share)


def test_kinds_that_no_published_case_shows() -> None:
    def case(kind: str, given: object, expected: object) -> dict[str, object]:
        return {"id": kind, "kind": kind, "input": given, "expected": expected, "tol": 1e-6}

    chain = {"sectors": ["a", "b"], "Z": [[0, 50], [0, 0]], "output": [100, 100], "w": [20, 10]}
    counts = [[0, 4, 2], [4, 0, 0], [2, 0, 0]]
    results = reference.run(
        [
            case("market", {"p": [1, 0], "q": [0.5, 0.5]}, {"overlap": 0.5, "cosine": 0.5**0.5}),
            case("relatedness", {"C": counts}, {"jaccard_12": 4 / 6, "cosine_12": 4 / 24**0.5}),
            # b takes half of its output from a: 0.1 + 0.5 x 0.2.
            case("leontief_w", chain, {"total_effects": [0.2, 0.2], "multipliers": [1, 2]}),
            # At a rate equal to the growth every tonne costs 256 whatever its year.
            case("carbon_pv", {"t_per_year": 10, "years": 3, "r": 0.032}, {"pv_2025": 7680}),
            case("carbon_pv", {"t_per_year": 1, "years": [2040], "r": 0.032}, {"pv_2025": 256}),
            case(
                "counterfactual_edges",
                {"own": [0, 0], "edges": [[0, 1, -3]]},
                {"min_increase": 3, "edges": [[0, 1, 0]]},
            ),
            case("smaa_exact", {"diff": [[1, -1, -1], [1, 1, 1]]}, {"p": [0.25, 1]}),
        ],
        sheet(),
    )
    assert [reference.line(result) for result in results if result.status != "passed"] == []


def test_a_grouping_case_counts_candidates_and_finds_the_best_groups() -> None:
    case: dict[str, Any] = {
        "id": "grouping",
        "kind": "grouping",
        "tol": 1e-9,
        "input": {
            "edges": [[0, 1, 3], [1, 2, 2], [0, 2, -1], [3, 4, 4], [4, 5, 1], [3, 5, 1], [0, 3, 9]],
            "competitors": [[0, 3]],
            "size": [10, 12, 9, 30, 20, 2],
            "min_size_ratio": 0.1,
            "group_sizes": [3],
        },
        # {3, 4, 5} has a ratio of 2/30; {0, 1, 2} has degrees 2, 5, 1 and cuts 2, 5, 1.
        "expected": {"n_candidates": 1, "value": 4, "groups": [[0, 1, 2]]},
    }
    (result,) = reference.run([case], sheet())
    assert result.status == "passed", reference.line(result)


def test_no_group_is_lost_between_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_BLOCK", 7)
    listed = [tuple(row) for block in groups.blocks(7, 3) for row in block.tolist()]
    assert listed == list(combinations(range(7), 3))
