"""What is known of each territory, computed once a snapshot and kept in memory."""

from sqlalchemy import Connection, select

from contracts import codec
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from services.externalities.storage import SNAPSHOTS
from services.method import Knowledge, territory_knowledge

_KEPT = 32
"""A territory takes some 2 MB; an authority has a handful."""

_Key = tuple[str, int]


class KnowledgeCache:
    """Keeps what is known by the snapshot's hash and the day's parameters."""

    def __init__(self) -> None:
        # The sheet is kept with it, so that its identity is not given to another one.
        self._known: dict[_Key, tuple[ParameterSheet, Knowledge]] = {}

    def of(
        self, connection: Connection, territory: TerritoryRef, sheet: ParameterSheet
    ) -> Knowledge:
        """What is known of a territory, whatever its data hold."""
        key = territory.snapshot_sha256, id(sheet)
        if key not in self._known:
            body = connection.execute(
                select(SNAPSHOTS.c.body).where(SNAPSHOTS.c.sha256 == territory.snapshot_sha256)
            ).scalar_one()
            snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(body)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = sheet, territory_knowledge(snapshot, sheet)
        return self._known[key][1]
