"""What is known of each pair of firms beside what they declared: the factors of closeness.

They suggest pairs, check declarations and raise questions (``questions.py``); they never become
euros. A factor of which nothing was said is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp

from contracts.vocabulary.activities import with_section
from contracts.vocabulary.assessment import FirmSkills
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.profile import Part, Partnership, Relation
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import Factor, FactorValue, PairFactors, Remark
from services.method.firms import closeness

OVERLAP_WARNED = "factors.overlap_warned"
OVERLAP_EXCLUDED = "factors.overlap_excluded"
MECHANISM_REACH = "factors.mechanism_reach"
SIZE_BALANCE_WARNED = "factors.size_balance_warned"
TOO_LITTLE = "factors.proximity_too_little"
TOO_MUCH = "factors.proximity_too_much"
TRAVEL_WARNED = "factors.travel_warned"
GROUP_SIZE = "factors.group_size"

_DECIMALS = 3
# Looked up once: Python 3.11 computes a member of an enumeration each time it is named.
_NAF, _SKILL, _COGNITIVE, _BALANCE = (
    Factor.NAF,
    Factor.SKILL,
    Factor.COGNITIVE,
    Factor.SIZE_BALANCE,
)
_REMARKED = frozenset(
    (
        Factor.ORGANISATIONAL,
        Factor.SOCIAL,
        Factor.INSTITUTIONAL,
        Factor.GEOGRAPHIC,
        Factor.NAF,
    )
)
"""Proximities of which there may be too little or too much. Of the cognitive one, which is made of
the similarity of activities, the similarity says it.
"""

SkillTable = Mapping[tuple[str, str], float]
"""Normalised skill relatedness of two sub-classes, -1 to 1, both ways round."""


@dataclass(frozen=True, slots=True)
class FactorParameters:
    """The day's values for what is known of pairs."""

    overlap_warned: float
    overlap_excluded: float
    distance_scale: float
    past_projects_scale: float
    too_little: float
    too_much: float
    size_balance_warned: float
    mechanism_reach: tuple[float, ...]
    travel_warned: float
    group_size: tuple[float, ...]

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "FactorParameters":
        return cls(
            overlap_warned=sheet.number(OVERLAP_WARNED),
            overlap_excluded=sheet.number(OVERLAP_EXCLUDED),
            distance_scale=sheet.number("factors.distance_scale"),
            past_projects_scale=sheet.number("factors.past_projects_scale"),
            too_little=sheet.number(TOO_LITTLE),
            too_much=sheet.number(TOO_MUCH),
            size_balance_warned=sheet.number(SIZE_BALANCE_WARNED),
            mechanism_reach=sheet.numbers(MECHANISM_REACH),
            travel_warned=sheet.number(TRAVEL_WARNED),
            group_size=sheet.numbers(GROUP_SIZE),
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two firms and every factor known of them."""

    firms: tuple[Firm, Firm]
    values: Mapping[Factor, float]

    @property
    def ids(self) -> tuple[str, str]:
        return self.firms[0].id, self.firms[1].id


def pairs_of(
    proposal: Proposal, p: FactorParameters, skills: SkillTable | None = None
) -> tuple[Pair, ...]:
    """Every pair of firms of which something is known, in the order of the proposal."""
    relations = _relations(proposal.partnership)
    found = []
    for one, other in combinations(proposal.firms, 2):
        values = factors_of(one, other, relations.get(frozenset((one.id, other.id))), p, skills)
        if values:
            found.append(Pair((one, other), values))
    return tuple(found)


def factors_of(
    one: Firm,
    other: Firm,
    relation: Relation | None,
    p: FactorParameters,
    skills: SkillTable | None = None,
) -> dict[Factor, float]:
    """The factors of one pair that are known."""
    found: dict[Factor, float] = {}
    if one.naf is not None and other.naf is not None:
        similarity = closeness.naf_similarity(with_section(one.naf), with_section(other.naf))
        found[_NAF] = similarity
        found[_COGNITIVE] = closeness.optimal_distance(similarity)
        if skills is not None and (one.naf, other.naf) in skills:
            found[_SKILL] = skills[one.naf, other.naf]
    if one.staff and other.staff:
        found[_BALANCE] = min(one.staff, other.staff) / max(one.staff, other.staff)
    a, b = one.profile, other.profile
    if a is not None and b is not None:
        for factor, mine, theirs, measure in (
            (Factor.CUSTOMERS, a.customers, b.customers, closeness.cosine),
            (Factor.CUSTOMER_OVERLAP, a.customers, b.customers, closeness.market_overlap),
            (Factor.PRODUCT_OVERLAP, a.products, b.products, closeness.market_overlap),
            (Factor.TECHNOLOGY, a.technologies, b.technologies, closeness.cosine),
        ):
            if any(part.share for part in mine) and any(part.share for part in theirs):
                found[factor] = measure(*_vectors(mine, theirs))
        if a.place is not None and b.place is not None:
            distance = closeness.kilometres(
                (a.place.latitude, a.place.longitude), (b.place.latitude, b.place.longitude)
            )
            found[Factor.DISTANCE_KM] = distance
            found[Factor.GEOGRAPHIC] = exp(-distance / p.distance_scale)
        if a.networks is not None and b.networks is not None:
            found[Factor.INSTITUTIONAL] = closeness.jaccard(
                frozenset(a.networks), frozenset(b.networks)
            )
    same_group = a and b and a.corporate_group and a.corporate_group == b.corporate_group
    if same_group or (relation is not None and relation.contract is not None):
        tied = same_group or (relation is not None and relation.contract)
        found[Factor.ORGANISATIONAL] = 1.0 if tied else 0.0
    if relation is not None and relation.past_projects is not None:
        found[Factor.SOCIAL] = 1 - exp(-relation.past_projects / p.past_projects_scale)
    return {factor: round(value, _DECIMALS) for factor, value in found.items()}


def shown(pairs: Sequence[Pair], p: FactorParameters) -> tuple[PairFactors, ...]:
    """The pairs as the verdict tells them, with a remark where a proximity may hurt."""
    return tuple(
        PairFactors(
            between=pair.ids,
            factors=tuple(
                [
                    FactorValue(factor=factor, value=value, remark=_remark(factor, value, p))
                    for factor, value in pair.values.items()
                ]
            ),
        )
        for pair in pairs
    )


def skill_table(skills: FirmSkills | None) -> SkillTable | None:
    """What the territory's side found in its table; None where none is loaded."""
    if skills is None:
        return None
    pairs = {(each.one, each.other): each.relatedness for each in skills.pairs}
    return {(other, one): related for (one, other), related in pairs.items()} | pairs


def partnership_claims(proposal: Proposal, skills: FirmSkills | None = None) -> tuple[Claim, ...]:
    """How the group is made, and how close its members say they work (the paper's table 1)."""
    claims = []
    if skills is not None:
        claims.append(Claim("group.skill_table", None, "", (skills.source, str(skills.year))))
    staff = [firm.staff for firm in proposal.firms if firm.staff]
    if len(staff) == len(proposal.firms):
        claims.append(Claim("group.size_evenness", round(closeness.evenness(staff), _DECIMALS)))
        if all(firm.naf for firm in proposal.firms):
            sizes: dict[str, float] = {}
            for firm in proposal.firms:
                sizes[firm.naf or ""] = sizes.get(firm.naf or "", 0.0) + (firm.staff or 0.0)
            related, unrelated = closeness.related_variety(sizes)
            claims.append(Claim("group.related_variety", round(related, _DECIMALS), "bits"))
            claims.append(Claim("group.unrelated_variety", round(unrelated, _DECIMALS), "bits"))
    mix = proposal.partnership.mix if proposal.partnership else None
    if mix is not None:
        for name in MIX:
            rating = getattr(mix, name)
            if rating is not None:
                claims.append(Claim(f"mix.{name}", float(rating), "of 5"))
    return tuple(claims)


MIX = (
    "spatial",
    "hierarchical",
    "intra_functional",
    "coordination",
    "information_systems",
    "temporal",
)
"""The paper's six proximities, its table 1."""


def _relations(partnership: Partnership | None) -> dict[frozenset[str], Relation]:
    if partnership is None:
        return {}
    return {frozenset(relation.between): relation for relation in partnership.relations}


def _vectors(mine: Sequence[Part], theirs: Sequence[Part]) -> tuple[list[float], list[float]]:
    """Shares over the same names, each made to add up to 1: what was not named is left out."""
    one, other = _normalised(mine), _normalised(theirs)
    names = sorted(one.keys() | other.keys())
    return [one.get(name, 0.0) for name in names], [other.get(name, 0.0) for name in names]


def _normalised(parts: Sequence[Part]) -> dict[str, float]:
    total = sum(part.share for part in parts)
    shares: dict[str, float] = {}
    for part in parts:
        shares[part.name] = shares.get(part.name, 0.0) + part.share / total
    return shares


def _remark(factor: Factor, value: float, p: FactorParameters) -> Remark | None:
    if factor not in _REMARKED:
        return None
    if value < p.too_little:
        return Remark.TOO_LITTLE
    return Remark.TOO_MUCH if value > p.too_much else None
