"""How sure: the share of draws that give each verdict, and what the uncertainty comes from.

Every interval is drawn from a triangular law, independently, and each draw is judged by the rules
of the central point (SMAA's category acceptability, Lahdelma & Salminen 2001). The share of an
input is how much of the variance of "the verdict is the central one" its own classes explain
(first-order sensitivity); what is left comes from inputs together.

A dimension of the territory that is a level from worst to best, not a figure, is drawn as a figure
and rounded to the nearest level.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from contracts.vocabulary.assessment import Assessment, Dimension, LevelRange
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import FirmLevel, FirmsJudgement, TerritoryLevel, VerdictLabel
from services.method.constants import Constants
from services.method.firms.coalitions import MAX_TABULATED, Array, Flags, Masks
from services.method.firms.drawn import Moves, drawn_levels
from services.method.firms.game import FirmsGame
from services.method.territory.carbon import horizon
from services.method.territory.pollution import drawn_pollution
from services.method.verdict.lattice import LATTICE, VETO_LEVEL
from services.method.verdict.uniforms import (
    CLASSES,
    COUNT,
    SEED,
    DrawParameters,
    Uniform,
    triangular,
    uniform,
    usual,
)

_POINTERS: Mapping[str, str] = MappingProxyType(
    {"full_time": "/jobs/full_time_share", "reference": "/jobs/reference_jobs"}
)

_ROWS = (FirmLevel.F0, FirmLevel.F1, FirmLevel.F2)
_COLUMNS = (TerritoryLevel.LOSES, TerritoryLevel.INDIFFERENT, TerritoryLevel.WINS)


@dataclass(slots=True)
class _Draws:
    """The inputs drawn so far for one project, each under the pointer a person would look for."""

    p: DrawParameters
    count: int
    inputs: list[tuple[str, Uniform]] = field(default_factory=list)

    def of(self, said: Estimate, pointer: str, stream: str) -> Array | float:
        """The draws of an estimate; itself where it is certain."""
        return self.later(said, pointer, stream)()

    def later(self, said: Estimate, pointer: str, stream: str) -> "_Figure":
        """The same, an input from now on, and drawn when it is looked at."""
        if said.certain:
            return lambda: said.central
        u = self._input(pointer, stream)
        return lambda: triangular(said, u)

    def usual(self, said: Estimate, pointer: str, stream: str) -> Array | float:
        """The draws of an estimate that comes from a parameter, not from an answer."""
        if said.certain:
            return said.central
        self._input(pointer, stream)
        return usual(said, stream, self.p, self.count)

    def level(self, said: LevelRange, pointer: str, stream: str) -> "_Counts":
        estimate = Estimate(said.low, said.central, said.high)
        if not estimate.certain:
            self._input(pointer, stream)
        return _level(estimate, stream, self.p, self.count)

    def _input(self, pointer: str, stream: str) -> Uniform:
        u = uniform(stream, self.p.seed, self.count, self.p.classes)
        self.inputs.append((pointer, u))
        return u


_Figure = Callable[[], Array | float]


@dataclass(frozen=True, slots=True)
class _Counts:
    """What a dimension counts for in each draw: whether it is a veto, whether it is a gain."""

    veto: Flags
    gain: Flags


_LEVELS_KEPT = 128
"""A level has three points on a scale of five: few ranges are different."""


@lru_cache(maxsize=_LEVELS_KEPT)
def _level(said: Estimate, stream: str, p: DrawParameters, count: int) -> _Counts:
    level = np.asarray(said.central)
    if not said.certain:
        level = np.rint(triangular(said, uniform(stream, p.seed, count, p.classes)))
    return _Counts(np.asarray(level <= VETO_LEVEL), np.asarray(level >= 1))


def draws_claim(
    proposal: Proposal,
    assessment: Assessment,
    firms: FirmsJudgement,
    game: FirmsGame | None,
    label: VerdictLabel,
    constants: Constants,
) -> Claim | None:
    """The branch of the explanation that says how sure the verdict is.

    None where the firms' level is uncertain and cannot be drawn: a group held by pairs (it has no
    ``game``), or one with subgroups that may not act by themselves.
    """
    p = constants.draws
    large = len(proposal.firms) > MAX_TABULATED
    draws = _Draws(p, p.count_large if large else p.count)
    firms_drawn = _firms(proposal, firms, game, draws, constants)
    if firms_drawn is None:
        return None
    level, gain = firms_drawn
    columns = _territory(proposal, assessment, gain, draws, constants)
    shares: dict[VerdictLabel, float] = {}
    holds = np.zeros(draws.count, dtype=np.bool_)
    for name, cell in _cells(level, columns):
        shares[name] = shares.get(name, 0.0) + int(np.count_nonzero(cell)) / draws.count
        if name is label:
            holds |= cell
    because = [
        Claim("draws.verdict", round(share, p.decimals), "share", (name,))
        for name, share in sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        if share > 0
    ]
    because += _inputs(draws, holds, assessment.unknown)
    return Claim(
        "draws.drawn", float(draws.count), "draws", (), tuple(because), (COUNT, SEED, CLASSES)
    )


def _cells(
    level: Masks | int, columns: tuple[Flags, Flags, Flags]
) -> Iterator[tuple[VerdictLabel, Flags]]:
    """Each verdict of the lattice that is possible, and whether a draw is in its cell."""
    if isinstance(level, int):
        for column, flags in zip(_COLUMNS, columns, strict=True):
            yield LATTICE[_ROWS[level], column], flags
        return
    for row, firms in enumerate(_ROWS):
        there = level == row
        for column, flags in zip(_COLUMNS, columns, strict=True):
            yield LATTICE[firms, column], there & flags


def _inputs(draws: _Draws, holds: Flags, unknown: Sequence[str]) -> list[Claim]:
    """The share of each input in the uncertainty, the largest first, then what inputs do together.

    An answer that was not said is told from one that was.
    """
    p, mean = draws.p, int(np.count_nonzero(holds)) / draws.count
    variance = mean * (1 - mean)
    if variance == 0:
        return []
    found: dict[str, float] = {}
    noise = (p.classes - 1) / (draws.count - 1)
    # Those in the minority are counted: the others are what is left of each class.
    rare = holds if mean <= 1 / 2 else ~holds
    rows = np.flatnonzero(rare)
    sizes = np.array([u.sizes for _, u in draws.inputs])
    held = np.array(
        [np.bincount(u.classes.take(rows), minlength=p.classes) for _, u in draws.inputs]
    )
    part = (held if rare is holds else sizes - held) / sizes
    between = (sizes * (part - mean) ** 2).sum(axis=1) / draws.count
    for (pointer, _), explained in zip(draws.inputs, between.tolist(), strict=True):
        found[pointer] = found.get(pointer, 0.0) + max(0.0, explained / variance - noise)
    total = sum(found.values())
    if total > 1:
        found = {pointer: share / total for pointer, share in found.items()}
    claims = []
    for pointer, share in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        figure = round(share, p.decimals)
        if figure > 0:
            code = "draws.input.unknown" if _unsaid(pointer, unknown) else "draws.input.said"
            claims.append(Claim(code, figure, "share", (pointer,)))
    together = round(1 - sum(found.values()), p.decimals)
    return [*claims, *([Claim("draws.together", together, "share")] if together > 0 else [])]


def _unsaid(pointer: str, unknown: Sequence[str]) -> bool:
    return any(one == pointer or one.startswith(pointer + "/") for one in unknown)


def _firms(
    proposal: Proposal,
    firms: FirmsJudgement,
    game: FirmsGame | None,
    draws: _Draws,
    constants: Constants,
) -> tuple[Masks | int, _Figure] | None:
    """Row of the lattice and the group's gain, per draw; None where they cannot be drawn."""
    p = constants.firms
    worst, best = (_ROWS.index(min(level, FirmLevel.F2)) for level in (firms.worst, firms.best))
    if worst == best:
        # The level is settled by its corners; the gain still decides what carbon weighs.
        return worst, draws.later(firms.gain, "/synergies", "gain")
    if game is None or proposal.excluded_groups:
        return None
    moves = _moves(proposal, game, draws)
    own = [
        draws.of(result, f"/firms/{_place(proposal, firm.id)}/own", f"own.{i}")
        for i, (firm, result) in enumerate(zip(game.firms, game.own, strict=True))
    ]
    levels, gains = drawn_levels(game, moves, own, draws.count, p)
    return levels, lambda: gains


