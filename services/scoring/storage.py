"""What scoring stores: both halves of each proposal, and every verdict it issued."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Connection, LargeBinary, Table, select
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.chassis.tables import BUS_TABLES, Moment
from services.chassis.upsert import insert_into


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


SUBMITTED = SubmittedRow.__table__
ASSESSED = AssessedRow.__table__
WITHDRAWN = WithdrawnRow.__table__
VERDICTS = VerdictRow.__table__

TABLES = (*BUS_TABLES, SUBMITTED, ASSESSED, WITHDRAWN, VERDICTS)


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a proposal as its event's JSON."""

    proposal_id: str
    revision: int
    body: bytes


def keep_halves(connection: Connection, table: Table, halves: Iterable[Half]) -> None:
    """Store halves; one that is older than what is there changes nothing."""
    statement = insert_into(connection, table)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["proposal_id"],
            set_={"revision": statement.excluded.revision, "body": statement.excluded.body},
            where=statement.excluded.revision > table.c.revision,
        ),
        [
            {"proposal_id": half.proposal_id, "revision": half.revision, "body": half.body}
            for half in halves
        ],
    )


def halves_of(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, Half]:
    """What is stored of these proposals, by proposal."""
    rows = connection.execute(
        select(table.c.proposal_id, table.c.revision, table.c.body).where(
            table.c.proposal_id.in_(list(ids))
        )
    )
    return {row.proposal_id: Half(*row) for row in rows}


def revisions_of(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, int]:
    """The newest revision stored of each of these proposals."""
    rows = connection.execute(
        select(table.c.proposal_id, table.c.revision).where(table.c.proposal_id.in_(list(ids)))
    )
    return {row.proposal_id: row.revision for row in rows}


def withdrawn_among(connection: Connection, ids: Iterable[str]) -> set[str]:
    return set(
        connection.execute(
            select(WITHDRAWN.c.proposal_id).where(WITHDRAWN.c.proposal_id.in_(list(ids)))
        ).scalars()
    )


def keep_verdicts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store issued verdicts. Raises ``IntegrityError`` for a second one of the same revision:
    the transaction is undone, so that it is never issued twice.
    """
    if rows:
        connection.execute(VERDICTS.insert(), list(rows))
