"""Which answers a proposal lacks: those without which nothing can be computed, and the others.

An own result, the yearly value of a synergy and gross jobs have no default. Every other answer
that was not said widens the interval of the verdict and never blocks it.
"""

from contracts.vocabulary.limits import MAX_PLAYERS
from contracts.vocabulary.proposal import Proposal
from services.method.firms.pairs import held_by_pairs


def firms_computed(proposal: Proposal) -> bool:
    """Whether the firm level can be computed: up to 12 firms, or 30 held by pair synergies only."""
    return len(proposal.firms) <= MAX_PLAYERS or held_by_pairs(proposal)


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
    jobs, carbon, technology = proposal.jobs, proposal.carbon, proposal.technology
    said = {
        "/jobs/deadweight": jobs.deadweight or jobs.reference_jobs or jobs.survival,
        "/jobs/displacement": jobs.displacement,
        "/jobs/leakage": jobs.leakage,
        "/jobs/substitution": jobs.substitution,
        "/jobs/destroyed": jobs.destroyed,
        "/jobs/tradable": jobs.multiplier or jobs.tradable,
        # A job that is not tradable has no local multiplier to be unknown.
        "/jobs/multiplier": jobs.multiplier or (None if jobs.tradable else False),
        "/carbon/emitted_t_per_year": carbon.emitted_t_per_year,
        "/carbon/avoided_t_per_year": carbon.avoided_t_per_year,
        "/carbon/appraised": carbon.appraised,
        "/technology/shared_asset_open_to_others": technology.shared_asset_open_to_others,
        "/technology/activity_leaves": technology.activity_leaves,
        "/technology/transferred_out": technology.transferred_out,
        "/image": proposal.image,
        "/concentration/prohibited": proposal.concentration.prohibited,
        "/concentration/market": proposal.concentration.market,
    }
    staff = [f"/firms/{i}/staff" for i, firm in enumerate(proposal.firms) if firm.staff is None]
    return (*staff, *[pointer for pointer, answer in said.items() if answer is None])
