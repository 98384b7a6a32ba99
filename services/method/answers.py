"""Which answers a proposal lacks: those without which nothing can be computed, and the others.

An own result, the yearly value of a synergy and gross jobs have no default. Every other answer
that was not said widens the interval of the verdict and never blocks it.
"""

from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.proposal import Proposal

_JOBS = ("displacement", "leakage", "substitution", "destroyed")
_CARBON = ("emitted_t_per_year", "avoided_t_per_year", "appraised")
_TECHNOLOGY = ("shared_asset_open_to_others", "activity_leaves", "transferred_out")
_CONCENTRATION = ("prohibited", "market")


def firms_computed(proposal: Proposal) -> bool:
    """Whether a game can hold the firms; beyond 12 the firm level is not computed."""
    return len(proposal.firms) <= MAX_PLAYERS


def missing_of_firms(proposal: Proposal) -> tuple[str, ...]:
    """Pointers of what the game lacks; nothing when no game would be built anyway."""
    if not firms_computed(proposal):
        return ()
    found = [f"/firms/{i}/own" for i, firm in enumerate(proposal.firms) if firm.own is None]
    found += [
        f"/synergies/{i}/yearly"
        for i, synergy in enumerate(proposal.synergies)
        if synergy.yearly is None
    ]
    return tuple(found)


def missing(proposal: Proposal) -> tuple[str, ...]:
    """JSON pointers of the answers without default that were not said."""
    gross = ("/jobs/gross",) if proposal.jobs.gross is None else ()
    return missing_of_firms(proposal) + gross


def unknown(proposal: Proposal) -> tuple[str, ...]:
    """JSON pointers of the answers that were not said and only widen the verdict."""
    found = [f"/firms/{i}/staff" for i, firm in enumerate(proposal.firms) if firm.staff is None]
    jobs = proposal.jobs
    if jobs.deadweight is None and jobs.reference_jobs is None:
        found.append("/jobs/deadweight")
    found += [f"/jobs/{name}" for name in _JOBS if getattr(jobs, name) is None]
    if jobs.multiplier is None and jobs.tradable is None:
        found.append("/jobs/tradable")
    elif jobs.multiplier is None and jobs.tradable:
        found.append("/jobs/multiplier")
    found += [f"/carbon/{name}" for name in _CARBON if getattr(proposal.carbon, name) is None]
    technology = proposal.technology
    found += [f"/technology/{name}" for name in _TECHNOLOGY if getattr(technology, name) is None]
    if proposal.image is None:
        found.append("/image")
    concentration = proposal.concentration
    found += [
        f"/concentration/{name}" for name in _CONCENTRATION if getattr(concentration, name) is None
    ]
    return tuple(found)
