"""The firms' side said line by line: who gains what, what is in the way, what aid it would take."""

from dataclasses import dataclass

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import FirmLevel, FirmShare, FirmsJudgement
from services.method.figures import beyond_scale, estimate, rounded, rounded_up
from services.method.firms.game import FirmsGame, game_of
from services.method.firms.level import (
    MARGIN,
    MARGIN_SHARE,
    FirmsLevel,
    FirmsParameters,
    firms_level,
)

_MARGIN = (MARGIN, MARGIN_SHARE)
_YEARLY = "EUR/year"
_ANNOUNCED_WARNINGS = {
    "firms.announced.partly": "announced_partly",
    "firms.announced.sum_differs": "announced_sum_differs",
}


@dataclass(frozen=True, slots=True)
class FirmsOutcome:
    """The firms' side with its branch of the explanation."""

    judgement: FirmsJudgement
    claim: Claim
    warnings: tuple[str, ...]


def judge_firms(proposal: Proposal, p: FirmsParameters) -> FirmsOutcome:
    """Judge a project of at most 12 firms whose results and synergies are all said.

    Raises ``ValueError`` when one is not, or when there are more firms than a game holds.
    """
    game = game_of(proposal, p.full_time_tolerance)
    found = firms_level(game, p)
    ids = [firm.id for firm in game.firms]
    shares = _shares(proposal, game, found, p)
    judgement = FirmsJudgement(
        level=found.level,
        worst=found.worst,
        best=found.best,
        gain=estimate(*found.surplus, p.decimals),
        rule=found.sharing.rule,
        stable=found.sharing.stable,
        shares=shares,
        blocking=tuple(ids[i] for i in found.blocking),
        gets_nothing=tuple(ids[i] for i in found.gets_nothing),
        cost_of_stability=rounded_up(found.cost_of_stability, p.decimals, p.tolerance),
        needed_aid=rounded_up(found.needed_aid, p.decimals, p.tolerance),
    )
    announced = _announced(game, p)
    claim = Claim(
        code=_code(judgement),
        because=(
            _gain(game, judgement, p),
            *_troubles(judgement, found, p),
            *([announced] if announced else []),
            Claim(
                "firms.sharing." + judgement.rule,
                because=tuple(map(_line, shares)),
                parameters=_MARGIN,
            ),
        ),
    )
    warnings = []
    if announced is not None:
        warnings.append(_ANNOUNCED_WARNINGS[announced.code])
    if any(share.gain == share.threshold for share in shares):
        warnings.append("tie.margin")
    if judgement.gain.central == 0 and found.surplus[1] != 0:
        warnings.append("tie.gain")
    if beyond_scale((judgement.gain,)):
        warnings.append("beyond_scale")
    return FirmsOutcome(judgement, claim, tuple(warnings))


def _shares(
    proposal: Proposal, game: FirmsGame, found: FirmsLevel, p: FirmsParameters
) -> tuple[FirmShare, ...]:
    """One line a firm, in the order of the proposal."""
    position = {firm.id: i for i, firm in enumerate(game.firms)}
    shares = []
    for firm in proposal.firms:
        i = position[firm.id]
        alone = rounded(game.alone[i], p.decimals)
        gain = rounded(found.sharing.gains[i], p.decimals)
        threshold = found.thresholds[i]
        share = alone + gain
        transfer = None
        if firm.announced is not None:
            transfer = rounded(share - firm.announced, p.decimals)
        shares.append(
            FirmShare(
                firm=firm.id,
                name=firm.name,
                alone=alone,
                share=share,
                gain=gain,
                threshold=threshold,
                wins=gain > threshold,
                transfer=transfer,
            )
        )
    return tuple(shares)


def _code(judgement: FirmsJudgement) -> str:
    match judgement.level:
        case FirmLevel.F0:
            return "firms.no_gain"
        case FirmLevel.F1 if judgement.blocking:
            return "firms.unstable"
        case FirmLevel.F1:
            return "firms.not_every_firm_gains"
        case FirmLevel.F2:
            return "firms.win_under_contract"
        case FirmLevel.F3:
            return "firms.win_as_announced"


def _gain(game: FirmsGame, judgement: FirmsJudgement, p: FirmsParameters) -> Claim:
    because = [Claim("firms.synergies", estimate(*game.synergies, p.decimals), _YEARLY)]
    if game.saved:
        because.append(Claim("firms.shared_cost_saved", rounded(game.saved, p.decimals), _YEARLY))
    return Claim("firms.gain", judgement.gain, _YEARLY, (), tuple(because))


def _troubles(judgement: FirmsJudgement, found: FirmsLevel, p: FirmsParameters) -> list[Claim]:
    claims = []
    if judgement.blocking:
        objection = rounded(found.objection, p.decimals)
        claims.append(Claim("firms.blocking", objection, _YEARLY, judgement.blocking))
    if judgement.gets_nothing:
        claims.append(Claim("firms.gets_nothing", about=judgement.gets_nothing))
    if judgement.cost_of_stability:
        claims.append(Claim("firms.cost_of_stability", judgement.cost_of_stability, _YEARLY))
    if judgement.needed_aid:
        claims.append(Claim("firms.needed_aid", judgement.needed_aid, _YEARLY, (), (), _MARGIN))
    return claims


def _announced(game: FirmsGame, p: FirmsParameters) -> Claim | None:
    """What is wrong with the announced results, None when they add up or nobody announced any."""
    silent = tuple(firm.id for firm in game.firms if firm.announced is None)
    if len(silent) == len(game.firms):
        return None
    if silent:
        return Claim("firms.announced.partly", about=silent)
    total = sum(firm.announced or 0.0 for firm in game.firms)
    difference = rounded(total - game.worth, p.decimals)
    if abs(difference) <= p.announced_tolerance * len(game.firms):
        return None
    return Claim("firms.announced.sum_differs", difference, _YEARLY)


def _line(share: FirmShare) -> Claim:
    code = "firms.firm_wins" if share.wins else "firms.firm_does_not_win"
    return Claim(code, share.gain, _YEARLY, (share.firm,))