def _moves(proposal: Proposal, game: FirmsGame, draws: _Draws) -> Moves:
    """Synergies and shared costs that are not certain: how far each draw is from the centre."""
    bit = {firm.id: 1 << i for i, firm in enumerate(game.firms)}
    edges = sorted(
        (
            sum(bit[firm] for firm in set(s.between)),
            s.yearly.low,
            s.yearly.central,
            s.yearly.high,
            i,
        )
        for i, s in enumerate(proposal.synergies)
        if s.yearly is not None
    )
    masks, amounts = [], []
    for place, (mask, low, central, high, i) in enumerate(edges):
        drawn = draws.of(
            Estimate(low, central, high), f"/synergies/{i}/yearly", f"synergies.{place}"
        )
        if isinstance(drawn, np.ndarray):
            masks.append(mask)
            amounts.append(drawn - central)
    rows = list(game.table.containing(masks)) if masks else []
    if game.box is not None:
        for j, (low, high) in enumerate(game.box.ends):
            moved = draws.of(Estimate(low, 0.0, high), "/shared_cost", f"shared_cost.{j}")
            if isinstance(moved, np.ndarray):
                rows.append(game.box.slopes[j])
                amounts.append(moved)
    return Moves(
        np.array(rows).reshape(-1, game.table.grand + 1),
        np.array(amounts).reshape(-1, draws.count),
    )


