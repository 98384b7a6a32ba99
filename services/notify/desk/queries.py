"""All that the desk reads of one territory: its verdicts as a queue and one by one, what is known
of it, its notices.

The queue is asked in SQLAlchemy Core: each of its orders is the order of an index.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Table,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlmodel import Session, col
from sqlmodel import select as orm_select

from contracts.codec import decode
from contracts.events import MilieuProfiled, TerritoryProfiled, VerdictIssued
from contracts.vocabulary.identifiers import end_of_id, reference_of
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.database.store import Store
from services.notify.storage import (
    VERDICT_PAGES,
    CompetenceDirectoryRow,
    NoticeRow,
    SaidOfTerritory,
    TerritoryMilieuRow,
    TerritoryProfileRow,
)
from services.notify.verdict_rows import BEST_FIRST, NOT_JUDGED, RANK, Losers, read_losers

PAGE_SIZE = 25
"""Rows of the queue shown at once: about one screen and a half."""

_FILES = VERDICT_PAGES.c
_NEWEST_FIRST = (_FILES.submitted_at.desc(), _FILES.proposal_id.desc())


class Sort(StrEnum):
    """Columns of the queue that sort it."""

    SUBMITTED = "submitted"
    REFERENCE = "reference"
    TITLE = "title"
    KIND = "kind"
    VERDICT = "verdict"


class BadCursorError(ValueError):
    """The address of a page of the queue was cut or changed: start from the first page."""


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """One page of the queue, as its address says it. ``label`` is a verdict's, ``NOT_JUDGED`` for
    files whose newest revision could not be judged, or None for all.
    """

    territory: str
    label: str | None = None
    sort: Sort = Sort.SUBMITTED
    descending: bool = True
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Stalled:
    """That the newest revision could not be judged, and the reference of what was set aside."""

    revision: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue; ``label`` is None where there is no verdict."""

    proposal_id: str
    reference: str
    title: str
    kind: ProjectKind
    label: VerdictLabel | None
    losers: Losers
    submitted_at: datetime
    withdrawn_at: datetime | None
    stalled: Stalled | None = None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Rows in order, and the cursor of the next page when there is one."""

    rows: tuple[QueueRow, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """One verdict with what the desk knows about its file."""

    reference: str
    event: VerdictIssued
    issued_at: datetime
    withdrawn_at: datetime | None
    stalled: Stalled | None = None


class Queries:
    """What is asked of the service's store. Everything is bounded by one territory (promise 6)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def queue(self, query: QueueQuery) -> QueuePage:
        """One page of the queue. Raises ``BadCursorError``."""
        rows = self._rows(_queue_statement(query))
        more = len(rows) > PAGE_SIZE
        shown = rows[:PAGE_SIZE]
        cursor = _write_cursor(shown[-1].sort_key, shown[-1].proposal_id) if more else None
        return QueuePage(tuple(_queue_row(row) for row in shown), cursor)

    def verdict(self, proposal_id: str, territory: str) -> StoredVerdict | None:
        """The verdict of a proposal of this territory, by id or reference; or None, also when it is
        another's, and when the reference is not one proposal's alone.
        """
        row = self._find(proposal_id, territory)
        return None if row is None or row.label == NOT_JUDGED else _stored(row)

    def without_verdict(self, proposal_id: str, territory: str) -> QueueRow | None:
        """A file of this territory that could not be judged and has no earlier verdict."""
        row = self._find(proposal_id, territory)
        return _queue_row(row) if row is not None and row.label == NOT_JUDGED else None

    def _find(self, proposal_id: str, territory: str) -> Row[Any] | None:
        named = (
            _FILES.proposal_id == proposal_id
            if (end := end_of_id(proposal_id)) is None
            else _FILES.reference == reference_of(end)
        )
        rows = self._rows(
            select(VERDICT_PAGES).where(named, _FILES.territory == territory).limit(2)
        )
        # A reference that two files share is no address: neither is the one that was meant.
        return rows[0] if len(rows) == 1 else None

    def latest(self, territory: str, most: int) -> Sequence[StoredVerdict]:
        """The verdicts of the projects submitted last and not withdrawn, newest first."""
        wanted = _judged(VERDICT_PAGES, territory=territory).where(_FILES.withdrawn_at.is_(None))
        return [_stored(row) for row in self._rows(wanted.order_by(*_NEWEST_FIRST).limit(most))]

    def some(self, proposal_ids: Sequence[str], territory: str) -> Sequence[StoredVerdict]:
        """The verdicts of these proposals, those of the territory, also of withdrawn ones."""
        if not proposal_ids:
            return ()
        wanted = _judged(VERDICT_PAGES, territory=territory)
        return [
            _stored(row) for row in self._rows(wanted.where(_FILES.proposal_id.in_(proposal_ids)))
        ]

    def territory_name(self, territory: str) -> str | None:
        """The territory's name as its newest file's verdict says it, or None before the first."""
        wanted = _judged(_FILES.body, territory=territory).order_by(*_NEWEST_FIRST).limit(1)
        for row in self._rows(wanted):
            return decode(VerdictIssued, row.body).verdict.territory_ref.name
        return None

    def profile(self, territory: str) -> TerritoryProfiled | None:
        """The territory's profile, None until externalities has said it."""
        body = self._said(TerritoryProfileRow, territory)
        return None if body is None else decode(TerritoryProfiled, body)

    def milieu(self, territory: str) -> MilieuProfiled | None:
        """The territory's milieu, None until externalities has said it."""
        body = self._said(TerritoryMilieuRow, territory)
        return None if body is None else decode(MilieuProfiled, body)

    def competences(self, territory: str) -> bytes | None:
        """The territory's directory of competences as it was said, None where there is none."""
        return self._said(CompetenceDirectoryRow, territory)

    def notices(self, territory: str, before: int | None, most: int) -> Sequence[NoticeRow]:
        """The territory's notices, newest first; ``before`` is a sequence number."""
        wanted = orm_select(NoticeRow).where(NoticeRow.territory == territory)
        if before is not None:
            wanted = wanted.where(col(NoticeRow.seq) < before)
        with self._store.read() as connection, Session(connection) as session:
            return session.exec(wanted.order_by(col(NoticeRow.seq).desc()).limit(most)).all()

    def _said(self, row_type: type[SaidOfTerritory], territory: str) -> bytes | None:
        with self._store.read() as connection, Session(connection) as session:
            row = session.get(row_type, territory)
            return None if row is None else row.body

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with self._store.read() as connection:
            return connection.execute(statement).all()


