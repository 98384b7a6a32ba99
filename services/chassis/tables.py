"""Tables every service has: outbox, inbox, dead letters. Statements elsewhere are SQLAlchemy Core.

``published`` is a flag of 0 or 1, not a time: SQLite then overwrites one byte in place instead of
writing the payload a second time, and no cursor can skip a row that commits late.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, text
from sqlmodel import Field, SQLModel


class Outbox(SQLModel, table=True):
    """Events to be said: written in the transaction of their cause, sent by the relay."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_pending", "seq", sqlite_where=text("published = 0")),)
    __table__: ClassVar[Table]

    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    event_id: str = Field(max_length=64, unique=True)
    topic: str = Field(max_length=100)
    key: str = Field(max_length=200)
    headers: str
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime
    published: int = Field(default=0)


class Inbox(SQLModel, table=True):
    """Events already handled: a row is written in the transaction of their effect."""

    __tablename__ = "inbox"
    __table_args__ = ({"sqlite_with_rowid": False},)
    __table__: ClassVar[Table]

    consumer: str = Field(primary_key=True, max_length=60)
    source: str = Field(primary_key=True, max_length=100)
    event_id: str = Field(primary_key=True, max_length=64)
    processed_at: datetime = Field(index=True)


class DeadLetter(SQLModel, table=True):
    """A message that could not be handled: its raw bytes, where it was, and why."""

    __tablename__ = "dead_letter"
    __table__: ClassVar[Table]

    id: str = Field(primary_key=True, max_length=32)
    consumer: str = Field(max_length=60)
    topic: str = Field(max_length=100)
    partition: int
    record_offset: int
    key: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    value: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    headers: str
    error_class: str = Field(max_length=100)
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    status: str = Field(default="open", max_length=20, index=True)
