"""What notify does when others speak. The table at the foot says it all."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from contracts import codec
from contracts.events import (
    CompetencesPublished,
    MilieuProfiled,
    ProposalStalled,
    ProposalWithdrawn,
    TerritoryProfiled,
    VerdictIssued,
)
from contracts.vocabulary.identifiers import reference_of
from contracts.vocabulary.milieu import WhomToAsk
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.reactions import Reactions, Received
from services.chassis.messaging.transaction import Transaction
from services.notify.committee.journal import Kind, Said, append
from services.notify.storage import (
    COMPETENCE_DIRECTORIES,
    NOTICES,
    TERRITORY_MILIEUX,
    TERRITORY_PROFILES,
    VERDICT_PAGES,
    WITHDRAWALS,
)
from services.notify.verdict_rows import NOT_JUDGED, write_losers

_SHOW = Upsert(
    VERDICT_PAGES,
    replace=[
        column.name
        for column in VERDICT_PAGES.c
        if not (column.primary_key or column.name.startswith("stalled_"))
    ],
    if_newer="revision",
)
_STALL = Upsert(
    VERDICT_PAGES,
    replace=("stalled_revision", "stalled_reference"),
    if_newer="stalled_revision",
)
_PROFILE = Upsert(TERRITORY_PROFILES, replace=("revision", "body"), if_newer="revision")
_MILIEU = Upsert(TERRITORY_MILIEUX, replace=("revision", "body"), if_newer="revision")
_LIST = Upsert(COMPETENCE_DIRECTORIES, replace=("revision", "body"), if_newer="revision")
_NOTE = Upsert(NOTICES)
_NOTICED = select(NOTICES.c.proposal_id, NOTICES.c.revision, NOTICES.c.label).where(
    NOTICES.c.proposal_id.in_(bindparam("ids", expanding=True))
)
_WITHDRAW = Upsert(WITHDRAWALS)
_WITHDRAWN = select(WITHDRAWALS).where(
    WITHDRAWALS.c.proposal_id.in_(bindparam("ids", expanding=True))
)


def show_verdict(transaction: Transaction, received: Sequence[Received[VerdictIssued]]) -> None:
    """Put each verdict on the desk, unless a newer revision's is there; write its notice and its
    entry in the journal.
    """
    connection = transaction.connection
    known = _noticed(connection, received)
    received = [e for e in received if (e.event.proposal_id, e.event.revision, False) not in known]
    if not received:
        return
    withdrawn = _withdrawn(connection, received)
    connection.execute(
        _SHOW.on(connection),
        [_page(each, withdrawn.get(each.event.proposal_id)) for each in received],
    )
    connection.execute(
        _NOTE.on(connection),
        [_notice(transaction, each) for each in received],
    )
    append(connection, transaction.now, [_journal_entry(each) for each in received])


def show_stalled(transaction: Transaction, received: Sequence[Received[ProposalStalled]]) -> None:
    """Put a file whose newest revision could not be judged on the desk, beside the verdict of an
    earlier one; write its notice and its entry in the journal.
    """
    connection = transaction.connection
    known = _noticed(connection, received)
    received = [e for e in received if (e.event.proposal_id, e.event.revision, True) not in known]
    withdrawn = _withdrawn(connection, received)
    for each in received:
        event = each.event
        file = {
            "proposal_id": event.proposal_id,
            "reference": reference_of(event.proposal_id),
            "territory": event.territory,
            "partner": event.partner,
            "title": event.title,
            "stalled_reference": event.reference,
        }
        no_verdict = dict.fromkeys(("label", "necessary", "possible"), NOT_JUDGED)
        page = {
            "revision": 0,
            "kind": event.kind,
            "losers": "",
            "submitted_at": event.submitted_at,
            "issued_at": each.envelope.time,
            "withdrawn_at": withdrawn.get(event.proposal_id),
            "body": b"",
            "stalled_revision": event.revision,
        }
        connection.execute(_STALL.on(connection), {**file, **no_verdict, **page})
        notice = {
            "event_id": each.envelope.id,
            "revision": event.revision,
            "label": NOT_JUDGED,
            "correlation_id": each.envelope.correlation_id,
            "created_at": transaction.now,
        }
        connection.execute(_NOTE.on(connection), {**file, **notice})
    append(
        connection,
        transaction.now,
        [
            Said(
                Kind.NOT_JUDGED,
                each.event.proposal_id,
                each.event.revision,
                each.envelope.source,
                {"event": each.envelope.id, "reference": each.event.reference},
            )
            for each in received
        ],
    )


def mark_withdrawn(
    transaction: Transaction, received: Sequence[Received[ProposalWithdrawn]]
) -> None:
    """Say on the desk and in the journal that the partner took the proposal back."""
    connection = transaction.connection
    known = _withdrawn(connection, received)
    received = [each for each in received if each.event.proposal_id not in known]
    for each in received:
        moment = each.event.withdrawn_at
        connection.execute(
            _WITHDRAW.on(connection),
            {"proposal_id": each.event.proposal_id, "withdrawn_at": moment},
        )
        connection.execute(
            update(VERDICT_PAGES)
            .where(VERDICT_PAGES.c.proposal_id == each.event.proposal_id)
            .values(withdrawn_at=moment)
        )
    append(
        connection,
        transaction.now,
        [
            Said(
                Kind.WITHDRAWAL,
                each.event.proposal_id,
                each.event.revision,
                each.event.partner,
                {"event": each.envelope.id, "withdrawn_at": each.event.withdrawn_at.isoformat()},
            )
            for each in received
        ],
    )


def learn_territory(
    transaction: Transaction, received: Sequence[Received[TerritoryProfiled]]
) -> None:
    """Keep what is known of each territory; an older revision changes nothing."""
    _keep(_PROFILE, transaction, [(each.event.territory.id, each) for each in received])


def learn_milieu(transaction: Transaction, received: Sequence[Received[MilieuProfiled]]) -> None:
    """Keep what is known of each territory's milieu; an older revision changes nothing."""
    _keep(_MILIEU, transaction, [(each.event.territory, each) for each in received])


