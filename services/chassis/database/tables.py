"""Tables services share: outbox, inbox, dead letters, API keys. Statements are SQLAlchemy Core.

``published`` is a flag of 0 or 1, not a time: SQLite then overwrites one byte in place instead of
writing the payload a second time, and no cursor can skip a row that commits late.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored as whole microseconds since 1970 on every database.

    A number sorts, compares and survives SQLite, which would silently drop a time zone.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        return None if value is None else round(value.timestamp() * 1_000_000)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


Number = BigInteger().with_variant(Integer, "sqlite")
"""A number that only grows. SQLite counts by itself in a column called INTEGER alone, which holds
as much there as a BIGINT elsewhere."""

_PENDING = text("published = 0")


class Outbox(SQLModel, table=True):
    """Events to be said: written in the transaction of their cause, sent by the relay."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_pending", "seq", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )
    __table__: ClassVar[Table]

    seq: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    event_id: str = Field(max_length=64, unique=True)
    topic: str = Field(max_length=100)
    key: str = Field(max_length=200)
    headers: str
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_type=Moment)
    published: int = Field(default=0)


class Inbox(SQLModel, table=True):
    """Events already handled: a row is written in the transaction of their effect."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_processed_at", "processed_at"),
        {"sqlite_with_rowid": False},
    )
    __table__: ClassVar[Table]

    consumer: str = Field(primary_key=True, max_length=60)
    source: str = Field(primary_key=True, max_length=100)
    event_id: str = Field(primary_key=True, max_length=64)
    processed_at: datetime = Field(sa_type=Moment)


class DeadLetter(SQLModel, table=True):
    """A message that could not be handled: its raw bytes, where it was, and why."""

    __tablename__ = "dead_letter"
    __table_args__ = (Index("dead_letter_status", "status"),)
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=32)
    consumer: str = Field(max_length=60)
    topic: str = Field(max_length=100)
    partition: int
    record_offset: int = Field(sa_column=Column(Number, nullable=False))
    key: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    value: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    headers: str
    error_class: str = Field(max_length=100)
    reason: str
    attempts: int
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    status: str = Field(default="open", max_length=20)
    replay_by: str | None = Field(default=None, max_length=100)
    """Who asked for a replay that was not tried yet."""
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_by: str | None = Field(default=None, max_length=100)
    settled_why: str | None = Field(default=None, max_length=500)


class Position(SQLModel, table=True):
    """How far a partition was read, and what of it was gone before it was."""

    __tablename__ = "bus_position"
    __table__: ClassVar[Table]

    topic: str = Field(primary_key=True, max_length=100)
    partition: int = Field(primary_key=True)
    topic_id: str = Field(max_length=40)
    """The broker's own name of the topic: another one when it was made anew."""
    next_offset: int = Field(sa_column=Column(BigInteger, nullable=False))
    lost_records: int = Field(sa_column=Column(BigInteger, nullable=False))
    """As many at least: of a topic that was made anew nobody can tell."""
    lost_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it was last noticed; None when nothing is gone, or all was published again."""


class ApiKey(SQLModel, table=True):
    """A key of a caller: only its SHA-256 is stored; the prefix lets people tell keys apart."""

    __tablename__ = "api_key"
    __table__: ClassVar[Table]

    digest: str = Field(primary_key=True, max_length=64)
    prefix: str = Field(max_length=12)
    holder: str = Field(max_length=40)
    scope: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)


BUS_TABLES: tuple[Table, ...] = (
    Outbox.__table__,
    Inbox.__table__,
    DeadLetter.__table__,
    Position.__table__,
)