def _place(proposal: Proposal, firm_id: str) -> int:
    return next(i for i, firm in enumerate(proposal.firms) if firm.id == firm_id)


def _territory(
    proposal: Proposal,
    assessment: Assessment,
    gain: _Figure,
    draws: _Draws,
    constants: Constants,
) -> tuple[Flags, Flags, Flags]:
    """For each column of the lattice, whether a draw is in it."""
    jobs = _jobs(assessment, draws, constants)
    technology = draws.level(assessment.technology, "/technology", Dimension.TECHNOLOGY)
    concentration = draws.level(assessment.concentration, "/concentration", Dimension.CONCENTRATION)
    pollution = _polluted(proposal, assessment, gain, draws, constants)
    loses = jobs.veto | technology.veto | concentration.veto | pollution
    loses = np.broadcast_to(loses, (draws.count,))
    wins = (jobs.gain | technology.gain) & ~loses
    return loses, ~(loses | wins), wins


def _jobs(assessment: Assessment, draws: _Draws, constants: Constants) -> _Counts:
    """The level of net jobs, by the chain that the assessment's own claims say."""
    chain = next(c for c in assessment.claims if c.code in ("jobs.net", "jobs.gross.missing"))
    net: Array | float = 0.0
    gross: Array | float = 0.0
    for claim in chain.because:
        name = claim.code.split(".")[1]
        if not isinstance(claim.value, Estimate):
            continue
        pointer = _POINTERS.get(name, f"/jobs/{name}")
        draw = draws.usual if claim.code.endswith(".unknown") else draws.of
        drawn = draw(claim.value, pointer, name)
        match name, claim.unit:
            case "gross", _:
                net = gross = drawn
            case _, "factor":
                net = net * drawn
            case (("destroyed" | "reference"), "FTE"):
                net = net - drawn
            case "destroyed", _:
                net = net - gross * drawn
            case _:
                net = net * (1 - drawn)
    p = constants.jobs
    net = np.round(net, p.decimals)
    # Of the level of jobs (``jobs_level``) only a veto and a gain are counted.
    return _Counts(np.asarray(net < 0), np.asarray(net > max(p.level_one, 0.0)))


def _polluted(
    proposal: Proposal,
    assessment: Assessment,
    gain: _Figure,
    draws: _Draws,
    constants: Constants,
) -> Flags:
    """Whether carbon is a veto."""
    carbon = assessment.carbon
    emitted, avoided = proposal.carbon.emitted_t_per_year, proposal.carbon.avoided_t_per_year
    if carbon.net_t_per_year is None or emitted is None:
        return draws.level(_UNKNOWN_CARBON, "/carbon", "carbon").veto
    net = draws.of(emitted, "/carbon/emitted_t_per_year", "emitted")
    if avoided is not None:
        net = net - draws.of(avoided, "/carbon/avoided_t_per_year", "avoided")
    tonne, factor = horizon(
        proposal.starts_on.year,
        proposal.horizon_years,
        carbon.base_year,
        carbon.price_year,
        constants.carbon,
    )
    net = np.round(net, constants.carbon.tonne_decimals)
    if not (net >= constants.pollution.significant).any():
        return np.zeros((), dtype=np.bool_)
    cost = np.round(net * tonne, constants.carbon.euro_decimals)
    level = drawn_pollution(
        net, cost, gain() * factor, carbon.appraised is True, constants.pollution
    )
    return np.asarray(level <= VETO_LEVEL)


_UNKNOWN_CARBON = LevelRange(-2, 0, 0, known=False)
