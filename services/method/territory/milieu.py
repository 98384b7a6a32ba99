"""The internationalising milieu: what of it can be counted (Torrès, sections 1.2 to 2.3).

Density and diversity of relays are countable, and so are presence and interaction of
institutions; dynamics, directionality, coalition and common enterprise are documents and answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from contracts.vocabulary.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Interaction:
    """The network of institutions from their joint projects: ties over possible ties, and the
    share of institutions in the largest connected part.
    """

    institutions: int
    ties: int
    density: float
    largest_part: float


def relay_density(relays: int, establishments: int) -> float:
    """Relays per thousand establishments. Raises ``ValueError`` without establishments."""
    if establishments <= 0:
        raise ValueError("a territory without establishments has no density of relays")
    return relays / establishments * 10**3


def relay_diversity(relays_by_kind: Mapping[str, int], kinds: int) -> float:
    """Evenness of the relays over all ``kinds`` of the list (Shannon): 1 is all alike, 0 one."""
    total = sum(relays_by_kind.values())
    if total <= 0 or kinds <= 1:
        return 0.0
    shares = [count / total for count in relays_by_kind.values() if count > 0]
    return 0.0 - sum(share * log(share) for share in shares) / log(kinds)


def may_be_in_public_data(decided_on: date, year: int) -> bool:
    """Whether public figures of the end of ``year`` may hold what a project funded that day brings.

    Its jobs are then not added to them again. On the safe side: a project decided on in December
    will hardly have hired by the end of the month, and is left out all the same.
    """
    return decided_on.year <= year


def sum_of(estimates: Iterable[Estimate]) -> Estimate:
    """The sum, all at their lowest, central and highest: no narrower where they move together."""
    known = list(estimates)
    return Estimate(
        sum(each.low for each in known),
        sum(each.central for each in known),
        sum(each.high for each in known),
    )


def interaction(institutions: Iterable[str], projects: Iterable[Sequence[str]]) -> Interaction:
    """The network in which two institutions are tied when they share a project."""
    here = set(institutions)
    ties: set[tuple[str, str]] = set()
    for members in projects:
        known = sorted(here & set(members))
        ties |= {(a, b) for i, a in enumerate(known) for b in known[i + 1 :]}
    part = {name: name for name in here}

    def root(name: str) -> str:
        while part[name] != name:
            name = part[name]
        return name

    for a, b in ties:
        part[root(a)] = root(b)
    sizes: dict[str, int] = {}
    for name in here:
        sizes[root(name)] = sizes.get(root(name), 0) + 1
    count = len(here)
    possible = count * (count - 1) / 2
    return Interaction(
        institutions=count,
        ties=len(ties),
        density=len(ties) / possible if possible else 0.0,
        largest_part=max(sizes.values(), default=0) / count if count else 0.0,
    )