def _judged(*wanted: Table | ColumnElement[Any], territory: str) -> Select[Any]:
    return select(*wanted).where(_FILES.territory == territory, _FILES.label != NOT_JUDGED)


def _queue_statement(query: QueueQuery) -> Select[Any]:
    """Every order, with and without a filter, has an index that ends it after one page."""
    sort = _sort(query)
    key = _sort_key(sort)
    by = tuple_(key, _FILES.proposal_id)
    # Bodies are large and the queue shows none of them.
    columns = [column for column in _FILES if column.name != "body"]
    statement = select(*columns, key.label("sort_key")).where(_FILES.territory == query.territory)
    if query.label == NOT_JUDGED:
        statement = statement.where(_FILES.stalled_revision > _FILES.revision)
    elif query.label is not None:
        statement = statement.where(_FILES.label == query.label)
    if query.cursor is not None:
        last_key, last_id = _read_cursor(query.cursor, sort)
        last = literal(last_key, key.type)
        # The first of the two is implied; SQLite finds the place in an index of expressions by it.
        statement = statement.where(
            *(key <= last, by < tuple_(last, literal(last_id)))
            if query.descending
            else (key >= last, by > tuple_(last, literal(last_id)))
        )
    order = [each.desc() if query.descending else each.asc() for each in (key, _FILES.proposal_id)]
    return statement.order_by(*order).limit(PAGE_SIZE + 1)


def _sort(query: QueueQuery) -> Sort:
    # Verdicts that are all the same are in the order in which their files came.
    same = query.sort is Sort.VERDICT and query.label is not None
    return Sort.SUBMITTED if same else query.sort


def _sort_key(sort: Sort) -> ColumnElement[Any]:
    columns: dict[Sort, ColumnElement[Any]] = {
        Sort.SUBMITTED: _FILES.submitted_at,
        Sort.REFERENCE: _FILES.reference,
        Sort.TITLE: func.lower(_FILES.title),
        Sort.KIND: _FILES.kind,
        Sort.VERDICT: literal_column(RANK, Integer),
    }
    return columns[sort]


def _write_cursor(key: object, proposal_id: str) -> str:
    said = key.isoformat() if isinstance(key, datetime) else key
    packed = json.dumps([said, proposal_id], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> tuple[object, str]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, proposal_id = json.loads(packed)
        f"{key}{proposal_id}".encode()  # half a surrogate pair is no text to a database
        if sort is Sort.SUBMITTED:
            key = datetime.fromisoformat(key)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursorError(f"cannot read {cursor!r}: start from the first page") from error
    if sort is Sort.VERDICT:
        fits = type(key) is int and 0 <= key <= len(BEST_FIRST)
    elif sort is Sort.SUBMITTED:
        fits = isinstance(key, datetime) and key.tzinfo is not None
    else:
        fits = isinstance(key, str)
    if not fits or not isinstance(proposal_id, str):
        raise BadCursorError(f"{cursor!r} is of another order: start from the first page")
    return key, proposal_id


def _stored(row: Row[Any]) -> StoredVerdict:
    return StoredVerdict(
        reference=row.reference,
        event=decode(VerdictIssued, row.body),
        issued_at=row.issued_at,
        withdrawn_at=row.withdrawn_at,
        stalled=_stalled(row),
    )


def _stalled(row: Row[Any]) -> Stalled | None:
    if row.stalled_revision <= row.revision:
        return None
    return Stalled(row.stalled_revision, row.stalled_reference)


def _queue_row(row: Row[Any]) -> QueueRow:
    return QueueRow(
        proposal_id=row.proposal_id,
        reference=row.reference,
        title=row.title,
        kind=ProjectKind(row.kind),
        label=None if row.label == NOT_JUDGED else VerdictLabel(row.label),
        losers=read_losers(row.losers),
        submitted_at=row.submitted_at,
        withdrawn_at=row.withdrawn_at,
        stalled=_stalled(row),
    )
