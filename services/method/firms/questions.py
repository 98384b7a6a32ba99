"""Contradictions between what was declared and what is known of the firms.

Each is a question to the applicant, never a correction: the declared figure stays what it is.
"""

from collections.abc import Iterator, Sequence

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.profile import Mechanism
from contracts.vocabulary.proposal import Proposal, SynergyKind
from contracts.vocabulary.verdict import Factor
from services.method.firms.factors import (
    MECHANISM_REACH,
    OVERLAP_EXCLUDED,
    OVERLAP_WARNED,
    TOO_LITTLE,
    TOO_MUCH,
    FactorParameters,
    Pair,
)

_YEARLY = "EUR/year"
_LEARNING = frozenset((SynergyKind.RESEARCH, SynergyKind.SKILLS))
_UNITS = {Factor.DISTANCE_KM: "km"}
_MECHANISMS = tuple(Mechanism)
_PAIR = 2
_CUSTOMERS = Factor.CUSTOMER_OVERLAP


def questions_of(
    proposal: Proposal, pairs: Sequence[Pair], p: FactorParameters
) -> tuple[Claim, ...]:
    """Every question the declared synergies and the partnership raise."""
    known = {frozenset(pair.ids): pair for pair in pairs}
    declared = _declared(proposal)
    found: list[Claim] = []
    for key, pair in known.items():
        said = declared.get(key, [])
        if _asks(pair, said):
            found.extend(_of_pair(pair, said, p))
    found.extend(_of_distance(proposal, pairs, p))
    return tuple(found)


def competitors(pair: Pair, p: FactorParameters) -> bool:
    """Whether both customers and ranges overlap so much that the two are competitors."""
    customers = pair.values.get(Factor.CUSTOMER_OVERLAP)
    products = pair.values.get(Factor.PRODUCT_OVERLAP)
    if customers is None or products is None:
        return False
    return customers >= p.overlap_excluded and products >= p.overlap_excluded


def factor_claim(pair: Pair, factor: Factor) -> Claim:
    """One factor of a pair as a claim, under a question."""
    return Claim(
        f"factor.{factor.value}", pair.values[factor], _UNITS.get(factor, "share"), pair.ids
    )


def _declared(proposal: Proposal) -> dict[frozenset[str], list[tuple[SynergyKind, float]]]:
    found: dict[frozenset[str], list[tuple[SynergyKind, float]]] = {}
    for synergy in proposal.synergies:
        between = frozenset(synergy.between)
        if synergy.yearly is not None and len(between) == _PAIR:
            found.setdefault(between, []).append((synergy.kind, synergy.yearly.central))
    return found


def _asks(pair: Pair, declared: list[tuple[SynergyKind, float]]) -> bool:
    """Whether enough is known of a pair that a question could follow; of most there is not."""
    return _CUSTOMERS in pair.values or any(kind in _LEARNING for kind, _ in declared)


def _of_pair(
    pair: Pair, declared: list[tuple[SynergyKind, float]], p: FactorParameters
) -> Iterator[Claim]:
    values = pair.values
    customers = values.get(Factor.CUSTOMER_OVERLAP)
    products = values.get(Factor.PRODUCT_OVERLAP)
    conflict = any(yearly < 0 for _, yearly in declared)
    overlaps = (Factor.CUSTOMER_OVERLAP, Factor.PRODUCT_OVERLAP)
    # Where nothing was said of the ranges, customers in common are enough to ask.
    meet = customers is not None and customers >= p.overlap_warned
    meet = meet and (products is None or products >= p.overlap_warned)
    apart = customers is not None and products is not None
    apart = apart and max(customers or 0.0, products or 0.0) < p.overlap_warned
    for kind, yearly in declared:
        if kind is SynergyKind.PROSPECTING and yearly > 0 and meet:
            yield _question(
                "question.prospecting_overlap", pair, yearly, overlaps, (OVERLAP_WARNED,)
            )
        if yearly < 0 and apart:
            yield _question(
                "question.conflict_without_overlap", pair, yearly, overlaps, (OVERLAP_WARNED,)
            )
        if kind in _LEARNING and yearly > 0:
            closest = Factor.TECHNOLOGY if Factor.TECHNOLOGY in values else Factor.NAF
            if closest in values and values[closest] < p.too_little:
                yield _question(
                    "question.too_little_in_common", pair, yearly, (closest,), (TOO_LITTLE,)
                )
            elif closest is Factor.TECHNOLOGY and values[closest] > p.too_much:
                yield _question(
                    "question.too_much_in_common", pair, yearly, (closest,), (TOO_MUCH,)
                )
    if competitors(pair, p) and not conflict:
        yield _question(
            "question.competitors_without_conflict", pair, None, overlaps, (OVERLAP_EXCLUDED,)
        )


def _question(
    code: str,
    pair: Pair,
    declared: float | None,
    factors: Sequence[Factor],
    parameters: tuple[str, ...],
) -> Claim:
    because = tuple(factor_claim(pair, factor) for factor in factors if factor in pair.values)
    unit = "" if declared is None else _YEARLY
    return Claim(code, declared, unit, pair.ids, because, parameters)


def _of_distance(proposal: Proposal, pairs: Sequence[Pair], p: FactorParameters) -> Iterator[Claim]:
    """The declared mechanism against the longest distance (the paper's figure 1)."""
    mechanism = proposal.partnership.mechanism if proposal.partnership else None
    far = [pair for pair in pairs if Factor.DISTANCE_KM in pair.values]
    if mechanism is None or not far:
        return
    farthest = max(far, key=lambda pair: pair.values[Factor.DISTANCE_KM])
    distance = farthest.values[Factor.DISTANCE_KM]
    reach = dict(zip(_MECHANISMS, p.mechanism_reach, strict=True))
    if distance <= reach[mechanism]:
        return
    better = next((each for each in _MECHANISMS if reach[each] >= distance), _MECHANISMS[-1])
    yield Claim(
        "question.mechanism_too_near",
        distance,
        "km",
        (*farthest.ids, mechanism.value),
        (Claim("suggestion.mechanism", about=(better.value,)),),
        (MECHANISM_REACH,),
    )
