"""The questions of the project's own kind, answered one by one: done, not done, or not said.

The paper's points of feasibility of an export group (section 2.3), carriage, the two levels of an
export incubator, the survival of an incubator's firms. They inform; they change no level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.forms import (
    CarrierForm,
    ExportGroupForm,
    ExportIncubatorForm,
    IncubatorForm,
    InnerGroup,
    LabelState,
)
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import Factor, FirmsJudgement
from services.method.firms.factors import (
    GROUP_SIZE,
    OVERLAP_WARNED,
    SIZE_BALANCE_WARNED,
    TRAVEL_WARNED,
    FactorParameters,
    Pair,
)


class State(StrEnum):
    """How a point of feasibility stands."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


def feasibility_of(
    proposal: Proposal, pairs: Sequence[Pair], firms: FirmsJudgement | None, p: FactorParameters
) -> tuple[Claim, ...]:
    """The points of the project's kind; nothing for a kind that was given no form."""
    found: list[Claim] = []
    if proposal.export_group is not None:
        found.extend(_export_group(proposal, proposal.export_group, pairs, p))
    if proposal.export_incubator is not None:
        found.extend(_export_incubator(proposal.export_incubator))
    if proposal.carrier is not None:
        found.extend(_carrier(proposal, proposal.carrier, firms))
    if proposal.incubator is not None:
        found.extend(_incubator(proposal, proposal.incubator))
    return tuple(found)


def inner_proposal(proposal: Proposal, group: InnerGroup) -> Proposal:
    """The lower level of an incubator as a project of its own: the firms inside one group."""
    return replace(
        proposal,
        firms=group.firms,
        synergies=group.synergies,
        shared_cost=group.shared_cost,
        excluded_groups=(),
        partnership=None,
        export_incubator=None,
    )


def _said(answer: bool | None) -> State:
    if answer is None:
        return State.UNKNOWN
    return State.DONE if answer else State.NOT_DONE


def _point(
    name: str,
    state: State,
    because: tuple[Claim, ...] = (),
    parameters: tuple[str, ...] = (),
) -> Claim:
    return Claim(f"feasibility.{name}", state.value, "state", (), because, parameters)


def _export_group(
    proposal: Proposal, form: ExportGroupForm, pairs: Sequence[Pair], p: FactorParameters
) -> Iterator[Claim]:
    yield _point("partners_searched", _said(form.partners_searched))
    balances = [pair.values.get(Factor.SIZE_BALANCE) for pair in pairs]
    known = [balance for balance in balances if balance is not None]
    balance = min(known) if known and all(firm.staff for firm in proposal.firms) else None
    yield _point(
        "sizes_balanced",
        _said(None if balance is None else balance >= p.size_balance_warned),
        () if balance is None else (Claim("feasibility.size_balance", balance, "share"),),
        (SIZE_BALANCE_WARNED,),
    )
    evaluated = bool(proposal.synergies or proposal.shared_cost) and all(
        synergy.yearly is not None for synergy in proposal.synergies
    )
    yield _point("synergies_evaluated", _said(evaluated))
    yield _point("competition_avoided", _said(form.competition_avoided))
    yield _point("common_strategy", _said(form.common_strategy))
    yield _point("commitment_contract", _said(form.commitment_contract))
    travel = form.longest_travel_minutes
    yield _point(
        "manager_near",
        _said(None if travel is None else travel <= p.travel_warned),
        () if travel is None else (Claim("feasibility.travel", travel, "minutes"),),
        (TRAVEL_WARNED,),
    )
    yield _point(
        "pay_rule",
        State.UNKNOWN if form.pay_rule is None else State.DONE,
        () if form.pay_rule is None else (Claim("feasibility.pay", about=(form.pay_rule.value,)),),
    )
    yield _point("same_customers", _said(form.same_kind_of_customers))
    overlaps = [pair.values.get(Factor.PRODUCT_OVERLAP, 0.0) for pair in pairs]
    apart = None if form.ranges_overlap is None else not form.ranges_overlap
    if apart and overlaps and max(overlaps) >= p.overlap_warned:
        # Said not to overlap, and the shares by range say otherwise.
        apart = False
    yield _point("ranges_apart", _said(apart), parameters=(OVERLAP_WARNED,))
    yield _point("territories_complementary", _said(form.territories_complementary))
    years = form.years_before_return
    yield _point(
        "return_in_time",
        _said(None if years is None else years <= proposal.horizon_years),
        () if years is None else (Claim("feasibility.years_before_return", years, "years"),),
    )
    low, high = p.group_size
    yield _point(
        "usual_size",
        _said(low <= len(proposal.firms) <= high),
        (Claim("feasibility.members", float(len(proposal.firms)), "firms"),),
        (GROUP_SIZE,),
    )


def _label(state: LabelState | None) -> Claim:
    if state is None:
        return _point("label", State.UNKNOWN)
    granted = State.DONE if state is LabelState.GRANTED else State.NOT_DONE
    return _point("label", granted, (Claim("feasibility.label_state", about=(state.value,)),))


def _export_incubator(form: ExportIncubatorForm) -> Iterator[Claim]:
    yield _point("groups_described", _said(bool(form.groups)))
    yield _point("several_funders", _said(len(form.funders) > 1 if form.funders else None))
    complete = None
    if form.funders and form.total_cost is not None:
        complete = all(funder.decided for funder in form.funders)
    open_ = sum(funder.amount for funder in form.funders if not funder.decided)
    yield _point(
        "funding_decided",
        _said(complete),
        (Claim("feasibility.funding_open", round(open_) + 0.0, "EUR"),) if open_ else (),
    )
    yield _label(form.label_nf_x50_770)


def _carrier(
    proposal: Proposal, form: CarrierForm, firms: FirmsJudgement | None
) -> Iterator[Claim]:
    carried = None if firms is None else [s for s in firms.shares if s.firm != form.carrier]
    yield _point(
        "carried_firms_gain",
        _said(None if carried is None else all(share.wins for share in carried)),
    )
    gains = {
        firm.id: firm.announced - firm.own.central
        for firm in proposal.firms
        if firm.announced is not None and firm.own is not None
    }
    not_by_loss = None
    losing: tuple[str, ...] = ()
    if len(gains) == len(proposal.firms):
        losing = tuple(firm for firm, gain in gains.items() if gain < 0 and firm != form.carrier)
        not_by_loss = not (losing and gains[form.carrier] > 0)
    yield Claim("feasibility.carrier_not_by_loss", _said(not_by_loss).value, "state", losing)
    yield _point("fee_agreed", _said(form.fee_agreed))


def _incubator(proposal: Proposal, form: IncubatorForm) -> Iterator[Claim]:
    supported, reference = form.survival_supported, form.survival_reference
    implied = None
    if supported and reference is not None:
        implied = min(1.0, reference / supported)
    said = proposal.jobs.deadweight
    agrees = None
    if implied is not None and said is not None:
        # Firms that would have lived anyway: a deadweight below that ratio needs a word.
        agrees = said.high >= implied
    yield _point(
        "deadweight_fits_survival",
        _said(agrees),
        ()
        if implied is None
        else (Claim("feasibility.survival_ratio", round(implied, 3), "share"),),
    )
    yield _label(form.label_nf_x50_770)
