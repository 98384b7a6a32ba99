"""Carbon moved: under how many tonnes, or beside which gain of the firms, its veto falls."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.vocabulary.assessment import CarbonAssessment
from contracts.vocabulary.limits import MAX_AMOUNT
from contracts.vocabulary.proposal import Proposal
from services.method.constants import Constants
from services.method.figures import rounded
from services.method.territory.carbon import horizon
from services.method.territory.pollution import (
    LEVEL_PARAMETERS,
    VETO_ABSOLUTE_CODE,
    PollutionPoint,
    pollution_point,
)
from services.method.verdict.lattice import VETO_LEVEL
from services.method.verdict.moves import GROUP, Move, last_move, least_move

_UNIT = "tCO2e/year"


@dataclass(frozen=True, slots=True)
class CarbonMoves:
    """The carbon of one proposal at its central point; ``gain`` is the firms' a year, or None."""

    proposal: Proposal
    carbon: CarbonAssessment
    gain: float | None
    constants: Constants

    def levers(self) -> list[Move]:
        """The smallest change of each answer after which carbon is no veto."""
        found = self._tonnes(better=True)
        point = self._point(self._emitted, self._avoided, self.gain)
        if point.veto == VETO_ABSOLUTE_CODE and not self._vetoed(
            self._emitted, self._avoided, self.gain, appraised=True
        ):
            move = Move("carbon.appraised", ("/carbon/appraised",), parameters=LEVEL_PARAMETERS)
            found.append(move)
        return found

    def safety(self) -> list[Move]:
        """How far each answer may go before carbon is a veto."""
        return self._tonnes(better=False)

    @property
    def least_gain(self) -> int | None:
        """The least gain of the firms, in whole euros a year, beside which carbon is no veto; None
        where it is none beside any, or one beside all.
        """
        if self._unknown or self._vetoed(self._emitted, self._avoided, None):
            return None
        p = self.constants.pollution
        net = rounded(self._emitted - self._avoided, self.constants.carbon.tonne_decimals)
        if net < p.significant:
            return None
        half = 0.5 * 10**-p.share_decimals
        guess = self._cost(self._emitted - self._avoided) / (
            (p.veto_share - half) * self.carbon.gain_factor
        )
        least = max(1, int(guess) - 2)
        while self._vetoed(self._emitted, self._avoided, float(least)):
            least += 1
        return least

    @property
    def _unknown(self) -> bool:
        return self.carbon.net_t_per_year is None

    @property
    def _emitted(self) -> float:
        emitted = self.proposal.carbon.emitted_t_per_year
        return emitted.central if emitted is not None else 0.0

    @property
    def _avoided(self) -> float:
        avoided = self.proposal.carbon.avoided_t_per_year
        return avoided.central if avoided is not None else 0.0

    def _tonnes(self, *, better: bool) -> list[Move]:
        if self._unknown:
            return []
        limit = self._most()
        emitted, avoided = self._emitted, self._avoided
        decimals = self.constants.carbon.tonne_decimals
        search = least_move if better else last_move
        found = []
        tries: tuple[tuple[str, float, float, bool, Callable[[float], bool]], ...] = (
            (
                "emitted",
                emitted,
                limit + avoided,
                not better,
                lambda t: not self._vetoed(t, avoided, self.gain),
            ),
            (
                "avoided",
                avoided,
                emitted - limit,
                better,
                lambda t: not self._vetoed(emitted, t, self.gain),
            ),
        )
        for name, now, guess, up, holds in tries:
            then = search(now, guess, decimals, up, holds, (0.0, MAX_AMOUNT))
            if then is not None:
                found.append(
                    Move(
                        f"carbon.{name}",
                        (f"/carbon/{name}_t_per_year",),
                        _UNIT,
                        now,
                        then,
                        # Beside the public cost of a tonne this figure gives the firms' gain away.
                        GROUP,
                        decimals,
                        LEVEL_PARAMETERS,
                    )
                )
        return found

    def _most(self) -> float:
        """About the net tonnes at which carbon becomes a veto."""
        p = self.constants.pollution
        most = MAX_AMOUNT if self.carbon.appraised is True else p.veto_tonnes
        if self.gain is not None and self.gain > 0:
            half = 0.5 * 10**-p.share_decimals
            share = (p.veto_share - half) * self.gain * self.carbon.gain_factor / self._tonne
            most = min(most, share)
        return max(most, p.significant)

    def _vetoed(
        self, emitted: float, avoided: float, gain: float | None, *, appraised: bool | None = None
    ) -> bool:
        return self._point(emitted, avoided, gain, appraised=appraised).level <= VETO_LEVEL

    def _point(
        self, emitted: float, avoided: float, gain: float | None, *, appraised: bool | None = None
    ) -> PollutionPoint:
        net = emitted - avoided
        return pollution_point(
            rounded(net, self.constants.carbon.tonne_decimals),
            self._cost(net),
            None if gain is None else gain * self.carbon.gain_factor,
            self.carbon.appraised is True if appraised is None else appraised,
            self.constants.pollution,
        )

    def _cost(self, net: float) -> float:
        return rounded(net * self._tonne, self.constants.carbon.euro_decimals)

    @property
    def _tonne(self) -> float:
        tonne, _ = horizon(
            self.proposal.starts_on.year,
            self.proposal.horizon_years,
            self.carbon.base_year,
            self.carbon.price_year,
            self.constants.carbon,
        )
        return tonne
