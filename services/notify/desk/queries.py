"""What the desk reads: the verdicts of one territory, as a queue and one by one.

The table is the service's (``services.notify.storage``) and is passed in, so that these
statements can be read and tested beside the pages they serve.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

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

from contracts.codec import decode
from contracts.events import VerdictIssued
from contracts.vocabulary.identifiers import end_of_id, reference_of
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.verdict import TerritoryLevel, Verdict, VerdictLabel
from services.chassis.database.store import Store

PAGE_SIZE = 25
"""Rows of the queue shown at once: about one screen and a half."""

BEST_FIRST = (
    VerdictLabel.WIN_WIN_WIN,
    VerdictLabel.WIN_WIN,
    VerdictLabel.FRAGILE_WIN,
    VerdictLabel.FRAGILE,
    VerdictLabel.SUBSIDY,
    VerdictLabel.NO_GAIN,
    VerdictLabel.WIN_WIN_LOSE,
    VerdictLabel.LOSE,
    VerdictLabel.LOSE_LOSE_LOSE,
    VerdictLabel.FIRMS_NOT_COMPUTED,
    VerdictLabel.NOT_COMPUTABLE_YET,
)
"""Order of the queue when sorted by verdict; the lattice itself is only partly ordered."""

NOT_JUDGED = "NOT_JUDGED"
"""Stands where a file without verdict would have its label: its newest revision could not be
judged. Not a verdict, and never said as one."""

RANK = " ".join(
    (
        "CASE label",
        *(f"WHEN '{label.value}' THEN {rank}" for rank, label in enumerate(BEST_FIRST)),
        f"ELSE {len(BEST_FIRST)} END",
    )
)
"""The place of a verdict in that order, in SQL: word by word what its index is made of."""

_TERRITORY_LINE = "\t"
"""Stands for the territory among the losers. No firm can be called so: names hold no tab."""


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
class Losers:
    """Who does not win: firms by name, and the territory when it is indifferent or loses."""

    firms: tuple[str, ...]
    territory: bool


@dataclass(frozen=True, slots=True)
class Query:
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


class VerdictPages(Protocol):
    """Where pages find verdicts. Everything is bounded by one territory (promise 6)."""

    def page(self, query: Query) -> QueuePage:
        """One page of the queue. Raises ``BadCursorError``."""
        ...

    def get(self, proposal_id: str, territory: str) -> StoredVerdict | None:
        """The verdict of a proposal of this territory, by id or reference; or None, also when it is
        another's, and when the reference is not one proposal's alone.
        """
        ...

    def without_verdict(self, proposal_id: str, territory: str) -> QueueRow | None:
        """A file of this territory that could not be judged and has no earlier verdict."""
        ...

    def latest(self, territory: str, most: int) -> Sequence[StoredVerdict]:
        """The verdicts of the projects submitted last and not withdrawn, newest first."""
        ...

    def some(self, proposal_ids: Sequence[str], territory: str) -> Sequence[StoredVerdict]:
        """The verdicts of these proposals, those of the territory, also of withdrawn ones."""
        ...

    def territory_name(self, territory: str) -> str | None:
        """The territory's name as its newest file's verdict says it, or None before the first."""
        ...


class StoredVerdictPages:
    """Reads the ``verdict_page`` table of the service's store."""

    def __init__(self, store: Store, table: Table) -> None:
        self._store = store
        self._table = table

    def page(self, query: Query) -> QueuePage:
        rows = self._rows(_queue_statement(self._table, query))
        more = len(rows) > PAGE_SIZE
        shown = rows[:PAGE_SIZE]
        cursor = _write_cursor(shown[-1].sort_key, shown[-1].proposal_id) if more else None
        return QueuePage(tuple(_queue_row(row) for row in shown), cursor)

    def get(self, proposal_id: str, territory: str) -> StoredVerdict | None:
        row = self._find(proposal_id, territory)
        return None if row is None or row.label == NOT_JUDGED else _stored(row)

    def without_verdict(self, proposal_id: str, territory: str) -> QueueRow | None:
        row = self._find(proposal_id, territory)
        return _queue_row(row) if row is not None and row.label == NOT_JUDGED else None

    def _find(self, proposal_id: str, territory: str) -> Row[Any] | None:
        table = self._table
        named = (
            table.c.proposal_id == proposal_id
            if (end := end_of_id(proposal_id)) is None
            else table.c.reference == reference_of(end)
        )
        rows = self._rows(select(table).where(named, table.c.territory == territory).limit(2))
        # A reference that two files share is no address: neither is the one that was meant.
        return rows[0] if len(rows) == 1 else None

    def _judged(self) -> tuple[ColumnElement[bool]]:
        return (self._table.c.label != NOT_JUDGED,)

    def latest(self, territory: str, most: int) -> Sequence[StoredVerdict]:
        table = self._table
        rows = self._rows(
            select(table)
            .where(table.c.territory == territory, table.c.withdrawn_at.is_(None), *self._judged())
            .order_by(*_newest_first(table))
            .limit(most)
        )
        return [_stored(row) for row in rows]

    def some(self, proposal_ids: Sequence[str], territory: str) -> Sequence[StoredVerdict]:
        if not proposal_ids:
            return ()
        table = self._table
        rows = self._rows(
            select(table).where(
                table.c.proposal_id.in_(proposal_ids),
                table.c.territory == territory,
                *self._judged(),
            )
        )
        return [_stored(row) for row in rows]

    def territory_name(self, territory: str) -> str | None:
        table = self._table
        rows = self._rows(
            select(table.c.body)
            .where(table.c.territory == territory, *self._judged())
            .order_by(*_newest_first(table))
            .limit(1)
        )
        if not rows:
            return None
        return decode(VerdictIssued, rows[0].body).verdict.territory_ref.name

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with self._store.read() as connection:
            return connection.execute(statement).all()


