"""What intake does when others speak. The table at the foot says it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from contracts.events import TerritoryPublished, VerdictIssued
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.reactions import Reactions, Received
from services.chassis.transaction import Transaction
from services.chassis.upsert import Upsert
from services.intake.storage import TERRITORIES, VERDICTS

_KEEP_VERDICT = Upsert(VERDICTS)
_LEARN_TERRITORY = Upsert(TERRITORIES, replace=("name", "revision"), if_newer="revision")


@dataclass(frozen=True, slots=True)
class Label:
    """The label alone."""

    label: VerdictLabel


@dataclass(frozen=True, slots=True)
class VerdictHeard:
    """What intake reads of ``VerdictIssued``: the partner gets the rest as it came."""

    EVENT_TYPE: ClassVar[str] = VerdictIssued.EVENT_TYPE
    TOPIC: ClassVar[str] = VerdictIssued.TOPIC

    proposal_id: str
    revision: int
    verdict: Label

    @property
    def key(self) -> str:
        return self.proposal_id


def keep_verdict(transaction: Transaction, received: Sequence[Received[VerdictHeard]]) -> None:
    """Keep each verdict beside its revision, for the partner to read."""
    transaction.connection.execute(
        _KEEP_VERDICT.on(transaction.connection),
        [
            {
                "proposal_id": each.event.proposal_id,
                "revision": each.event.revision,
                "label": each.event.verdict.label,
                "body": each.payload,
                "issued_at": each.envelope.time,
            }
            for each in received
        ],
    )


def learn_territory(
    transaction: Transaction, received: Sequence[Received[TerritoryPublished]]
) -> None:
    """Accept proposals for this territory from now on; an older announcement changes nothing."""
    transaction.connection.execute(
        _LEARN_TERRITORY.on(transaction.connection),
        [
            {
                "id": each.event.territory.id,
                "name": each.event.territory.name,
                "revision": each.event.revision,
            }
            for each in received
        ],
    )


REACTIONS: Reactions = {
    VerdictHeard: keep_verdict,
    TerritoryPublished: learn_territory,
}
