"""A proposed change applied to the proposal it speaks of, as an applicant would write it."""

from dataclasses import replace

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import (
    Multiplier,
    MultiplierKind,
    ProjectKind,
    Proposal,
    Synergy,
    SynergyKind,
)

STEPS = {
    "share": 0.001,
    "factor": 0.01,
    "FTE": 0.1,
    "posts": 0.01,
    "EUR/year": 1.0,
    "tCO2e/year": 1.0,
}
"""The digits on which an answer of each unit moves."""

_JOBS = {"full_time": "full_time_share", "reference": "reference_jobs"}


def applied(proposal: Proposal, claim: Claim, then: float | None = None) -> Proposal:
    """The proposal with the answer that a lever or a safety margin names, at the figure it names
    or at ``then``; the parts of a lever of several answers are all applied.
    """
    _, kind = claim.code.split(".", 1)
    if kind in ("pair", "together", "firms.pair", "firms.two", "firms.several"):
        for part in claim.because:
            proposal = applied(proposal, part)
        return proposal
    value = claim.value if then is None else then
    match kind.split("."):
        case ["jobs", name]:
            return _jobs(proposal, name, float(value))
        case ["carbon", "appraised"]:
            return replace(proposal, carbon=replace(proposal.carbon, appraised=True))
        case ["carbon", name]:
            tonnes = {f"{name}_t_per_year": Estimate.exactly(float(value))}
            return replace(proposal, carbon=replace(proposal.carbon, **tonnes))
        case ["technology", "asset"]:
            opened = claim.code.startswith("lever.")
            said = replace(proposal.technology, shared_asset_open_to_others=opened)
            return replace(proposal, technology=said)
        case ["technology", "kept"]:
            said = replace(proposal.technology, transferred_out=False)
            return replace(proposal, technology=said)
        case ["concentration", "allowed"]:
            allowed = replace(proposal.concentration, prohibited=False)
            return replace(proposal, concentration=allowed)
        case ["firms", "leaves"]:
            return without(proposal, claim.about[0])
        case ["firms", "joins"]:
            return with_newcomer(proposal, float(value))
        case ["firms", name]:
            return _firms(proposal, claim, name, float(value))
    raise AssertionError(claim)


def now(claim: Claim) -> float:
    return next(c.value for c in claim.because if c.code.startswith("change.now."))


def nearer(claim: Claim, steps: int = 1) -> float | None:
    """The figure of a lever some digits nearer to what it is now; None where that is passed."""
    return _moved(claim, -steps)


def farther(claim: Claim, steps: int = 1) -> float | None:
    """The figure of a safety margin some digits beyond the last one at which the verdict holds."""
    return _moved(claim, steps)


def _moved(claim: Claim, steps: int) -> float | None:
    there = now(claim)
    away = _away(claim)
    then = round(claim.value + away * steps * STEPS[claim.unit], 6)
    return then if (then - there) * away > -1e-9 else None


def _away(claim: Claim) -> int:
    """The direction in which the change goes: up or down."""
    if claim.value != now(claim):
        return 1 if claim.value > now(claim) else -1
    less_is_worse = (
        "gross",
        "full_time",
        "multiplier",
        "avoided",
        "synergy",
        "group",
        "full_time_cost_down",
    )
    return -1 if claim.code.split(".")[-1] in less_is_worse else 1


def without(proposal: Proposal, firm: str) -> Proposal:
    """The project after a firm has left, everything else as it was declared."""
    shared = proposal.shared_cost
    if shared is not None:
        needs = tuple(need for need in shared.needs if need.firm != firm)
        shared = replace(shared, needs=needs) if needs else None
    incubator = proposal.export_incubator
    if incubator is not None:
        kept = tuple(group for group in incubator.groups if group.player != firm)
        incubator = replace(incubator, groups=kept)
    return replace(
        proposal,
        firms=tuple(each for each in proposal.firms if each.id != firm),
        synergies=tuple(s for s in proposal.synergies if firm not in s.between),
        shared_cost=shared,
        excluded_groups=tuple(g for g in proposal.excluded_groups if firm not in g.members),
        export_incubator=incubator,
        partnership=None,
    )


def with_newcomer(proposal: Proposal, brings: float) -> Proposal:
    """The project after a firm like the first has joined, and all together gain so much more."""
    like = proposal.firms[0]
    newcomer = replace(
        like,
        id="newcomer",
        name="A newcomer",
        siren=None,
        own=Estimate.exactly(0.0),
        announced=None,
        staff=None,
        enterprise=None,
    )
    firms = (*proposal.firms, newcomer)
    everyone = tuple(firm.id for firm in firms)
    more = Synergy(between=everyone, yearly=Estimate.exactly(brings), kind=SynergyKind.OTHER)
    return replace(proposal, firms=firms, synergies=(*proposal.synergies, more), partnership=None)


def _jobs(proposal: Proposal, name: str, value: float) -> Proposal:
    said: dict[str, object]
    if name == "multiplier":
        kind = MultiplierKind.COMPOSITE
        said = {"multiplier": Multiplier(kind=kind, value=Estimate.exactly(value))}
    else:
        said = {_JOBS.get(name, name): Estimate.exactly(value)}
    if name == "deadweight":
        said["survival"] = None
    return replace(proposal, jobs=replace(proposal.jobs, **said))


def _firms(proposal: Proposal, claim: Claim, name: str, value: float) -> Proposal:
    shared = proposal.shared_cost
    if name in ("synergy", "group"):
        members = claim.about or tuple(firm.id for firm in proposal.firms)
        more = Synergy(
            between=members,
            yearly=Estimate.exactly(value - now(claim)),
            kind=SynergyKind.OTHER,
        )
        return replace(proposal, synergies=(*proposal.synergies, more))
    if name == "own":
        return replace(
            proposal,
            firms=tuple(
                replace(firm, own=Estimate.exactly(value)) if firm.id == claim.about[0] else firm
                for firm in proposal.firms
            ),
        )
    assert shared is not None
    if name == "need":
        needs = tuple(
            replace(need, fte=value) if need.firm == claim.about[0] else need
            for need in shared.needs
        )
        return replace(proposal, shared_cost=replace(shared, needs=needs))
    figure = claim.about[0].removeprefix("/shared_cost/")
    return replace(proposal, shared_cost=replace(shared, range=None, **{figure: value}))


def smallest_group(proposal: Proposal) -> int:
    return 3 if proposal.kind is ProjectKind.EXPORT_GROUP else 2
