"""What intake stores: proposals, every revision as accepted, verdicts as heard, territories."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    Table,
    bindparam,
    text,
    update,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.chassis.database.tables import BUS_TABLES, ApiKey, Moment


class Rows(SQLModel, registry=registry()):
    """Base of this service's tables, apart from those of the others in the same process."""


_WAITS = text("waits_since IS NOT NULL")


class ProposalRow(Rows, table=True):
    """One file: whose it is, its newest revision, whether it was withdrawn."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("proposal_of_partner", "partner", "id"),
        Index("proposal_waiting", "waits_since", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=32)
    partner: str = Field(max_length=40)
    reference: str = Field(max_length=20)
    title: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    territory: str = Field(max_length=80)
    revision: int
    created_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    waits_since: datetime | None = Field(default=None, sa_type=Moment)
    """When the newest revision was submitted; None when nothing is due to it any more: it has its
    verdict or another stated outcome, or was withdrawn."""
    said_again: int = Field(default=0)
    """How often that revision was published again by intake itself."""
    said_again_at: datetime | None = Field(default=None, sa_type=Moment)


class RevisionRow(Rows, table=True):
    """One revision, byte for byte as it was said to the other services."""

    __tablename__ = "revision"
    __table_args__ = (Index("revision_submitted_at", "submitted_at"),)
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    missing: str
    submitted_at: datetime = Field(sa_type=Moment)
    not_judged: str | None = Field(default=None, max_length=32)
    """The reference under which the operator finds why it could not be judged. A verdict that came
    after all makes it void."""


class VerdictRow(Rows, table=True):
    """The verdict of one revision, as scoring issued it."""

    __tablename__ = "verdict"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    revision: int = Field(primary_key=True)
    label: str = Field(max_length=40)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: datetime = Field(sa_type=Moment)


class IdempotencyRow(Rows, table=True):
    """The answer given to a partner's Idempotency-Key, to be given again."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_expiry", "expires_at"),)
    __table__: ClassVar[Table]

    partner: str = Field(primary_key=True, max_length=40)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    receipt: str
    expires_at: datetime = Field(sa_type=Moment)


class TerritoryRow(Rows, table=True):
    """A territory that can be judged."""

    __tablename__ = "territory"
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=80)
    name: str = Field(max_length=200)
    revision: int


PROPOSALS = ProposalRow.__table__
REVISIONS = RevisionRow.__table__
VERDICTS = VerdictRow.__table__
IDEMPOTENCY = IdempotencyRow.__table__
TERRITORIES = TerritoryRow.__table__

TABLES = (*BUS_TABLES, ApiKey.__table__, PROPOSALS, REVISIONS, VERDICTS, IDEMPOTENCY, TERRITORIES)


def newest_revision() -> ColumnElement[bool]:
    """Joins a proposal with its newest revision."""
    return (REVISIONS.c.proposal_id == PROPOSALS.c.id) & (
        REVISIONS.c.revision == PROPOSALS.c.revision
    )


_NO_LONGER = (
    update(PROPOSALS)
    .where(PROPOSALS.c.id == bindparam("proposal"), PROPOSALS.c.revision == bindparam("which"))
    .values(waits_since=None)
)


def no_longer_waits(connection: Connection, outcomes: Iterable[tuple[str, int]]) -> None:
    """These revisions have their verdict or another stated outcome: where it is the newest one,
    nothing is due to the file any more.
    """
    connection.execute(_NO_LONGER, [{"proposal": id_, "which": which} for id_, which in outcomes])
