"""What notify stores: one row per file for the desk, withdrawals, and notices to be handed over."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, LargeBinary, Table, text
from sqlmodel import Field, SQLModel

from services.chassis.database.tables import BUS_TABLES, Moment, Number
from services.notify.committee.accounts import DeskAccount, DeskSession
from services.notify.committee.journal import JOURNAL
from services.notify.committee.throttle import SignInTries
from services.notify.verdict_rows import RANK

_ORDERS = (
    ("queue", "submitted_at"),
    ("reference", "reference"),
    ("title", text("lower(title)")),
    ("kind", "kind"),
)
"""Orders of the queue: of all files, of those with one label, of those that could not be judged."""

_STALLED = text("stalled_revision > revision")


class VerdictPageRow(SQLModel, table=True):
    """The newest verdict of a proposal, with what the queue shows beside it.

    ``stalled_revision`` is the newest one that could not be judged, or 0: it counts while it is
    newer than ``revision``, which is 0 where there is no verdict yet.
    """

    __tablename__ = "verdict_page"
    __table_args__ = (
        *(Index(f"verdict_page_{name}", "territory", key, "proposal_id") for name, key in _ORDERS),
        Index("verdict_page_rank", "territory", text(f"({RANK})"), "proposal_id"),
        *(
            Index(f"verdict_page_label_{name}", "territory", "label", key, "proposal_id")
            for name, key in _ORDERS
        ),
        *(
            Index(
                f"verdict_page_stalled_{name}",
                "territory",
                key,
                "proposal_id",
                sqlite_where=_STALLED,
                postgresql_where=_STALLED,
            )
            for name, key in _ORDERS
        ),
    )
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    reference: str = Field(max_length=20)
    revision: int
    territory: str = Field(max_length=80)
    partner: str = Field(max_length=40)
    title: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    label: str = Field(max_length=40)
    necessary: str = Field(max_length=40)
    possible: str = Field(max_length=40)
    losers: str
    submitted_at: datetime = Field(sa_type=Moment)
    issued_at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stalled_revision: int = Field(default=0)
    stalled_reference: str | None = Field(default=None, max_length=32)


class WithdrawalRow(SQLModel, table=True):
    """A withdrawn proposal; its verdict may still be on the way when the withdrawal is heard."""

    __tablename__ = "withdrawal"
    __table__: ClassVar[Table]

    proposal_id: str = Field(primary_key=True, max_length=32)
    withdrawn_at: datetime = Field(sa_type=Moment)


_TO_DO = text("console_at IS NULL")


class NoticeRow(SQLModel, table=True):
    """One notice of one verdict, or of a revision that could not be judged: in the feed at once, on
    the console when the channel took it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_to_do", "seq", sqlite_where=_TO_DO, postgresql_where=_TO_DO),
        Index("notice_of_territory", "territory", "seq"),
        Index("notice_of_proposal", "proposal_id"),
    )
    __table__: ClassVar[Table]

    seq: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    event_id: str = Field(max_length=64, unique=True)
    proposal_id: str = Field(max_length=32)
    reference: str = Field(max_length=20)
    revision: int
    partner: str = Field(max_length=40)
    territory: str = Field(max_length=80)
    title: str = Field(max_length=200)
    label: str = Field(max_length=40)
    whom_to_ask: str | None = Field(default=None)
    stalled_reference: str | None = Field(default=None, max_length=32)
    correlation_id: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Moment)
    console_at: datetime | None = Field(default=None, sa_type=Moment)


class SaidOfTerritory(SQLModel):
    """The newest of what externalities said about a territory, as it was said."""

    territory: str = Field(primary_key=True, max_length=80)
    revision: int
    body: bytes = Field(sa_type=LargeBinary)


class TerritoryProfileRow(SaidOfTerritory, table=True):
    """What is known of a territory."""

    __tablename__ = "territory_profile"
    __table__: ClassVar[Table]


class TerritoryMilieuRow(SaidOfTerritory, table=True):
    """What is known of a territory's milieu."""

    __tablename__ = "territory_milieu"
    __table__: ClassVar[Table]


class CompetenceDirectoryRow(SaidOfTerritory, table=True):
    """Who offers and needs what in a territory."""

    __tablename__ = "competence_directory"
    __table__: ClassVar[Table]


VERDICT_PAGES = VerdictPageRow.__table__
WITHDRAWALS = WithdrawalRow.__table__
NOTICES = NoticeRow.__table__
TERRITORY_PROFILES = TerritoryProfileRow.__table__
TERRITORY_MILIEUX = TerritoryMilieuRow.__table__
COMPETENCE_DIRECTORIES = CompetenceDirectoryRow.__table__

TABLES = (
    *BUS_TABLES,
    VERDICT_PAGES,
    WITHDRAWALS,
    NOTICES,
    TERRITORY_PROFILES,
    TERRITORY_MILIEUX,
    COMPETENCE_DIRECTORIES,
    JOURNAL,
    DeskAccount.__table__,
    DeskSession.__table__,
    SignInTries.__table__,
)
