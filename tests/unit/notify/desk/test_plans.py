"""What a reader asks for costs the same however many verdicts, notices and readings are stored.

Told from the databases' plans and not from a clock: no statement may read a growing table from end
to end, nor sort all that it finds in one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, event, update

from contracts.events import ProposalWithdrawn
from services.chassis.ops.metrics import Metrics
from services.notify.channels.console import Console
from services.notify.desk.queries import PAGE_SIZE, Sort
from services.notify.handlers import REACTIONS
from services.notify.storage import VERDICT_PAGES
from services.notify.verdict_rows import NOT_JUDGED
from tests.support.chassis import MOMENT
from tests.support.desk import OFFICER, Visitor, application
from tests.support.html import Outline
from tests.support.listener import Listener
from tests.support.territories import put_the_directory, put_the_milieu, put_the_territory
from tests.support.verdicts import issued, verdict

GROWING = ("verdict_page", "withdrawal", "notice", "journal")
_GROWING = re.compile(rf"\b(FROM|UPDATE|JOIN) ({'|'.join(GROWING)})\b")
_DEAR = re.compile(
    rf"SCAN ({'|'.join(GROWING)})(?! USING INDEX (notice_to_do|sqlite_autoindex_journal_1))"
    r"|USE TEMP B-TREE FOR ORDER BY|Seq Scan|^[ ->]*Sort ",
    re.MULTILINE,
)
"""What a plan of SQLite or PostgreSQL says of a table read or sorted whole. The index of notices
still to be said holds those alone, and of the journal's the last entry is asked.
"""

PAGES = ("territory", "milieu", "competences", "feed.json", "feed.json?before=9")
VERDICT = verdict()


@pytest.fixture
def visitor(the_desk):
    return Visitor(application(the_desk)).sign_in(OFFICER)


@contextmanager
def overheard() -> Iterator[dict[str, object]]:
    """Statements on growing tables while this lasts, each with the values it was asked with."""
    heard: dict[str, object] = {}

    def hear(_connection, _cursor, statement, parameters, _context, many) -> None:
        if _GROWING.search(statement):
            heard[statement] = parameters[0] if many else parameters

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def plan(connection: Connection, statement: str, parameters: object) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def _judged_and_stalled(connection: Connection) -> None:
    connection.execute(update(VERDICT_PAGES).values(stalled_revision=VERDICT_PAGES.c.revision + 1))


def test_no_question_reads_or_sorts_all_there_is(databases, store, clock, visitor):
    put_the_territory(store)
    put_the_milieu(store)
    put_the_directory(store)
    notify = Listener(databases, "notify", lambda: REACTIONS)
    files = [f"{number:032x}" for number in range(PAGE_SIZE + 1)]
    with overheard() as heard:
        notify.hear(*(issued(VERDICT, proposal_id=file) for file in files))
        notify.hear(
            ProposalWithdrawn(
                proposal_id=files[0], revision=1, partner="cci-rouen", withdrawn_at=MOMENT
            )
        )
        assert Console(notify.store, clock, Metrics()).poll()
    store.write(_judged_and_stalled)
    with overheard() as asked:
        for sort, order, label in product(Sort, ("asc", "desc"), ("", VERDICT.label, NOT_JUDGED)):
            first = visitor.get(f"/en/verdicts?sort={sort}&order={order}&label={label}")
            links = {link["href"] for link in Outline(first.text).all("a")}
            (following,) = (link for link in links if "after=" in link)
            assert visitor.get(following).status_code == 200
        for room in (*PAGES, f"verdicts/{files[1]}", f"verdicts/{files[1]}/legal"):
            assert visitor.get(f"/en/{room}").status_code == 200, room
    notify.store.close()
    heard |= asked
    assert {table for asked in heard for _, table in _GROWING.findall(asked)} == set(GROWING)
    with store.read() as connection:
        if connection.dialect.name == "postgresql":
            # A page of rows it would rather read and sort whole: can it do without?
            for way in ("seqscan", "sort", "bitmapscan"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plans = {asked: plan(connection, asked, values) for asked, values in heard.items()}
    assert {asked: said for asked, said in plans.items() if _DEAR.search(said)} == {}
    later = {asked: said for asked, said in plans.items() if ".proposal_id) " in asked}
    assert len(later) == 2 * (3 * len(Sort) - 2), "with a label the verdict is no order"
    assert [said for said in later.values() if not re.search("[<>]", said)] == [], (
        "from its place on"
    )
    rare = [said for asked, said in plans.items() if "stalled_revision > " in asked]
    assert rare
    assert [said for said in rare if "verdict_page_stalled_" not in said] == []
