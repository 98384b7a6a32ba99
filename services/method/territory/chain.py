"""The additionality chain: what is left of the announced jobs after each step, and why."""

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from services.method.figures import estimate


class Chain:
    """Jobs remaining after each step, at the worst, central and best corners, with the reasons."""

    __slots__ = ("_decimals", "central", "claims", "gross", "high", "kept_at_worst", "low")

    def __init__(self, gross: Estimate, decimals: int, reasons: tuple[Claim, ...]) -> None:
        self.gross = gross
        self.low, self.central, self.high = gross.low, gross.central, gross.high
        self.kept_at_worst = 1.0
        self.claims = [Claim("jobs.gross.said", gross, "FTE", (), reasons)]
        self._decimals = decimals

    def take_share(
        self,
        name: str,
        said: Estimate | None,
        because: tuple[Claim, ...],
        default: Estimate,
        parameters: tuple[str, ...],
    ) -> None:
        if said is None:
            code, share = name + ".unknown", default
        else:
            code, share, parameters = name + ".said", said, ()
        self.low *= 1 - share.high
        self.kept_at_worst *= 1 - share.high
        self.central *= 1 - share.central
        self.high *= 1 - share.low
        reasons = (self._remaining(), *because)
        self.claims.append(Claim(code, share, "share", (), reasons, parameters))

    def multiply(
        self,
        code: str,
        factor: Estimate,
        parameters: tuple[str, ...],
        because: tuple[Claim, ...] = (),
    ) -> None:
        self.low *= factor.low
        self.kept_at_worst *= factor.low
        self.central *= factor.central
        self.high *= factor.high
        reasons = (self._remaining(), *because)
        self.claims.append(Claim(code, factor, "factor", (), reasons, parameters))

    def subtract(self, code: str, jobs: Estimate) -> None:
        self.low -= jobs.high
        self.central -= jobs.central
        self.high -= jobs.low
        self.claims.append(Claim(code, jobs, "FTE", (), (self._remaining(),)))

    def subtract_share_of_gross(self, code: str, share: Estimate, parameter: str) -> None:
        gross = self.gross
        self.low = min(
            self.low - share.high * gross.low,
            # When a gross job leaves less than it destroys, more of them is worse.
            (self.kept_at_worst - share.high) * gross.high,
        )
        self.central -= share.central * gross.central
        self.high -= share.low * gross.high
        self.claims.append(Claim(code, share, "share", (), (self._remaining(),), (parameter,)))

    def _remaining(self) -> Claim:
        jobs = estimate(self.low, self.central, self.high, self._decimals)
        return Claim("jobs.remaining", jobs, "FTE")
