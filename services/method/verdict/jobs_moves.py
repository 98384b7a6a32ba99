"""Net jobs moved: by which answer, and how far, the level of jobs is reached or lost.

The chain is a product less what is lost, so in each answer alone it is a straight line: closed
form. Of two answers together, the smallest change is the one in which both move by the same share
of themselves; that share is found by halving, to 0.1 %.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.limits import MAX_AMOUNT
from services.method.figures import rounded
from services.method.territory.jobs import LEVEL_PARAMETERS, JobsParameters, jobs_level, level_two
from services.method.verdict.moves import Move, last_move, least_move

_FACTORS = ("full_time", "multiplier")
_MORE_IS_BETTER = ("gross", *_FACTORS)
_POINTERS = {"full_time": "/jobs/full_time_share", "reference": "/jobs/reference_jobs"}
_SHARE_DECIMALS, _FACTOR_DECIMALS = 3, 2
_HALVINGS = 10
_GROSS, _FACTOR, _SHARE, _LOSS = "gross", "factor", "share", "loss"


@dataclass(frozen=True, slots=True)
class _Answer:
    """One step of the chain at the central point; ``share`` takes a part, ``loss`` takes jobs."""

    name: str
    value: float
    share: bool
    loss: bool
    how: str

    @property
    def moves(self) -> bool:
        # A job that sells nothing outside brings no others, and a table is nobody's answer.
        return self.how in ("said", "unknown")

    @property
    def step(self) -> str:
        """How it enters the chain."""
        if self.name == "gross":
            return _GROSS
        if self.loss:
            return _LOSS
        return _SHARE if self.share else _FACTOR

    @property
    def more_is_better(self) -> bool:
        return self.name in _MORE_IS_BETTER

    @property
    def ends(self) -> tuple[float, float]:
        return (0.0, 1.0) if self.share or self.name == "full_time" else (0.0, MAX_AMOUNT)

    @property
    def unit(self) -> str:
        if self.share:
            return "share"
        return "factor" if self.name in _FACTORS else "FTE"

    def decimals(self, p: JobsParameters) -> int:
        if self.share:
            return _SHARE_DECIMALS
        return _FACTOR_DECIMALS if self.name in _FACTORS else p.decimals


class JobsMoves:
    """The chain of one assessment at its central point, and what moves its level."""

    def __init__(self, assessment: Assessment, p: JobsParameters) -> None:
        self._p = p
        self._two = level_two(assessment.territory, p)
        self._answers = list(_answers(assessment))
        self._values = [answer.value for answer in self._answers]
        self._steps = [answer.step for answer in self._answers]
        self._moves: dict[tuple[int, int], float] = {}

    @property
    def by_table(self) -> bool:
        """Whether the multiplier is that of the territory's table, which knows the firms."""
        return any(a.name == "multiplier" and a.how == "table" for a in self._answers)

    def levers(self, level: int) -> list[Move]:
        """For each answer alone, the smallest change after which net jobs have this level."""
        return self._moved(level, better=True, search=least_move)

    def safety(self, level: int) -> list[Move]:
        """For each answer alone, how far it may go while net jobs keep this level."""
        return self._moved(level, better=False, search=last_move)

    def pair(self, level: int) -> Move | None:
        """The two answers that, both moved by the same share of themselves, need the least of it.

        None where no two are enough.
        """
        places = [i for i, a in enumerate(self._answers) if a.moves and a.value]
        best: tuple[int, tuple[int, int]] | None = None
        most = 10**_SHARE_DECIMALS
        for both in combinations(places, 2):
            high = most if best is None else best[0] - 1
            if high < 1 or not self._reached(both, high, level):
                continue
            low = 0
            for _ in range(_HALVINGS):
                middle = (low + high) // 2
                if middle in (low, high):
                    break
                low, high = (low, middle) if self._reached(both, middle, level) else (middle, high)
            best = high, both
        if best is None:
            return None
        share, both = best
        moves = tuple(self._move(i, self._moved_by(i, share)) for i in both)
        return Move("pair", (), of=moves)

    def _moved(
        self, level: int, *, better: bool, search: Callable[..., float | None]
    ) -> list[Move]:
        wanted = self._p.level_one if level > 0 else 0.0
        # A figure counts as it is shown: half a digit less than what is wanted.
        half = 0.5 * 10**-self._p.decimals
        raw = wanted + half if level > 0 else wanted - half
        found = []
        for i, answer in enumerate(self._answers):
            if not answer.moves:
                continue
            nothing, one = self._net(i, 0.0), self._net(i, 1.0)
            if nothing == one:
                continue
            guess = (raw - nothing) / (one - nothing)
            then = search(
                answer.value,
                guess,
                answer.decimals(self._p),
                (one > nothing) is better,
                self._holds(i, level),
                answer.ends,
            )
            if then is not None:
                found.append(self._move(i, then))
        return found

    def _holds(self, i: int, level: int) -> Callable[[float], bool]:
        return lambda value: self._level(self._net(i, value)) >= level

    def _move(self, i: int, then: float) -> Move:
        answer = self._answers[i]
        return Move(
            f"jobs.{answer.name}",
            (_POINTERS.get(answer.name, f"/jobs/{answer.name}"),),
            answer.unit,
            answer.value,
            then,
            decimals=answer.decimals(self._p),
            parameters=LEVEL_PARAMETERS,
        )

    def _net(self, i: int, value: float) -> float:
        values = self._values.copy()
        values[i] = value
        return self._chain(values)

    def _chain(self, values: Sequence[float]) -> float:
        """Net jobs, computed in the order of the chain: the same figure to the last bit."""
        net = 0.0
        for step, value in zip(self._steps, values, strict=True):
            if step == _FACTOR:
                net *= value
            elif step == _SHARE:
                net *= 1 - value
            elif step == _LOSS:
                net -= value
            else:
                net = value
        return net

    def _level(self, net: float) -> int:
        return jobs_level(rounded(net, self._p.decimals), self._p.level_one, self._two)

    def _reached(self, both: tuple[int, int], share: int, level: int) -> bool:
        values = self._values.copy()
        for i in both:
            values[i] = self._moved_by(i, share)
        return self._level(self._chain(values)) >= level

    def _moved_by(self, i: int, share: int) -> float:
        """An answer moved for the better by so many thousandths of itself; found once, as it is in
        several pairs.
        """
        found = self._moves.get((i, share))
        if found is None:
            answer = self._answers[i]
            sign = 1 if answer.more_is_better else -1
            moved = answer.value * (1 + sign * share / 10**_SHARE_DECIMALS)
            low, high = answer.ends
            found = rounded(min(max(moved, low), high), answer.decimals(self._p))
            self._moves[i, share] = found
        return found


def _answers(assessment: Assessment) -> Iterator[_Answer]:
    """The steps of the chain as the assessment's own claims say them; nothing without jobs.

    Jobs destroyed that were not said are a share of the announced ones: told as jobs.
    """
    net = next((c for c in assessment.claims if c.code == "jobs.net"), None)
    gross = 0.0
    for claim in net.because if net is not None else ():
        if not isinstance(claim.value, Estimate):
            continue
        _, name, how = claim.code.split(".")
        value = claim.value.central
        if name == "gross":
            gross = value
        loss = name in ("destroyed", "reference")
        if loss and claim.unit == "share":
            value *= gross
        yield _Answer(
            name,
            value,
            share=claim.unit == "share" and not loss,
            loss=loss,
            how=how,
        )
