"""No valid proposal makes the method raise, whatever stands side by side in it."""

from dataclasses import replace
from itertools import combinations

import pytest

from contracts import codec
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import CarbonClaim, Firm, ProjectKind, Synergy
from contracts.vocabulary.verdict import Verdict
from tests.spec.reading import verdict_of
from tests.support.extreme_projects import extreme_project
from tests.support.random_projects import random_project

TOGETHER, SEEDS = 20, 100


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_a_proposal_at_the_ends_of_the_schema_gets_a_verdict(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        verdict = verdict_of(extreme_project(seed))
        again = codec.adapter(Verdict).validate_json(codec.adapter(Verdict).dump_json(verdict))
        assert again == verdict, seed


@pytest.mark.parametrize("count", [2, 3, 4, 8])
@pytest.mark.parametrize("tonnes", [900_000.0, 1e9, 1e12])
def test_a_large_cost_of_carbon_beside_small_synergies_gets_a_verdict(
    count: int, tonnes: float
) -> None:
    ids = "abcdefgh"[:count]
    for less, more in ((-10.0, 0.0), (-1_000.0, 5_000.0), (-90_000.0, 40_000.0)):
        project = replace(
            random_project(0),
            kind=ProjectKind.MULTI_FIRM,
            firms=tuple(Firm(id=i, name=i, own=Estimate.exactly(100_000.0)) for i in ids),
            synergies=tuple(
                Synergy(between=pair, yearly=Estimate.exactly(less if place % 2 else more))
                for place, pair in enumerate(combinations(ids, 2))
            ),
            shared_cost=None,
            excluded_groups=(),
            carbon=CarbonClaim(emitted_t_per_year=Estimate.exactly(tonnes), appraised=True),
        )
        assert verdict_of(project).firms is not None
