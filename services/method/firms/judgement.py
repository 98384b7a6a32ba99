"""The firms' side said line by line: who gains what, what is in the way, what aid it would take."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import gt

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import (
    FirmLevel,
    FirmShare,
    FirmsJudgement,
    SolutionShown,
    WeightedGroup,
)
from services.method.figures import beyond_scale, estimate, rounded, rounded_up
from services.method.firms.compared import Compared, compared, compared_pairs
from services.method.firms.found import (
    MARGIN,
    MARGIN_SHARE,
    SEARCH_NODES,
    FirmsLevel,
    FirmsParameters,
    Game,
)
from services.method.firms.game import FirmsGame, game_of
from services.method.firms.level import firms_levels
from services.method.firms.pair_level import pair_level
from services.method.firms.pairs import PairGame, held_by_pairs, pair_game_of
from services.method.firms.simplex import SolverError

_MARGIN = (MARGIN, MARGIN_SHARE)
_YEARLY = "EUR/year"
_WEIGHT_DECIMALS = 6
"""Weights of a proof are ratios of small whole numbers: enough to tell 1/3 from 0.33."""

_ANNOUNCED_WARNINGS = {
    "firms.announced.partly": "announced_partly",
    "firms.announced.sum_differs": "announced_sum_differs",
}


@dataclass(frozen=True, slots=True)
class FirmsOutcome:
    """The firms' side with its branch of the explanation."""

    game: Game
    judgement: FirmsJudgement
    claim: Claim
    warnings: tuple[str, ...]


def judge_firms(proposals: Sequence[Proposal], p: FirmsParameters) -> list[FirmsOutcome | None]:
    """Judge projects whose results and synergies are all said, side by side.

    None where the search for the worst cut of a large group did not end. Raises ``ValueError``
    when a figure was not said, or when there are more firms than can be judged.
    """
    games: list[FirmsGame | PairGame] = [
        pair_game_of(proposal)
        if held_by_pairs(proposal)
        else game_of(proposal, p.full_time_tolerance)
        for proposal in proposals
    ]
    found = _levels(games, p)
    tables = _solutions(games, found, p)
    return [
        None if level is None else _outcome(proposal, game, level, table, p)
        for proposal, game, level, table in zip(proposals, games, found, tables, strict=True)
    ]


def _levels(games: Sequence[FirmsGame | PairGame], p: FirmsParameters) -> list[FirmsLevel | None]:
    tabulated = iter(firms_levels([game for game in games if isinstance(game, FirmsGame)], p))
    return [
        next(tabulated) if isinstance(game, FirmsGame) else _pair_level(game, p) for game in games
    ]


def _pair_level(game: PairGame, p: FirmsParameters) -> FirmsLevel | None:
    try:
        return pair_level(game, p)
    except SolverError:
        return None


def _solutions(
    games: Sequence[FirmsGame | PairGame], found: Sequence[FirmsLevel | None], p: FirmsParameters
) -> list[Compared]:
    """Every solution of every game; those of one size are solved together."""
    tables = [Compared()] * len(games)
    sizes: dict[int, list[int]] = {}
    for i, (game, level) in enumerate(zip(games, found, strict=True)):
        if level is None:
            continue
        if isinstance(game, FirmsGame):
            sizes.setdefault(game.table.n, []).append(i)
        else:
            tables[i] = compared_pairs(game, level, p)
    for rows in sizes.values():
        same = [
            (game, level)
            for i in rows
            if isinstance(game := games[i], FirmsGame) and (level := found[i])
        ]
        for i, table in zip(rows, compared(same), strict=True):
            tables[i] = table
    return tables


def _outcome(
    proposal: Proposal, game: Game, found: FirmsLevel, table: Compared, p: FirmsParameters
) -> FirmsOutcome:
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
        cost_of_stability=rounded_up(found.cost_of_stability, p.decimals, found.tolerance),
        needed_aid=rounded_up(found.needed_aid, p.decimals, found.tolerance),
        solutions=_shown(proposal, game, found, table, p),
        proof=tuple(
            WeightedGroup(
                members=tuple(ids[i] for i in members),
                weight=round(weight, _WEIGHT_DECIMALS),
                surplus=rounded(surplus, p.decimals),
            )
            for members, weight, surplus in found.proof
        ),
        least_core=None if table.least_core is None else rounded(table.least_core, p.decimals),
        not_computed=found.not_computed,
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
            *_limits(game, judgement),
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
    return FirmsOutcome(game, judgement, claim, tuple(warnings))


def _shown(
    proposal: Proposal, game: Game, found: FirmsLevel, table: Compared, p: FirmsParameters
) -> tuple[SolutionShown, ...]:
    """Each rule's gains, in the order of the proposal."""
    position = {firm.id: i for i, firm in enumerate(game.firms)}
    places = [position[firm.id] for firm in proposal.firms]
    shown = []
    for solution, gains, stable in table.rows:
        figures = [round(gain, p.decimals) + 0.0 for gain in gains]
        shown.append(
            SolutionShown(
                solution=solution,
                gains=tuple([figures[i] for i in places]),
                stable=stable,
                every_firm_wins=all(map(gt, figures, found.thresholds)),
            )
        )
    return tuple(shown)


def _shares(
    proposal: Proposal, game: Game, found: FirmsLevel, p: FirmsParameters
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


def _gain(game: Game, judgement: FirmsJudgement, p: FirmsParameters) -> Claim:
    because = [Claim("firms.synergies", estimate(*game.synergies, p.decimals), _YEARLY)]
    if game.saved:
        because.append(Claim("firms.shared_cost_saved", rounded(game.saved, p.decimals), _YEARLY))
    return Claim("firms.gain", judgement.gain, _YEARLY, (), tuple(because))


def _troubles(judgement: FirmsJudgement, found: FirmsLevel, p: FirmsParameters) -> list[Claim]:
    claims = []
    if judgement.blocking:
        objection = rounded(found.objection, p.decimals)
        claims.append(Claim("firms.blocking", objection, _YEARLY, judgement.blocking))
    if judgement.proof:
        claims.append(_proof(judgement))
    if judgement.gets_nothing:
        claims.append(Claim("firms.gets_nothing", about=judgement.gets_nothing))
    if judgement.cost_of_stability:
        claims.append(Claim("firms.cost_of_stability", judgement.cost_of_stability, _YEARLY))
        if judgement.least_core is not None:
            claims.append(Claim("firms.least_core", judgement.least_core, _YEARLY))
    if judgement.needed_aid:
        claims.append(Claim("firms.needed_aid", judgement.needed_aid, _YEARLY, (), (), _MARGIN))
    return claims


def _proof(judgement: FirmsJudgement) -> Claim:
    """Subgroups that, counted with their weights, hold every firm once and have more than all."""
    parts = tuple(
        Claim(
            "firms.proof_group",
            group.weight,
            "weight",
            group.members,
            (Claim("firms.proof_surplus", group.surplus, _YEARLY),),
        )
        for group in judgement.proof
    )
    return Claim("firms.proof", judgement.cost_of_stability, _YEARLY, (), parts)


def _limits(game: Game, judgement: FirmsJudgement) -> list[Claim]:
    """What the game leaves out, and what was not computed of it."""
    claims = []
    if game.excluded:
        claims.append(Claim("firms.excluded_groups", float(game.excluded), "groups"))
    if judgement.not_computed:
        claims.append(
            Claim(
                "firms.notions_not_computed",
                about=tuple(judgement.not_computed),
                parameters=(SEARCH_NODES,),
            )
        )
    return claims


def _announced(game: Game, p: FirmsParameters) -> Claim | None:
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
