"""Groups worth forming: screened one by one, and the best disjoint set against every set."""

import random
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.partners import Firm, IfAlone, Synergy
from contracts.vocabulary.profile import FirmProfile, Part, Place
from contracts.vocabulary.registry import Candidate, Registry, SharedFunction
from services.method.constants import constants_of
from services.method.firms import grouping, solutions
from services.method.firms.grouping import best_disjoint
from services.method.firms.proposed import Proposed, proposed_groups
from tests.spec.reading import sheet

CONSTANTS = constants_of(sheet())


def every_set(members: list[tuple[int, ...]], values: list[float]) -> float:
    if not members:
        return 0.0
    rest = [k for k in range(1, len(members)) if not set(members[k]) & set(members[0])]
    taken = values[0] + every_set([members[k] for k in rest], [values[k] for k in rest])
    return max(taken, every_set(members[1:], values[1:]))


@pytest.mark.parametrize("seed", range(12))
def test_the_best_disjoint_set_is_the_best_of_all(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - groups, not secrets
    members = draw.sample(list(combinations(range(8), 3)), 12)
    values = [float(draw.randint(-5, 30)) for _ in members]
    best = best_disjoint(members, values)
    assert best.proved
    assert best.value == every_set(members, values)
    assert sum(values[k] for k in best.chosen) == best.value
    named = [firm for k in best.chosen for firm in members[k]]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("seed", range(4))
def test_of_more_groups_than_are_searched_the_best_found_has_a_true_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)  # noqa: S311 - groups, not secrets
    members = draw.sample(list(combinations(range(8), 3)), 14)
    values = [float(draw.randint(1, 30)) for _ in members]
    monkeypatch.setattr(grouping, "_SEARCHED", 2)
    monkeypatch.setattr(grouping, "_AT_ONCE", 1)
    best = best_disjoint(members, values)
    assert best.value <= every_set(members, values) <= best.bound + 1e-6
    chosen = [firm for k in best.chosen for firm in members[k]]
    assert len(chosen) == len(set(chosen))


def test_without_a_group_there_is_nothing_to_choose() -> None:
    assert best_disjoint([], []).value == 0
    assert best_disjoint([(0, 1)], [-3.0]).chosen == ()


def firm(name: str, **more: Any) -> Firm:
    return Firm(id=name, name=name, own=Estimate.exactly(40_000.0), **more)


def registry(needs: list[float], synergies: dict[str, float], **more: Any) -> Registry:
    names = "abcdefgh"[: len(needs)]
    return Registry(
        firms=tuple(Candidate(firm=firm(n), need_fte=f) for n, f in zip(names, needs, strict=True)),
        synergies=tuple(
            Synergy(between=tuple(pair), yearly=Estimate.exactly(value))
            for pair, value in synergies.items()
        ),
        **{"shared": POST, **more},
    )


POST = SharedFunction(
    what="export manager",
    full_time_cost=60_000.0,
    coordination_per_extra_member=5_000.0,
    if_alone=IfAlone.PAYS_ITS_OWN,
)


def proposed(given: Registry) -> Proposed:
    return proposed_groups(given, CONSTANTS.firms, CONSTANTS.factors)


def test_a_group_has_the_value_its_members_declared_and_nothing_else() -> None:
    found = proposed(registry([0.3, 0.3, 0.4], {"ab": 6_000.0}))
    (group,) = found.groups
    # Three posts of 60,000 instead of one and 10,000 of coordination, and 6,000 of a and b.
    assert group.value == 180_000 - 70_000 + 6_000
    # Gains are shown in whole euros, so their sum may be off by one or two.
    assert sum(group.gains) == pytest.approx(group.value, abs=2)
    assert not group.savings_only
    assert proposed(registry([0.3, 0.3, 0.4], {})).groups[0].savings_only


def test_more_than_one_post_makes_no_group() -> None:
    found = proposed(registry([0.6, 0.5, 0.3], {}))
    assert found.groups == ()
    assert [(pair.between, pair.why) for pair in found.excluded_pairs] == [(("a", "b"), "need")]
    assert set(found.left_over.values()) == {"no_admissible_group"}


def test_competitors_and_distant_firms_make_no_group() -> None:
    same = FirmProfile(
        customers=(Part(name="x", share=1.0),),
        products=(Part(name="p", share=1.0),),
        place=Place(latitude=49.44, longitude=1.1),
    )
    far = FirmProfile(place=Place(latitude=43.6, longitude=3.9))
    given = Registry(
        firms=(
            Candidate(firm=firm("a", profile=same), need_fte=0.2),
            Candidate(firm=firm("b", profile=same), need_fte=0.2),
            Candidate(firm=firm("c", profile=far), need_fte=0.2),
            Candidate(firm=firm("d"), need_fte=0.2),
        ),
        shared=POST,
        longest_km=60.0,
    )
    found = proposed(given)
    assert {(pair.between, pair.why) for pair in found.excluded_pairs} == {
        (("a", "b"), "competitors"),
        (("a", "c"), "too_far"),
        (("b", "c"), "too_far"),
    }
    assert found.admissible == 0


@pytest.mark.parametrize("seed", range(4))
def test_screening_says_of_each_group_what_its_game_says(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - groups, not secrets
    names = "abcdefg"
    declared = {a + b: float(draw.randint(-45, 40) * 1_000) for a, b in combinations(names, 2)}
    given = registry([0.15] * 7, declared)
    found = proposed(given)
    admissible = 0
    for size in (3, 4, 5):
        for group in combinations(names, size):
            worths = np.zeros(1 << size)
            for mask in range(1 << size):
                inside = [group[i] for i in range(size) if mask >> i & 1]
                worths[mask] = sum(declared[a + b] for a, b in combinations(inside, 2))
                worths[mask] += 55_000 * max(0, len(inside) - 1)
            admissible += solutions.needed_aids(worths[None], np.full((1, size), 501.0))[0] <= 0.01
    assert found.admissible == admissible
    assert 0 < admissible < 91


def test_a_firm_without_a_result_is_named() -> None:
    given = registry([0.3, 0.3, 0.4], {})
    nameless = Candidate(firm=Firm(id="z", name="Z"), need_fte=0.1)
    with pytest.raises(ValueError, match="'z' has no own result"):
        proposed(Registry(firms=(*given.firms, nameless), shared=POST))
    with pytest.raises(ValueError, match="no firm is called 'q'"):
        proposed(registry([0.3, 0.3, 0.4], {"aq": 1.0}))
