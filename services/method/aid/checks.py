"""The checks on an aid together, and the questions they raise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from contracts.vocabulary.aid import AidAsked, AidPurpose, AidUse, LegalBasis
from contracts.vocabulary.enterprise import Enterprise
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import ProjectKind, Proposal
from services.method.aid.de_minimis import de_minimis_claims
from services.method.aid.inside import Reached, reached
from services.method.aid.parameters import (
    BALANCE_SHEET,
    LAST_YEAR,
    LINKED_SHARE,
    PARTNER_SHARE,
    PRIMARY,
    PROCESSING,
    STAFF,
    TURNOVER,
    AidParameters,
)
from services.method.aid.size import SizeRange, size_of, tie, weight
from services.method.aid.states import Check, check, said
from services.method.figures import rounded

EXPORT_KINDS = frozenset(
    (
        ProjectKind.EXPORT_GROUP,
        ProjectKind.EXPORT_INCUBATOR,
        ProjectKind.SHARED_MANAGER,
        ProjectKind.CARRIER,
    )
)
"""The paper's ways to export together: of these it must be asked what the aid pays for."""

CURRENT_EXPORT = frozenset(
    (
        AidPurpose.EXPORTED_QUANTITIES,
        AidPurpose.DISTRIBUTION_NETWORK,
        AidPurpose.CURRENT_EXPORT_COSTS,
    )
)
"""Regulation (EU) 2023/2831, article 1(1)(e). Fairs, studies and advice to enter a market normally
are no such aid (its recital on trade fairs)."""

_DIVISION = 2
"""Characters of a division in a NAF code."""

_NOTHING = AidAsked()


def aid_checks(proposal: Proposal, today: date, p: AidParameters) -> Claim | None:
    """The checks as one branch of the explanation; None where nothing was said of aid and of the
    firms as enterprises, those inside the groups of an incubator too. ``today`` stands for the day
    of the grant where none was said.
    """
    asks = bool(proposal.aid_requested) or proposal.aid is not None
    among = reached(proposal)
    sized = [(f, f.enterprise) for f in among.firms if f.enterprise is not None]
    if not asks and not sized:
        return None
    aid = proposal.aid or _NOTHING
    found = chain(
        _of_the_aid(proposal, among, aid, today, p) if asks else (),
        (_size(firm, enterprise, p) for firm, enterprise in sized),
    )
    return Claim("aid.checks", because=tuple(found))


def aid_questions(proposal: Proposal) -> tuple[Claim, ...]:
    """What must be asked of an applicant who wants aid for exporting together."""
    asks = bool(proposal.aid_requested) or proposal.aid is not None
    aid = proposal.aid or _NOTHING
    if not asks or proposal.kind not in EXPORT_KINDS or not _may_be_de_minimis(aid):
        return ()
    if aid.uses is None:
        return (Claim("question.aid_use"),)
    if any(use.purpose is AidPurpose.PAY for use in aid.uses):
        return (Claim("question.aid_pay"),)
    return ()


def _may_be_de_minimis(aid: AidAsked) -> bool:
    return aid.basis in {None, LegalBasis.DE_MINIMIS}


def _of_the_aid(
    proposal: Proposal, among: Reached, aid: AidAsked, today: date, p: AidParameters
) -> Iterator[Claim]:
    basis = () if aid.basis is None else (aid.basis.value,)
    yield (
        Claim("aid.basis", about=basis)
        if aid.basis is not None
        else check("basis_unsaid", Check.OPEN)
    )
    if not _may_be_de_minimis(aid):
        return
    planned = aid.planned_on or today
    late = planned.year > p.last_year
    yield check(
        "in_force",
        Check.OBJECTION if late else Check.NO_OBJECTION,
        (Claim("aid.planned_on" if aid.planned_on else "aid.today", about=(planned.isoformat(),)),),
        (LAST_YEAR,),
    )
    yield from de_minimis_claims(proposal, among, planned, p)
    yield from _uses(proposal, aid, p)
    yield from _producers(among.firms, aid, p)
    if aid.favours_domestic_goods is not None:
        yield check("domestic_goods", said(aid.favours_domestic_goods))


def _uses(proposal: Proposal, aid: AidAsked, p: AidParameters) -> Iterator[Claim]:
    """Article 1(1)(e): current costs of exporting."""
    exporting = proposal.kind in EXPORT_KINDS
    if aid.uses is None:
        if exporting:
            yield check("export_use", Check.OPEN)
        return
    excluded = [use for use in aid.uses if use.purpose in CURRENT_EXPORT]
    unclear = [use for use in aid.uses if exporting and use.purpose is AidPurpose.PAY]
    state = Check.NO_OBJECTION
    if excluded or unclear:
        state = Check.OBJECTION if excluded else Check.OPEN
    yield check("export_use", state, [_use(use, p) for use in aid.uses])


def _use(use: AidUse, p: AidParameters) -> Claim:
    about = (use.purpose.value,)
    if use.amount is None:
        return Claim("aid.use", about=about)
    return Claim("aid.use_amount", rounded(use.amount, p.decimals), "EUR", about)


def _producers(firms: Sequence[Firm], aid: AidAsked, p: AidParameters) -> Iterator[Claim]:
    """Article 1(1)(a) to (d): primary production, and what is tied to its products."""
    primary = _in(firms, p.primary)
    if aid.primary_production is not None or primary:
        state = said(aid.primary_production)
        if primary and state is not Check.OBJECTION:
            state = Check.OPEN
        yield check("primary_production", state, _activities(primary), (PRIMARY,))
    processing = _in(firms, p.processing)
    if aid.tied_to_products is not None or processing:
        yield check(
            "tied_to_products", said(aid.tied_to_products), _activities(processing), (PROCESSING,)
        )


def _in(firms: Iterable[Firm], divisions: frozenset[int]) -> list[Firm]:
    return [f for f in firms if f.naf is not None and int(f.naf[:_DIVISION]) in divisions]


def _activities(firms: Iterable[Firm]) -> list[Claim]:
    return [Claim("aid.activity", about=(firm.id, firm.naf or "")) for firm in firms]


def _size(firm: Firm, enterprise: Enterprise, p: AidParameters) -> Claim:
    """The category of one firm (Recommendation 2003/361/EC)."""
    own = enterprise.accounts
    if own.staff is None:
        own = replace(own, staff=firm.staff)
    found = size_of(own, enterprise.related, p)
    because = [
        Claim(f"size.{name}", value, unit)
        for name, value, unit in (
            ("staff", found.totals.staff, "annual work units"),
            ("turnover", found.totals.turnover, "EUR"),
            ("balance_sheet", found.totals.balance_sheet, "EUR"),
        )
        if value is not None
    ]
    because.extend(
        Claim(
            "size.counted",
            rounded(weight(related, p), p.share_decimals),
            "share",
            (related.name, tie(related, p).value),
        )
        for related in enterprise.related or ()
    )
    if enterprise.related is None:
        because.append(Claim("size.ties_unsaid"))
    if enterprise.year_before is not None:
        before = size_of(enterprise.year_before, enterprise.related, p)
        because.append(_range("size.year_before", before))
    because.append(Claim("size.two_years"))
    said_of = _range("check.size", found)
    return replace(
        said_of,
        about=(firm.id, *said_of.about),
        because=tuple(because),
        parameters=(STAFF, TURNOVER, BALANCE_SHEET, PARTNER_SHARE, LINKED_SHARE),
    )


def _range(code: str, found: SizeRange) -> Claim:
    if found.known is not None:
        return Claim(code, found.known.value, "size")
    return Claim(f"{code}_between", about=(found.smallest.value, found.largest.value))
