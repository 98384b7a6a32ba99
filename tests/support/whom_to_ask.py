"""The relays that the demo's directory names for a project, from the method alone."""

from functools import cache

from contracts.geography import geography
from contracts.samples import relays_file
from contracts.vocabulary.milieu import Relay, WhomToAsk
from contracts.vocabulary.proposal import Proposal
from services.externalities.milieu.records import NAMED
from services.externalities.milieu.relays import place_of, read_relays, spots
from services.method.territory.relays import NEEDS, whom_to_ask


def whom_to_ask_in_the_demo(proposal: Proposal) -> WhomToAsk:
    """What stands beside the project's verdict where the demo is loaded."""
    communes = (firm.commune for firm in proposal.firms if firm.commune is not None)
    place = place_of(communes, geography())
    relays = _relays()
    where = spots(relays, geography())
    return whom_to_ask(relays, NEEDS[proposal.kind], place, where, most=NAMED)


@cache
def _relays() -> tuple[Relay, ...]:
    return tuple(read_relays(relays_file(), geography()))
