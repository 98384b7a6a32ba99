"""What would change the verdict: the smallest levers to a better one, and its safety margin.

Win-Win-Win asks for several things at once: that every firm wins, that jobs or technology gain,
and that nothing is a veto. Each that is lacking is a *need*, with the smallest single change of
each kind that meets it; one of each need is enough. Where every firm wins and nothing is vetoed,
the *safety margin* is the distance of each answer to the point where that ends, nearest first.

All is judged at the central point, each answer alone unless it is said otherwise, the others
staying as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from contracts.vocabulary.assessment import Assessment, Dimension
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, Verdict, VerdictLabel
from services.method.constants import Constants, constants_of
from services.method.firms.game import FirmsGame
from services.method.territory.jobs import all_alike, assess_jobs
from services.method.territory.pollution import VETO_SHARE
from services.method.territory.technology import ASSET_OPEN, TRANSFERRED_OUT
from services.method.verdict.carbon_moves import CarbonMoves
from services.method.verdict.firms_moves import EUR, FirmsMoves
from services.method.verdict.followed import follow
from services.method.verdict.further_moves import joining
from services.method.verdict.jobs_moves import JobsMoves
from services.method.verdict.lattice import LATTICE, VETO_LEVEL, territory_level
from services.method.verdict.moves import FARTHEST, LEVER, SAFETY, Move

BEST = VerdictLabel.WIN_WIN_WIN
_SAFE = (VerdictLabel.WIN_WIN_WIN, VerdictLabel.WIN_WIN)
_NO_LABEL = (VerdictLabel.NOT_COMPUTABLE_YET, VerdictLabel.FIRMS_NOT_COMPUTED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what it was judged from."""

    proposal: Proposal
    assessment: Assessment
    sheet: ParameterSheet
    verdict: Verdict
    game: FirmsGame | None
    """The firms' game, None where subgroups are not looked at one by one."""


def changes_of(judged: Sequence[Judged]) -> list[tuple[Claim, ...]]:
    """The branches of each explanation that say what would change the verdict.

    The rays of games of one size are followed together, whatever project they belong to.
    """
    found = [None if one.verdict.label in _NO_LABEL else _Changes(one) for one in judged]
    follow([each.firms for each in found if each is not None and each.firms is not None])
    return [() if each is None else each.claims() for each in found]


@dataclass(slots=True)
class _Need:
    """One thing that is lacking, and the smallest changes that meet it, each alone."""

    code: str
    levers: list[Move]
    pair: Move | None = None

    @property
    def smallest(self) -> Move | None:
        return min(self.levers, key=lambda lever: lever.rank, default=None)

    def claim(self) -> Claim:
        moves = sorted(self.levers, key=lambda lever: lever.rank)
        because = [move.claim(LEVER) for move in moves]
        return Claim(f"change.need.{self.code}", because=tuple(because))


