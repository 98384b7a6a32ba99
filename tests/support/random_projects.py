"""Projects made at random from a seed: of every kind of answer, said or not, certain or not."""

from dataclasses import replace
from datetime import date
from random import Random

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import (
    AidKind,
    CarbonClaim,
    ConcentrationClaim,
    ExcludedGroup,
    ExclusionKind,
    Firm,
    IfAlone,
    ImageAnchor,
    ImageEvidence,
    JobsClaim,
    Multiplier,
    MultiplierKind,
    Need,
    ProjectKind,
    Proposal,
    SharedCost,
    SharedCostRange,
    Synergy,
    TechnologyClaim,
)

_KINDS = (ProjectKind.MULTI_FIRM, ProjectKind.EXPORT_GROUP, ProjectKind.INCUBATOR)
_NAF = ("1071C", "2562B", "4711B", "6201Z", None)


def random_project(seed: int, most_firms: int = 6) -> Proposal:
    """The project of this seed; the same on every machine."""
    random = Random(seed)  # noqa: S311 - a test, not a secret
    ids = "abcdefgh"[: random.randint(2, most_firms)]
    scale = random.choice((1_000, 10_000, 60_000))
    firms = tuple(
        Firm(
            id=name,
            name=f"Firm {name.upper()}",
            naf=random.choice(_NAF),
            own=_estimate(random, random.randint(-100, 3_000) * 1_000.0),
            announced=None,
            staff=random.choice((None, 4.0, 12.0, 60.0)),
        )
        for name in ids
    )
    if random.random() < 0.2:
        firms = tuple(
            replace(firm, announced=firm.own.central + random.randint(0, scale))
            for firm in firms
            if firm.own is not None
        )
    project = Proposal(
        title=f"Project {seed}",
        kind=random.choice(_KINDS),
        territory="fr-ze-2815",
        starts_on=date(2027, 1, 1),
        horizon_years=random.randint(1, 10),
        price_year=2026,
        firms=firms,
        synergies=_synergies(random, ids, scale),
        jobs=_jobs(random),
        carbon=_carbon(random, scale),
        technology=_technology(random),
        image=_image(random),
        concentration=ConcentrationClaim(prohibited=random.choice((None, *(False,) * 8, True))),
        aid_requested=random.choice((None, 25_000.0)),
    )
    if random.random() < 0.3:
        project = replace(project, shared_cost=_shared_cost(random, ids, scale))
    if len(ids) > 2 and random.random() < 0.1:
        members = tuple(random.sample(ids, 2))
        excluded = ExcludedGroup(members=members, why=ExclusionKind.LAW)
        project = replace(project, excluded_groups=(excluded,))
    return project


def _estimate(random: Random, central: float) -> Estimate:
    if random.random() < 0.5:
        return Estimate.exactly(central)
    width = abs(central) * random.choice((0.1, 0.3))
    return Estimate(round(central - width), central, round(central + width))


def _synergies(random: Random, ids: str, scale: int) -> tuple[Synergy, ...]:
    found = []
    lean = random.choice((-0.3, 0.0, -0.8))
    for i, one in enumerate(ids):
        for other in ids[i + 1 :]:
            if random.random() < 0.7:
                value = float(round(random.uniform(lean, 1.0) * scale))
                found.append(Synergy(between=(one, other), yearly=_estimate(random, value)))
    if random.random() < 0.4:
        size = random.randint(2, len(ids))
        value = float(round(random.uniform(-1.0, 1.0) * scale))
        members = tuple(random.sample(ids, size))
        found.append(Synergy(between=members, yearly=_estimate(random, value)))
    return tuple(found)


def _share(random: Random, said: float = 0.7) -> Estimate | None:
    if random.random() > said:
        return None
    low, central, high = sorted(round(random.uniform(0, 0.9), 3) for _ in range(3))
    if random.random() < 0.5:
        low, central, high = low / 4, central / 4, high / 4
    return random.choice((Estimate(low, central, high), Estimate.exactly(central)))


def _jobs(random: Random) -> JobsClaim:
    gross = round(random.choice((4.0, 20.0, 80.0)) * random.random(), 1)
    multiplier = None
    if random.random() < 0.3:
        kind = random.choice(tuple(MultiplierKind))
        multiplier = Multiplier(
            kind=kind, value=Estimate.exactly(round(random.uniform(0.2, 1.8), 2))
        )
    reference = random.random() < 0.15
    destroyed = random.choice((None, 0.0, 0.5, round(gross * random.random(), 1)))
    return JobsClaim(
        gross=Estimate(round(gross * 0.5, 1), gross, round(gross * 1.5, 1)),
        tradable=random.choice((None, True, False)),
        deadweight=None if reference else _share(random),
        reference_jobs=Estimate.exactly(round(gross * 0.2, 1)) if reference else None,
        aid_kind=random.choice((None, None, AidKind.LOCAL_GROWTH)),
        full_time_share=random.choice((None, None, Estimate.exactly(0.8))),
        displacement=_share(random),
        leakage=_share(random),
        substitution=_share(random),
        multiplier=multiplier,
        destroyed=None if destroyed is None else Estimate.exactly(destroyed),
    )


def _carbon(random: Random, scale: int) -> CarbonClaim:
    most = random.choice((0, 20, scale // 100, scale // 50, scale // 10, 40_000))
    emitted = random.choice((None, float(random.randint(0, most))))
    avoided = random.choice((None, 0.0, float(random.randint(0, most))))
    return CarbonClaim(
        emitted_t_per_year=None if emitted is None else _estimate(random, emitted),
        avoided_t_per_year=None if avoided is None else Estimate.exactly(avoided),
        appraised=random.choice((None, True, False)),
    )


def _technology(random: Random) -> TechnologyClaim:
    return TechnologyClaim(
        shared_asset_open_to_others=random.choice((None, False, True)),
        activity_leaves=random.choice((None, *(False,) * 8, True)),
        transferred_out=random.choice((None, *(False,) * 8, True)),
    )


def _image(random: Random) -> tuple[ImageEvidence, ...] | None:
    if random.random() < 0.5:
        return None
    anchors = random.sample(tuple(ImageAnchor), random.randint(0, 2))
    return tuple(
        ImageEvidence(
            anchor=anchor, title="A document", source="A newspaper", dated=date(2025, 5, 1)
        )
        for anchor in anchors
    )


def _shared_cost(random: Random, ids: str, scale: int) -> SharedCost:
    cost = float(round(random.uniform(0.1, 2.0) * scale))
    return SharedCost(
        what="A shared post",
        needs=tuple(
            Need(firm=firm, fte=random.choice((0.1, 0.2, 0.25, 0.3, 0.5, 0.75)))
            for firm in random.sample(ids, random.randint(2, len(ids)))
        ),
        full_time_cost=cost,
        coordination_per_extra_member=float(round(cost * random.choice((0.0, 0.05, 0.2)))),
        if_alone=random.choice(tuple(IfAlone)),
        range=random.choice(
            (None, SharedCostRange(full_time_cost=Estimate(cost * 0.9, cost, cost * 1.1)))
        ),
    )