def write_losers(verdict: Verdict) -> str:
    """Who does not win, in the form the queue stores: one name a line."""
    firms = verdict.firms.shares if verdict.firms is not None else ()
    lines = [share.name for share in firms if not share.wins]
    if verdict.territory.level in {TerritoryLevel.LOSES, TerritoryLevel.INDIFFERENT}:
        lines.append(_TERRITORY_LINE)
    return "\n".join(lines)


def read_losers(stored: str) -> Losers:
    """Read what ``write_losers`` wrote."""
    lines = stored.split("\n") if stored else []
    return Losers(
        firms=tuple(line for line in lines if line != _TERRITORY_LINE),
        territory=_TERRITORY_LINE in lines,
    )


def _newest_first(table: Table) -> tuple[ColumnElement[Any], ...]:
    return table.c.submitted_at.desc(), table.c.proposal_id.desc()


def _queue_statement(table: Table, query: Query) -> Select[Any]:
    """Every order, with and without a filter, has an index that ends it after one page."""
    sort = _sort(query)
    key = _sort_key(table, sort)
    by = tuple_(key, table.c.proposal_id)
    # Bodies are large and the queue shows none of them.
    columns = [column for column in table.c if column.name != "body"]
    statement = select(*columns, key.label("sort_key")).where(table.c.territory == query.territory)
    if query.label == NOT_JUDGED:
        statement = statement.where(table.c.stalled_revision > table.c.revision)
    elif query.label is not None:
        statement = statement.where(table.c.label == query.label)
    if query.cursor is not None:
        last_key, last_id = _read_cursor(query.cursor, sort)
        last = literal(last_key, key.type)
        # The first of the two is implied; SQLite finds the place in an index of expressions by it.
        statement = statement.where(
            *(key <= last, by < tuple_(last, literal(last_id)))
            if query.descending
            else (key >= last, by > tuple_(last, literal(last_id)))
        )
    order = [each.desc() if query.descending else each.asc() for each in (key, table.c.proposal_id)]
    return statement.order_by(*order).limit(PAGE_SIZE + 1)


def _sort(query: Query) -> Sort:
    # Verdicts that are all the same are in the order in which their files came.
    same = query.sort is Sort.VERDICT and query.label is not None
    return Sort.SUBMITTED if same else query.sort


def _sort_key(table: Table, sort: Sort) -> ColumnElement[Any]:
    columns: dict[Sort, ColumnElement[Any]] = {
        Sort.SUBMITTED: table.c.submitted_at,
        Sort.REFERENCE: table.c.reference,
        Sort.TITLE: func.lower(table.c.title),
        Sort.KIND: table.c.kind,
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
