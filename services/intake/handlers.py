"""What intake does when others speak. The table at the foot says it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from contracts.events import TerritoryPublished, VerdictIssued
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.reactions import Reactions, Received
from services.chassis.transaction import Transaction
from services.chassis.upsert import insert_into
from services.intake.storage import TERRITORIES, VERDICTS


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
        insert_into(transaction.connection, VERDICTS).on_conflict_do_nothing(),
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
    statement = insert_into(transaction.connection, TERRITORIES)
    transaction.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={"name": statement.excluded.name, "revision": statement.excluded.revision},
            where=statement.excluded.revision > TERRITORIES.c.revision,
        ),
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
