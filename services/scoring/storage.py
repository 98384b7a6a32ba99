"""What scoring stores: both halves of each proposal, every verdict it issued, and what each verdict
was computed from.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    LargeBinary,
    Table,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.chassis.database.tables import BUS_TABLES, Moment
from services.chassis.database.upsert import Upsert


class Rows(SQLModel, registry=registry()):
    """Base of this service's tables, apart from those of the others in the same process."""


class SubmittedRow(Rows, table=True):
    """The firms' half: the newest revision of a proposal as heard from intake."""

    __tablename__ = "submitted"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AssessedRow(Rows, table=True):
    """The territory's half: the newest assessment as heard from externalities."""

    __tablename__ = "assessed"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class WithdrawnRow(Rows, table=True):
    """A proposal that was withdrawn: no verdict is issued for it any more."""

    __tablename__ = "withdrawn"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    withdrawn_at: datetime = Field(sa_type=Moment)


class VerdictRow(Rows, table=True):
    """One verdict as issued; the row is also what makes a second one impossible."""

    __tablename__ = "verdict"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: datetime = Field(sa_type=Moment)


class BasisRow(Rows, table=True):
    """What one verdict was computed from, beside it and without reading it: the revision as it was
    heard, and by name the territory's data, the parameters and the method. Never changed.

    ``parameters_sha256`` is empty for verdicts issued before sheets were kept.
    """

    __tablename__ = "basis"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    snapshot_sha256: str = Field(max_length=64)
    parameters_on: date
    parameters_sha256: str = Field(max_length=64)
    method_version: str = Field(max_length=20)


class SheetRow(Rows, table=True):
    """The parameters of one day as they were used, known by the hash of their JSON."""

    __tablename__ = "parameter_sheet"
    __table__: ClassVar[Table]

    sha256: str = Field(primary_key=True, max_length=64)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


SUBMITTED = SubmittedRow.__table__
ASSESSED = AssessedRow.__table__
WITHDRAWN = WithdrawnRow.__table__
VERDICTS = VerdictRow.__table__
BASES = BasisRow.__table__
SHEETS = SheetRow.__table__

TABLES = (*BUS_TABLES, SUBMITTED, ASSESSED, WITHDRAWN, VERDICTS, BASES, SHEETS)


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a proposal as its event's JSON."""

    proposal_id: str
    revision: int
    body: bytes


# Built once: building a statement costs more than running it on a batch.
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_HALVES = (SUBMITTED, ASSESSED)
_KEEP = {
    table.name: Upsert(
        table, replace=("revision", "body"), if_newer="revision", returning=("proposal_id",)
    )
    for table in _HALVES
}
_BODIES = {
    table.name: select(table.c.proposal_id, table.c.revision, table.c.body).where(
        table.c.proposal_id.in_(_IDS)
    )
    for table in _HALVES
}
_WAITING = {
    table.name: select(table.c.proposal_id, table.c.revision)
    .outerjoin(WITHDRAWN, WITHDRAWN.c.proposal_id == table.c.proposal_id)
    .where(table.c.proposal_id.in_(_IDS), WITHDRAWN.c.proposal_id.is_(None))
    for table in _HALVES
}
_FORGET = Upsert(WITHDRAWN)
_ISSUE = insert(VERDICTS)
_ISSUED = select(VERDICTS.c.proposal_id, VERDICTS.c.revision, VERDICTS.c.body).where(
    VERDICTS.c.proposal_id.in_(_IDS)
)


def keep_halves(connection: Connection, table: Table, halves: Iterable[Half]) -> set[str]:
    """Store halves; one that is not newer than what is there changes nothing. Answers the
    proposals whose half was stored.
    """
    rows = [
        {"proposal_id": half.proposal_id, "revision": half.revision, "body": half.body}
        for half in halves
    ]
    return set(connection.execute(_KEEP[table.name].on(connection), rows).scalars())


def halves_of(connection: Connection, table: Table, ids: Iterable[str]) -> list[Half]:
    """What is stored of these proposals."""
    return [Half(*row) for row in connection.execute(_BODIES[table.name], {"ids": list(ids)})]


def waiting_halves(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, int]:
    """The revision stored of each of these proposals, leaving out those that were withdrawn."""
    rows = connection.execute(_WAITING[table.name], {"ids": list(ids)})
    return {row.proposal_id: row.revision for row in rows}


def keep_withdrawals(connection: Connection, withdrawals: Iterable[tuple[str, datetime]]) -> None:
    """Remember that no verdict is to be issued for these proposals any more."""
    connection.execute(
        _FORGET.on(connection),
        [{"proposal_id": each, "withdrawn_at": moment} for each, moment in withdrawals],
    )


def bodies_of(connection: Connection, revisions: Collection[tuple[str, int]]) -> list[bytes]:
    """The verdicts issued of these revisions, as their events' JSON."""
    found = connection.execute(_ISSUED, {"ids": [proposal_id for proposal_id, _ in revisions]})
    return [row.body for row in found if (row.proposal_id, row.revision) in revisions]


def issued_since(connection: Connection, since: datetime) -> list[tuple[str, int]]:
    """The revisions whose verdicts were issued since then, in that order."""
    columns = (VERDICTS.c.proposal_id, VERDICTS.c.revision)
    found = select(*columns).where(VERDICTS.c.issued_at >= since).order_by(VERDICTS.c.issued_at)
    return [(row.proposal_id, row.revision) for row in connection.execute(found)]


def keep_verdicts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store issued verdicts. Raises ``IntegrityError`` for a second one of the same revision:
    the transaction is undone, so that it is never issued twice.
    """
    if rows:
        connection.execute(_ISSUE, list(rows))
