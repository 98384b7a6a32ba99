"""Names that one transaction holds against all others.

Where several replicas write one database, two transactions that each read what the other is about
to commit would both miss it: two halves of a proposal arrive at once, and neither finds the other.
Whoever holds the proposal's name first commits first, and the other then sees it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

_HOLD = text(
    "SELECT pg_advisory_xact_lock(key) FROM ("
    " SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(CAST(:names AS text[])) AS name"
    " ORDER BY key"
    ") AS ordered"
)
"""Always in the same order, so that two that want the same names never wait for each other."""


def hold(connection: Connection, names: Iterable[str]) -> None:
    """Until the end of the transaction, nobody else holds any of these names; waits for it.

    What is read afterwards is what the former holder committed. To be called once, with all names:
    two calls could wait crosswise. A name that everybody takes last may have a call of its own. On
    SQLite, whose only writer holds everything, it does nothing.
    """
    if connection.dialect.name != "postgresql":
        return
    wanted = sorted(set(names))
    if wanted:
        connection.execute(_HOLD, {"names": wanted})
