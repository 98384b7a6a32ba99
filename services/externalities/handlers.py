"""What externalities does when others speak. The table at the foot says it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import ClassVar

from contracts.events import AssessmentFailed, ExternalitiesAssessed, ProposalSubmitted
from contracts.vocabulary.identifiers import ProposalId, Revision
from services.chassis.errors import Park
from services.chassis.messaging.reactions import Reaction, Reactions, Received, WhenParked
from services.chassis.messaging.resending import among, name_of, republish
from services.chassis.messaging.transaction import Transaction
from services.chassis.parameters import ParameterBook
from services.externalities.knowledge_cache import KnowledgeCache
from services.externalities.milieu.records import Directories, milieu_revisions
from services.externalities.storage import territories
from services.method import assess


def assessment(book: ParameterBook) -> Reaction:
    """Assess each submitted revision with the parameters in force on the day it was submitted."""
    knowledge = KnowledgeCache()
    directories = Directories()

    def assess_territory(
        transaction: Transaction, received: Sequence[Received[ProposalSubmitted]]
    ) -> None:
        asked = {assessment_name(each.event): each for each in received}
        again = [name for name, each in asked.items() if each.again]
        there = republish(transaction, among(again)) if again else set()
        known = territories(transaction.connection)
        milieux = milieu_revisions(transaction.connection)
        for name, each in asked.items():
            if name in there:
                continue
            # What is known of a territory is computed with its first project.
            transaction.check_deadline()
            event = each.event
            territory = known.get(event.proposal.territory)
            if territory is None:
                raise Park(
                    f"territory {event.proposal.territory!r} of proposal {event.proposal_id} is "
                    f"not loaded: PUT it to /v1/territories, then replay this message"
                )
            sheet = book.on(event.submitted_at.astimezone(UTC).date())
            transaction.publish(
                ExternalitiesAssessed(
                    proposal_id=event.proposal_id,
                    revision=event.revision,
                    assessment=assess(
                        event.proposal,
                        territory,
                        sheet,
                        knowledge.of(transaction.connection, territory, sheet),
                    ),
                    whom_to_ask=directories.whom_to_ask(
                        transaction.connection, milieux.get(territory.id), event.proposal
                    ),
                ),
                correlation_id=each.envelope.correlation_id,
                event_id=name,
                again=each.again,
            )

    return assess_territory


def assessment_name(event: ProposalSubmitted) -> str:
    """The id of what is said of this revision, once."""
    return name_of(event, ExternalitiesAssessed)


@dataclass(frozen=True, slots=True)
class _Submitted:
    """What is read of a submission that was set aside: which revision it was."""

    EVENT_TYPE: ClassVar[str] = ProposalSubmitted.EVENT_TYPE

    proposal_id: ProposalId
    revision: Revision


def publish_not_assessed(
    transaction: Transaction, parked: Received[_Submitted], reference: str
) -> None:
    """Say that this revision could not be assessed, so that nobody waits for its verdict."""
    transaction.publish(
        AssessmentFailed(
            proposal_id=parked.event.proposal_id,
            revision=parked.event.revision,
            reference=reference,
        ),
        correlation_id=parked.envelope.correlation_id,
    )


WHEN_PARKED: WhenParked = {
    _Submitted: publish_not_assessed,
}


def reactions(book: ParameterBook) -> Reactions:
    return {
        ProposalSubmitted: assessment(book),
    }
