"""What only a whole proposal shows: duplicates, names of nobody, parts that contradict."""

from collections.abc import Iterable

from contracts.coherence_of_aid import aid_faults
from contracts.coherence_of_firms import (
    activity_faults,
    firm_faults,
    relation_faults,
    synergy_faults,
    twin_faults,
)
from contracts.fault import Fault, unknown_firms
from contracts.vocabulary.forms import ExportIncubatorForm
from contracts.vocabulary.proposal import ProjectKind, Proposal, SharedCost

_KIND_OF_FORM = {
    "export_group": (ProjectKind.EXPORT_GROUP, ProjectKind.SHARED_MANAGER),
    "export_incubator": (ProjectKind.EXPORT_INCUBATOR,),
    "carrier": (ProjectKind.CARRIER,),
    "incubator": (ProjectKind.INCUBATOR,),
}


def faults(proposal: Proposal) -> tuple[Fault, ...]:
    """What only the whole proposal shows: duplicate firms, names that point to nobody.

    Empty when the proposal is coherent. Kept apart from construction so that every fault can be
    reported at once, each at its own place.
    """
    return tuple(_faults(proposal))


def _faults(proposal: Proposal) -> Iterable[Fault]:
    yield from firm_faults(proposal.firms, "/firms")
    yield from twin_faults((f"/firms/{i}", firm) for i, firm in enumerate(proposal.firms))
    known = {firm.id for firm in proposal.firms}
    for name in ("opens", "deepens", "leaves"):
        for i, naf in enumerate(getattr(proposal.technology, name)):
            yield from activity_faults(naf, f"/technology/{name}/{i}")
    yield from synergy_faults(proposal.synergies, known, "/synergies")
    yield from _forms(proposal, known)
    yield from aid_faults(proposal, known)
    if proposal.shared_cost is not None:
        needs = [need.firm for need in proposal.shared_cost.needs]
        yield from unknown_firms(needs, known, "/shared_cost/needs")
        yield from _ranges(proposal.shared_cost)
    for i, excluded in enumerate(proposal.excluded_groups):
        yield from unknown_firms(excluded.members, known, f"/excluded_groups/{i}/members")
        if set(excluded.members) == known:
            yield Fault(
                f"/excluded_groups/{i}",
                "the whole project would be excluded",
                "name a part of the firms, or do not submit the project",
            )


def _forms(proposal: Proposal, known: set[str]) -> Iterable[Fault]:
    for name, kinds in _KIND_OF_FORM.items():
        if getattr(proposal, name) is not None and proposal.kind not in kinds:
            belongs = " or ".join(repr(kind.value) for kind in kinds)
            yield Fault(
                f"/{name}",
                f"this form belongs to projects of kind {belongs}, not {proposal.kind.value!r}",
                "leave it out, or correct the kind",
            )
    if proposal.partnership is not None:
        yield from relation_faults(proposal.partnership.relations, known, "/partnership/relations")
    if proposal.carrier is not None:
        yield from unknown_firms([proposal.carrier.carrier], known, "/carrier/carrier")
    if proposal.export_incubator is not None:
        yield from _incubator(proposal.export_incubator, known)


def _incubator(form: ExportIncubatorForm, known: set[str]) -> Iterable[Fault]:
    pointer = "/export_incubator/groups"
    seen: set[str] = set()
    for i, group in enumerate(form.groups):
        if group.player not in known:
            yield Fault(
                f"{pointer}/{i}/player",
                f"no firm is called {group.player!r}",
                f"use one of: {', '.join(sorted(known))}",
            )
        elif group.player in seen:
            yield Fault(f"{pointer}/{i}/player", "two groups are one player", "name each once")
        seen.add(group.player)
        yield from firm_faults(group.firms, f"{pointer}/{i}/firms")
        inside = {firm.id for firm in group.firms}
        yield from synergy_faults(group.synergies, inside, f"{pointer}/{i}/synergies")
        if group.shared_cost is not None:
            needs = [need.firm for need in group.shared_cost.needs]
            yield from unknown_firms(needs, inside, f"{pointer}/{i}/shared_cost/needs")
    yield from twin_faults(
        (f"{pointer}/{i}/firms/{j}", firm)
        for i, group in enumerate(form.groups)
        for j, firm in enumerate(group.firms)
    )
    if form.total_cost is not None and form.funders:
        given = sum(funder.amount for funder in form.funders)
        if round(given) != round(form.total_cost):
            yield Fault(
                "/export_incubator/funders",
                f"the funders give {given:,.0f} EUR, the total cost is {form.total_cost:,.0f} EUR",
                "make the plan add up: name what is still open as a funder that is not decided",
            )


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
