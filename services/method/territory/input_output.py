"""The multiplier of an input-output table, in place of every other one.

Type I: jobs in all for one job of the branch, ``e (I - A)^-1 / e``, the branch's own and those at
its suppliers. A nation's table counts suppliers anywhere in the nation: a dated share says how many
of them may be in the territory, from none to all. A territory's own table needs no such share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory_tables import InputOutputTable, TableScope
from services.method.arithmetic import Array, product, solved
from services.method.figures import estimate, rounded
from services.method.territory.variety import DIVISION

LOCAL_SHARE = "jobs.input_output_local_share"
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Multipliers:
    """Type I multiplier by division; a branch without employment of its own has none."""

    table: InputOutputTable
    by_division: Mapping[str, tuple[str, float]]

    def of(self, naf: str) -> tuple[str, float] | None:
        """The branch of an activity and its multiplier."""
        return self.by_division.get(naf[:DIVISION])


@dataclass(frozen=True, slots=True)
class TableMultiplier:
    """The factor of the chain at the worst, central and best points, and its reasons; ``factor``
    is None where the table cannot tell.
    """

    factor: Estimate | None
    because: tuple[Claim, ...]


def leontief_inverse(coefficients: Array) -> Array:
    """``(I - A)^-1`` of technical coefficients, where the branches together make more than they use
    up: every pivot is positive (Hawkins and Simon). Raises ``numpy.linalg.LinAlgError`` elsewhere:
    only then is there a multiplier.
    """
    ones = np.eye(len(coefficients))
    return solved(ones - coefficients, ones)


def multipliers_of(table: InputOutputTable) -> Multipliers:
    """Raises ``ValueError`` for a table in which a branch would need more than it makes."""
    coefficients = np.array([branch.inputs for branch in table.branches]).T
    employment = np.array([branch.employment for branch in table.branches])
    try:
        totals = product(employment, leontief_inverse(coefficients))
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "the input-output table is not productive: its branches together would use up more "
            "than they make; give technical coefficients (inputs per unit of output)"
        ) from error
    return Multipliers(
        table,
        MappingProxyType(
            {
                division: (branch.code, rounded(float(totals[i] / employment[i]), _DECIMALS))
                for i, branch in enumerate(table.branches)
                if branch.employment > 0
                for division in branch.divisions
            }
        ),
    )


def activities_of(proposal: Proposal) -> tuple[str, ...]:
    """Where the jobs are: in what the project opens or deepens, or else in the firms' own."""
    named = (*proposal.technology.opens, *proposal.technology.deepens)
    own = tuple(firm.naf for firm in proposal.firms if firm.naf is not None)
    return tuple(sorted({*(named or own)}))


def table_multiplier(
    activities: Sequence[str], known: Multipliers, local_share: Estimate
) -> TableMultiplier:
    """The mean over the project's activities, which share its jobs evenly."""
    found = {naf: each for naf in activities if (each := known.of(naf)) is not None}
    if not activities or len(found) < len(activities):
        lacking = tuple(naf for naf in activities if naf not in found)
        return TableMultiplier(None, (Claim("jobs.multiplier.table_lacks", about=lacking),))
    table = known.table
    mean = sum(factor for _, factor in found.values()) / len(found)
    share = local_share if table.scope is TableScope.NATION else Estimate(1.0, 1.0, 1.0)
    low, central, high = (1 + part * (mean - 1) for part in (share.low, share.central, share.high))
    because = tuple(
        Claim(
            "jobs.multiplier.branch",
            factor,
            "factor",
            (naf, branch, table.source, str(table.year)),
        )
        for naf, (branch, factor) in found.items()
    )
    return TableMultiplier(estimate(low, central, high, _DECIMALS), because)
