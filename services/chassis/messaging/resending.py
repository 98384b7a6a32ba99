"""Publishing again what was published before, under the same name, because it may not have arrived.

Who has handled it already is told by a header, and handles it once more: reactions change nothing
the second time, and answer again. So a loss further along the way is made good as well.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from contracts.envelope import SAID_AGAIN
from services.chassis.database.store import pass_after_commit
from services.chassis.database.tables import Outbox
from services.chassis.messaging.transaction import (
    MORE_PENDING,
    Transaction,
    pack_headers,
    unpack_headers,
)

_OUTBOX = Outbox.__table__
_SEQ = _OUTBOX.c.seq

BATCH = 500

_AGAIN = (
    update(_OUTBOX)
    .where(bindparam("which") == _SEQ, _OUTBOX.c.published == 1)
    .values(
        seq=bindparam("behind"),
        headers=bindparam("marked"),
        created_at=bindparam("now"),
        published=0,
    )
)


def name_of(event: Any, answer: type | None = None) -> str:
    """The id of an event that is published once of each revision, or of ``answer`` to it:
    whoever publishes it again from what is stored calls it the same.
    """
    return f"{event.key}.{event.revision}.{(answer or type(event)).__name__}"


def republish(transaction: Transaction, *which: ColumnElement[bool]) -> set[str]:
    """Send the rows of the outbox ``which`` these are once more, in their order; answers the ids of
    all that are there, those still on their way included.
    """
    connection = transaction.connection
    last = connection.execute(select(func.max(_SEQ))).scalar_one() or 0
    found: set[str] = set()
    after = 0
    # A relay that is alone never looks behind what it has sent: there a row moves to the end.
    moves = connection.dialect.name == "sqlite"
    behind = last
    while True:
        rows = connection.execute(
            select(_SEQ, _OUTBOX.c.event_id, _OUTBOX.c.headers, _OUTBOX.c.published)
            .where(after < _SEQ, last >= _SEQ, *which)
            .order_by(_SEQ)
            .limit(BATCH)
        ).all()
        if not rows:
            pass_after_commit(connection, [MORE_PENDING])
            return found
        after = rows[-1].seq
        found.update(row.event_id for row in rows)
        changes: list[dict[str, Any]] = []
        for row in rows:
            if row.published:
                behind += 1
                changes.append(
                    {
                        "which": row.seq,
                        "behind": behind if moves else row.seq,
                        "marked": _marked(row.headers),
                        "now": transaction.now,
                    }
                )
        if changes:
            connection.execute(_AGAIN, changes)


def among(ids: Iterable[str]) -> ColumnElement[bool]:
    """Rows of the outbox with these ids."""
    return _OUTBOX.c.event_id.in_(list(ids))


def since_then(moment: datetime) -> ColumnElement[bool]:
    """Rows of the outbox written since then."""
    return _OUTBOX.c.created_at >= moment


def on_their_way(connection: Connection) -> int:
    """Events that are published again and have not left yet."""
    marked = _OUTBOX.c.headers.contains(SAID_AGAIN)
    pending = select(func.count()).where(_OUTBOX.c.published == 0, marked)
    return connection.execute(pending).scalar_one()


def _marked(headers: str) -> str:
    kept = [pair for pair in unpack_headers(headers) if pair[0] != SAID_AGAIN]
    return pack_headers((*kept, (SAID_AGAIN, b"1")))
