"""All that is known of a territory beyond its totals: its own past, and the nation's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import NationalActivity, NationalMap
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.potential.past import Past, past_of
from services.method.territory.variety import GROUP


@dataclass(frozen=True, slots=True)
class NationKnown:
    """The nation's map by activity code."""

    table: NationalMap
    by_code: Mapping[str, NationalActivity]

    def activity(self, naf: str) -> NationalActivity | None:
        """The group of a sub-class, the level at which activities are judged; None where nobody
        in the nation works in it.
        """
        return self.by_code.get(naf[:GROUP])


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Computed once of a snapshot; each part None where the data for it are not loaded."""

    past: Past | None
    nation: NationKnown | None


def knowledge_of(snapshot: TerritorySnapshot, p: PotentialParameters) -> Knowledge:
    return Knowledge(
        past_of(snapshot.employment, p),
        None if snapshot.nation is None else _known(snapshot.nation),
    )


def _known(nation: NationalMap) -> NationKnown:
    return NationKnown(nation, MappingProxyType({each.code: each for each in nation.activities}))
