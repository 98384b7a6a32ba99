"""All that is known of the territories, published again: it is state, and is needed whole."""

from collections.abc import Iterator
from datetime import UTC

from contracts import codec
from contracts.events import (
    CompetencesPublished,
    Event,
    MilieuProfiled,
    TerritoryProfiled,
    TerritoryPublished,
)
from contracts.vocabulary.competences import CompetenceDirectory
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from services.chassis.clock import new_id
from services.chassis.messaging.transaction import Transaction
from services.chassis.parameters import ParameterBook
from services.externalities.competences.directory import directory_of
from services.externalities.milieu.records import milieu_of, stored_milieu
from services.externalities.profile import profile_of
from services.externalities.storage import revisions_in_force, snapshot_of


def repeat_territories(transaction: Transaction, book: ParameterBook) -> int:
    """Say every territory again as it is stored; answers how many events that are."""
    sheet = book.on(transaction.now.astimezone(UTC).date())
    said = 0
    for ref, revision in revisions_in_force(transaction.connection):
        for event in _state_of(transaction, ref, revision, sheet):
            transaction.publish(event, correlation_id=new_id(transaction.clock), again=True)
            said += 1
    transaction.flush()
    return said


def _state_of(
    transaction: Transaction, ref: TerritoryRef, revision: int, sheet: ParameterSheet
) -> Iterator[Event]:
    connection = transaction.connection
    body = snapshot_of(connection, ref.id)
    snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(body or b"")
    yield TerritoryPublished(territory=ref, revision=revision)
    profile = profile_of(snapshot, sheet)
    if profile is not None:
        yield TerritoryProfiled(territory=ref, revision=revision, profile=profile)
    stored = stored_milieu(connection, ref.id)
    if stored.revision:
        milieu = milieu_of(stored, snapshot)
        yield MilieuProfiled(territory=ref.id, revision=stored.revision, milieu=milieu)
    found = directory_of(connection, ref.id)
    if found is not None:
        directory: CompetenceDirectory = codec.adapter(CompetenceDirectory).validate_json(found[1])
        yield CompetencesPublished(territory=ref, revision=found[0], entries=directory.entries)
