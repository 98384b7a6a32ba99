"""Who relays what, where several relays share one outbox: leases on buckets of keys.

A key always falls into the same bucket, and a bucket has one relay at a time, so that events of one
key leave in their order. A lease ends by the database's clock; whoever takes it over writes a token
of its own, and whatever the former holder still does with the old one has no effect.
"""

from typing import ClassVar

from sqlalchemy import BigInteger, Column, Integer, Table
from sqlmodel import Field, SQLModel

BUCKETS = 64
"""Few enough to be read at a glance, many enough to be shared out evenly among replicas."""


class RelayRow(SQLModel, table=True):
    """A relay that lives: it says so again and again."""

    __tablename__ = "relay"
    __table__: ClassVar[Table]

    owner: str = Field(primary_key=True, max_length=32)
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class LeaseRow(SQLModel, table=True):
    """Who relays the keys of a bucket, and until when."""

    __tablename__ = "relay_lease"
    __table__: ClassVar[Table]

    bucket: int = Field(
        sa_column=Column(Integer, primary_key=True, autoincrement=False, nullable=False)
    )
    token: str | None = Field(default=None, max_length=32)
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))


LEASE_TABLES: tuple[Table, ...] = (RelayRow.__table__, LeaseRow.__table__)
"""Only PostgreSQL has them: elsewhere a database belongs to one process."""
