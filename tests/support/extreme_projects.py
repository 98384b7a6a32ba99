"""Projects at the ends of what the schema allows: nothing, a cent and a billion side by side."""

from dataclasses import replace
from random import Random

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.limits import MAX_AMOUNT
from contracts.vocabulary.proposal import (
    CarbonClaim,
    ExcludedGroup,
    ExclusionKind,
    Firm,
    IfAlone,
    Need,
    ProjectKind,
    Proposal,
    SharedCost,
    Synergy,
)
from tests.support.random_projects import random_project

_ENDS = (0.0, 0.005, 0.01, 0.5, 1.0, 500.0, 501.0, 1e5, 1.6e9, 1e11, MAX_AMOUNT)
_NEEDS = (1e-6, 0.1, 0.999999, 1.0, 1_000.0)


def extreme_project(seed: int, most_firms: int = 12) -> Proposal:
    """The project of this seed; the same on every machine."""
    random = Random(seed)  # noqa: S311 - a test, not a secret
    count = random.choice([2, 3, 4, 6, 8, most_firms])
    ids = [f"f{i:02d}" for i in range(count)]
    pairs = [(one, other) for i, one in enumerate(ids) for other in ids[i + 1 :]]
    signs = random.choice([(1,), (-1,), (1, -1)])
    synergies = [
        Synergy(between=pair, yearly=_between(random, signs))
        for pair in random.sample(pairs, random.choice([0, 1, len(pairs)]))
    ]
    project = replace(
        random_project(seed),
        kind=ProjectKind.MULTI_FIRM,
        firms=tuple(
            Firm(id=name, name=name, own=_between(random, (1, -1)), announced=None) for name in ids
        ),
        synergies=tuple(synergies),
        shared_cost=None,
        excluded_groups=(),
        carbon=CarbonClaim(
            emitted_t_per_year=random.choice([None, Estimate.exactly(900_000.0), _any(random)]),
            avoided_t_per_year=random.choice([None, _any(random)]),
            appraised=random.choice([None, True, False]),
        ),
        horizon_years=random.choice([1, 30]),
        aid_requested=random.choice([None, 0.01, MAX_AMOUNT]),
    )
    if random.random() < 1 / 3:
        project = replace(project, shared_cost=_shared(random, ids))
    if count > 2 and random.random() < 1 / 5:
        members = tuple(random.sample(ids, random.randint(2, count - 1)))
        excluded = ExcludedGroup(members=members, why=ExclusionKind.LAW)
        project = replace(project, excluded_groups=(excluded,))
    return project


def _amount(random: Random) -> float:
    if random.random() < 1 / 2:
        return random.choice(_ENDS)
    return float(round(random.uniform(0, 10 ** random.uniform(0, 12)), 2))


def _any(random: Random) -> Estimate:
    return _between(random, (1,))


def _between(random: Random, signs: tuple[int, ...]) -> Estimate:
    if random.random() < 1 / 2:
        return Estimate.exactly(random.choice(signs) * _amount(random) + 0.0)
    low, central, high = sorted(random.choice(signs) * _amount(random) + 0.0 for _ in range(3))
    return Estimate(low, central, high)


def _shared(random: Random, ids: list[str]) -> SharedCost:
    return SharedCost(
        what="A shared post",
        needs=tuple(
            Need(firm=firm, fte=random.choice(_NEEDS))
            for firm in random.sample(ids, random.randint(2, len(ids)))
        ),
        full_time_cost=_amount(random),
        coordination_per_extra_member=_amount(random),
        if_alone=random.choice(tuple(IfAlone)),
    )
