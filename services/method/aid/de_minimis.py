"""Whether the aid would keep a single undertaking within the *de minimis* ceiling.

All *de minimis* aid of the window is counted, whatever regulation it was granted under (method:
Regulation (EU) 2023/2831, articles 3(2) and 5).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import Proposal
from services.method.aid.inside import Reached
from services.method.aid.parameters import CEILING, LINKED_SHARE, WINDOW, AidParameters
from services.method.aid.states import Check, check
from services.method.aid.undertaking import Undertaking, undertakings
from services.method.aid.window import counted, fits_from, fullest, leaves_on, total
from services.method.figures import rounded

_EUR = "EUR"
_PARAMETERS = (CEILING, WINDOW, LINKED_SHARE)


def de_minimis_claims(
    proposal: Proposal, among: Reached, planned: date, p: AidParameters
) -> Iterator[Claim]:
    """One check for each single undertaking among the firms; one for all firms of which nothing was
    said as enterprises.
    """
    silent: list[str] = []
    for undertaking in undertakings(among.firms, p):
        asked = asked_of(proposal, among, undertaking)
        end, past = fullest(undertaking.grants, planned, p.window)
        state = _state(undertaking, asked, past, p)
        if undertaking.silent and state is Check.OPEN:
            silent.extend(_ids(undertaking))
        else:
            because = _because(undertaking, asked, planned, end, past, p)
            yield check("de_minimis", state, because, _PARAMETERS, _ids(undertaking))
    if silent:
        unsaid = (Claim("aid.past_unsaid"), Claim("aid.ties_unsaid"))
        yield check("de_minimis", Check.OPEN, unsaid, _PARAMETERS, silent)


def asked_of(proposal: Proposal, among: Reached, undertaking: Undertaking) -> Estimate | None:
    """What the undertaking would receive, whether as a player or inside the group of one.

    A group's part may be its own or go to any firm inside it: from nothing to all of it, with equal
    parts at the centre. None where no amount was said.
    """
    players = {firm.id: firm for firm in proposal.firms}
    outer = tuple(firm for firm in undertaking.firms if firm.id not in among.player)
    own = Estimate.exactly(0.0)
    if outer:
        said = asked_by(proposal, outer)
        if said is None:
            return None
        own = said
    there = {firm.id for firm in outer}
    inside = [among.player[f.id] for f in undertaking.firms if f.id in among.player]
    for player in dict.fromkeys(inside):
        if player in there or player not in players:
            continue
        part = asked_by(proposal, (players[player],))
        if part is None:
            return None
        share = part.central * inside.count(player) / among.members(player)
        own = Estimate(own.low, own.central + share, own.high + part.high)
    whole = _whole(proposal)
    return (
        own
        if whole is None
        else Estimate(own.low, own.central, max(own.central, min(own.high, whole)))
    )


def _whole(proposal: Proposal) -> float | None:
    aid = proposal.aid
    return proposal.aid_requested if aid is None or aid.amount is None else aid.amount


def asked_by(proposal: Proposal, firms: Sequence[Firm]) -> Estimate | None:
    """What these firms would receive: what was said, else between nothing and all of it, with
    equal parts at the centre; None where no amount was said.
    """
    aid = proposal.aid
    whole = _whole(proposal)
    ids = {firm.id for firm in firms}
    if aid is not None and aid.parts is not None:
        named = {part.firm for part in aid.parts}
        said = sum(part.amount for part in aid.parts if part.firm in ids)
        rest = 0.0 if whole is None else max(0.0, whole - sum(part.amount for part in aid.parts))
        # What nobody was named for may go to a firm that is not named.
        return Estimate(said, said, said if ids <= named else said + rest)
    if whole is None:
        return None
    share = whole * len(ids) / len(proposal.firms)
    alone = len(ids) == len(proposal.firms)
    return Estimate(whole if alone else 0.0, share, whole)


def _because(
    u: Undertaking, asked: Estimate | None, planned: date, end: date, past: float, p: AidParameters
) -> list[Claim]:
    """``past`` is what is in the fullest window, which ends on ``end``."""
    because: list[Claim] = []
    if u.past_said or u.received:
        received = tuple(_received(u, end, p))
        about = (end.isoformat(),)
        because.append(Claim("aid.past_total", _euros(past, p), _EUR, about, received, (WINDOW,)))
    if asked is not None:
        because.append(Claim("aid.asked_part", _estimate(asked, p), _EUR))
        because.extend(() if asked.certain else (Claim("aid.parts_unsaid"),))
    if u.past_said:
        room = _euros(max(0.0, p.ceiling - past), p)
        because.append(Claim("aid.room", room, _EUR, (), (), (CEILING,)))
    because.extend(_later(u, asked, planned, p))
    if u.services:
        because.append(Claim("aid.services_counted"))
    if not u.past_said:
        because.append(Claim("aid.past_unsaid"))
    if not u.ties_said:
        because.append(Claim("aid.ties_unsaid"))
    return because


def _state(u: Undertaking, asked: Estimate | None, past: float, p: AidParameters) -> Check:
    if asked is None:
        return Check.OBJECTION if past > p.ceiling else Check.OPEN
    if rounded(past + asked.low, p.decimals) > p.ceiling:
        return Check.OBJECTION
    if rounded(past + asked.high, p.decimals) > p.ceiling:
        return Check.OPEN
    return Check.NO_OBJECTION if u.past_said and u.ties_said else Check.OPEN


def _received(u: Undertaking, end: date, p: AidParameters) -> Iterator[Claim]:
    inside = counted(u.grants, end, p.window)
    for aid, grant in zip(u.received, u.grants, strict=True):
        if grant not in inside:
            continue
        regulation = () if aid.regulation is None else (aid.regulation.value,)
        yield Claim(
            "aid.received",
            _euros(aid.amount, p),
            _EUR,
            (
                aid.granted_on.isoformat(),
                leaves_on(aid.granted_on, p.window).isoformat(),
                aid.granted_by,
                *regulation,
            ),
        )


def _later(
    u: Undertaking, asked: Estimate | None, planned: date, p: AidParameters
) -> Iterator[Claim]:
    """What is left of past aid on later days, as it falls out of the window."""
    days = {leaves_on(grant.day, p.window) for grant in counted(u.grants, planned, p.window)}
    for day in sorted(days):
        yield Claim(
            "aid.past_total_later",
            _euros(total(u.grants, day, p.window), p),
            _EUR,
            (day.isoformat(),),
            (),
            (WINDOW,),
        )
    if asked is None or asked.high <= 0:
        return
    first = fits_from(u.grants, planned, asked.high, p.ceiling, p.window)
    if first is None:
        yield Claim("aid.never_fits", parameters=(CEILING,))
    elif first > planned:
        yield Claim("aid.fits_from", about=(first.isoformat(),), parameters=(CEILING, WINDOW))


def _ids(u: Undertaking) -> Sequence[str]:
    return [firm.id for firm in u.firms]


def _euros(value: float, p: AidParameters) -> float:
    return rounded(value, p.decimals)


def _estimate(value: Estimate, p: AidParameters) -> Estimate:
    return Estimate(_euros(value.low, p), _euros(value.central, p), _euros(value.high, p))
