"""All that is known of a territory beyond its totals: its own past, and the nation's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import NationalActivity, NationalMap
from services.method.territory.input_output import Multipliers, multipliers_of
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.potential.past import Past, past_of
from services.method.territory.skills import Skills, skills_of
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
    """Computed once of a snapshot; each part None where the data for it are not loaded.
    ``communes`` are the codes of the territory's.
    """

    past: Past | None
    nation: NationKnown | None
    multipliers: Multipliers | None
    skills: Skills | None
    communes: frozenset[str] | None


def absent_tables(known: Knowledge | None) -> tuple[Claim, ...]:
    """The tables that are not loaded, each with what is not known for want of it."""
    there = {
        "tables.no_complexity": known and known.nation,
        "tables.no_input_output": known and known.multipliers,
        "tables.no_skills": known and known.skills,
    }
    return tuple(Claim(code) for code, table in there.items() if table is None)


def knowledge_of(snapshot: TerritorySnapshot, p: PotentialParameters) -> Knowledge:
    """Raises ``ValueError`` for an input-output table that has no multipliers."""
    nation, input_output, skills = snapshot.nation, snapshot.input_output, snapshot.skills
    return Knowledge(
        past_of(snapshot.employment, p),
        None if nation is None else _known(nation),
        None if input_output is None else multipliers_of(input_output),
        None if skills is None else skills_of(skills),
        _communes(snapshot),
    )


def _communes(snapshot: TerritorySnapshot) -> frozenset[str] | None:
    table = snapshot.employment
    return None if table is None else frozenset(commune.code for commune in table.communes)


def _known(nation: NationalMap) -> NationKnown:
    return NationKnown(nation, MappingProxyType({each.code: each for each in nation.activities}))
