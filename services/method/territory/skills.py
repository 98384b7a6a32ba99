"""Skill relatedness from a table: of two firms' activities, and as another relatedness density.

The table is symmetric and normalised to -1..1; above 0 two activities employ each other's people
more than chance would have it (Neffke and Henning 2013). A pair that is not in the table is not
known: never 0.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from contracts.vocabulary.assessment import ActivitySkills, FirmSkills
from contracts.vocabulary.territory_tables import SkillTable


@dataclass(frozen=True, slots=True)
class Skills:
    """The table by pair, both ways round."""

    table: SkillTable
    by_pair: Mapping[tuple[str, str], float]

    def of(self, one: str, other: str) -> float | None:
        """Relatedness of two activities, given at any level down to the table's."""
        level = self.table.level
        return self.by_pair.get((one[:level], other[:level]))

    def density(self, group: str, among: Iterable[str], special: Collection[str]) -> float | None:
        """Share of what is related to ``group`` by skills, of the groups ``among``, that is in
        ``special``; None where the table relates it to nothing. The group itself does not count.
        """
        here = total = 0.0
        for each in among:
            related = max(0.0, self.of(group, each) or 0.0) if each != group else 0.0
            total += related
            here += related if each in special else 0.0
        return here / total if total > 0 else None


def skills_of(table: SkillTable) -> Skills:
    pairs = {(pair.one, pair.other): pair.relatedness for pair in table.pairs}
    return Skills(table, MappingProxyType({(b, a): r for (a, b), r in pairs.items()} | pairs))


def firm_skills(activities: Iterable[str], known: Skills | None) -> FirmSkills | None:
    """What the table says of each two activities of the firms; None without a table."""
    if known is None:
        return None
    return FirmSkills(
        source=known.table.source,
        year=known.table.year,
        pairs=tuple(
            ActivitySkills(one=one, other=other, relatedness=related)
            for one, other in combinations(sorted(set(activities)), 2)
            if (related := known.of(one, other)) is not None
        ),
    )
