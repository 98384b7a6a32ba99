"""What only a whole proposal shows: duplicates, names of nobody, parts that contradict."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.nomenclature import naf_labels, nearest_naf
from contracts.vocabulary.proposal import Proposal, SharedCost


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong inside a proposal: where (JSON pointer), why, and what to do."""

    pointer: str
    why: str
    fix: str


def faults(proposal: Proposal) -> tuple[Fault, ...]:
    """What only the whole proposal shows: duplicate firms, names that point to nobody.

    Empty when the proposal is coherent. Kept apart from construction so that every fault can be
    reported at once, each at its own place.
    """
    return tuple(_faults(proposal))


def _faults(proposal: Proposal) -> Iterable[Fault]:
    known: set[str] = set()
    for i, firm in enumerate(proposal.firms):
        if firm.id in known:
            yield Fault(
                f"/firms/{i}/id",
                f"two firms are called {firm.id!r}",
                "give each firm its own id",
            )
        known.add(firm.id)
        yield from _activity(firm.naf, f"/firms/{i}/naf")
    for i, naf in enumerate(proposal.technology.opens):
        yield from _activity(naf, f"/technology/opens/{i}")
    for i, synergy in enumerate(proposal.synergies):
        yield from _unknown_firms(synergy.between, known, f"/synergies/{i}/between")
    if proposal.shared_cost is not None:
        needs = [need.firm for need in proposal.shared_cost.needs]
        yield from _unknown_firms(needs, known, "/shared_cost/needs")
        yield from _ranges(proposal.shared_cost)
    for i, excluded in enumerate(proposal.excluded_groups):
        yield from _unknown_firms(excluded.members, known, f"/excluded_groups/{i}/members")
        if set(excluded.members) == known:
            yield Fault(
                f"/excluded_groups/{i}",
                "the whole project would be excluded",
                "name a part of the firms, or do not submit the project",
            )


def _activity(naf: str | None, pointer: str) -> Iterable[Fault]:
    if naf is None or naf in naf_labels():
        return
    near = "; ".join(f"{code} {naf_labels()[code]}" for code in nearest_naf(naf))
    yield Fault(pointer, f"NAF rev. 2 has no sub-class {naf!r}", f"nearest: {near}")


def _ranges(shared: SharedCost) -> Iterable[Fault]:
    if shared.range is None:
        return
    for name, figure, said in (
        ("full_time_cost", shared.full_time_cost, shared.range.full_time_cost),
        (
            "coordination_per_extra_member",
            shared.coordination_per_extra_member,
            shared.range.coordination_per_extra_member,
        ),
    ):
        if said is not None and said.central != figure:
            yield Fault(
                f"/shared_cost/range/{name}",
                f"its central value is {said.central:g}, the figure itself is {figure:g}",
                f"give {figure:g} as the central value",
            )


def _unknown_firms(named: Iterable[str], known: set[str], pointer: str) -> Iterable[Fault]:
    seen: set[str] = set()
    for j, firm in enumerate(named):
        if firm not in known:
            yield Fault(
                f"{pointer}/{j}",
                f"no firm is called {firm!r}",
                f"use one of: {', '.join(sorted(known))}",
            )
        elif firm in seen:
            yield Fault(f"{pointer}/{j}", f"firm {firm!r} is named twice", "name each firm once")
        seen.add(firm)
