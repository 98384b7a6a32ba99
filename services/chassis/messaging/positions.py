"""How far a service has read each partition, remembered by itself, and what was gone before that.

A broker forgets: records after their retention or with a lost volume, a group's positions after
seven silent days or with their topic. Only who remembers by himself can tell that anything is gone.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.database.tables import Position
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.bus import Partition

_POSITIONS = Position.__table__
_KEEP = Upsert(_POSITIONS, replace=("topic_id", "next_offset"))
_LOST = select(_POSITIONS).where(_POSITIONS.c.lost_at.is_not(None)).order_by(_POSITIONS.c.lost_at)


class Mark(NamedTuple):
    """The next offset to be read, in the topic the broker knew by this id."""

    topic_id: str
    next_offset: int


class Positions:
    """The positions of one service, in its own database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def known(self) -> dict[Partition, Mark]:
        """Where it stood. Raises ``StoreUnavailable``."""
        with self._store.read() as connection:
            return {
                Partition(row.topic, row.partition): Mark(row.topic_id, row.next_offset)
                for row in connection.execute(select(_POSITIONS))
            }

    def keep(
        self, marks: Mapping[Partition, Mark], lost: Mapping[Partition, int | None] | None = None
    ) -> None:
        """Remember where it stands now and, in the same commit, what was ``lost`` on the way: how
        many records, None where nobody can tell. Raises ``StoreUnavailable``.
        """

        def write(connection: Connection) -> None:
            rows = [
                {"topic": partition.topic, "partition": partition.number, "lost_records": 0}
                | mark._asdict()
                for partition, mark in sorted(marks.items())
            ]
            connection.execute(_KEEP.on(connection), rows)
            for partition, records in (lost or {}).items():
                connection.execute(
                    update(_POSITIONS)
                    .where(
                        _POSITIONS.c.topic == partition.topic,
                        _POSITIONS.c.partition == partition.number,
                    )
                    .values(
                        lost_records=_POSITIONS.c.lost_records + (records or 0),
                        lost_at=self._clock.now(),
                    )
                )

        self._store.write(write)

    def trouble(self) -> str | None:
        """What was lost and not published again since, as a sentence that says what to do."""
        with self._store.read() as connection:
            rows = connection.execute(_LOST).all()
        if not rows:
            return None
        topics = sorted({row.topic for row in rows})
        known = sum(row.lost_records for row in rows)
        count = f"{known} records or more" if known else "an unknown number of records"
        return (
            f"{count} of {', '.join(topics)} left "
            f"Kafka before they were read ({len(rows)} partitions, the first noticed on "
            f"{rows[0].lost_at:%Y-%m-%dT%H:%M:%SZ}): have them published again with "
            f"`winwinwin resend --since WHEN`, WHEN some hours before that"
        )


def mark_resolved(connection: Connection, topics: Collection[str]) -> int:
    """What was lost of these topics has been published again; answers of how many partitions."""
    return connection.execute(
        update(_POSITIONS)
        .where(_POSITIONS.c.topic.in_(topics), _POSITIONS.c.lost_at.is_not(None))
        .values(lost_at=None, lost_records=0)
    ).rowcount
