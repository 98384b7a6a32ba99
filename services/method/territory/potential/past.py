"""What the territory's past says about an activity that one project opens or deepens.

The score of the claim puts the activity into a fifth of all candidates of the past; how many of
that fifth came, against how many came on the whole, is what the past says, with the uncertainty
of the count. Only the order and the counts are used: a project is not an ordinary candidate, and
its absolute chance is not what a chance of the past was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.territory import EmploymentTable
from services.method.territory.potential.backtest import FEWEST_YEARS, Backtest, Earned, backtest
from services.method.territory.potential.curves import observed_share
from services.method.territory.potential.panel import Claim, related
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.potential.table import matrices
from services.method.territory.potential.terms import Terms, terms_of
from services.method.territory.variety import GROUP, SUB_CLASS, Employment


@dataclass(frozen=True, slots=True)
class Prospect:
    """One activity in one commune, by the score of its claim.

    ``came`` is the share of the past's candidates with such a score that came, over five years;
    ``usual`` the share of all candidates. ``claim`` is None where the commune is specialised in
    the activity already: there is nothing left to open. ``density`` is the share of what is related
    to the activity that the commune is specialised in, ``median`` that of all candidates.
    """

    naf: str
    commune: str
    claim: Claim | None
    came: Estimate
    usual: float
    density: float
    median: float

    @property
    def related(self) -> bool:
        """On which side of the relatedness axis the activity lies; the line itself counts."""
        return self.density >= self.median


@dataclass(frozen=True, slots=True)
class Past:
    """What is computed once of a territory's rows: its marks, the terms of its last year, the
    median relatedness of what its places are not specialised in, employment by sub-class.
    """

    found: Backtest
    terms: Terms
    deviates: float
    median_density: float
    employment: Employment

    def earned(self, claim: Claim) -> Earned | None:
        """How a score did on all years it has not seen, by group of activities."""
        return next((e for e in self.found.together if (e.level, e.claim) == (GROUP, claim)), None)

    def reliable(self, claim: Claim) -> bool:
        """Whether the score beats the better plain baseline by more than its own uncertainty."""
        earned = self.earned(claim)
        if earned is None or earned.area is None or earned.error is None:
            return False
        return earned.area - self.deviates * earned.error > earned.best_baseline

    def specialities(self, commune: str) -> frozenset[str]:
        """The groups of activities a place is specialised in."""
        row = self.terms.quotients[self.terms.places.index(commune)]
        return frozenset(
            group
            for group, quotient in zip(self.terms.activities, row.tolist(), strict=True)
            if quotient >= 1
        )

    def prospect(self, naf: str, communes: Iterable[str]) -> Prospect | None:
        """The best of the communes that are places; None when none is, or nothing is known."""
        found = [p for code in communes if (p := self._in(naf, code)) is not None]
        return max(
            found, key=lambda p: (p.claim is not None, p.came.central - p.usual), default=None
        )

    def _in(self, naf: str, commune: str) -> Prospect | None:
        terms, group = self.terms, naf[:GROUP]
        if commune not in terms.places or group not in terms.activities:
            return None
        cell = terms.places.index(commune), terms.activities.index(group)
        nothing = Estimate(0.0, 0.0, 0.0)
        density = float(terms.by_name["density"][cell])
        if terms.quotients[cell] >= 1:
            return Prospect(naf, commune, None, nothing, 0.0, density, self.median_density)
        claim = Claim.GROWN if terms.employees[cell] > 0 else Claim.NEW
        model, earned = self.found.fitted.get((GROUP, claim)), self.earned(claim)
        if model is None or earned is None or not earned.came:
            return None
        columns = np.array([[terms.by_name[name][cell] for name in model.names]])
        chance = float(model.probabilities(columns)[0])
        band = next((b for b in earned.bins if chance <= b.up_to), earned.bins[-1])
        low, share, high = observed_share(band.came, band.count, self.deviates)
        return Prospect(
            naf,
            commune,
            claim,
            Estimate(low, share, high),
            earned.came / earned.candidates,
            density,
            self.median_density,
        )


def past_of(table: EmploymentTable | None, p: PotentialParameters) -> Past | None:
    """None where the rows or the years do not suffice to ask the past."""
    if table is None or len(table.years) < FEWEST_YEARS:
        return None
    last = matrices(table, table.years[-1], GROUP)
    terms = terms_of(last, p.place_size, related(last.activities, GROUP, p.sections))
    candidates = terms.by_name["density"][terms.quotients < 1]
    fine = matrices(table, table.years[-1], SUB_CLASS)
    employed = fine.employees.sum(axis=0).tolist()
    return Past(
        backtest(table, p),
        terms,
        p.deviates,
        float(np.median(candidates)) if candidates.size else 0.0,
        Employment.of(MappingProxyType(dict(zip(fine.activities, employed, strict=True)))),
    )
