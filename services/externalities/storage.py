"""What externalities stores: territories, and every snapshot of their data that was ever used."""

import hashlib
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Connection, LargeBinary, Table, select
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts import codec
from contracts.events import TerritoryProfiled, TerritoryPublished
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from contracts.vocabulary.territory_profile import TerritoryProfile
from services.chassis.database.locks import hold
from services.chassis.database.tables import BUS_TABLES, ApiKey, Moment
from services.chassis.database.upsert import Upsert
from services.chassis.messaging.transaction import Transaction


class Rows(SQLModel, registry=registry()):
    """Base of this service's tables, apart from those of the others in the same process."""


class SnapshotRow(Rows, table=True):
    """One snapshot of a territory's data: immutable, known by its hash, never deleted, so that a
    verdict can be computed again years later.
    """

    __tablename__ = "snapshot"
    __table__: ClassVar[Table]

    sha256: str = Field(primary_key=True, max_length=64)
    territory: str = Field(max_length=80)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    loaded_at: datetime = Field(sa_type=Moment)


class TerritoryRow(Rows, table=True):
    """A territory and the snapshot it is judged with now."""

    __tablename__ = "territory"
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=80)
    revision: int
    sha256: str = Field(max_length=64)
    ref: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MilieuRow(Rows, table=True):
    """The directory of relays, the survey and the funded projects of a territory, as JSON;
    ``sha256`` is that of the milieu as it was said.
    """

    __tablename__ = "milieu"
    __table__: ClassVar[Table]

    territory: str = Field(primary_key=True, max_length=80)
    revision: int
    sha256: str = Field(max_length=64)
    relays: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    survey: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    funded: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class DirectoryRow(Rows, table=True):
    """The directory of competences of a territory: the entries in force, as JSON."""

    __tablename__ = "competence_directory"
    __table__: ClassVar[Table]

    territory: str = Field(primary_key=True, max_length=80)
    revision: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


SNAPSHOTS = SnapshotRow.__table__
TERRITORIES = TerritoryRow.__table__
MILIEUX = MilieuRow.__table__
DIRECTORIES = DirectoryRow.__table__

TABLES = (*BUS_TABLES, ApiKey.__table__, SNAPSHOTS, TERRITORIES, MILIEUX, DIRECTORIES)


_KEEP_SNAPSHOT = Upsert(SNAPSHOTS)
_PUT_IN_FORCE = Upsert(TERRITORIES, replace=("revision", "sha256", "ref"))
_IN_FORCE = select(TERRITORIES.c.id, TERRITORIES.c.ref)


def load_snapshot(
    transaction: Transaction,
    snapshot: TerritorySnapshot,
    correlation_id: str,
    profile: TerritoryProfile | None = None,
) -> TerritoryPublished:
    """Put a snapshot in force and say so, with its profile where there is one; the same data twice
    changes and says nothing.
    """
    body = snapshot_json(snapshot)
    ref = ref_of(snapshot)
    sha256 = ref.snapshot_sha256
    connection = transaction.connection
    hold(connection, [snapshot.id])
    current = connection.execute(
        select(TERRITORIES.c.revision, TERRITORIES.c.sha256).where(TERRITORIES.c.id == snapshot.id)
    ).one_or_none()
    unchanged = current is not None and current.sha256 == sha256
    revision = current.revision + (not unchanged) if current is not None else 1
    event = TerritoryPublished(territory=ref, revision=revision)
    if unchanged:
        return event
    connection.execute(
        _KEEP_SNAPSHOT.on(connection),
        {"sha256": sha256, "territory": snapshot.id, "body": body, "loaded_at": transaction.now},
    )
    connection.execute(
        _PUT_IN_FORCE.on(connection),
        {
            "id": snapshot.id,
            "revision": revision,
            "sha256": sha256,
            "ref": codec.adapter(TerritoryRef).dump_json(ref),
        },
    )
    transaction.publish(event, correlation_id=correlation_id)
    if profile is not None:
        transaction.publish(
            TerritoryProfiled(territory=ref, revision=revision, profile=profile),
            correlation_id=correlation_id,
        )
    transaction.flush()
    return event


def revisions_in_force(connection: Connection) -> list[tuple[TerritoryRef, int]]:
    """The territories in force, each with its revision."""
    rows = connection.execute(select(TERRITORIES.c.ref, TERRITORIES.c.revision)).all()
    return [(codec.adapter(TerritoryRef).validate_json(row.ref), row.revision) for row in rows]


def territories(connection: Connection) -> dict[str, TerritoryRef]:
    """The territories in force, by id."""
    rows = connection.execute(_IN_FORCE)
    return {name: codec.adapter(TerritoryRef).validate_json(ref) for name, ref in rows}


def snapshot_of(connection: Connection, territory: str) -> bytes | None:
    """The data of the snapshot in force, as JSON; None when the territory is not loaded."""
    return connection.execute(
        select(SNAPSHOTS.c.body)
        .join(TERRITORIES, TERRITORIES.c.sha256 == SNAPSHOTS.c.sha256)
        .where(TERRITORIES.c.id == territory)
    ).scalar_one_or_none()


NATIONAL_TABLES = ("nation", "input_output", "skills")
"""Fields of a snapshot that came later: left out while they hold nothing, so that the data of a
territory without them keep their hash.
"""


def not_loaded(snapshot: TerritorySnapshot) -> set[str]:
    """The tables of the nation that this territory has not got."""
    return {name for name in NATIONAL_TABLES if getattr(snapshot, name) is None}


def snapshot_json(snapshot: TerritorySnapshot) -> bytes:
    """The snapshot as it is stored and hashed."""
    body: bytes = codec.adapter(TerritorySnapshot).dump_json(snapshot, exclude=not_loaded(snapshot))
    return body


def ref_of(snapshot: TerritorySnapshot) -> TerritoryRef:
    """What verdicts say of a snapshot; its hash is over the JSON as it is stored."""
    body = snapshot_json(snapshot)
    return TerritoryRef(
        id=snapshot.id,
        name=snapshot.name,
        year=snapshot.year,
        private_employment=snapshot.private_employment,
        source=snapshot.source,
        licence=snapshot.licence,
        snapshot_sha256=hashlib.sha256(body).hexdigest(),
    )
