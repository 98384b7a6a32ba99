"""One proposal as the events the services say of it."""

from dataclasses import replace
from functools import cache

from contracts.codec import read_proposal
from contracts.events import ExternalitiesAssessed, ProposalSubmitted, ProposalWithdrawn
from contracts.samples import five_firms_2kb, territory_example
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritoryRef
from services.app.parameter_book import parameter_book
from services.chassis.parameters import ParameterBook
from services.externalities.storage import ref_of
from services.method import Knowledge, assess, territory_knowledge
from services.scoring.recomputation import Data, Lost
from tests.support.chassis import MOMENT

FILE = "0" * 31 + "1"


@cache
def book() -> ParameterBook:
    return parameter_book()


@cache
def territory() -> TerritoryRef:
    return ref_of(territory_example())


@cache
def past() -> Knowledge | None:
    return territory_knowledge(territory_example(), book().on(MOMENT.date()))


def kept(sha256: str) -> Data:
    """The territory's data by their hash, as externalities keep them."""
    if sha256 != territory().snapshot_sha256:
        raise Lost(f"nothing is kept under {sha256}")
    return territory(), territory_example()


def five_firms(**changes: object) -> Proposal:
    return replace(read_proposal(five_firms_2kb()), **changes)


def submitted(revision: int = 1, id_: str = FILE, **changes: object) -> ProposalSubmitted:
    """``changes`` are those of the proposal."""
    return ProposalSubmitted(
        proposal_id=id_,
        revision=revision,
        partner="cci-rouen",
        submitted_at=MOMENT,
        proposal=five_firms(**changes),
    )


def assessed(revision: int = 1, id_: str = FILE, **changes: object) -> ExternalitiesAssessed:
    sheet = book().on(MOMENT.date())
    return ExternalitiesAssessed(
        proposal_id=id_,
        revision=revision,
        assessment=assess(five_firms(**changes), territory(), sheet, past()),
    )


def withdrawn(revision: int = 1, id_: str = FILE) -> ProposalWithdrawn:
    return ProposalWithdrawn(
        proposal_id=id_, revision=revision, partner="cci-rouen", withdrawn_at=MOMENT
    )