def list_competences(
    transaction: Transaction, received: Sequence[Received[CompetencesPublished]]
) -> None:
    """Keep each territory's directory of competences; an older revision changes nothing."""
    _keep(_LIST, transaction, [(each.event.territory.id, each) for each in received])


def _keep(
    upsert: Upsert, transaction: Transaction, received: Sequence[tuple[str, Received[Any]]]
) -> None:
    """Keep what was said of each of these territories, as it was said."""
    rows = [
        {"territory": territory, "revision": each.event.revision, "body": each.payload}
        for territory, each in received
    ]
    transaction.connection.execute(upsert.on(transaction.connection), rows)


def _noticed(
    connection: Connection, received: Sequence[Received[Any]]
) -> set[tuple[str, int, bool]]:
    """Revisions with a notice already, and whether it says that there is no verdict: an event may
    be published again long after the inbox has forgotten it, and has no second effect.
    """
    ids = [each.event.proposal_id for each in received]
    found = connection.execute(_NOTICED, {"ids": ids})
    return {(row.proposal_id, row.revision, row.label == NOT_JUDGED) for row in found}


def _withdrawn(connection: Connection, received: Sequence[Received[Any]]) -> dict[str, datetime]:
    """When those of them that were withdrawn were."""
    ids = [each.event.proposal_id for each in received]
    return {
        row.proposal_id: row.withdrawn_at for row in connection.execute(_WITHDRAWN, {"ids": ids})
    }


def _page(received: Received[VerdictIssued], withdrawn_at: datetime | None) -> dict[str, Any]:
    event = received.event
    verdict = event.verdict
    return {
        "proposal_id": event.proposal_id,
        "reference": reference_of(event.proposal_id),
        "revision": event.revision,
        "territory": verdict.territory_ref.id,
        "partner": event.partner,
        "title": event.title,
        "kind": event.kind,
        "label": verdict.label,
        "necessary": verdict.necessary,
        "possible": verdict.possible,
        "losers": write_losers(verdict),
        "submitted_at": event.submitted_at,
        "issued_at": received.envelope.time,
        "withdrawn_at": withdrawn_at,
        "body": received.payload,
    }


def _journal_entry(received: Received[VerdictIssued]) -> Said:
    event = received.event
    return Said(
        Kind.VERDICT,
        event.proposal_id,
        event.revision,
        received.envelope.source,
        {
            "event": received.envelope.id,
            "label": event.verdict.label,
            "method": event.verdict.method_version,
            "sha256": hashlib.sha256(received.payload).hexdigest(),
        },
    )


def _notice(transaction: Transaction, received: Received[VerdictIssued]) -> dict[str, Any]:
    event = received.event
    return {
        "event_id": received.envelope.id,
        "proposal_id": event.proposal_id,
        "reference": reference_of(event.proposal_id),
        "revision": event.revision,
        "partner": event.partner,
        "territory": event.verdict.territory_ref.id,
        "title": event.title,
        "label": event.verdict.label,
        "whom_to_ask": None
        if event.whom_to_ask is None
        else codec.adapter(WhomToAsk).dump_json(event.whom_to_ask).decode(),
        "correlation_id": received.envelope.correlation_id,
        "created_at": transaction.now,
        "console_at": None,
    }


REACTIONS: Reactions = {
    VerdictIssued: show_verdict,
    ProposalStalled: show_stalled,
    ProposalWithdrawn: mark_withdrawn,
    TerritoryProfiled: learn_territory,
    CompetencesPublished: list_competences,
    MilieuProfiled: learn_milieu,
}