@dataclass(slots=True)
class _Changes:
    """One verdict at its central point."""

    judged: Judged
    constants: Constants = field(init=False)
    levels: dict[Dimension, int] = field(init=False)
    firms: FirmsMoves | None = field(init=False)
    jobs: JobsMoves = field(init=False)
    carbon: CarbonMoves = field(init=False)
    least_gain: int | None = field(init=False)
    _jobs_levels: dict[tuple[bool, bool], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        judged, verdict = self.judged, self.judged.verdict
        self.constants = constants_of(judged.sheet)
        self.levels = {d.dimension: d.level.central for d in verdict.territory.dimensions}
        gain = verdict.firms.gain.central if verdict.firms else None
        self.jobs = JobsMoves(judged.assessment, self.constants.jobs)
        self.carbon = CarbonMoves(judged.proposal, judged.assessment.carbon, gain, self.constants)
        self.least_gain = self.carbon.least_gain
        self.firms = None
        if judged.game is not None:
            self.firms = FirmsMoves(
                judged.proposal,
                judged.game,
                self.constants,
                self.least_gain,
                wins=self.firms_win,
            )

    @property
    def firms_win(self) -> bool:
        firms = self.judged.verdict.firms
        return firms is not None and firms.level >= FirmLevel.F2

    def claims(self) -> tuple[Claim, ...]:
        label = self.judged.verdict.label
        leaving = self._leaving()
        found = []
        if label is not BEST:
            found.append(self._better(leaving))
        if label in _SAFE:
            found.append(self._worse(leaving))
        return tuple(found)

    # For the better

    def _better(self, leaving: Sequence[tuple[str, VerdictLabel]]) -> Claim:
        needs = self._needs()
        because = [need.claim() for need in needs]
        pair = needs[0].pair if len(needs) == 1 else None
        if pair is not None:
            because.append(pair.claim(LEVER))
        together = self._together(needs)
        if together is not None:
            because.append(together.claim(LEVER))
        because += [
            Claim("lever.firms.leaves", about=(firm,)) for firm, after in leaving if after is BEST
        ]
        if self._no_gain_yet:
            because.append(
                Claim(
                    "change.small_gain",
                    float(self.least_gain or 0),
                    EUR,
                    parameters=(VETO_SHARE,),
                )
            )
        if self.firms is None:
            because.append(Claim("change.large_group"))
        return Claim(f"change.better.{self.judged.verdict.label}", None, "", (), tuple(because))

    def _together(self, needs: Sequence[_Need]) -> Move | None:
        """The smallest change for each of several needs; None for one, or where one has none."""
        smallest = {need.code: need.smallest for need in needs}
        firms = smallest.get("firms")
        if "carbon" in smallest and firms is not None:
            # What the firms gain by their own change is what carbon is set beside.
            levers = replace(self.carbon, gain=firms.gain).levers()
            smallest["carbon"] = _Need("carbon", levers).smallest
        moves = tuple(move for move in smallest.values() if move is not None)
        if len(moves) < max(len(needs), 2):
            return None
        return Move("together", (), of=moves)

    def _needs(self) -> list[_Need]:
        levels = self.levels
        needs = []
        carbon = levels[Dimension.POLLUTION] <= VETO_LEVEL
        if not self.firms_win:
            needs.append(_Need("firms", self._firms_levers()))
            # A larger gain of the firms, as that need asks for, lifts a veto by share as well.
            carbon = carbon and self.least_gain is None
        jobs, technology = levels[Dimension.JOBS], levels[Dimension.TECHNOLOGY]
        kept = 1 if technology <= VETO_LEVEL and self._asset_hidden() else technology
        if jobs <= VETO_LEVEL or max(jobs, kept) < 1:
            level = 0 if kept >= 1 else 1
            need = _Need("jobs", self.jobs.levers(level), self.jobs.pair(level))
            if jobs > VETO_LEVEL and self._asset_would_win():
                asset = ("/technology/shared_asset_open_to_others",)
                need.levers.append(Move("technology.asset", asset, parameters=(ASSET_OPEN,)))
            needs.append(need)
        if technology <= VETO_LEVEL:
            stays = Move(
                "technology.kept", ("/technology/transferred_out",), parameters=(TRANSFERRED_OUT,)
            )
            needs.append(_Need("technology", [stays]))
        if carbon:
            gains = [
                lever.gain for need in needs for lever in need.levers if lever.gain is not None
            ]
            levers = replace(self.carbon, gain=min(gains, default=self.carbon.gain)).levers()
            if self.firms is not None and self.least_gain is not None:
                levers.append(self.firms.group(0.0))
            needs.append(_Need("carbon", levers))
        if levels[Dimension.CONCENTRATION] <= VETO_LEVEL:
            allowed = Move("concentration.allowed", ("/concentration/prohibited",))
            needs.append(_Need("concentration", [allowed]))
        return needs

    def _firms_levers(self) -> list[Move]:
        judgement = self.judged.verdict.firms
        if self.firms is None or judgement is None:
            return []
        found = [self.firms.group(judgement.needed_aid), *self.firms.levers()]
        joins = None if self.jobs.by_table else joining(self.firms, judgement.needed_aid)
        return [*found, *self.firms.further, *(() if joins is None else (joins,))]

    def _asset_hidden(self) -> bool:
        """Whether a shared asset that is open would be a gain, were it not for a transfer."""
        technology = self.judged.proposal.technology
        leaves = technology.activity_leaves or technology.leaves
        opened = self.constants.technology.asset_open
        return bool(technology.shared_asset_open_to_others) and not leaves and opened >= 1

    def _asset_would_win(self) -> bool:
        """Whether opening a shared asset to others would be a gain: nothing leaves for it."""
        technology = self.judged.proposal.technology
        harmed = technology.transferred_out or technology.activity_leaves or technology.leaves
        opened = self.constants.technology.asset_open
        return not harmed and not technology.shared_asset_open_to_others and opened >= 1

    # For the worse

    def _worse(self, leaving: Sequence[tuple[str, VerdictLabel]]) -> Claim:
        label = self.judged.verdict.label
        farthest = self.constants.farthest
        moves = [move for move in self._safety() if move.part is None or move.part <= farthest]
        because = [move.claim(SAFETY) for move in sorted(moves, key=lambda move: move.rank)]
        because += [
            Claim("safety.firms.leaves", about=(firm, after.value))
            for firm, after in leaving
            if after is not label
        ]
        if self.firms is None:
            because.append(Claim("change.large_group"))
        return Claim(
            "change.falls", about=(label.value,), because=tuple(because), parameters=(FARTHEST,)
        )

    def _safety(self) -> list[Move]:
        levels = self.levels
        jobs, technology = levels[Dimension.JOBS], levels[Dimension.TECHNOLOGY]
        moves = []
        if technology < 1 <= jobs:
            moves += self.jobs.safety(1)
        else:
            moves += self.jobs.safety(0)
        if jobs < 1 <= technology and self.judged.proposal.technology.shared_asset_open_to_others:
            asset = ("/technology/shared_asset_open_to_others",)
            moves.append(Move("technology.asset", asset, parameters=(ASSET_OPEN,)))
        moves += self.carbon.safety()
        if self.firms is not None:
            moves += self.firms.safety()
        return moves

    @property
    def _no_gain_yet(self) -> bool:
        """Whether carbon is set beside no gain, and would be a veto beside a small one.

        The one case in which a protagonist that does better makes another lose: where nobody gains
        there is nothing to weigh the cost of carbon against.
        """
        firms = self.judged.verdict.firms
        gains = firms is None or firms.gain.central > 0
        return not gains and self.least_gain is not None and self.least_gain > 1

    # A firm that leaves

    def _leaving(self) -> list[tuple[str, VerdictLabel]]:
        """The verdict without one of the firms, what was announced of the territory staying."""
        if self.firms is None:
            return []
        found = []
        for firm, (level, gain) in self.firms.left.items():
            territory = self._territory_without(firm, gain)
            if territory is not None:
                found.append((firm, LATTICE[level, territory]))
        return found

    def _territory_without(self, firm: str, gain: float) -> TerritoryLevel | None:
        """None where what the project or its firms do would have to be measured anew."""
        proposal = self.judged.proposal
        firms = tuple(each for each in proposal.firms if each.id != firm)
        if self._measured and {f.commune for f in firms} != {f.commune for f in proposal.firms}:
            return None
        if self.jobs.by_table:
            return None
        least = self.least_gain
        levels = self.levels
        if least is not None:
            level = VETO_LEVEL if 0 < gain < least else VETO_LEVEL + 1
            levels = {**levels, Dimension.POLLUTION: level}
        if proposal.jobs.displacement is None:
            levels = {**levels, Dimension.JOBS: self._jobs_of(firms)}
        elif least is None:
            return self.judged.verdict.territory.level
        return territory_level([levels[dimension] for dimension in Dimension])

    def _jobs_of(self, firms: tuple[Firm, ...]) -> int:
        """The level of net jobs with these firms; assessed once for those that are alike."""
        proposal, p = self.judged.proposal, self.constants.jobs
        alike = all_alike(firms, p)
        if alike not in self._jobs_levels:
            territory = self.judged.assessment.territory
            jobs = assess_jobs(proposal.jobs, proposal.kind, firms, territory, p)
            self._jobs_levels[alike] = jobs.level.central
        return self._jobs_levels[alike]

    @property
    def _measured(self) -> bool:
        technology = self.judged.proposal.technology
        return bool(technology.opens or technology.deepens or technology.leaves)
