"""The firms that an aid may reach: those of the project, and those inside the groups of an
incubator, whose group is the player.

Each is an enterprise of its own by the rules about aid. A firm inside a group is named by its name:
two groups may use one identifier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Reached:
    """``firms`` in their order; ``player`` says whose group each firm inside one belongs to."""

    firms: tuple[Firm, ...]
    player: Mapping[str, str]

    def members(self, player: str) -> int:
        """How many firms are inside the group of this player."""
        return sum(1 for each in self.player.values() if each == player)


def reached(proposal: Proposal) -> Reached:
    """The players, and the firms inside their groups."""
    inside = tuple(_inside(proposal))
    firms = (*proposal.firms, *(firm for firm, _ in inside))
    return Reached(firms, {firm.id: player for firm, player in inside})


def _inside(proposal: Proposal) -> Iterator[tuple[Firm, str]]:
    form = proposal.export_incubator
    for group in form.groups if form is not None else ():
        for firm in group.firms:
            yield replace(firm, id=firm.name), group.player
