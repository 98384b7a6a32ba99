"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart.

Built once per dialect: building such a statement costs more than running it on a batch.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

Statement = sqlite.Insert | postgresql.Insert | ReturningInsert[tuple[object, ...]]


class Upsert:
    """An insert that gives way to the row already there, or replaces parts of it.

    ``replace`` names the columns taken over from the new row; none means that the old row stays.
    ``if_newer`` names a column: the new row only wins when it is greater there. ``returning``
    names columns of the rows that were written.
    """

    def __init__(
        self,
        table: Table,
        *,
        replace: Sequence[str] = (),
        if_newer: str | None = None,
        returning: Sequence[str] = (),
    ) -> None:
        self._table = table
        self._replace = replace
        self._if_newer = if_newer
        self._returning = returning
        self._built: dict[str, Statement] = {}

    def on(self, connection: Connection) -> Statement:
        """The statement in the connection's dialect."""
        dialect = connection.dialect.name
        if dialect not in self._built:
            module = postgresql if dialect == "postgresql" else sqlite
            self._built[dialect] = self._build(module.insert(self._table))
        return self._built[dialect]

    def _build(self, insert: sqlite.Insert | postgresql.Insert) -> Statement:
        table = self._table
        statement: Statement
        if self._replace:
            newer = None
            if self._if_newer is not None:
                newer = insert.excluded[self._if_newer] > table.c[self._if_newer]
            statement = insert.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: insert.excluded[name] for name in self._replace},
                where=newer,
            )
        else:
            statement = insert.on_conflict_do_nothing()
        if self._returning:
            return statement.returning(*(table.c[name] for name in self._returning))
        return statement
